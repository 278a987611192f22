//! The only module that makes text from a source fit to be shown: it escapes characters that a terminal obeys or that
//! change the reading order of others, masks secrets, and cuts what is too long.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
    ops::RangeInclusive,
    str,
};

pub(crate) use preauth_metadata::masked;
use preauth_metadata::secrets;

/// True for a character that acts instead of being shown: a control character (C0, C1), one that sets the direction of
/// text (UAX #9, 2; see CVE-2021-42574), a line separator that not every program treats as one, or a noncharacter.
pub(crate) fn is_hidden(c: char) -> bool {
    let is_direction =
        matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_separator_or_none = matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || is_direction || is_separator_or_none
}

/// True if a text has only visible ASCII characters, spaces, newlines and tabs.
fn is_plain(text: &str) -> bool {
    // Without an early exit at each byte, the compiler checks many bytes at once.
    let all =
        |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\n' | b'\t'));
    text.as_bytes().chunks(64).all(all)
}

/// Returns the text with hidden characters as `\u202E`, which JSON reads as the character itself.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(is_hidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 5);
    for c in text.chars() {
        if is_hidden(c) {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Returns a text of a source as an excerpt shows it: secrets are masked, and each hidden character is replaced by a
/// visible one of the same number of bytes, so that offsets stay the same.
pub(crate) fn excerpt(text: &str) -> String {
    let replace = |c: char| match c.len_utf8() {
        _ if c == '\r' || !is_hidden(c) => c,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    };
    let text = masked(text);
    if is_plain(&text) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if is_plain(line.strip_suffix("\r\n").unwrap_or(line)) {
            out.push_str(line);
        } else {
            out.extend(line.chars().map(replace));
        }
    }
    out
}

/// Returns a path as git writes it: in quotes if it has characters that would end it or are hidden.
pub(crate) fn git_path(path: &str) -> String {
    let must_be_quoted = |c: char| matches!(c, '"' | '\\' | '\t' | '\n') || is_hidden(c);
    if !path.contains(must_be_quoted) {
        return path.to_owned();
    }
    let mut quoted = String::from('"');
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            c if must_be_quoted(c) => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// True if a text holds a secret that gives access by itself. A consumer key does not.
pub(crate) fn shows_secret(text: &str) -> bool {
    secrets(text).iter().any(|secret| secret.opens)
}

/// Returns the lines, counted from 0, of each secret that gives access by itself.
pub(crate) fn secret_lines(text: &str) -> impl Iterator<Item = RangeInclusive<usize>> {
    let line = |offset: usize| text[..offset].matches('\n').count();
    let of_secrets = secrets(text).into_iter().filter(|secret| secret.opens);
    of_secrets.map(move |secret| line(secret.range.start)..=line(secret.range.end))
}

/// A text that grows up to a limit in bytes. Blocks that do not fit are counted.
#[derive(Debug)]
pub(crate) struct LimitedText {
    text: String,
    limit: usize,
    left_out: usize,
}

impl LimitedText {
    /// An empty text with a limit in bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, left_out: 0 }
    }

    /// Adds a block if all of it fits. After the first one that does not, no block is added.
    pub(crate) fn add(&mut self, block: &str) {
        if self.left_out == 0 && self.text.len() + block.len() <= self.limit {
            self.text.push_str(block);
        } else {
            self.left_out += 1;
        }
    }

    /// Returns the number of blocks that did not fit.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Returns the text with one more block, which may take so many bytes above the limit and is cut after that.
    pub(crate) fn finish(mut self, block: &str, reserve: usize) -> String {
        let room = (self.limit + reserve).saturating_sub(self.text.len());
        self.text.extend(block.char_indices().take_while(|(at, _)| *at < room).map(|(_, c)| c));
        self.text
    }
}

/// A writer that escapes hidden characters.
#[derive(Debug)]
pub(crate) struct VisibleWriter<W> {
    out: W,
    /// The first bytes of a character whose other bytes are not written yet.
    incomplete: Vec<u8>,
}

impl<W: Write> VisibleWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, incomplete: Vec::new() }
    }
}

impl<W: Write> Write for VisibleWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.incomplete.extend_from_slice(bytes);
        let complete = match str::from_utf8(&self.incomplete) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let text = str::from_utf8(&self.incomplete[..complete]).expect("invariant: it is valid up to there");
        self.out.write_all(visible(text).as_bytes())?;
        self.incomplete.drain(..complete);
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
    fn hidden_characters_are_escaped() {
        assert_eq!(visible("a\u{202E}b\u{1B}[8m\u{9B}\r\n\tc"), "a\\u202Eb\\u001B[8m\\u009B\\u000D\n\tc");
        assert_eq!(visible("\u{61C}\u{200F}\u{2066}\u{2028}"), "\\u061C\\u200F\\u2066\\u2028");
    }

    #[test]
    fn visible_characters_stay() {
        for text in ["Café 日本語 שלום", "👩\u{200D}🔧", "می\u{200C}خواهم", "\u{FEFF}<a>"]
        {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn json_reads_an_escape_as_the_character() {
        let name = "a\\\u{202E}\u{7F}";
        let json = serde_json::to_string(name).unwrap();
        assert_eq!(serde_json::from_str::<String>(&visible(&json)).unwrap(), name);
    }

    #[test]
    fn characters_may_be_written_byte_by_byte() {
        let text = "é\u{202E}日";
        let mut out = VisibleWriter::new(Vec::new());
        text.bytes().for_each(|byte| out.write_all(&[byte]).unwrap());
        assert_eq!(String::from_utf8(out.out).unwrap(), visible(text));
    }

    #[test]
    fn excerpt_keeps_offsets() {
        let text = "a\u{1B}\u{9B}\u{202E}b\r\n";
        assert_eq!(excerpt(text), "a?¿\u{FFFD}b\r\n");
        assert_eq!(excerpt(text).len(), text.len());
    }

    #[test]
    fn git_path_is_quoted_only_where_necessary() {
        assert_eq!(git_path("a/Order Sync.xml"), "a/Order Sync.xml");
        assert_eq!(git_path("a/5\" \tx.xml"), "\"a/5\\\" \\tx.xml\"");
        assert_eq!(git_path("a/\u{1B}\u{202E}.xml"), "\"a/\\033\\342\\200\\256.xml\"");
    }

    #[test]
    fn limited_text_counts_the_blocks_that_do_not_fit() {
        let mut text = LimitedText::new(1000);
        for _ in 0..20 {
            text.add(&"é".repeat(50));
        }
        assert_eq!(text.left_out(), 10);
        assert!(text.finish(&"é".repeat(10_000), 40).len() <= 1041);
    }
}
