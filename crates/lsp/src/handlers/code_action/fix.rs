use lsp_types::{CodeAction, CodeActionDisabled};
use preauth_source::{Applicability, Diagnostic};

use crate::{
    handlers::code_action::quick_fix::quick_fix,
    session::{edits, project::OpenProject, state::SessionState},
};

/// Returns the action that fixes a finding. A safe fix is preferred. The title of an unsafe fix has a warning. A fix that
/// is not applied automatically is disabled.
pub(super) fn fix_action(
    state: &SessionState<'_>,
    project: &OpenProject,
    found: &Diagnostic,
) -> Option<CodeAction> {
    let fix = found.fix.as_ref()?;
    if fix.files().any(|file| project.is_stale(file)) {
        return None;
    }
    let title = capitalize(&fix.title);
    if fix.applicability == Applicability::DisplayOnly {
        let reason = "Not applied automatically because it changes who can log in. Declare in `preauth.yaml` what the app \
                      should be (`expect`).";
        return Some(CodeAction {
            disabled: Some(CodeActionDisabled { reason: reason.into() }),
            ..quick_fix(title)
        });
    }
    let edit = Some(edits::of_fix(state, project, fix)?);
    Some(match fix.applicability {
        Applicability::Safe => CodeAction { edit, is_preferred: Some(true), ..quick_fix(title) },
        _ => CodeAction {
            edit,
            is_preferred: Some(false),
            ..quick_fix(format!("{title} (unsafe: may cut off a working client)"))
        },
    })
}

/// Makes the first letter upper case.
fn capitalize(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
