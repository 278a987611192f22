use lsp_types::{TextDocumentContentParams, TextDocumentContentResult};
use preauth_source::FilePath;

use crate::{protocol::uri, session::state::SessionState};

/// Returns the text of a built-in policy.
pub(super) fn content(
    state: &SessionState<'_>,
    params: &TextDocumentContentParams,
) -> TextDocumentContentResult {
    let text = state.projects().find_map(|project| {
        let policies = &project.policies.policies;
        let is_requested = |file: &FilePath| uri::of_content(file) == params.uri;
        let policy = policies.all().iter().find(|policy| is_requested(&policy.location.file))?;
        policies.text(&policy.location.file).map(str::to_owned)
    });
    TextDocumentContentResult { text: text.unwrap_or_default() }
}
