//! A memo of elements that were read before: demanded elements repeat byte for byte from file to file.

use std::{collections::HashMap, fmt};

use rustc_hash::FxBuildHasher;

/// The memo holds elements up to this many bytes.
const MEMO_LIMIT_BYTES: usize = 256 * 1024;

/// Values of elements, by the bytes of the elements.
pub(super) struct ElementMemo<T> {
    by_bytes: HashMap<Box<[u8]>, usize, FxBuildHasher>,
    all: Vec<T>,
    size: usize,
}

impl<T> Default for ElementMemo<T> {
    fn default() -> Self {
        Self { by_bytes: HashMap::default(), all: Vec::new(), size: 0 }
    }
}

impl<T> ElementMemo<T> {
    /// The place of what is remembered of an element of these bytes.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        self.by_bytes.get(bytes).copied()
    }

    /// Returns the value at an index.
    pub(super) fn get(&self, place: usize) -> &T {
        &self.all[place]
    }

    /// True if the memo has room after another `bytes` bytes of elements.
    pub(super) fn has_room_beside(&self, bytes: usize) -> bool {
        self.size + bytes < MEMO_LIMIT_BYTES
    }

    /// Remembers an element, if there is room.
    pub(super) fn insert(&mut self, bytes: &[u8], what: T) {
        if self.has_room_beside(0) && !self.by_bytes.contains_key(bytes) {
            self.size += bytes.len();
            self.by_bytes.insert(bytes.into(), self.all.len());
            self.all.push(what);
        }
    }
}

impl<T> fmt::Debug for ElementMemo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} elements", self.all.len())
    }
}
