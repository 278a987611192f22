use std::collections::{BTreeMap, BTreeSet};

use preauth_source::{Edit, Location, TextRange, TextSize};

use crate::{
    NewElement, Node, Tree, chars,
    edit::new::{LineStart, start, write_all},
    text::{ContentPiece, escape, pieces},
    tree::{local, size},
};

/// Structural changes of one document, as text edits that keep every other byte.
///
/// The document is well-formed, and the tree keeps all of it. Changes are collected and become edits together, so
/// that elements can be removed and others inserted beside them. What is changed inside an element that is removed
/// goes with it.
#[derive(Debug)]
pub struct Rewrite<'a, 't> {
    tree: &'a Tree<'t>,
    texts: BTreeMap<u32, (Node<'a, 't>, String)>,
    removed: BTreeSet<u32>,
    inserted: BTreeMap<u32, (Node<'a, 't>, Vec<NewElement>)>,
    changes: Vec<TextChange>,
}

/// A range and its new text.
type TextChange = (TextRange, String);

impl<'a, 't> Rewrite<'a, 't> {
    /// No changes yet.
    pub fn new(tree: &'a Tree<'t>) -> Self {
        Self {
            tree,
            texts: BTreeMap::new(),
            removed: BTreeSet::new(),
            inserted: BTreeMap::new(),
            changes: Vec::new(),
        }
    }

    /// Makes `text` the text of an element that holds no others. The white space and the comments around the old text
    /// stay; `xsi:nil` goes.
    pub fn set_text(&mut self, node: Node<'a, 't>, text: &str) {
        self.texts.insert(node.index(), (node, text.to_owned()));
    }

    /// Removes an element, with its line when it has one to itself. The root stays.
    pub fn remove(&mut self, node: Node<'a, 't>) {
        if node.parent().is_some() && self.removed.insert(node.index()) {
            self.changes.push((self.line_range(node), String::new()));
        }
    }

    /// Inserts an element: among the siblings of its name, in the order of the alphabet where their texts are in that
    /// order and else after the last; if there are none, before the first sibling whose name comes later in the
    /// alphabet, else at the end. Indentation and line ends are those of its neighbours.
    pub fn insert(&mut self, parent: Node<'a, 't>, new: NewElement) {
        self.inserted.entry(parent.index()).or_insert((parent, Vec::new())).1.push(new);
    }

    /// Replaces bytes by others, as they are: nothing is escaped.
    pub fn replace(&mut self, range: TextRange, raw: &str) {
        self.changes.push((range, raw.to_owned()));
    }

    /// The edits: sorted and apart.
    pub fn finish(mut self) -> Vec<Edit> {
        let mut changes = std::mem::take(&mut self.changes);
        for (node, text) in self.texts.values() {
            self.write_text(*node, text, &mut changes);
        }
        for (parent, mut news) in std::mem::take(&mut self.inserted).into_values() {
            news.sort_by(|a, b| (a.name(), a.own_text()).cmp(&(b.name(), b.own_text())));
            if parent.is_leaf() {
                self.fill(parent, &news, &mut changes);
            } else {
                self.place(parent, &news, &mut changes);
            }
        }
        self.edits(changes)
    }

    /// Joins insertions at one place with each other and with the replacement that starts there; leaves out what lies
    /// inside what is replaced.
    fn edits(&self, mut changes: Vec<TextChange>) -> Vec<Edit> {
        changes.sort_by_key(|(range, _)| (range.start(), range.end()));
        let mut joined: Vec<TextChange> = Vec::new();
        for (range, insert) in changes {
            match joined.last_mut() {
                Some((last, text)) if last.is_empty() && last.start() == range.start() => {
                    *last = range;
                    text.push_str(&insert);
                }
                Some((last, _)) if range.start() < last.end() => {}
                _ => joined.push((range, insert)),
            }
        }
        let edit = |(range, insert): TextChange| Edit {
            location: Location::new(self.tree.path().clone(), range),
            expected: self.tree.text()[range].into(),
            insert: insert.into(),
        };
        joined.into_iter().map(edit).collect()
    }

    fn write_text(&self, node: Node<'a, 't>, text: &str, changes: &mut Vec<TextChange>) {
        self.unset_nil(node, changes);
        let text = escape(text).into_owned();
        changes.push(match node.is_self_closing() {
            true => self.split(node, &text),
            false => (self.text_place(node), text),
        });
    }

    /// Returns the range of the text of an element, or where its text would be.
    fn text_place(&self, node: Node<'a, 't>) -> TextRange {
        let content = node.content();
        let raw = &self.tree.text()[content];
        let mut place: Option<TextRange> = None;
        let mut is_plain = true;
        for (piece, range) in pieces(raw.as_bytes()) {
            is_plain &= piece == ContentPiece::Text;
            let part = &raw[range.clone()];
            let trimmed = if piece == ContentPiece::Text { chars::trim(part) } else { part };
            if matches!(piece, ContentPiece::Text | ContentPiece::CData) && !trimmed.is_empty() {
                let before = part.len() - part.trim_start_matches(chars::is_space).len();
                let at = content.start() + size(range.start + before);
                let found = TextRange::at(at, size(trimmed.len()));
                place = Some(place.map_or(found, |place| place.cover(found)));
            }
        }
        match place {
            Some(place) => place,
            None if is_plain => content,
            None => TextRange::empty(content.end()),
        }
    }

    /// Takes `xsi:nil` from an element that gets content.
    fn unset_nil(&self, node: Node<'a, 't>, changes: &mut Vec<TextChange>) {
        let text = self.tree.text();
        let nil = node.attributes().filter(|attribute| local(&text[attribute.name.clone()]) == "nil");
        changes.extend(
            nil.map(|nil| (TextRange::new(size(nil.whole.start), size(nil.whole.end)), String::new())),
        );
    }

    /// Makes two tags of one, with `body` between them.
    fn split(&self, node: Node<'a, 't>, body: &str) -> TextChange {
        let tag = self.tree.text()[node.open()].trim_end_matches("/>").trim_end_matches(chars::is_space);
        let end = TextRange::new(node.open().start() + size(tag.len()), node.open().end());
        (end, format!(">{body}</{}>", node.full_name()))
    }

    /// Inserts elements among siblings.
    fn place(&self, parent: Node<'a, 't>, news: &[NewElement], changes: &mut Vec<TextChange>) {
        let prefix = prefix(parent);
        let staying: Vec<_> =
            parent.children().filter(|child| !self.removed.contains(&child.index())).collect();
        let first = staying.first().copied().or_else(|| parent.children().next());
        for new in news {
            let same = among_same(&staying, new);
            let greater = || staying.iter().position(|child| child.name() > new.name());
            let place = same.or_else(greater).unwrap_or(staying.len());
            if let Some(previous) = place.checked_sub(1).map(|index| staying[index]) {
                let line = self.line_of(previous);
                let at =
                    if line.is_some() { self.end_with_comment(previous) } else { previous.range().end() };
                changes.push((TextRange::empty(at), write_all([new], &prefix, line.as_ref())));
            } else if let Some(next) = first {
                let line = self.line_of(next);
                let (indent, newline) =
                    line.as_ref().map_or(("", ""), |line| (line.indent.as_str(), line.newline));
                let at = next.range().start() - size(indent.len());
                let text = format!("{indent}{}{newline}", new.write(&prefix, line.as_ref()));
                changes.push((TextRange::empty(at), text));
            }
        }
    }

    /// Inserts elements into one that holds none yet.
    fn fill(&self, parent: Node<'a, 't>, news: &[NewElement], changes: &mut Vec<TextChange>) {
        self.unset_nil(parent, changes);
        let outer = self.line_of(parent).or_else(|| self.line_of_root(parent));
        let inner = outer.as_ref().map(LineStart::deeper);
        let body = write_all(news, &prefix(parent), inner.as_ref()) + &start(outer.as_ref());
        if parent.is_self_closing() {
            changes.push(self.split(parent, &body));
            return;
        }
        let content = parent.content();
        let kept = self.tree.text()[content].trim_end_matches(chars::is_space);
        changes.push((TextRange::new(content.start() + size(kept.len()), content.end()), body));
    }

    /// How the line of an element starts, if the element is the first thing on it.
    fn line_of(&self, node: Node<'a, 't>) -> Option<LineStart> {
        let text = self.tree.text();
        let start = self.line_start(node.range().start())?;
        let indent = &text[TextRange::new(start, node.range().start())];
        let newline = if text[..usize::from(start)].ends_with("\r\n") { "\r\n" } else { "\n" };
        let own = chars::trim(indent).is_empty();
        own.then(|| LineStart { newline, indent: indent.to_owned(), unit: self.unit() })
    }

    /// How the line of a root starts that is not the first thing on its line: the line is not indented. `None` where
    /// the document is all on one line.
    fn line_of_root(&self, node: Node<'a, 't>) -> Option<LineStart> {
        let text = self.tree.text();
        let end = text.find('\n').filter(|_| node.parent().is_none())?;
        let newline = if text[..end].ends_with('\r') { "\r\n" } else { "\n" };
        Some(LineStart { newline, indent: String::new(), unit: self.unit() })
    }

    /// Returns the indentation of one level, as it is below the root.
    fn unit(&self) -> String {
        let indent = |node: Node<'a, 't>| {
            let start = self.line_start(node.range().start())?;
            Some(&self.tree.text()[TextRange::new(start, node.range().start())])
        };
        let root = self.tree.root();
        let first = root.and_then(|root| root.children().next()).and_then(indent);
        let outer = root.and_then(indent).unwrap_or_default();
        let unit = first.filter(|first| chars::trim(first).is_empty());
        unit.map_or("    ", |unit| unit.strip_prefix(outer).unwrap_or(unit)).to_owned()
    }

    /// Returns the start of the line of an offset; `None` on the first line.
    fn line_start(&self, at: TextSize) -> Option<TextSize> {
        let before = &self.tree.text().as_bytes()[..usize::from(at)];
        memchr::memrchr(b'\n', before).map(|newline| size(newline + 1))
    }

    /// Returns the text after an element on its last line, with the newline if there is one.
    fn rest_of_line(&self, node: Node<'a, 't>) -> &'t str {
        let after = &self.tree.text()[usize::from(node.range().end())..];
        after.split_inclusive('\n').next().unwrap_or_default()
    }

    /// The end of an element and of the comment behind it on its line, if that is all that follows there.
    fn end_with_comment(&self, node: Node<'a, 't>) -> TextSize {
        let rest = self.rest_of_line(node).trim_end_matches(chars::is_space);
        let comment = chars::trim(rest).strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        let alone = comment.is_some_and(|comment| !comment.contains("-->"));
        node.range().end() + size(if alone { rest.len() } else { 0 })
    }

    /// An element's lines with their line break, when it has them to itself; otherwise the element.
    fn line_range(&self, node: Node<'a, 't>) -> TextRange {
        let range = node.range();
        let rest = self.rest_of_line(node);
        let is_blank = |text: &str| chars::trim(text).is_empty();
        let start = self.line_start(range.start()).filter(|start| {
            is_blank(&self.tree.text()[TextRange::new(*start, range.start())])
                && is_blank(rest)
                && rest.ends_with('\n')
        });
        start.map_or(range, |start| TextRange::new(start, range.end() + size(rest.len())))
    }
}

/// The place of a new element among those of its name; `None` where there are none.
fn among_same(siblings: &[Node<'_, '_>], new: &NewElement) -> Option<usize> {
    let first = siblings.iter().position(|child| child.name() == new.name())?;
    let same = siblings.iter().enumerate().skip(first).filter(|(_, child)| child.name() == new.name());
    let texts: Vec<_> = same.map(|(index, child)| (index, child.trimmed_text())).collect();
    let ordered = texts.is_sorted_by(|(_, a), (_, b)| a <= b);
    let before = |text: &str| new.own_text().is_none_or(|new| !ordered || text <= new);
    let last_before = texts.iter().rfind(|(_, text)| before(text));
    Some(last_before.map_or(first, |(index, _)| index + 1))
}

/// The prefix of an element's name with its colon: its children get the same.
fn prefix(node: Node<'_, '_>) -> String {
    node.prefix().map(|prefix| format!("{prefix}:")).unwrap_or_default()
}
