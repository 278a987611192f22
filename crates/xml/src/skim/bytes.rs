//! Looking at bytes, thirty-two at a time, with what the machine has for that.

use fearless_simd::{i8x32, prelude::*, u8x32};

/// The number of bytes that are compared at once.
const BLOCK: usize = 32;

/// Bytes that are to be met as they are: a block of them at most, so that one look is enough.
#[derive(Debug)]
pub(super) struct Literal {
    /// Filled up with NUL.
    bytes: [u8; BLOCK],
    /// A bit for each byte that is not one of them.
    behind: u64,
}

impl Literal {
    /// A text as literals, one behind the other.
    pub(super) fn all(text: &[u8]) -> impl Iterator<Item = Self> {
        text.chunks(BLOCK).map(|part| Self { bytes: block(part), behind: u64::MAX << part.len() })
    }

    /// Returns the bytes after it, if `bytes` begin with it.
    #[inline(always)]
    pub(super) fn behind<'b, S: Simd>(&self, simd: S, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let equal = u8x32::simd_from(simd, block(bytes)).simd_eq(u8x32::simd_from(simd, self.bytes));
        if equal.to_bitmask() | self.behind != u64::MAX {
            return None;
        }
        bytes.get(self.behind.trailing_zeros() as usize..)
    }
}

/// What stands behind the plain characters that `bytes` begin with: ASCII without control characters, `<`, `>` and `&`.
#[inline(always)]
pub(super) fn behind_plain<S: Simd>(simd: S, mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        let here = u8x32::simd_from(simd, block(bytes));
        // As numbers with a sign, what is not ASCII is below 0.
        let no_character = i8x32::splat(simd, 0x20).simd_gt(here.bitcast::<i8x32<S>>());
        // They differ in one bit.
        let angle = (here | u8x32::splat(simd, b'<' ^ b'>')).simd_eq(u8x32::splat(simd, b'>'));
        let ampersand = here.simd_eq(u8x32::splat(simd, b'&'));
        let odd = (no_character | angle | ampersand).to_bitmask();
        if odd != 0 {
            return bytes.get(odd.trailing_zeros() as usize..);
        }
        bytes = bytes.get(BLOCK..)?;
    }
}

/// The block that `bytes` begin with, filled up with NUL, which is no character of XML.
#[inline(always)]
fn block(bytes: &[u8]) -> [u8; BLOCK] {
    bytes.first_chunk().copied().unwrap_or_else(|| last_block(bytes))
}

#[cold]
fn last_block(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    block
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};
    use proptest::prelude::*;

    use super::*;

    /// What this processor has, what others have, and nothing beside plain arithmetic.
    fn levels() -> Vec<Level> {
        let mut levels = vec![Level::new(), Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(Level::new().as_sse4_2().map(Simd::level));
        levels
    }

    /// The same on all levels.
    fn on_all<R: PartialEq + std::fmt::Debug>(look: impl Fn(Level) -> R) -> R {
        let mut found: Vec<_> = levels().into_iter().map(look).collect();
        let last = found.pop().expect("there are levels");
        found.iter().for_each(|other| assert_eq!(*other, last));
        last
    }

    fn plain(bytes: &[u8]) -> Option<&[u8]> {
        on_all(|level| dispatch!(level, simd => behind_plain(simd, bytes)))
    }

    fn behind<'b>(bytes: &'b [u8], literal: &[u8]) -> Option<&'b [u8]> {
        on_all(|level| {
            Literal::all(literal)
                .try_fold(bytes, |rest, part| dispatch!(level, simd => part.behind(simd, rest)))
        })
    }

    #[test]
    fn plain_characters_end_before_the_first_odd_byte() {
        let text = "abcdefghijklmnopqrstuvwxyz ~\u{7F}ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789";
        for length in 0..text.len() {
            for odd in ["<tag", "&", ">", "\n", "é", "\u{1}"] {
                let bytes = format!("{}{odd}", &text[..length]);
                assert_eq!(plain(bytes.as_bytes()), Some(odd.as_bytes()));
            }
            assert_eq!(plain(&text.as_bytes()[..length]), Some(&b""[..]));
        }
    }

    proptest! {
        #[test]
        fn blocks_are_told_byte_by_byte(bytes in prop::collection::vec(any::<u8>(), 0..70)) {
            let is_plain = |byte: &u8| matches!(byte, b' '..=0x7F) && !matches!(byte, b'<' | b'>' | b'&');
            let odd = bytes.iter().position(|byte| !is_plain(byte)).unwrap_or(bytes.len());
            prop_assert_eq!(plain(&bytes), Some(&bytes[odd..]));
        }

        #[test]
        fn a_literal_is_what_bytes_begin_with(literal in prop::collection::vec(1_u8..3, 0..70), wrong: usize) {
            let mut bytes = literal.clone();
            bytes.extend(b"rest");
            prop_assert_eq!(behind(&bytes, &literal), Some(&b"rest"[..]));
            if let Some(byte) = wrong.checked_rem(literal.len()).and_then(|at| bytes.get_mut(at)) {
                *byte += 1;
                prop_assert_eq!(behind(&bytes, &literal), None);
            }
            prop_assert_eq!(behind(&literal, &bytes), None);
        }
    }
}
