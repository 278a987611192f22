use camino::Utf8Path;
use lsp_types::{CodeAction, CodeActionKind, WorkspaceEdit};
use preauth_source::{Applicability, Diagnostic, FilePath, Fix};

use crate::{
    handlers::code_action::quick_fix::quick_fix,
    session::{edits, project::OpenProject, state::SessionState},
};

/// The title of the action, and of the edit that a command sends.
pub(in crate::handlers) const FIX_ALL_TITLE: &str = "Apply all safe fixes of preauth";

/// Returns the action that applies all safe fixes of a document, as `preauth check --fix` would.
pub(super) fn fix_all_action(state: &SessionState<'_>, path: &Utf8Path) -> Option<CodeAction> {
    let (project, file) = state.source(path)?;
    let edit = fix_all_edit(state, project, Some(&file))?;
    let title = FIX_ALL_TITLE.to_owned();
    Some(CodeAction { kind: Some(CodeActionKind::SourceFixAll), edit: Some(edit), ..quick_fix(title) })
}

/// Returns the edit that applies all safe fixes of a project, or those of one file. Returns `None` if there are none.
pub(in crate::handlers) fn fix_all_edit(
    state: &SessionState<'_>,
    project: &OpenProject,
    file: Option<&FilePath>,
) -> Option<WorkspaceEdit> {
    let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
    let found = project.findings(state.host);
    let mut fixes = found.iter().flat_map(Diagnostic::with_subsumed).filter_map(|one| one.fix.as_ref());
    if !fixes.any(is_safe) {
        return None;
    }
    let selected = |found: &Diagnostic, fix: &Fix| {
        let concerns =
            |file: &FilePath| found.primary.location.file == *file || fix.files().any(|other| other == file);
        file.is_none_or(concerns) && !fix.files().any(|file| project.is_stale(file))
    };
    let mut workspace = project.workspace.clone();
    let input = project.check_input(state.host);
    let fixed = preauth_policy::fix(
        &mut workspace,
        &project.policies.policies,
        &input,
        Applicability::Safe,
        &selected,
    );
    if fixed.texts.is_empty() {
        return None;
    }
    edits::of_texts(state, project, &fixed.texts)
}
