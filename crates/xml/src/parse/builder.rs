use preauth_source::{TextRange, TextSize};

use crate::tree::{ElementData, NONE};

/// A tree that is being read: the elements so far, and those of them that have not ended.
pub(crate) struct Builder<'p> {
    keep: &'p dyn Fn(&str) -> bool,
    elements: Vec<ElementData>,
    open: Vec<OpenElement>,
}

/// An element that has not ended yet.
pub(crate) struct OpenElement {
    pub(crate) tag: TextRange,
    /// The name with its prefix.
    pub(crate) name: TextRange,
    pub(crate) has_children: bool,
    /// The first merge-conflict marker in its text before its first child.
    pub(crate) marker: Option<usize>,
    /// Its index in the tree; `NONE` if it is not kept.
    index: u32,
    /// Its last child in the tree so far.
    last: u32,
}

impl<'p> Builder<'p> {
    /// `keep` is asked the name of each child of the root.
    pub(crate) fn new(keep: &'p dyn Fn(&str) -> bool) -> Self {
        Self { keep, elements: Vec::new(), open: Vec::new() }
    }

    /// The elements that have not ended, the innermost last.
    pub(crate) fn open(&self) -> &[OpenElement] {
        &self.open
    }

    /// The innermost element that has not ended.
    pub(crate) fn innermost(&mut self) -> Option<&mut OpenElement> {
        self.open.last_mut()
    }

    /// Begins an element; `local` is its name without the prefix.
    pub(crate) fn begin(&mut self, tag: TextRange, name: TextRange, local: &str) {
        let index = self.add(tag, name.end(), local);
        self.open.push(OpenElement { tag, name, has_children: false, marker: None, index, last: NONE });
    }

    /// Adds an element, if it is to be kept, and says where it is then.
    pub(crate) fn add(&mut self, open: TextRange, name_end: TextSize, local: &str) -> u32 {
        let depth = self.open.len();
        let index = u32::try_from(self.elements.len()).expect("invariant: fewer elements than bytes");
        let mut parent = NONE;
        if let Some(holder) = self.open.last_mut() {
            holder.has_children = true;
            if holder.index == NONE || depth == 1 && !(self.keep)(local) {
                return NONE;
            }
            parent = holder.index;
            match std::mem::replace(&mut holder.last, index) {
                NONE => self.elements[parent as usize].first = index,
                last => self.elements[last as usize].next = index,
            }
        }
        let close = TextRange::empty(open.end());
        self.elements.push(ElementData { open, close, name_end, parent, next: NONE, first: NONE });
        index
    }

    /// Ends the elements from `depth` on inwards: `close` is the end tag of the outermost of them, and the others
    /// have none.
    pub(crate) fn end(&mut self, depth: usize, close: TextRange) {
        for (inner, open) in self.open.drain(depth..).enumerate() {
            if let Some(element) = self.elements.get_mut(open.index as usize) {
                element.close = if inner == 0 { close } else { TextRange::empty(close.start()) };
            }
        }
    }

    /// All elements, where reading ended at `end`.
    pub(crate) fn finish(mut self, end: TextSize) -> Vec<ElementData> {
        self.end(0, TextRange::empty(end));
        self.elements
    }
}
