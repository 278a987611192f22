//! Text that is what it seems: characters that a terminal obeys, or that change the order in which others are read,
//! are written out.

use std::{
    borrow::Cow,
    io::{self, Write},
    str,
};

/// Whether a character does something instead of being seen: a control character (C0, C1), one that sets the direction
/// of text (UAX #9, 2; see CVE-2021-42574), a line separator that is not seen as one everywhere, or no character at
/// all.
pub(crate) fn is_hidden(c: char) -> bool {
    let directs =
        matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let parts = matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || directs || parts
}

/// Whether nothing in a text is hidden, as a look at its bytes tells: there are only the characters of ASCII.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without a way out at each byte, many are looked at together.
    let all =
        |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\n' | b'\t'));
    text.as_bytes().chunks(64).all(all)
}

/// The text with hidden characters as `\u202E`, which JSON reads as the character itself.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(is_hidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 5);
    for c in text.chars() {
        if is_hidden(c) {
            out.push_str(&format!("\\u{:04X}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Writes text on, with hidden characters written out.
#[derive(Debug)]
pub(crate) struct Visible<W> {
    out: W,
    /// The beginning of a character that has not come whole yet.
    begun: Vec<u8>,
}

impl<W: Write> Visible<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, begun: Vec::new() }
    }
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        let whole = match str::from_utf8(&self.begun) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let text = str::from_utf8(&self.begun[..whole]).expect("invariant: it was found to be whole");
        self.out.write_all(visible(text).as_bytes())?;
        self.begun.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        assert_eq!(visible("a\u{202E}b\u{1B}[8m\u{9B}\r\n\tc"), "a\\u202Eb\\u001B[8m\\u009B\\u000D\n\tc");
        assert_eq!(visible("\u{61C}\u{200F}\u{2066}\u{2028}"), "\\u061C\\u200F\\u2066\\u2028");
    }

    #[test]
    fn what_is_seen_stays() {
        for text in ["Café 日本語 שלום", "👩\u{200D}🔧", "می\u{200C}خواهم", "\u{FEFF}<a>"]
        {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn in_json_it_is_the_character_itself() {
        let name = "a\\\u{202E}\u{7F}";
        let json = serde_json::to_string(name).unwrap();
        assert_eq!(serde_json::from_str::<String>(&visible(&json)).unwrap(), name);
    }

    #[test]
    fn characters_that_come_in_pieces_are_whole_again() {
        let text = "é\u{202E}日";
        let mut out = Visible::new(Vec::new());
        text.bytes().for_each(|byte| out.write_all(&[byte]).unwrap());
        assert_eq!(String::from_utf8(out.out).unwrap(), visible(text));
    }
}
