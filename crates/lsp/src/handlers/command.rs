use lsp_types::{ExecuteCommandParams, LspAny, Range, ShowDocumentParams, Uri, WorkspaceEdit};
use serde::Deserialize;
use serde_json::{Value, json};

use super::code_action::{fix_all, waive};
use crate::{
    protocol::{diagnostics, uri},
    session::{server::Session, state::State},
};

/// Opens a policy, or the page of one that comes with the program: the URI of a project's folder and the policy's id.
pub(super) const OPEN_POLICY: &str = "preauth.openPolicy";
/// Makes all safe corrections of all projects.
const FIX_ALL: &str = "preauth.fixAll";
/// Reads everything again, and judges it.
const CHECK: &str = "preauth.checkWorkspace";
/// Waives a finding: its file, code and range, and a reason.
const WAIVE: &str = "preauth.waive";
/// What a client provides that asks for the reasons of waivers: it asks, and sends [`WAIVE`].
pub(super) const ASK_REASON: &str = "preauth.askReason";

/// What a client may have executed.
pub(crate) const COMMANDS: [&str; 4] = [OPEN_POLICY, FIX_ALL, CHECK, WAIVE];

/// Executes a command. What it changes is sent to the client as an edit.
pub(super) fn execute(session: &mut Session<'_>, params: &ExecuteCommandParams) -> Option<LspAny> {
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
                state.projects().filter_map(|project| fix_all::corrected(state, project, None)).collect();
            let made = edits.len();
            edits.into_iter().for_each(|edit| apply(state, "Make all safe corrections of preauth", &edit));
            return Some(json!({ "projects": made }));
        }
        CHECK => {
            state.reload();
            state.catch_up();
            let said = session.current().values();
            return Some(json!({ "findings": said.map(Vec::len).sum::<usize>() }));
        }
        WAIVE => {
            let wanted: Waive = serde_json::from_value(arguments.first()?.clone()).ok()?;
            let edit = wanted.edit(state)?;
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

fn apply(state: &mut State<'_>, label: &str, edit: &WorkspaceEdit) {
    state.requests.push(("workspace/applyEdit", json!({ "label": label, "edit": edit })));
}

/// Where a policy can be read: its file, its text inside the program, or its page.
fn open_policy(state: &State<'_>, root: &str, id: &str) -> Option<ShowDocumentParams> {
    let root = uri::path_of(&root.into())?;
    let of_root =
        |uri: &Uri| state.path(uri).is_some_and(|path| state.path(&uri::of_path(&root)) == Some(path));
    let project = state.projects().find(|project| of_root(&state.uri(&project.root)))?;
    let policies = &project.rules.policies;
    if !state.client.shows_documents {
        return None;
    }
    let own = policies.get(id).filter(|_| !policies.is_builtin(id));
    if let Some(policy) = own {
        let place = diagnostics::location(state, project, &policy.location)?;
        let selection = Some(place.range);
        return Some(ShowDocumentParams {
            uri: place.uri,
            external: None,
            take_focus: Some(true),
            selection,
        });
    }
    let inside = policies.get(id).filter(|_| state.client.reads_content);
    let (uri, external) = match inside {
        Some(policy) => (diagnostics::content_uri(&policy.location.file), None),
        None => (preauth_policy::page(id).into(), Some(true)),
    };
    Some(ShowDocumentParams { uri, external, take_focus: Some(true), selection: None })
}

/// Which finding to waive, and why.
#[derive(Deserialize)]
struct Waive {
    uri: Uri,
    code: String,
    range: Range,
    reason: String,
}

impl Waive {
    fn edit(&self, state: &State<'_>) -> Option<WorkspaceEdit> {
        let path = state.path(&self.uri)?;
        let reason = self.reason.trim();
        let of_project = |project: &crate::session::project::Project| {
            let found = project.findings(state.host).iter().find(|found| {
                *found.code == *self.code
                    && project.absolute(&found.primary.location.file) == path
                    && diagnostics::diagnostic(state, project, found)
                        .is_some_and(|shown| shown.range == self.range)
            })?;
            waive::edit(state, project, found, reason)
        };
        state.projects().find_map(of_project).filter(|_| !reason.is_empty())
    }
}
