//! IP ranges with the element names of another metadata type: apps and settings say `start` and `end`, profiles say
//! `startAddress` and `endAddress`.

use preauth_source::{Applicability, Diagnostic, Edit, Fix, Label, Severity};
use preauth_xml::{NewElement, Node, Rewrite};

use super::name_place;
use crate::{
    codes::ELEMENT_MISPLACED,
    schema::elements::{self, ElementDef},
};

/// The names of the addresses of a range, in both ways.
const NAMES: [(&str, &str); 2] = [("start", "startAddress"), ("end", "endAddress")];

/// Returns the name that an address of a range has in other types.
pub(crate) fn other_name(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find_map(|(short, long)| match name {
        _ if name == short => Some(long),
        _ => (name == long).then_some(short),
    })
}

/// Returns the one finding of a range whose addresses have the names of another type. It stands for the unknown elements
/// and the missing ones.
pub(super) fn judge(parent: Node<'_, '_>, outline: &'static [ElementDef]) -> Option<Diagnostic> {
    let is_known = |name: &str| elements::named(outline, name).is_some();
    let wrong: Vec<(Node<'_, '_>, &'static str)> = parent
        .children()
        .filter(|node| !is_known(node.name()))
        .filter_map(|node| Some((node, other_name(node.name()).filter(|name| is_known(name))?)))
        .collect();
    let (first, _) = wrong.first()?;
    let listed = |names: Vec<String>| names.join(" and ");
    let names = listed(wrong.iter().map(|(node, _)| format!("`{}`", node.name())).collect());
    let right = {
        let known = NAMES.iter().flat_map(|(short, long)| [*short, *long]).filter(|name| is_known(name));
        listed(known.map(|name| format!("`{name}`")).collect())
    };
    let message = format!("{names} have no effect in `{}`: here it is {right}", parent.name());
    let message = if wrong.len() == 1 { message.replacen(" have ", " has ", 1) } else { message };
    let mut found = Diagnostic::new(
        ELEMENT_MISPLACED,
        Severity::Error,
        message,
        Label::new(name_place(*first), format!("here it is {right}")),
    );
    found.related.extend(wrong[1..].iter().map(|(node, _)| Label::new(name_place(*node), "and here")));
    found.fix = renamed(parent, &wrong);
    Some(found)
}

/// Returns the fix that renames the addresses, if each is only text and has no double.
fn renamed(parent: Node<'_, '_>, wrong: &[(Node<'_, '_>, &'static str)]) -> Option<Fix> {
    let is_free = |(index, (node, name)): (usize, &(Node<'_, '_>, &'static str))| {
        let is_double = wrong[..index].iter().any(|(_, other)| other == name);
        node.is_leaf() && !node.is_nil() && parent.child(name).is_none() && !is_double
    };
    if !wrong.iter().enumerate().all(is_free) {
        return None;
    }
    let mut rewrite = Rewrite::new(parent.tree());
    for (node, name) in wrong {
        rewrite.remove(*node);
        rewrite.insert(parent, NewElement::text(name, &node.trimmed_text()));
    }
    let edits: Vec<Edit> = rewrite.finish();
    let names: Vec<String> =
        wrong.iter().map(|(node, name)| format!("`{}` to `{name}`", node.name())).collect();
    // It puts the range into effect, so addresses outside of it may be refused.
    let applicability = Applicability::Unsafe;
    Some(Fix { title: format!("rename {}", names.join(" and ")), applicability, edits })
}
