use lsp_types::{CodeAction, CodeActionDisabled};
use preauth_source::{Applicability, Diagnostic};

use super::action;
use crate::{
    protocol::edits,
    session::{project::Project, state::State},
};

/// The correction of a finding. A safe one is preferred; one that may cut off a client says so; one that only a person
/// can decide on is shown and cannot be taken.
pub(super) fn of(state: &State<'_>, project: &Project, found: &Diagnostic) -> Option<CodeAction> {
    let fix = found.fix.as_ref()?;
    if fix.files().any(|file| project.is_behind(file)) {
        return None;
    }
    let title = sentence(&fix.title);
    if fix.applicability == Applicability::DisplayOnly {
        let reason =
            "it could shut somebody out: declare in the register of `preauth.yaml` what the app should be";
        return Some(CodeAction {
            disabled: Some(CodeActionDisabled { reason: reason.into() }),
            ..action(title)
        });
    }
    let edit = Some(edits::of_fix(state, project, fix)?);
    Some(match fix.applicability {
        Applicability::Safe => CodeAction { edit, is_preferred: Some(true), ..action(title) },
        _ => CodeAction {
            edit,
            is_preferred: Some(false),
            ..action(format!("{title} (unsafe: it may cut off a client that works)"))
        },
    })
}

/// The title with a capital.
fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
