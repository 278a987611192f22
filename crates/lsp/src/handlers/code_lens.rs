use camino::Utf8PathBuf;
use lsp_types::{CodeLens, CodeLensParams, Command};
use preauth_metadata::Kind;
use preauth_policy::{Select, Tally, tally};
use preauth_source::{SourceFile, TextRange, TextSize};
use preauth_xml::Node;

use crate::{
    handlers::{cursor::Cursor, words},
    session::state::State,
};

/// Above the policies of an app: who may log in, whence and for how long. Above a policy: how many it is about.
pub(super) fn lenses(state: &State<'_>, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let path = state.path(&params.text_document.uri)?;
    if let Some(cursor) = Cursor::in_document(state, &params.text_document) {
        return Some(of_app(&cursor).into_iter().collect());
    }
    Some(of_policies(state, &path))
}

fn of_app(cursor: &Cursor<'_>) -> Option<CodeLens> {
    let app = cursor.app()?;
    let source = SourceFile::new(cursor.file.clone(), &cursor.text.text);
    let (tree, _) = preauth_xml::parse(&source, &|_| true);
    let node: Node<'_, '_> = match cursor.kind {
        Kind::ConnectedApp => {
            let root = tree.root()?;
            root.child("oauthPolicy").or_else(|| root.child("oauthConfig"))?
        }
        Kind::ExtlClntAppOauthConfigurablePolicies => tree.root()?,
        _ => return None,
    };
    let title = format!("{} · {} · {}", words::admitted(app), words::whence(app), words::how_long(app));
    Some(lens(cursor.text.lines.range(node.open()), title))
}

fn of_policies(state: &State<'_>, path: &Utf8PathBuf) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    for project in state.projects() {
        let Some(file) = project.rule_file(path) else { continue };
        let policies = &project.rules.policies;
        for policy in policies.all().iter().filter(|policy| policy.location.file == *file) {
            let given = project.given(state.host);
            let Some(tally) = tally(&project.workspace, policies, &given, &policy.id) else { continue };
            let place = project.place(&policy.location).unwrap_or(TextRange::empty(TextSize::new(0)));
            let mut title = sentence(policy.select, tally);
            if policy.off {
                title.push_str(" (it is off)");
            }
            lenses.push(lens(state.lines(path).range(place), title));
        }
    }
    lenses
}

fn sentence(select: Select, tally: Tally) -> String {
    let what = match (select, tally.matched) {
        (Select::App, 1) => "app".to_owned(),
        (Select::App, _) => "apps".to_owned(),
        (select, _) => format!("× {select}"),
    };
    let violate = if tally.violated == 1 { "violates it" } else { "violate it" };
    let mut title = format!("matches {} {what}, {} {violate}", tally.matched, tally.violated);
    if tally.undecided > 0 {
        title.push_str(&format!(", {} undecided", tally.undecided));
    }
    title
}

/// A lens that says something and does nothing.
fn lens(range: lsp_types::Range, title: String) -> CodeLens {
    let command = Command { title, tooltip: None, command: String::new(), arguments: None };
    CodeLens { range, command: Some(command), data: None }
}
