use preauth_source::{TextRange, TextSize};

/// A map from offsets of an old text to offsets of a new one. The common prefix and the common suffix are mapped; what is
/// between them was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OffsetMap {
    /// The length of the common prefix, in bytes.
    prefix: usize,
    /// The length of the common suffix, in bytes.
    suffix: usize,
    old_len: usize,
    new_len: usize,
}

impl OffsetMap {
    /// Compares two texts.
    pub(crate) fn between(old: &str, new: &str) -> Self {
        let same = |(a, b): &(u8, u8)| a == b;
        let shorter = old.len().min(new.len());
        let prefix = old.bytes().zip(new.bytes()).take_while(same).count();
        let prefix = old.floor_char_boundary(prefix).min(new.floor_char_boundary(prefix));
        let max_suffix = shorter - prefix;
        let mut suffix = old.bytes().rev().zip(new.bytes().rev()).take_while(same).count().min(max_suffix);
        while !old.is_char_boundary(old.len() - suffix) {
            suffix -= 1;
        }
        Self { prefix, suffix, old_len: old.len(), new_len: new.len() }
    }

    /// Maps a range of the old text to the new one. Returns `None` if any of it was changed.
    pub(crate) fn map(self, range: TextRange) -> Option<TextRange> {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        if end <= self.prefix {
            return Some(range);
        }
        if start < self.old_len - self.suffix || end > self.old_len {
            return None;
        }
        let moved = |offset: usize| TextSize::try_from(offset + self.new_len - self.old_len).ok();
        Some(TextRange::new(moved(start)?, moved(end)?))
    }

    /// Returns the changed range of the old text, and the range of the new text that replaces it.
    pub(crate) fn replacement(self) -> (TextRange, std::ops::Range<usize>) {
        let size = |n: usize| TextSize::try_from(n).expect("invariant: an offset in a text");
        let old = TextRange::new(size(self.prefix), size(self.old_len - self.suffix));
        (old, self.prefix..self.new_len - self.suffix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    #[test]
    fn ranges_before_a_change_stay_and_ranges_after_it_move() {
        let offset_map = OffsetMap::between("<a>1</a><b/>", "<a>1234</a><b/>");
        assert_eq!(offset_map.map(range(0, 3)), Some(range(0, 3)));
        assert_eq!(offset_map.map(range(8, 12)), Some(range(11, 15)));
        assert_eq!(offset_map.map(range(3, 8)), None);
    }

    proptest! {
        #[test]
        fn mapped_ranges_have_equal_text(
            (head, old, new, tail) in ("[ab漢é]{0,6}", "[ab漢é]{0,6}", "[ab漢é]{0,6}", "[ab漢é]{0,6}"),
            start in 0usize..40,
            length in 0usize..20,
        ) {
            let (before, after) = (format!("{head}{old}{tail}"), format!("{head}{new}{tail}"));
            let start = before.floor_char_boundary(start);
            let end = before.floor_char_boundary(start + length).max(start);
            let old_range = range(u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
            let offset_map = OffsetMap::between(&before, &after);
            if let Some(new_range) = offset_map.map(old_range) {
                prop_assert_eq!(&before[old_range], &after[new_range]);
            }
            let (replaced, replacement) = offset_map.replacement();
            let mut made = before.clone();
            made.replace_range(std::ops::Range::<usize>::from(replaced), &after[replacement]);
            prop_assert_eq!(made, after);
        }
    }
}
