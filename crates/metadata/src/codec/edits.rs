//! From the new content of elements to text edits of one file.

use std::collections::BTreeMap;

use preauth_source::Edit;
use preauth_xml::{NewElement, Node, Rewrite, Tree, XmlPath};

use crate::{ElementRef, NewContent, Refusal};

/// The new content of one element.
pub(super) struct FileChange {
    pub(super) element: ElementRef,
    pub(super) content: NewContent,
}

/// The edits that make the changes in one file.
pub(super) fn edits<'a, 't>(tree: &'a Tree<'t>, changes: &[&FileChange]) -> Result<Vec<Edit>, Refusal> {
    let mut rewrite = Rewrite::new(tree);
    let root = tree.root().expect("invariant: a well-formed file has a root");
    let mut holders: BTreeMap<&str, Vec<NewElement>> = BTreeMap::new();
    for change in changes {
        let path = XmlPath::parse(change.element.path).expect("invariant: the tables hold paths");
        let nodes = path.select(root);
        let mut insert =
            |rewrite: &mut Rewrite<'a, 't>, new: &dyn Fn(&str) -> NewElement| -> Result<(), Refusal> {
                let in_holder =
                    change.element.path.split_once('/').filter(|(holder, _)| HOLDERS.contains(holder));
                match (parent_of(root, change.element.path), in_holder) {
                    (Ok((parent, name)), _) => rewrite.insert(parent, new(name)),
                    (Err(_), Some((holder, name))) => holders.entry(holder).or_default().push(new(name)),
                    (Err(refusal), None) => return Err(refusal),
                }
                Ok(())
            };
        match &change.content {
            NewContent::Nothing => nodes.iter().for_each(|node| rewrite.remove(*node)),
            NewContent::Text(text) => match nodes.as_slice() {
                [] => insert(&mut rewrite, &|name| NewElement::text(name, text))?,
                [first, rest @ ..] => {
                    if first.trimmed_text() != *text {
                        rewrite.set_text(*first, text);
                    }
                    rest.iter().for_each(|node| rewrite.remove(*node));
                }
            },
            NewContent::Texts(wanted) => {
                for node in &nodes {
                    if !wanted.iter().any(|text| node.trimmed_text() == *text) {
                        rewrite.remove(*node);
                    }
                }
                for text in
                    wanted.iter().filter(|text| !nodes.iter().any(|node| node.trimmed_text() == **text))
                {
                    insert(&mut rewrite, &|name| NewElement::text(name, text))?;
                }
            }
            NewContent::Records(wanted) => {
                let is_same = |node: &Node<'_, '_>, record: &[(&str, String)]| {
                    node.children().count() == record.len()
                        && record.iter().all(|(name, text)| {
                            node.child(name).is_some_and(|child| child.trimmed_text() == *text)
                        })
                };
                for node in &nodes {
                    if !wanted.iter().any(|record| is_same(node, record)) {
                        rewrite.remove(*node);
                    }
                }
                for record in wanted.iter().filter(|record| !nodes.iter().any(|node| is_same(node, record))) {
                    let children =
                        || record.iter().map(|(name, text)| NewElement::text(name, text)).collect();
                    insert(&mut rewrite, &|name| NewElement::element(name, children()))?;
                }
            }
        }
    }
    for (holder, mut children) in holders {
        children.sort_by(|a, b| a.name().cmp(b.name()));
        rewrite.insert(root, NewElement::element(holder, children));
    }
    Ok(rewrite.finish())
}

/// Elements that have only optional children, and that a retrieve leaves out when they have none. They are created when
/// a child is written.
const HOLDERS: [&str; 1] = ["sessionPolicy"];

/// The parent element of a path, and the name of its last step.
fn parent_of<'a, 't, 'p>(root: Node<'a, 't>, path: &'p str) -> Result<(Node<'a, 't>, &'p str), Refusal> {
    if let Some(name) = path.strip_prefix("//") {
        // It is read at any depth, so there is no one place to insert it.
        return Err(Refusal::NoParent(name.to_owned()));
    }
    let Some((parent, name)) = path.rsplit_once('/') else { return Ok((root, path)) };
    let found = XmlPath::parse(parent).ok().and_then(|parent| parent.select(root).first().copied());
    found.map(|node| (node, name)).ok_or_else(|| Refusal::NoParent(parent.to_owned()))
}
