use camino::Utf8Path;
use lsp_types::{CodeAction, CodeActionKind, WorkspaceEdit};
use preauth_source::{Applicability, FilePath, Fix};

use super::action;
use crate::{
    protocol::edits,
    session::{project::Project, state::State},
};

/// All safe corrections that concern a document, as `preauth check --fix` would make them for it.
pub(super) fn of_document(state: &State<'_>, path: &Utf8Path) -> Option<CodeAction> {
    let (project, file) = state.source(path)?;
    let edit = corrected(state, project, Some(&file))?;
    let title = "Make all safe corrections of preauth".to_owned();
    Some(CodeAction { kind: Some(CodeActionKind::SourceFixAll), edit: Some(edit), ..action(title) })
}

/// All safe corrections of a project, or those that concern one file of it; `None` if there are none.
pub(in crate::handlers) fn corrected(
    state: &State<'_>,
    project: &Project,
    file: Option<&FilePath>,
) -> Option<WorkspaceEdit> {
    let safe = |fix: &Fix| fix.applicability == Applicability::Safe;
    let found = project.findings(state.host);
    let mut fixes = found.iter().flat_map(|found| found.with_subsumed()).filter_map(|one| one.fix.as_ref());
    if !fixes.any(safe) {
        return None;
    }
    let wanted = |found: &preauth_source::Diagnostic, fix: &Fix| {
        let concerns =
            |file: &FilePath| found.primary.location.file == *file || fix.files().any(|other| other == file);
        file.is_none_or(concerns) && !fix.files().any(|file| project.is_behind(file))
    };
    let mut workspace = project.workspace.clone();
    let given = project.given(state.host);
    let fixed =
        preauth_policy::fix(&mut workspace, &project.rules.policies, &given, Applicability::Safe, &wanted);
    if fixed.texts.is_empty() {
        return None;
    }
    edits::of_texts(state, project, &fixed.texts)
}
