//! Elements that were looked at before: what is asked for repeats itself as well, byte for byte, from file to file.

use std::{collections::HashMap, fmt};

use rustc_hash::FxBuildHasher;

/// How many bytes of elements are enough to remember.
const MEMO_LIMIT_BYTES: usize = 256 * 1024;

/// What is remembered of elements, by their bytes.
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

    /// What is remembered at a place that was found.
    pub(super) fn get(&self, place: usize) -> &T {
        &self.all[place]
    }

    /// Whether not enough is remembered yet, if so many bytes of elements are as well.
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
