use lsp_types::{CodeAction, CodeActionKind};

/// Returns a quick fix with a title and nothing else.
pub(super) fn quick_fix(title: String) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: None,
        is_preferred: None,
        disabled: None,
        edit: None,
        command: None,
        data: None,
        tags: None,
    }
}
