//! What a file has under the paths that are asked of it, element by element.

use std::sync::Arc;

use preauth_source::{TextRange, TextSize};
use preauth_xml::{Line, Node, Path};

/// What a file has under one path.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    /// The elements, in the order of the file.
    pub found: Vec<Found>,
    /// The open tag of the deepest element on the way: where something missing is missing from.
    pub anchor: TextRange,
    /// How many steps lead there.
    depth: usize,
}

/// An element that was asked for.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it begins.
    at: TextSize,
    says: Arc<Says>,
}

/// What an element says, wherever it stands: places are told from its start.
#[derive(Debug)]
struct Says {
    text: Arc<str>,
    range: TextRange,
    length: TextSize,
    nil: bool,
    children: Box<[Leaf]>,
}

/// What the captures of a file have from one element below its root.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// By the number of their path, those that it has a part in.
    parts: Vec<(usize, Capture)>,
    /// The lines that its places stand on, if they are known.
    pub(crate) lines: Vec<Line>,
}

/// A child that has only text: its name, its text, and where that is.
type Leaf = (Box<str>, Arc<str>, TextRange);

impl Found {
    fn new(node: Node<'_, '_>) -> Self {
        let at = node.range().start();
        let text = |node: Node<'_, '_>| -> Arc<str> { (&*node.trimmed_text()).into() };
        let leaves = node.children().filter(Node::is_leaf);
        let children = leaves.map(|leaf| (leaf.name().into(), text(leaf), leaf.text_range() - at));
        let says = Says {
            text: if node.is_leaf() && !node.is_nil() { text(node) } else { Arc::default() },
            range: node.text_range() - at,
            length: node.range().len(),
            nil: node.is_nil(),
            children: children.collect(),
        };
        Self { at, says: Arc::new(says) }
    }

    /// Its text without surrounding white space; empty when it has element children.
    pub fn text(&self) -> &Arc<str> {
        &self.says.text
    }

    /// Where the text is.
    pub fn range(&self) -> TextRange {
        self.says.range + self.at
    }

    /// Where the whole element is.
    pub fn element(&self) -> TextRange {
        TextRange::at(self.at, self.says.length)
    }

    /// Whether it says that there is no value: `xsi:nil`.
    pub fn is_nil(&self) -> bool {
        self.says.nil
    }

    /// Its children that have only text: name, text and place.
    pub fn children(&self) -> impl Iterator<Item = (&str, &Arc<str>, TextRange)> {
        self.says.children.iter().map(|(name, text, range)| (&**name, text, *range + self.at))
    }

    /// The text and place of the first child of this name.
    pub fn child(&self, name: &str) -> Option<(&Arc<str>, TextRange)> {
        self.children().find(|(known, ..)| *known == name).map(|(_, text, range)| (text, range))
    }
}

impl Capture {
    /// What a path leads to that has only the root to lead through.
    pub(crate) fn of_root(path: &Path, root: Node<'_, '_>) -> Self {
        let found = if path.selects(root) { vec![Found::new(root)] } else { Vec::new() };
        Self { found, anchor: root.open(), depth: 0 }
    }

    /// Every place that it names.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = TextRange> {
        let of = |found: &Found| [found.range(), found.element()];
        let inside = self.found.iter().flat_map(|found| found.children().map(|(.., range)| range));
        self.found.iter().flat_map(of).chain(inside).chain([self.anchor])
    }

    /// The same with other places. `None` if there is none for one of them.
    pub(crate) fn moved(mut self, to: &impl Fn(TextRange) -> Option<TextRange>) -> Option<Self> {
        for found in &mut self.found {
            found.at = to(found.element())?.start();
        }
        self.anchor = to(self.anchor)?;
        Some(self)
    }

    /// Brings in what an element below the root has under the path.
    fn add(&mut self, part: &Self, at: TextSize) {
        let anchor = part.anchor + at;
        if part.depth > self.depth || (part.depth == self.depth && anchor.start() < self.anchor.start()) {
            (self.depth, self.anchor) = (part.depth, anchor);
        }
        let here = |found: &Found| Found { at: found.at + at, says: found.says.clone() };
        self.found.extend(part.found.iter().map(here));
    }
}

impl Piece {
    /// What an element below the root has under each of the paths.
    pub(crate) fn new<'p>(child: Node<'_, '_>, paths: impl Iterator<Item = &'p Path>) -> Self {
        let part = |(index, path): (usize, &Path)| {
            let selection = path.select_in(child);
            let found: Vec<Found> = selection.nodes.iter().map(|node| Found::new(*node)).collect();
            let (depth, anchor) = (selection.depth, selection.deepest.open());
            (depth > 0 || !found.is_empty()).then_some((index, Capture { found, anchor, depth }))
        };
        Self { parts: paths.enumerate().filter_map(part).collect(), lines: Vec::new() }
    }

    /// The same, with places told from `start`, which is where the white space before it begins.
    pub(crate) fn told_from(&self, start: TextSize) -> Self {
        let part = |(index, part): &(usize, Capture)| {
            let found = |found: &Found| Found { at: found.at - start, says: found.says.clone() };
            let found = part.found.iter().map(found).collect();
            (*index, Capture { found, anchor: part.anchor - start, depth: part.depth })
        };
        Self { parts: self.parts.iter().map(part).collect(), lines: Vec::new() }
    }

    /// Adds it to the captures of a file that it stands in, at a place that its own are told from.
    pub(crate) fn add_to(&self, captures: &mut [(Arc<str>, Capture)], at: TextSize) {
        for (index, part) in &self.parts {
            captures[*index].1.add(part, at);
        }
    }
}

/// Puts what was found back into the order of the file.
pub(crate) fn put_in_order(captures: &mut [(Arc<str>, Capture)]) {
    for (_, capture) in captures {
        capture.found.sort_by_key(|found| found.at);
        capture.found.shrink_to_fit();
    }
}
