use preauth_source::{TextRange, TextSize};

/// How places in a text moved when another took its stead: what both begin with and what both end with is the same
/// text, and what is between has no counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drift {
    /// How many bytes both begin with.
    prefix: usize,
    /// How many bytes both end with.
    suffix: usize,
    old: usize,
    new: usize,
}

impl Drift {
    pub(crate) fn between(old: &str, new: &str) -> Self {
        let same = |(a, b): &(u8, u8)| a == b;
        let shorter = old.len().min(new.len());
        let prefix = old.bytes().zip(new.bytes()).take_while(same).count();
        let prefix = old.floor_char_boundary(prefix).min(new.floor_char_boundary(prefix));
        let most = shorter - prefix;
        let mut suffix = old.bytes().rev().zip(new.bytes().rev()).take_while(same).count().min(most);
        while !old.is_char_boundary(old.len() - suffix) {
            suffix -= 1;
        }
        Self { prefix, suffix, old: old.len(), new: new.len() }
    }

    /// Where a range of the old text is in the new; `None` where it touches what changed.
    pub(crate) fn of(self, range: TextRange) -> Option<TextRange> {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        if end <= self.prefix {
            return Some(range);
        }
        if start < self.old - self.suffix || end > self.old {
            return None;
        }
        let moved = |offset: usize| TextSize::try_from(offset + self.new - self.old).ok();
        Some(TextRange::new(moved(start)?, moved(end)?))
    }

    /// What of the old text is replaced, and how many bytes of the new text are there instead.
    pub(crate) fn replaced(self) -> (TextRange, std::ops::Range<usize>) {
        let size = |n: usize| TextSize::try_from(n).expect("invariant: a place in a text");
        let old = TextRange::new(size(self.prefix), size(self.old - self.suffix));
        (old, self.prefix..self.new - self.suffix)
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
    fn what_is_before_stays_and_what_is_behind_moves() {
        let drift = Drift::between("<a>1</a><b/>", "<a>1234</a><b/>");
        assert_eq!(drift.of(range(0, 3)), Some(range(0, 3)));
        assert_eq!(drift.of(range(8, 12)), Some(range(11, 15)));
        assert_eq!(drift.of(range(3, 8)), None);
    }

    proptest! {
        #[test]
        fn the_same_bytes_are_at_the_new_place(
            (head, old, new, tail) in ("[ab漢é]{0,6}", "[ab漢é]{0,6}", "[ab漢é]{0,6}", "[ab漢é]{0,6}"),
            start in 0usize..40,
            length in 0usize..20,
        ) {
            let (before, after) = (format!("{head}{old}{tail}"), format!("{head}{new}{tail}"));
            let start = before.floor_char_boundary(start);
            let end = before.floor_char_boundary(start + length).max(start);
            let asked = range(u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
            let drift = Drift::between(&before, &after);
            if let Some(found) = drift.of(asked) {
                prop_assert_eq!(&before[asked], &after[found]);
            }
            let (replaced, by) = drift.replaced();
            let mut made = before.clone();
            made.replace_range(std::ops::Range::<usize>::from(replaced), &after[by]);
            prop_assert_eq!(made, after);
        }
    }
}
