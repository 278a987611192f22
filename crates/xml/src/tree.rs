use std::{borrow::Cow, ops::Range};

use preauth_source::{FilePath, Location, TextRange, TextSize};

use crate::{
    attributes::{XmlAttribute, attributes},
    chars, text,
};

/// An XML document as ranges over its text: a flat arena of elements in the order of the document.
///
/// **Invariant**: an element's open tag, its content and its close tag tile its range; the ranges of its children
/// lie in its content, in order and apart.
#[derive(Debug)]
pub struct Tree<'t> {
    pub(crate) path: FilePath,
    pub(crate) text: &'t str,
    pub(crate) elements: Vec<ElementData>,
}

/// One element: all that is kept of it, 32 bytes. `NONE` stands for an element that is not there.
#[derive(Debug)]
pub(crate) struct ElementData {
    pub(crate) open: TextRange,
    /// Empty for a self-closing element, and for one without an end tag.
    pub(crate) close: TextRange,
    /// The offset of the end of the name, which starts after the `<`.
    pub(crate) name_end: TextSize,
    pub(crate) parent: u32,
    pub(crate) next: u32,
    pub(crate) first: u32,
}

pub(crate) const NONE: u32 = u32::MAX;

impl<'t> Tree<'t> {
    /// The root element; `None` in a document without any.
    pub fn root(&self) -> Option<Node<'_, 't>> {
        (!self.elements.is_empty()).then_some(Node { tree: self, index: 0 })
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The file.
    pub fn path(&self) -> &FilePath {
        &self.path
    }

    /// The namespace that the root element is in, as the root itself declares it.
    pub fn namespace(&self) -> Option<Cow<'t, str>> {
        let root = self.root()?;
        match root.prefix() {
            None => root.value_of(|name| name == "xmlns"),
            Some(prefix) => root.value_of(|name| name.strip_prefix("xmlns:") == Some(prefix)),
        }
    }
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a, 't> {
    tree: &'a Tree<'t>,
    index: u32,
}

impl PartialEq for Node<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_, '_> {}

impl<'a, 't> Node<'a, 't> {
    fn element(self) -> &'a ElementData {
        &self.tree.elements[self.index as usize]
    }

    fn at(self, index: u32) -> Option<Self> {
        (index != NONE).then_some(Self { index, ..self })
    }

    /// Its place in the order of the document: nodes of one tree are told apart by it.
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// The tree it is in.
    pub fn tree(self) -> &'a Tree<'t> {
        self.tree
    }

    /// The name without its prefix.
    pub fn name(self) -> &'t str {
        local(self.full_name())
    }

    /// True if it has this name.
    pub fn is_named(self, name: &str) -> bool {
        let end = usize::from(self.element().name_end);
        let Some(start) = end.checked_sub(name.len()).filter(|start| *start > 0) else { return false };
        let text = self.tree.text.as_bytes();
        // Nearly all names are told apart by what stands before as many bytes as this one has.
        matches!(text[start - 1], b'<' | b':') && text[start..end] == *name.as_bytes()
    }

    /// The place of the name in the open tag, without its prefix.
    pub fn name_range(self) -> TextRange {
        let end = self.element().name_end;
        TextRange::new(end - size(self.name().len()), end)
    }

    /// The name with its prefix.
    pub(crate) fn full_name(self) -> &'t str {
        let element = self.element();
        &self.tree.text[TextRange::new(element.open.start() + size("<".len()), element.name_end)]
    }

    /// Returns the prefix of the name, if it has one.
    pub(crate) fn prefix(self) -> Option<&'t str> {
        self.full_name().rsplit_once(':').map(|(prefix, _)| prefix)
    }

    /// The whole element.
    pub fn range(self) -> TextRange {
        self.open().cover(self.element().close)
    }

    /// The open tag; all of a self-closing element.
    pub fn open(self) -> TextRange {
        self.element().open
    }

    /// The close tag; `None` for a self-closing element, and for one without an end.
    pub fn close(self) -> Option<TextRange> {
        Some(self.element().close).filter(|close| !close.is_empty())
    }

    /// True if it is written as one tag.
    pub fn is_self_closing(self) -> bool {
        self.tree.text.as_bytes()[Range::<usize>::from(self.open())].ends_with(b"/>")
    }

    /// Returns the range between the tags; empty and after the tag where there is only one.
    pub fn content(self) -> TextRange {
        TextRange::new(self.open().end(), self.element().close.start())
    }

    /// The element that holds it; `None` for the root.
    pub fn parent(self) -> Option<Self> {
        self.at(self.element().parent)
    }

    /// Its child elements.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'a, 't> {
        std::iter::successors(self.at(self.element().first), |node| node.at(node.element().next))
    }

    /// The first child of this name.
    pub fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.is_named(name))
    }

    /// The children of this name.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.is_named(name))
    }

    /// The elements inside it at any depth, in the order of the document.
    pub fn descendants(self) -> impl Iterator<Item = Self> + use<'a, 't> {
        // They follow their ancestor in the arena, up to the first element that starts behind its end.
        let end = self.range().end();
        let count = self.tree.elements.len();
        (self.index as usize + 1..count)
            .map_while(move |index| self.at(u32::try_from(index).ok()?))
            .take_while(move |node| node.open().start() < end)
    }

    /// True if it has no child elements; the root of a tree that does not keep them all may seem to have none.
    pub fn is_leaf(&self) -> bool {
        self.element().first == NONE
    }

    /// Its own character data, not trimmed: text, CDATA and references decoded, line ends as `\n`; comments and
    /// what child elements hold left out.
    pub fn text(self) -> Cow<'t, str> {
        text::own(&self.tree.text[self.content()])
    }

    /// Its own character data without the white space around it.
    pub fn trimmed_text(self) -> Cow<'t, str> {
        match self.text() {
            Cow::Borrowed(text) => Cow::Borrowed(chars::trim(text)),
            Cow::Owned(text) => Cow::Owned(chars::trim(&text).to_owned()),
        }
    }

    /// The place of its text, without the white space around it: what a message about its value underlines. The open
    /// tag where there is no text, and for an element that holds elements.
    pub fn text_range(self) -> TextRange {
        let content = self.content();
        let raw = &self.tree.text[content];
        let trimmed = raw.trim_start_matches(chars::is_space);
        if trimmed.is_empty() || !self.is_leaf() {
            return self.open();
        }
        let start = content.end() - size(trimmed.len());
        TextRange::at(start, size(chars::trim(trimmed).len()))
    }

    /// The value of an attribute, by its name without a prefix. Its references are decoded.
    pub fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        self.value_of(|known| local(known) == name)
    }

    /// True if it is there only to say that there is no value: `xsi:nil="true"`.
    pub fn is_nil(self) -> bool {
        // Most tags hold nothing but their names.
        let is_plain = self.element().name_end + size(1) == self.open().end();
        !is_plain && self.attribute("nil").is_some_and(|value| matches!(chars::trim(&value), "true" | "1"))
    }

    /// Returns its location.
    pub fn location(self) -> Location {
        Location::new(self.tree.path.clone(), self.range())
    }

    fn value_of(self, wanted: impl Fn(&str) -> bool) -> Option<Cow<'t, str>> {
        let text = self.tree.text;
        let found = self.attributes().find(|attribute| wanted(&text[attribute.name.clone()]))?;
        Some(text::decode(&text[found.value]))
    }

    /// The attributes, with their places in the text.
    pub(crate) fn attributes(self) -> impl Iterator<Item = XmlAttribute> + use<'t> {
        let element = self.element();
        let end = element.open.end() - size(if self.is_self_closing() { 2 } else { 1 });
        attributes(self.tree.text, element.name_end.into()..end.into()).map_while(Result::ok)
    }
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.bytes().rposition(|byte| byte == b':').map_or(name, |colon| &name[colon + 1..])
}

/// A length inside a text that is known to fit.
pub(crate) fn size(n: usize) -> TextSize {
    TextSize::try_from(n).expect("invariant: a place in a text that was parsed")
}
