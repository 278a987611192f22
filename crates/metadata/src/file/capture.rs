//! The elements of a file under the paths that policies and attributes need.

use std::sync::Arc;

use preauth_source::{ArcStr, TextRange, TextSize, literal};
use preauth_xml::Node;

use crate::file::demand::DemandedPaths;

/// The elements of a file under one path.
#[derive(Clone, Copy, Debug)]
pub struct Capture<'c> {
    /// The elements, in the order of the file.
    pub found: &'c [CapturedElement],
    /// The open tag of the deepest element on the way: where something missing is missing from.
    pub anchor: TextRange,
}

/// An element that was asked for.
#[derive(Clone, Debug)]
pub struct CapturedElement {
    /// The number of the path that leads to it.
    path: u32,
    /// The offset of its start.
    at: TextSize,
    says: Arc<ElementContent>,
}

/// The elements of a file under all demanded paths.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captures {
    asked: Arc<DemandedPaths>,
    found: Vec<CapturedElement>,
    anchors: Vec<Anchor>,
}

/// The open tag of the first element at a place on the way of paths.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    place: u32,
    open: TextRange,
}

/// The captured elements within one child of the root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChildCapture<'c> {
    found: &'c [CapturedElement],
    anchors: &'c [Anchor],
}

/// The content of an element. Ranges are relative to its start, so that equal elements share it.
#[derive(Debug)]
struct ElementContent {
    text: ArcStr,
    range: TextRange,
    length: TextSize,
    nil: bool,
    /// True if it has neither text nor children that have only text.
    empty: bool,
    /// The children, if a value needs them.
    children: Box<[Leaf]>,
}

/// An owned [`ChildCapture`]. Ranges are relative to the start of the white space before the element.
#[derive(Clone, Debug)]
pub(crate) struct StoredCapture {
    found: Box<[CapturedElement]>,
    anchors: Box<[Anchor]>,
}

/// A child that has only text: its name, its text, and where that is.
type Leaf = (ArcStr, ArcStr, TextRange);

impl CapturedElement {
    fn new(asked: &DemandedPaths, path: u32, node: Node<'_, '_>) -> Self {
        let at = node.range().start();
        let leaves = || node.children().filter(Node::is_leaf);
        let leaf = |leaf: Node<'_, '_>| (leaf.name().into(), text(leaf), leaf.text_range() - at);
        let text = if node.is_leaf() && !node.is_nil() { text(node) } else { ArcStr::new() };
        let says = ElementContent {
            range: node.text_range() - at,
            length: node.range().len(),
            nil: node.is_nil(),
            empty: text.is_empty() && leaves().next().is_none(),
            children: leaves().filter(|_| asked.is_value(path)).map(leaf).collect(),
            text,
        };
        Self { path, at, says: Arc::new(says) }
    }

    /// Its text without surrounding white space; empty when it has element children.
    pub fn text(&self) -> &ArcStr {
        &self.says.text
    }

    /// Returns the range of the text.
    pub fn range(&self) -> TextRange {
        self.says.range + self.at
    }

    /// Returns the range of the whole element.
    pub fn element(&self) -> TextRange {
        TextRange::at(self.at, self.says.length)
    }

    /// True if it has the attribute `xsi:nil`.
    pub fn is_nil(&self) -> bool {
        self.says.nil
    }

    /// True if it has neither text nor a child that has only text.
    pub fn is_empty(&self) -> bool {
        self.says.empty
    }

    /// Its children that have only text: name, text and place. None of an element that holds no value of an attribute.
    pub fn children(&self) -> impl Iterator<Item = (&str, &ArcStr, TextRange)> {
        self.says.children.iter().map(|(name, text, range)| (&**name, text, *range + self.at))
    }

    /// The text and place of the first child of this name.
    pub fn child(&self, name: &str) -> Option<(&ArcStr, TextRange)> {
        self.children().find(|(known, ..)| *known == name).map(|(_, text, range)| (text, range))
    }
}

/// The text of an element without white space around it; there is one copy of those that are everywhere.
fn text(node: Node<'_, '_>) -> ArcStr {
    match &*node.trimmed_text() {
        "true" => literal!("true"),
        "false" => literal!("false"),
        text => text.into(),
    }
}

impl Captures {
    /// Captures the root itself, if a path leads to it.
    pub(crate) fn new(asked: Arc<DemandedPaths>, root: Node<'_, '_>) -> Self {
        let mut found = Vec::new();
        asked.paths.come_upon(root, &mut |reached| {
            found.extend(reached.path.map(|path| CapturedElement::new(&asked, path, reached.node)));
        });
        Self { asked, found, anchors: Vec::new() }
    }

    /// Brings in what an element below the root has under the paths.
    pub(crate) fn take_in(&mut self, child: Node<'_, '_>) -> ChildCapture<'_> {
        let (found, anchors) = (self.found.len(), self.anchors.len());
        self.asked.paths.follow(child, &mut |reached| {
            self.found.extend(reached.path.map(|path| CapturedElement::new(&self.asked, path, reached.node)));
            let place = reached
                .place
                .filter(|place| self.anchors[anchors..].iter().all(|anchor| anchor.place != *place));
            self.anchors.extend(place.map(|place| Anchor { place, open: reached.node.open() }));
        });
        ChildCapture { found: &self.found[found..], anchors: &self.anchors[anchors..] }
    }

    /// Brings in a piece that stands at a place.
    pub(crate) fn add(&mut self, piece: &StoredCapture, at: TextSize) {
        self.found
            .extend(piece.found.iter().map(|found| CapturedElement { at: found.at + at, ..found.clone() }));
        self.anchors.extend(piece.anchors.iter().map(|anchor| Anchor { open: anchor.open + at, ..*anchor }));
    }

    /// Puts everything in order, by path and place. What was brought in cannot be asked for before.
    pub(crate) fn put_in_order(&mut self) {
        self.found.sort_unstable_by_key(|found| (found.path, found.at));
        self.found.shrink_to_fit();
        self.anchors.sort_by_key(|anchor| (anchor.place, anchor.open.start()));
        self.anchors.dedup_by_key(|anchor| anchor.place);
        self.anchors.shrink_to_fit();
    }

    /// Returns the elements under a path, in a file with this root; `None` if the path was not demanded.
    pub(crate) fn get(&self, path: &str, root: TextRange) -> Option<Capture<'_>> {
        let path = self.asked.paths.number(path)?;
        let start = self.found.partition_point(|found| found.path < path);
        let count = self.found[start..].iter().take_while(|found| found.path == path).count();
        let anchor = self.asked.paths.way(path).find_map(|place| {
            let known = self.anchors.binary_search_by_key(&place, |anchor| anchor.place);
            known.ok().map(|index| self.anchors[index].open)
        });
        Some(Capture { found: &self.found[start..start + count], anchor: anchor.unwrap_or(root) })
    }

    /// True if any element was captured under a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let number = self.asked.paths.number(path);
        number.is_some_and(|path| self.found.binary_search_by_key(&path, |found| found.path).is_ok())
    }

    /// Maps all ranges. `None` if one of them cannot be mapped.
    pub(crate) fn moved(mut self, to: &impl Fn(TextRange) -> Option<TextRange>) -> Option<Self> {
        for found in &mut self.found {
            found.at = to(found.element())?.start();
        }
        for anchor in &mut self.anchors {
            anchor.open = to(anchor.open)?;
        }
        Some(self)
    }
}

impl ChildCapture<'_> {
    /// Returns an owned copy with ranges relative to `start`, where the white space before the element begins.
    pub(crate) fn told_from(self, start: TextSize) -> StoredCapture {
        let found = self.found.iter().map(|found| CapturedElement { at: found.at - start, ..found.clone() });
        let anchors = self.anchors.iter().map(|anchor| Anchor { open: anchor.open - start, ..*anchor });
        StoredCapture { found: found.collect(), anchors: anchors.collect() }
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::SourceFile;

    use crate::{Demand, FileFacts, Kind};

    #[test]
    fn what_is_inside_is_kept_of_values_alone() {
        let inside = |kind: Kind, path: &str, text: &str| {
            let source = SourceFile::new("a.xml".into(), text);
            let facts = FileFacts::read(&source, kind, "a", true, &Demand::default());
            let found = &facts.found(path)[0];
            (found.is_empty(), found.children().count())
        };
        let app = "<ConnectedApp><oauthConfig><consumerKey>key</consumerKey></oauthConfig></ConnectedApp>";
        assert_eq!(inside(Kind::ConnectedApp, "oauthConfig", app), (false, 0));
        let profile =
            "<Profile><loginIpRanges><startAddress>1.2.3.4</startAddress></loginIpRanges></Profile>";
        assert_eq!(inside(Kind::Profile, "loginIpRanges", profile), (false, 1));
    }
}
