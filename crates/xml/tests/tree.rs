//! A tree has the ranges and names of a document as it is written.

#![expect(clippy::redundant_closure_for_method_calls, reason = "the path of a method has one lifetime only")]

use std::borrow::Cow;

use preauth_source::{SourceFile, TextRange};
use preauth_xml::{Node, parse};

/// Parses `text` and calls `look` with the first child of the root.
fn first<'t, T>(text: &'t str, look: impl for<'a> FnOnce(Node<'a, 't>) -> T) -> T {
    let (tree, errors) = parse(&SourceFile::new("a.xml".into(), text), &|_| true);
    assert_eq!(errors, []);
    look(tree.root().and_then(|root| root.children().next()).expect("a child"))
}

fn slices(text: &str) -> [&str; 4] {
    first(text, |node| [node.range(), node.open(), node.content(), node.text_range()])
        .map(|range| &text[range])
}

#[test]
fn parts_of_an_element_tile_its_text() {
    assert_eq!(slices("<r><a> x </a></r>"), ["<a> x </a>", "<a>", " x ", "x"]);
    assert_eq!(slices("<r><a b='1'/></r>"), ["<a b='1'/>", "<a b='1'/>", "", "<a b='1'/>"]);
    assert_eq!(slices("<r><a></a></r>"), ["<a></a>", "<a>", "", "<a>"]);
    assert_eq!(slices("<r><a> <b/> </a></r>"), ["<a> <b/> </a>", "<a>", " <b/> ", "<a>"]);
}

#[test]
fn offsets_include_the_byte_order_mark() {
    let text = "\u{FEFF}<r><a>x</a></r>";
    assert_eq!(first(text, |node| node.range()), TextRange::new(6.into(), 14.into()));
}

#[test]
fn only_an_end_tag_ends_an_element() {
    assert_eq!(first("<r><a/></r>", |node| node.close()), None);
    assert_eq!(first("<r><a></a ></r>", |node| node.close()), Some(TextRange::new(6.into(), 11.into())));
}

#[test]
fn names_do_not_include_prefixes() {
    let text = "<m:r xmlns:m='urn:x'><m:a m:b='1'/></m:r>";
    assert_eq!(first(text, |node| node.name()), "a");
    assert_eq!(&text[first(text, |node| node.name_range())], "a");
    assert_eq!(first(text, |node| node.attribute("b").map(Cow::into_owned)).as_deref(), Some("1"));
    assert_eq!(first(text, |node| node.tree().namespace().map(Cow::into_owned)).as_deref(), Some("urn:x"));
}

#[test]
fn root_needs_no_namespace() {
    assert_eq!(first("<r xmlns:m='urn:x'><a/></r>", |node| node.tree().namespace()), None);
}

#[test]
fn nil_has_two_spellings() {
    for (text, nil) in [
        ("<r><a xsi:nil='true'/></r>", true),
        ("<r><a xsi:nil=\"1\"></a></r>", true),
        ("<r><a xsi:nil='false'/></r>", false),
        ("<r><a/></r>", false),
    ] {
        assert_eq!(first(text, |node| node.is_nil()), nil, "{text}");
    }
}

#[test]
fn no_break_space_is_text() {
    assert_eq!(first("<r><a> \u{A0}x </a></r>", |node| node.trimmed_text().into_owned()), "\u{A0}x");
}

#[test]
fn descendants_are_inside_their_ancestor() {
    let text = "<r><a><b><c/></b></a><d/></r>";
    assert_eq!(first(text, |node| node.descendants().map(Node::name).collect::<Vec<_>>()), ["b", "c"]);
}
