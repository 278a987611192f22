use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, Command, Diagnostic as Shown,
};
use preauth_source::Diagnostic;

use crate::{
    protocol::diagnostics,
    session::{project::Project, state::State},
};

mod fix;
pub(super) mod fix_all;
pub(super) mod waive;

/// What can be done about the findings at a place: correct one, waive it, read its policy; and correct all that can be
/// corrected safely.
pub(super) fn actions(state: &State<'_>, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
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
        let here = project
            .findings(state.host)
            .iter()
            .filter(|found| project.absolute(&found.primary.location.file) == path);
        for found in here.filter(|_| wanted("quickfix")) {
            let Some(shown) = diagnostics::diagnostic(state, project, found) else { continue };
            if touches(shown.range, params.range) {
                actions.extend(of_finding(state, project, found, &shown));
            }
        }
    }
    if wanted("source.fixAll") {
        actions.extend(fix_all::of_document(state, &path));
    }
    let actions =
        actions.into_iter().filter(|action| action.disabled.is_none() || state.client.shows_disabled);
    let actions = actions.filter_map(|action| match (state.client.takes_actions, action.command) {
        (true, command) => Some(CodeActionResponse::CodeAction(CodeAction { command, ..action })),
        // Older clients take commands only; what has none cannot be offered to them.
        (false, command) => command.map(CodeActionResponse::Command),
    });
    Some(actions.collect())
}

fn touches(a: lsp_types::Range, b: lsp_types::Range) -> bool {
    let key = |position: lsp_types::Position| (position.line, position.character);
    key(a.start) <= key(b.end) && key(b.start) <= key(a.end)
}

fn of_finding(state: &State<'_>, project: &Project, found: &Diagnostic, shown: &Shown) -> Vec<CodeAction> {
    let mut actions: Vec<CodeAction> = Vec::new();
    if found.suppressed.is_none() {
        for one in found.with_subsumed() {
            actions.extend(fix::of(state, project, one));
        }
        actions.extend(waive::of(state, project, found, shown));
    }
    actions.push(open_policy(state, project, found));
    for action in &mut actions {
        action.diagnostics = Some(vec![shown.clone()]);
    }
    actions
}

/// Opens what explains a finding.
fn open_policy(state: &State<'_>, project: &Project, found: &Diagnostic) -> CodeAction {
    let title = format!("Open the policy `{}`", found.code);
    let root = state.uri(&project.root).0;
    let command = Command {
        title: title.clone(),
        tooltip: None,
        command: super::command::OPEN_POLICY.into(),
        arguments: Some(vec![root.into(), found.code.to_string().into()]),
    };
    CodeAction { command: Some(command), ..action(title) }
}

/// A quick fix of which only the title is known.
fn action(title: String) -> CodeAction {
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
