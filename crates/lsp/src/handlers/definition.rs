use lsp_types::{Definition, DefinitionParams, DefinitionResponse};
use preauth_source::Location;

use crate::{
    handlers::{
        cursor::Cursor,
        targets::{declaration, named_components},
    },
    session::{diagnostics::location, state::SessionState},
};

/// Returns where the component at the position is declared; for a file of an external client app, its header file.
pub(super) fn definitions(state: &SessionState<'_>, params: &DefinitionParams) -> Option<DefinitionResponse> {
    let cursor = Cursor::at(state, &params.text_document_position_params)?;
    let mut declared: Vec<Location> =
        named_components(&cursor).iter().map(|component| declaration(component)).collect();
    if declared.is_empty() {
        declared.extend(header(&cursor));
    }
    let locations: Vec<_> =
        declared.iter().filter_map(|declared| location(state, cursor.project, declared)).collect();
    (!locations.is_empty()).then_some(DefinitionResponse::Definition(Definition::LocationList(locations)))
}

/// Returns the header of the external client app that the element at the position names.
fn header(cursor: &Cursor<'_>) -> Option<Location> {
    let element = cursor.element()?;
    let is_link = element.path == "externalClientApplication";
    cursor.app().filter(|_| is_link).map(|app| app.home.clone())
}
