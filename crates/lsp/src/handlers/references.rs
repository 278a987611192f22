use lsp_types::{Location, ReferenceParams};
use preauth_metadata::{Component, Kind, Resolution};

use super::definition::{home, targets};
use crate::{handlers::cursor::Cursor, protocol::diagnostics::location, session::state::State};

/// Who names a profile or permission set: apps that are assigned to it, and groups that hold it. Asked for in its own
/// file, or where it is named.
pub(super) fn of(state: &State<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let cursor = Cursor::at(state, &params.text_document_position_params)?;
    let mut of = targets(&cursor);
    if of.is_empty() {
        of.extend(itself(&cursor));
    }
    let mut places: Vec<preauth_source::Location> = Vec::new();
    for component in &of {
        if params.context.include_declaration {
            places.push(home(component));
        }
        places.extend(named(&cursor, component));
    }
    Some(places.iter().filter_map(|place| location(state, cursor.project, place)).collect())
}

/// The component whose file the place is in, if the place stands for it: its label or its root element.
fn itself(cursor: &Cursor<'_>) -> Option<std::sync::Arc<Component>> {
    let element = cursor.element();
    let stands_for_it = element.is_none_or(|element| matches!(element.path.as_str(), "" | "label"));
    let own =
        |component: &&std::sync::Arc<Component>| component.files.iter().any(|file| file.path == cursor.file);
    cursor.project.org().components.all().iter().find(own).filter(|_| stands_for_it).cloned()
}

/// Where a component is named.
fn named(cursor: &Cursor<'_>, component: &Component) -> Vec<preauth_source::Location> {
    let is = |other: &Component| other.kind == component.kind && other.name == component.name;
    let org = cursor.project.org();
    let of_grants = org.apps.iter().flat_map(|app| &app.grants).filter(|grant| match &grant.resolution {
        Resolution::One(one) => is(one),
        Resolution::Several(several) => several.iter().any(|one| is(one)),
        Resolution::Nothing | Resolution::Unknown(_) => false,
    });
    let mut places: Vec<_> = of_grants.filter_map(|grant| grant.place().cloned()).collect();
    let element = match component.kind {
        Kind::PermissionSet => "permissionSets",
        Kind::MutingPermissionSet => "mutingPermissionSets",
        _ => return places,
    };
    for group in org.components_of(Kind::PermissionSetGroup) {
        for file in &group.files {
            let found = file.found(element).iter().filter(|found| *found.text() == component.name);
            places.extend(found.map(|found| file.at(found.range())));
        }
    }
    places
}
