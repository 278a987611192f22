//! Looking at bytes, sixteen at a time.

use wide::u8x16;

/// What stands behind a literal, if it is what `bytes` begin with. The literals of a shape are short: to compare them
/// takes less than the call of a function that compares memory.
pub(super) fn behind<'b>(bytes: &'b [u8], literal: &[u8]) -> Option<&'b [u8]> {
    let (start, rest) = bytes.split_at_checked(literal.len())?;
    let is_equal = match (literal.first_chunk::<16>(), literal.last_chunk::<16>()) {
        // What is between the first and the last 16 bytes overlaps the last, which does no harm.
        (Some(first), Some(last)) => {
            let (between, _) = start.as_chunks::<16>();
            let (literal_between, _) = literal.as_chunks::<16>();
            start.first_chunk() == Some(first)
                && start.last_chunk() == Some(last)
                && between.iter().zip(literal_between).skip(1).all(|(a, b)| a == b)
        }
        _ => start == literal,
    };
    is_equal.then_some(rest)
}

/// The length of the text up to the next `<`, if there is nothing but plain characters before it: ASCII without
/// control characters, `&` and `>`.
pub(super) fn plain_text(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<16>() {
        let plain = plain_start(*block);
        at += plain;
        if plain < block.len() {
            return (bytes[at] == b'<').then_some(at);
        }
    }
    at += bytes[at..].iter().take_while(|byte| is_plain(**byte)).count();
    (bytes.get(at) == Some(&b'<')).then_some(at)
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=0x7F) && !matches!(byte, b'<' | b'>' | b'&')
}

/// How many plain characters a block begins with.
fn plain_start(block: [u8; 16]) -> usize {
    let block = u8x16::new(block);
    let no_character = (block - u8x16::splat(b' ')).simd_ge(u8x16::splat(0x80 - b' '));
    // They differ in one bit.
    let angle = (block | u8x16::splat(b'<' ^ b'>')).simd_eq(u8x16::splat(b'>'));
    let ampersand = block.simd_eq(u8x16::splat(b'&'));
    let odd = (no_character | angle | ampersand).to_bitmask();
    (odd | 1 << 16).trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_ends_before_the_first_odd_byte() {
        let plain = "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz";
        for length in 0..plain.len() {
            let text = format!("{}<tag", &plain[..length]);
            assert_eq!(plain_text(text.as_bytes()), Some(length));
            for odd in ["&", ">", "\n", "é", "\u{1}", ""] {
                assert_eq!(plain_text(format!("{}{odd}", &plain[..length]).as_bytes()), None);
            }
        }
    }

    proptest! {
        #[test]
        fn blocks_are_told_byte_by_byte(block: [u8; 16]) {
            let plain = block.iter().take_while(|byte| is_plain(**byte)).count();
            prop_assert_eq!(plain_start(block), plain);
        }

        #[test]
        fn a_literal_is_what_bytes_begin_with(literal in prop::collection::vec(0_u8..3, 0..70), wrong: usize) {
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
