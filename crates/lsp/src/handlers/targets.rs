use std::sync::Arc;

use preauth_metadata::{Component, Fact, Kind, Resolution};
use preauth_source::Location;

use crate::handlers::cursor::Cursor;

/// Returns the components that the text at a position names: the profile or permission set of a grant, or the permission
/// set in a group.
pub(super) fn named_components(cursor: &Cursor<'_>) -> Vec<Arc<Component>> {
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
    let name = element.content.map(|content| cursor.document.text.as_str()[content].trim().to_owned());
    let component = name.and_then(|name| cursor.project.org().components.named(kind, &name).cloned());
    component.into_iter().collect()
}

/// Returns where a component is declared: its label, by which grants name it, or else its root element.
pub(super) fn declaration(component: &Component) -> Location {
    let label = component.facts.get("label").filter(|label| label.stated().is_some());
    label.and_then(Fact::place).unwrap_or(&component.home).clone()
}
