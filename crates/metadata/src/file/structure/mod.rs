//! The form of a file: whether its elements are those that the Metadata API reads, where it reads them, as often as
//! it reads them.

mod count;

pub(crate) use count::says_the_same;
mod permission;
pub(crate) mod range_names;
mod stray;
#[cfg(test)]
mod tests;
pub(crate) mod versions;

use std::cell::OnceCell;

use preauth_source::{Diagnostic, Label, Location, Severity};
use preauth_xml::{Node, Tree};

use self::stray::Stray;
use crate::{
    Kind,
    codes::ELEMENT_UNKNOWN,
    schema::elements::{self, Children, ElementDef},
};

/// The namespace of every file that the Metadata API reads.
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// What a file holds that the Metadata API does not read: elements that its kind does not have (`element-unknown`),
/// has in another place (`element-misplaced`) or only once (`element-duplicated`), and user permissions that there are
/// none of (`permission-unknown`); and what it lacks (`required-missing`). In the order of the file; nothing inside an
/// element that is not read is judged, nor anything in a file whose root is of another kind.
///
/// `tree` may leave out elements below the root that nothing asks for; none that is required is left out.
pub fn check_elements(tree: &Tree<'_>, kind: Kind) -> Vec<Diagnostic> {
    let (Some(outline), Some(root)) = (elements::known(kind), tree.root()) else { return Vec::new() };
    if let Some(expected) = kind.root().filter(|expected| *expected != root.name()) {
        return vec![wrong_root(root, expected)];
    }
    let mut found = Vec::new();
    if tree.namespace().as_deref() != Some(NAMESPACE) {
        found.push(foreign_namespace(root));
    }
    let all = OnceCell::new();
    let mut open = vec![(root, outline)];
    let mut children = Vec::new();
    while let Some((parent, outline)) = open.pop() {
        children.clear();
        children.extend(parent.children().map(|node| Child::new(node, outline)));
        if let Some(range) = range_names::judge(parent, outline) {
            found.push(range);
            continue;
        }
        if !outline.is_empty() {
            count::judge(kind, parent, outline, &children, &mut found);
        }
        found.extend(permission::judge(kind, parent));
        for &Child { node, element } in &children {
            match element.map(|element| element.children) {
                Some(Children::Known(inner)) => open.push((node, inner)),
                Some(Children::Text) if node.is_leaf() => {}
                Some(Children::Text) => open.push((node, &[])),
                Some(Children::Any) => {}
                None => {
                    let all = all.get_or_init(|| elements::all(kind));
                    found.push(Stray { kind, node, all }.judge());
                }
            }
        }
    }
    if !kind.role().is_app() {
        // Such a tree is not whole, and only a whole one can be rewritten.
        found.iter_mut().for_each(|diagnostic| diagnostic.fix = None);
    }
    found.sort_by(Diagnostic::order);
    found
}

/// A child of an element, and what the outline of its parent says of it, if anything.
#[derive(Clone, Copy)]
struct Child<'a, 't> {
    node: Node<'a, 't>,
    element: Option<&'static ElementDef>,
}

impl<'a, 't> Child<'a, 't> {
    fn new(node: Node<'a, 't>, outline: &'static [ElementDef]) -> Self {
        Self { node, element: elements::named(outline, node.name()) }
    }
}

fn wrong_root(root: Node<'_, '_>, expected: &str) -> Diagnostic {
    let message = format!("this file's name says {expected}, its root element says {}", root.name());
    let label = Label::new(name_place(root), format!("`{expected}` is expected here"));
    Diagnostic::new(ELEMENT_UNKNOWN, Severity::Error, message, label)
        .with_help("rename the file, or put its content back: nothing in it was judged")
}

fn foreign_namespace(root: Node<'_, '_>) -> Diagnostic {
    let message = format!("`{}` is not in the namespace of the Metadata API", root.name());
    Diagnostic::new(ELEMENT_UNKNOWN, Severity::Warning, message, Label::new(name_place(root), ""))
        .with_help(format!("write xmlns=\"{NAMESPACE}\" in this tag"))
}

/// Returns the range of an element's name in its open tag.
fn name_place(node: Node<'_, '_>) -> Location {
    Location::new(node.tree().path().clone(), node.name_range())
}
