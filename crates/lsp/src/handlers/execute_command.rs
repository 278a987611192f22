use lsp_types::{ExecuteCommandParams, LspAny, Range, ShowDocumentParams, Uri, WorkspaceEdit};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    handlers::code_action::{
        fix_all::{FIX_ALL_TITLE, fix_all_edit},
        waive::waiver_edit,
    },
    protocol::{
        commands::{CHECK, FIX_ALL, OPEN_POLICY, WAIVE},
        uri,
    },
    session::{client_session::Session, diagnostics, project::OpenProject, state::SessionState},
};

/// Executes a command. Its changes are sent to the client as workspace edits.
pub(super) fn execute_command(session: &mut Session<'_>, params: &ExecuteCommandParams) -> Option<LspAny> {
    let state = &mut session.state;
    let arguments = params.arguments.as_deref().unwrap_or_default();
    match params.command.as_str() {
        OPEN_POLICY => {
            let (root, id) = (text(arguments, 0)?, text(arguments, 1)?);
            let shown = open_policy(state, root, id)?;
            state.requests.push(("window/showDocument", serde_json::to_value(&shown).ok()?));
        }
        FIX_ALL => {
            let edits: Vec<WorkspaceEdit> =
                state.projects().filter_map(|project| fix_all_edit(state, project, None)).collect();
            let projects = edits.len();
            edits.into_iter().for_each(|edit| apply(state, FIX_ALL_TITLE, &edit));
            return Some(json!({ "projects": projects }));
        }
        CHECK => {
            state.reload();
            state.catch_up();
            let by_file = session.diagnostics().values();
            return Some(json!({ "findings": by_file.map(Vec::len).sum::<usize>() }));
        }
        WAIVE => {
            let waive: WaiveArguments = serde_json::from_value(arguments.first()?.clone()).ok()?;
            let edit = waive.edit(state)?;
            apply(state, "Waive a finding", &edit);
            return Some(Value::Bool(true));
        }
        _ => {}
    }
    None
}

fn text(arguments: &[Value], index: usize) -> Option<&str> {
    arguments.get(index)?.as_str()
}

fn apply(state: &mut SessionState<'_>, label: &str, edit: &WorkspaceEdit) {
    state.requests.push(("workspace/applyEdit", json!({ "label": label, "edit": edit })));
}

/// Returns the document of a policy: its file, its built-in text, or its web page.
fn open_policy(state: &SessionState<'_>, root: &str, id: &str) -> Option<ShowDocumentParams> {
    let root = uri::path_of(&root.into())?;
    let is_root =
        |uri: &Uri| state.path(uri).is_some_and(|path| state.path(&uri::of_path(&root)) == Some(path));
    let project = state.projects().find(|project| is_root(&state.uri(&project.root)))?;
    let policies = &project.policies.policies;
    if !state.client.shows_documents {
        return None;
    }
    let own_policy = policies.get(id).filter(|_| !policies.is_builtin(id));
    if let Some(policy) = own_policy {
        let location = diagnostics::location(state, project, &policy.location)?;
        let selection = Some(location.range);
        return Some(ShowDocumentParams {
            uri: location.uri,
            external: None,
            take_focus: Some(true),
            selection,
        });
    }
    let builtin = policies.get(id).filter(|_| state.client.reads_content);
    let (uri, external) = match builtin {
        Some(policy) => (uri::of_content(&policy.location.file), None),
        None => (preauth_policy::page(id).into(), Some(true)),
    };
    Some(ShowDocumentParams { uri, external, take_focus: Some(true), selection: None })
}

/// The arguments of [`WAIVE`].
#[derive(Deserialize)]
struct WaiveArguments {
    uri: Uri,
    code: String,
    range: Range,
    reason: String,
}

impl WaiveArguments {
    fn edit(&self, state: &SessionState<'_>) -> Option<WorkspaceEdit> {
        let path = state.path(&self.uri)?;
        let reason = self.reason.trim();
        let in_project = |project: &OpenProject| {
            let found = project.findings(state.host).iter().find(|found| {
                *found.code == *self.code
                    && project.absolute(&found.primary.location.file) == path
                    && diagnostics::diagnostic(state, project, found)
                        .is_some_and(|shown| shown.range == self.range)
            })?;
            waiver_edit(state, project, found, reason)
        };
        state.projects().find_map(in_project).filter(|_| !reason.is_empty())
    }
}
