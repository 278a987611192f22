use std::sync::Arc;

use lsp_types::{Location, ReferenceParams};
use preauth_metadata::{Component, Kind, Resolution};

use crate::{
    handlers::{
        cursor::Cursor,
        targets::{declaration, named_components},
    },
    session::{diagnostics::location, state::SessionState},
};

/// Returns where a profile or permission set is named: by apps assigned to it, and by groups that include it. The position
/// may be in its own file, or at one of these names.
pub(super) fn references(state: &SessionState<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let cursor = Cursor::at(state, &params.text_document_position_params)?;
    let mut components = named_components(&cursor);
    if components.is_empty() {
        components.extend(declared_component(&cursor));
    }
    let mut locations: Vec<preauth_source::Location> = Vec::new();
    for component in &components {
        if params.context.include_declaration {
            locations.push(declaration(component));
        }
        locations.extend(names_of(&cursor, component));
    }
    Some(locations.iter().filter_map(|found| location(state, cursor.project, found)).collect())
}

/// Returns the component of the file, if the position is in its label or root element.
fn declared_component(cursor: &Cursor<'_>) -> Option<Arc<Component>> {
    let element = cursor.element();
    let is_declaration = element.is_none_or(|element| matches!(element.path.as_str(), "" | "label"));
    let in_file = |component: &&Arc<Component>| component.files.iter().any(|file| file.path == cursor.file);
    cursor.project.org().components.all().iter().find(in_file).filter(|_| is_declaration).cloned()
}

/// Returns where grants and groups name a component.
fn names_of(cursor: &Cursor<'_>, component: &Component) -> Vec<preauth_source::Location> {
    let is_same = |other: &Component| other.kind == component.kind && other.name == component.name;
    let org = cursor.project.org();
    let grants = org.apps.iter().flat_map(|app| &app.grants).filter(|grant| match &grant.resolution {
        Resolution::One(one) => is_same(one),
        Resolution::Several(several) => several.iter().any(|one| is_same(one)),
        Resolution::Nothing | Resolution::Unknown(_) => false,
    });
    let mut locations: Vec<_> = grants.filter_map(|grant| grant.place().cloned()).collect();
    let element = match component.kind {
        Kind::PermissionSet => "permissionSets",
        Kind::MutingPermissionSet => "mutingPermissionSets",
        _ => return locations,
    };
    for group in org.components_of(Kind::PermissionSetGroup) {
        for file in &group.files {
            let names = file.found(element).iter().filter(|found| *found.text() == component.name);
            locations.extend(names.map(|found| file.at(found.range())));
        }
    }
    locations
}
