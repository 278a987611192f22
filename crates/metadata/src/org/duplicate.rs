//! Copies of an app in several places of the tree.

use std::sync::Arc;

use preauth_source::SourceFile;
use preauth_xml::Tree;

use crate::{App, Fact, FactState, FileFacts, Value, file::structure::says_the_same, value::defaults};

/// Where else the tree holds an app, and says something else of it: its own file first, then the main files of the
/// others, which are the apps of its name and kind that come after it. Copies that are alike are no matter.
pub(crate) fn duplicates<'a>(app: &App, later: impl Iterator<Item = &'a App>) -> Fact {
    let others: Vec<&App> = later.filter(|other| !are_alike(other, app)).collect();
    let here = |app: &App| Fact::present(Value::text(app.main_file().as_str()), app.home.clone());
    if others.is_empty() {
        return Fact::new(FactState::Default(defaults::empty_list()), app.home.clone());
    }
    let places: Vec<Fact> = std::iter::once(app).chain(others).map(here).collect();
    let homes = places.iter().flat_map(|place| place.places.iter().cloned()).collect();
    Fact { state: FactState::Present(Value::List(places.into())), places: homes }
}

/// True if the files of two apps say the same, whatever they are called and however they are written.
fn are_alike(a: &App, b: &App) -> bool {
    let by_kind = |app: &App| {
        let mut files: Vec<Arc<FileFacts>> = app.files.to_vec();
        files.sort_by_key(|file| file.kind);
        files
    };
    let (of_a, of_b) = (by_kind(a), by_kind(b));
    let alike = |(a, b): (&Arc<FileFacts>, &Arc<FileFacts>)| {
        let (text_a, text_b) = (a.text.clone().unwrap_or_default(), b.text.clone().unwrap_or_default());
        let (tree_a, tree_b) = (tree(a, &text_a), tree(b, &text_b));
        let roots = tree_a.root().zip(tree_b.root());
        a.kind == b.kind && roots.is_some_and(|(a, b)| says_the_same(a, b))
    };
    a.kind == b.kind && of_a.len() == of_b.len() && of_a.iter().zip(&of_b).all(alike)
}

fn tree<'t>(file: &FileFacts, text: &'t str) -> Tree<'t> {
    preauth_xml::parse(&SourceFile::new(file.path.clone(), text), &|_| true).0
}
