use camino::Utf8PathBuf;
use lsp_types::{CodeLens, CodeLensParams, Command};
use preauth_metadata::Kind;
use preauth_policy::{Select, Tally, tally};
use preauth_source::{SourceFile, TextRange, TextSize};
use preauth_xml::Node;

use crate::{
    handlers::{cursor::Cursor, describe},
    session::state::SessionState,
};

/// Returns the lens above the OAuth policies of an app (who may log in, from where, for how long), or those above the
/// policies of a file (how many subjects match).
pub(super) fn code_lenses(state: &SessionState<'_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let path = state.path(&params.text_document.uri)?;
    if let Some(cursor) = Cursor::in_document(state, &params.text_document) {
        return Some(app_lens(&cursor).into_iter().collect());
    }
    Some(policy_lenses(state, &path))
}

fn app_lens(cursor: &Cursor<'_>) -> Option<CodeLens> {
    let app = cursor.app()?;
    let source = SourceFile::new(cursor.file.clone(), &cursor.document.text);
    let (tree, _) = preauth_xml::parse(&source, &|_| true);
    let node: Node<'_, '_> = match cursor.kind {
        Kind::ConnectedApp => {
            let root = tree.root()?;
            root.child("oauthPolicy").or_else(|| root.child("oauthConfig"))?
        }
        Kind::ExtlClntAppOauthConfigurablePolicies => tree.root()?,
        _ => return None,
    };
    let title = format!(
        "{} · {} · {}",
        describe::describe_admission(app),
        describe::describe_ip_restrictions(app),
        describe::describe_lifetime(app)
    );
    Some(lens(cursor.document.positions.range(node.open()), title))
}

fn policy_lenses(state: &SessionState<'_>, path: &Utf8PathBuf) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    for project in state.projects() {
        let Some(file) = project.policy_file(path) else { continue };
        let policies = &project.policies.policies;
        for policy in policies.all().iter().filter(|policy| policy.location.file == *file) {
            let input = project.check_input(state.host);
            let Some(tally) = tally(&project.workspace, policies, &input, &policy.id) else { continue };
            let range = project.present_range(&policy.location).unwrap_or(TextRange::empty(TextSize::new(0)));
            let mut title = describe_tally(policy.select, &tally);
            if policy.off {
                title.push_str(" (off)");
            }
            lenses.push(lens(state.positions(path).range(range), title));
        }
    }
    lenses
}

fn describe_tally(select: Select, tally: &Tally) -> String {
    let matched = tally.matched();
    let violate = if tally.violated == 1 { "violates it" } else { "violate it" };
    let mut title = format!("matches {matched} {}, {} {violate}", select.noun(matched), tally.violated);
    if tally.undecided > 0 {
        title.push_str(&format!(", {} not determined", tally.undecided));
    }
    title
}

/// Returns a lens with a title and without a command.
fn lens(range: lsp_types::Range, title: String) -> CodeLens {
    let command = Command { title, tooltip: None, command: String::new(), arguments: None };
    CodeLens { range, command: Some(command), data: None }
}
