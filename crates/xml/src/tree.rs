use std::borrow::Cow;

use preauth_source::{FilePath, Location, TextRange, TextSize};

use crate::text;

/// An XML document as ranges over its text: a flat arena of elements in the order of the document.
///
/// **Invariant**: an element's open tag, its content and its close tag tile its range; the ranges of its children
/// lie in its content, in order and apart.
#[derive(Debug)]
pub struct Tree<'t> {
    pub(crate) path: FilePath,
    pub(crate) text: &'t str,
    pub(crate) elements: Vec<Element>,
}

/// One element: all that is kept of it. `NONE` stands for what is not there.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) open: TextRange,
    /// Empty for a self-closing element, and where the text ends before the element does.
    pub(crate) close: TextRange,
    /// The name with its prefix.
    pub(crate) name: TextRange,
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

    /// The default namespace that the root declares.
    pub fn namespace(&self) -> Option<Cow<'t, str>> {
        let root = self.root()?;
        match root.prefix() {
            None => root.raw_attribute(|name| name == "xmlns"),
            Some(prefix) => root.raw_attribute(|name| name.strip_prefix("xmlns:") == Some(prefix)),
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

impl<'a, 't> Node<'a, 't> {
    fn element(self) -> &'a Element {
        &self.tree.elements[self.index as usize]
    }

    fn at(self, index: u32) -> Option<Self> {
        (index != NONE).then_some(Self { index, ..self })
    }

    /// The tree it is in.
    pub fn tree(self) -> &'a Tree<'t> {
        self.tree
    }

    /// The name without its prefix.
    pub fn name(self) -> &'t str {
        &self.tree.text[self.name_range()]
    }

    /// The place of the name in the open tag, without its prefix.
    pub fn name_range(self) -> TextRange {
        let range = self.element().name;
        let name = &self.tree.text[range];
        let prefix = name.find(':').map_or(0, |colon| colon + 1);
        TextRange::new(range.start() + size(prefix), range.end())
    }

    fn prefix(self) -> Option<&'t str> {
        self.tree.text[self.element().name].split_once(':').map(|(prefix, _)| prefix)
    }

    /// The whole element.
    pub fn range(self) -> TextRange {
        self.open().cover(self.element().close)
    }

    /// The open tag, or the whole of a self-closing element.
    pub fn open(self) -> TextRange {
        self.element().open
    }

    /// The close tag; empty for a self-closing element.
    pub fn close(self) -> TextRange {
        self.element().close
    }

    /// Whether it is written as one tag.
    pub fn is_self_closing(self) -> bool {
        self.element().close.is_empty() && self.tree.text[self.open()].ends_with("/>")
    }

    /// What stands between the tags.
    pub fn content(self) -> TextRange {
        TextRange::new(self.open().end(), self.close().start().max(self.open().end()))
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
        self.children().find(|child| child.name() == name)
    }

    /// The children of this name.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.name() == name)
    }

    /// Whether it has no child elements.
    pub fn is_leaf(&self) -> bool {
        self.element().first == NONE
    }

    /// Its own character data: text, CDATA and references decoded, line ends as `\n`; comments and the text of
    /// children left out.
    pub fn text(self) -> Cow<'t, str> {
        let content = self.content();
        if self.is_leaf() {
            return text::decode(&self.tree.text[content]);
        }
        let mut out = String::new();
        let mut from = content.start();
        for child in self.children() {
            out.push_str(&text::decode(&self.tree.text[TextRange::new(from, child.range().start())]));
            from = child.range().end();
        }
        out.push_str(&text::decode(&self.tree.text[TextRange::new(from, content.end())]));
        Cow::Owned(out)
    }

    /// Its character data without white space around it.
    pub fn trimmed_text(self) -> Cow<'t, str> {
        match self.text() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// The place of the content without white space around it; the open tag where there is none.
    pub fn text_range(self) -> TextRange {
        let content = self.content();
        let raw = &self.tree.text[content];
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            return self.open();
        }
        let before = raw.len() - raw.trim_start().len();
        TextRange::at(content.start() + size(before), size(trimmed.len()))
    }

    /// The value of an attribute, by its name without a prefix.
    pub fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        self.raw_attribute(|known| known.rsplit(':').next() == Some(name))
    }

    /// Whether it is there only to say that there is no value: `xsi:nil="true"`.
    pub fn is_nil(self) -> bool {
        self.attribute("nil").is_some_and(|value| matches!(value.trim(), "true" | "1"))
    }

    /// Where it is.
    pub fn location(self) -> Location {
        Location::new(self.tree.path.clone(), self.range())
    }

    fn raw_attribute(self, wanted: impl Fn(&str) -> bool) -> Option<Cow<'t, str>> {
        self.attributes().find(|(name, ..)| wanted(name)).map(|(_, value, _)| text::decode(value))
    }

    /// The attributes: name, value as it is written, and the place of the whole with the white space before it.
    pub(crate) fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str, TextRange)> {
        let element = self.element();
        let tag = &self.tree.text[element.open];
        let mut at = usize::from(element.name.end() - element.open.start());
        std::iter::from_fn(move || {
            let start = at;
            let name_at = start + (tag.len() - start) - tag[start..].trim_start().len();
            let equals = name_at + tag[name_at..].find('=')?;
            let open = equals + tag[equals..].find(['"', '\''])?;
            let quote = char::from(tag.as_bytes()[open]);
            let close = open + 1 + tag[open + 1..].find(quote)?;
            at = close + 1;
            let range = TextRange::at(element.open.start() + size(start), size(at - start));
            Some((tag[name_at..equals].trim_end(), &tag[open + 1..close], range))
        })
    }
}

/// A length inside a text that is known to fit.
pub(crate) fn size(n: usize) -> TextSize {
    TextSize::try_from(n).expect("invariant: a place in a text that was parsed")
}
