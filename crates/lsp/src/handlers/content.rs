use lsp_types::{TextDocumentContentParams, TextDocumentContentResult};
use preauth_source::FilePath;

use crate::{protocol::diagnostics::content_uri, session::state::State};

/// The text of a policy that comes with the program.
pub(super) fn of(state: &State<'_>, params: &TextDocumentContentParams) -> TextDocumentContentResult {
    let text = state.projects().find_map(|project| {
        let policies = &project.rules.policies;
        let named = |file: &FilePath| content_uri(file) == params.uri;
        let policy = policies.all().iter().find(|policy| named(&policy.location.file))?;
        policies.text(&policy.location.file).map(str::to_owned)
    });
    TextDocumentContentResult { text: text.unwrap_or_default() }
}
