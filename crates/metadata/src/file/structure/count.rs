//! Elements that stand more often than they can, and elements that are missing.

use preauth_source::{Applicability, Diagnostic, Fix, Label, Severity};
use preauth_xml::{Node, Rewrite};

use super::{Child, name_place};
use crate::{
    ATTRIBUTES, AppKind, Kind, Role,
    codes::{ELEMENT_DUPLICATED, REQUIRED_MISSING},
    file::demand::LINK,
    schema::elements::ElementDef,
};

/// Judges how often the children of an element stand there.
pub(super) fn judge(
    kind: Kind,
    parent: Node<'_, '_>,
    outline: &'static [ElementDef],
    children: &[Child<'_, '_>],
    found: &mut Vec<Diagnostic>,
) {
    let counts_once = |child: &&Child<'_, '_>| child.element.is_some_and(|element| !element.is_list);
    let single: Vec<&Child<'_, '_>> = children.iter().filter(counts_once).collect();
    let is_of = |child: &Child<'_, '_>, element: &ElementDef| {
        child.element.is_some_and(|known| std::ptr::eq(known, element))
    };
    // A part that names no app is judged with what it links to.
    let may_be_missing = |element: &&ElementDef| element.is_required && element.name != LINK;
    let is_missing = |element: &&ElementDef| !single.iter().any(|child| is_of(child, element));
    if !parent.is_nil() && !is_partial(kind, parent) {
        let missed = outline.iter().filter(may_be_missing).filter(is_missing);
        found.extend(missed.map(|element| missing(kind, parent, element)));
    }
    for (index, first) in single.iter().enumerate() {
        let is_same = |child: &&&Child<'_, '_>| first.element.is_some_and(|element| is_of(child, element));
        if !single[..index].iter().any(|child| is_same(&child)) {
            let later: Vec<_> = single[index + 1..].iter().filter(is_same).map(|child| child.node).collect();
            found.extend(duplicated(first.node, &later));
        }
    }
}

/// True if a file need not hold what its type requires: the stub of a packaged app, or what a retrieve gives of an app
/// that a package owns.
fn is_partial(kind: Kind, parent: Node<'_, '_>) -> bool {
    let settings = ["oauthConfig", "samlConfig", "canvasConfig"];
    kind == Kind::ConnectedApp
        && parent.parent().is_none()
        && settings.iter().all(|name| parent.child(name).is_none())
}

fn missing(kind: Kind, parent: Node<'_, '_>, element: &ElementDef) -> Diagnostic {
    let name = element.name;
    let message = format!("`{name}` is missing in `{}`, and the Metadata API requires it", parent.name());
    let label = Label::new(name_place(parent), format!("there is no `{name}` in it"));
    let missing = Diagnostic::new(REQUIRED_MISSING, Severity::Warning, message, label)
        .with_help("retrieve it again, or add the element: a deployment may be refused without it");
    match setup(kind, parent, name) {
        Some(setup) => missing.with_help(format!("in Setup: {setup}")),
        None => missing,
    }
}

/// Returns where Setup shows an element.
fn setup(kind: Kind, parent: Node<'_, '_>, name: &str) -> Option<String> {
    let app =
        if kind.role() == Role::ConnectedApp { AppKind::ConnectedApp } else { AppKind::ExternalClientApp };
    let inside = |path: &str| match path.rsplit_once('/') {
        Some((above, last)) => last == name && above == parent.name(),
        None => path == name && parent.parent().is_none(),
    };
    let keeps = |element: &crate::ElementRef| element.kind == kind && inside(element.path);
    ATTRIBUTES
        .iter()
        .find(|row| row.column(app).is_some_and(|column| column.elements.iter().any(keeps)))
        .and_then(|row| row.setup(app))
}

fn duplicated(first: Node<'_, '_>, later: &[Node<'_, '_>]) -> Option<Diagnostic> {
    let second = *later.first()?;
    let (name, tree) = (first.name(), first.tree());
    let equal = later.iter().all(|node| says_the_same(first, *node));
    let (severity, message) = match equal {
        true => (Severity::Warning, format!("`{name}` stands here twice, with the same value")),
        false => (
            Severity::Error,
            format!("`{name}` stands here twice, with different values: only one of them can count"),
        ),
    };
    let mut found =
        Diagnostic::new(ELEMENT_DUPLICATED, severity, message, Label::new(name_place(second), "once more"))
            .with_related(Label::new(name_place(first), "the first one"));
    found.related.extend(later[1..].iter().map(|node| Label::new(name_place(*node), "and once more")));
    if equal {
        let mut rewrite = Rewrite::new(tree);
        later.iter().for_each(|node| rewrite.remove(*node));
        let title = format!("remove the second `{name}`");
        found.fix = Some(Fix { title, applicability: Applicability::Safe, edits: rewrite.finish() });
        return Some(found);
    }
    Some(found.with_help("keep the one that is meant; what the org does is in Setup"))
}

/// True if two elements have the same content, however they are written.
pub(crate) fn says_the_same(a: Node<'_, '_>, b: Node<'_, '_>) -> bool {
    if a.is_leaf() && b.is_leaf() {
        return a.is_nil() == b.is_nil() && a.trimmed_text() == b.trimmed_text();
    }
    let (mut of_a, mut of_b) = (a.children(), b.children());
    loop {
        match (of_a.next(), of_b.next()) {
            (Some(a), Some(b)) if a.name() == b.name() && says_the_same(a, b) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}
