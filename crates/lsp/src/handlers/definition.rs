use lsp_types::{Definition, DefinitionParams, DefinitionResponse};
use preauth_metadata::{Component, Kind, Resolution};
use preauth_source::Location;

use crate::{handlers::cursor::Cursor, protocol::diagnostics::location, session::state::State};

/// Where what is named is: the profile or permission set of a grant, the permission set in a group, the header of a part
/// of an external client app.
pub(super) fn of(state: &State<'_>, params: &DefinitionParams) -> Option<DefinitionResponse> {
    let cursor = Cursor::at(state, &params.text_document_position_params)?;
    let places: Vec<Location> = targets(&cursor).iter().map(home).collect();
    let places = if places.is_empty() { header(&cursor).into_iter().collect() } else { places };
    let places: Vec<_> = places.iter().filter_map(|place| location(state, cursor.project, place)).collect();
    (!places.is_empty()).then_some(DefinitionResponse::Definition(Definition::LocationList(places)))
}

/// The components that are named at a place.
pub(super) fn targets(cursor: &Cursor<'_>) -> Vec<std::sync::Arc<Component>> {
    if let Some((grant, _)) = cursor.grant() {
        return match &grant.resolution {
            Resolution::One(component) => vec![component.clone()],
            Resolution::Several(several) => several.clone(),
            Resolution::Nothing | Resolution::Unknown(_) => Vec::new(),
        };
    }
    let Some(element) = cursor.element() else { return Vec::new() };
    let kind = match (cursor.kind, element.path.as_str()) {
        (Kind::PermissionSetGroup, "permissionSets") => Kind::PermissionSet,
        (Kind::PermissionSetGroup, "mutingPermissionSets") => Kind::MutingPermissionSet,
        _ => return Vec::new(),
    };
    let name = element.content.map(|content| cursor.text.text.as_str()[content].trim().to_owned());
    let named = name.and_then(|name| cursor.project.org().components.named(kind, &name).cloned());
    named.into_iter().collect()
}

/// The place that stands for a component: its label, which grants name, or its root element.
pub(super) fn home(component: &std::sync::Arc<Component>) -> Location {
    let label = component.facts.get("label").filter(|label| label.stated().is_some());
    label.and_then(preauth_metadata::Fact::place).unwrap_or(&component.home).clone()
}

/// The header of the external client app that a part names.
fn header(cursor: &Cursor<'_>) -> Option<Location> {
    let element = cursor.element()?;
    let links = element.path == "externalClientApplication";
    cursor.app().filter(|_| links).map(|app| app.home.clone())
}
