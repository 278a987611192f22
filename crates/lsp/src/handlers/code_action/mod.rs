use lsp_types::{CodeAction, CodeActionParams, CodeActionResponse, Command, Diagnostic as Shown};
use preauth_source::Diagnostic;

use crate::{
    handlers::code_action::quick_fix::quick_fix,
    protocol::commands,
    session::{diagnostics, project::OpenProject, state::SessionState},
};

mod fix;
pub(super) mod fix_all;
mod quick_fix;
pub(super) mod waive;

/// Returns the actions for the findings in a range: fix or waive each of them and open its policy, and apply all safe fixes.
pub(super) fn code_actions(
    state: &SessionState<'_>,
    params: &CodeActionParams,
) -> Option<Vec<CodeActionResponse>> {
    let path = state.path(&params.text_document.uri)?;
    let wanted = |kind: &str| {
        params.context.only.as_ref().is_none_or(|only| {
            let within = |only: &str| {
                only.is_empty()
                    || kind.strip_prefix(only).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            only.iter().any(|only| within(only.as_str()))
        })
    };
    let mut actions: Vec<CodeAction> = Vec::new();
    for project in state.projects() {
        let in_file = project
            .findings(state.host)
            .iter()
            .filter(|found| project.absolute(&found.primary.location.file) == path);
        for found in in_file.filter(|_| wanted("quickfix")) {
            let Some(shown) = diagnostics::diagnostic(state, project, found) else { continue };
            if touches(shown.range, params.range) {
                actions.extend(finding_actions(state, project, found, &shown));
            }
        }
    }
    if wanted("source.fixAll") {
        actions.extend(fix_all::fix_all_action(state, &path));
    }
    let actions =
        actions.into_iter().filter(|action| action.disabled.is_none() || state.client.shows_disabled);
    let actions = actions.filter_map(|action| match (state.client.takes_actions, action.command) {
        (true, command) => Some(CodeActionResponse::CodeAction(CodeAction { command, ..action })),
        // Older clients take only commands, so actions without one are left out.
        (false, command) => command.map(CodeActionResponse::Command),
    });
    Some(actions.collect())
}

fn touches(a: lsp_types::Range, b: lsp_types::Range) -> bool {
    let key = |position: lsp_types::Position| (position.line, position.character);
    key(a.start) <= key(b.end) && key(b.start) <= key(a.end)
}

fn finding_actions(
    state: &SessionState<'_>,
    project: &OpenProject,
    found: &Diagnostic,
    shown: &Shown,
) -> Vec<CodeAction> {
    let mut actions: Vec<CodeAction> = Vec::new();
    if found.suppressed.is_none() {
        for one in found.with_subsumed() {
            actions.extend(fix::fix_action(state, project, one));
        }
        actions.extend(waive::waive_action(state, project, found, shown));
    }
    actions.push(open_policy(state, project, found));
    for action in &mut actions {
        action.diagnostics = Some(vec![shown.clone()]);
    }
    actions
}

/// Returns the action that opens the policy of a finding.
fn open_policy(state: &SessionState<'_>, project: &OpenProject, found: &Diagnostic) -> CodeAction {
    let title = format!("Open the policy `{}`", found.code);
    let root = state.uri(&project.root).0;
    let command = Command {
        title: title.clone(),
        tooltip: None,
        command: commands::OPEN_POLICY.into(),
        arguments: Some(vec![root.into(), found.code.to_string().into()]),
    };
    CodeAction { command: Some(command), ..quick_fix(title) }
}
