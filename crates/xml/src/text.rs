use std::{borrow::Cow, ops::Range};

use crate::chars::{is_char, resolve};

/// A piece of an element's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentPiece {
    /// Characters and references.
    Text,
    /// A CDATA section.
    CData,
    /// A comment or a processing instruction.
    Aside,
    /// The tag that begins an element.
    Begin,
    /// The tag that ends one.
    End,
    /// A tag that does both.
    Empty,
}

const CDATA: (&str, &str) = ("<![CDATA[", "]]>");

/// Cuts content into its pieces, in order, with their ranges. They tile it.
pub(crate) fn pieces(raw: &[u8]) -> impl Iterator<Item = (ContentPiece, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = &raw[start..];
        let (piece, length) = if rest.is_empty() {
            return None;
        } else if rest[0] != b'<' {
            (ContentPiece::Text, memchr::memchr(b'<', rest))
        } else if rest.starts_with(CDATA.0.as_bytes()) {
            (ContentPiece::CData, until(rest, CDATA.0.len(), CDATA.1))
        } else if rest.starts_with(b"<!--") {
            (ContentPiece::Aside, until(rest, 4, "-->"))
        } else if rest.starts_with(b"<?") {
            (ContentPiece::Aside, until(rest, 2, "?>"))
        } else {
            tag(rest)
        };
        at = length.map_or(raw.len(), |length| start + length);
        Some((piece, start..at))
    })
}

fn until(rest: &[u8], from: usize, end: &str) -> Option<usize> {
    memchr::memmem::find(&rest[from..], end.as_bytes()).map(|found| from + found + end.len())
}

/// A tag ends at the first `>` that is not in quotes.
fn tag(rest: &[u8]) -> (ContentPiece, Option<usize>) {
    let mut quote = None;
    let end = memchr::memchr3_iter(b'>', b'"', b'\'', rest).find(|at| {
        let byte = rest[*at];
        match quote {
            Some(open) if open == byte => quote = None,
            None if byte == b'>' => return true,
            None => quote = Some(byte),
            Some(_) => {}
        }
        false
    });
    let length = end.map(|end| end + 1);
    let tag = &rest[..length.unwrap_or(rest.len())];
    let piece = if tag.starts_with(b"</") {
        ContentPiece::End
    } else if tag.ends_with(b"/>") {
        ContentPiece::Empty
    } else {
        ContentPiece::Begin
    };
    (piece, length)
}

/// The character data of an element, from its content: references, CDATA sections and line ends decoded; comments,
/// processing instructions and child elements left out.
pub(crate) fn own(raw: &str) -> Cow<'_, str> {
    // Nearly all texts are nothing but characters.
    if memchr::memchr3(b'<', b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::new();
    let mut depth = 0_usize;
    for (piece, range) in pieces(raw.as_bytes()) {
        let part = &raw[range];
        match piece {
            ContentPiece::Text if depth == 0 => out.push_str(&decode(part)),
            ContentPiece::CData if depth == 0 => {
                let inner = &part[CDATA.0.len()..];
                out.push_str(&line_ends(inner.strip_suffix(CDATA.1).unwrap_or(inner)));
            }
            ContentPiece::Begin => depth += 1,
            ContentPiece::End => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// Decodes references and line ends. A reference that stands for nothing stays as it is.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    // Line ends first: a `&#13;` is a carriage return that is meant.
    let text = line_ends(raw);
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let end = memchr::memchr2(b';', b'&', &rest.as_bytes()[at + 1..]).map(|end| at + 1 + end);
        let resolved = end.and_then(|end| Some((resolve(&rest[at + 1..end])?, end + 1)));
        let (c, next) = resolved.unwrap_or(('&', at + 1));
        out.push(c);
        rest = &rest[next..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn line_ends(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Writes a text so that it can stand between tags. Characters that XML does not allow are left out.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| matches!(c, '&' | '<' | '>' | '\r') || !is_char(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars().filter(|c| is_char(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_data_is_decoded() {
        for (raw, text) in [
            ("plain", "plain"),
            (" R&amp;D &lt;a&gt; &#65;&#x42; &quot;&apos; ", " R&D <a> AB \"' "),
            ("a<![CDATA[ <b> &amp; ]]>c", "a <b> &amp; c"),
            ("a<!-- & <b> -->b", "ab"),
            ("a<?pi <x> ?>b", "ab"),
            ("a\r\nb\rc&#13;", "a\nb\nc\r"),
            ("<![CDATA[a\r\nb]]>", "a\nb"),
            ("&amp;lt;", "&lt;"),
            ("&nbsp; &", "&nbsp; &"),
        ] {
            assert_eq!(own(raw), text, "{raw}");
        }
    }

    #[test]
    fn what_child_elements_hold_is_not_their_parents() {
        assert_eq!(own("a<b c='>'>x<d/>y</b>z<e/>."), "az.");
    }

    #[test]
    fn what_needs_no_decoding_is_borrowed() {
        assert!(matches!(own("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn what_is_escaped_decodes_again() {
        for text in ["", "R&D", "a < b > c", "]]>", "\r\n", "\"'", "&amp;"] {
            assert_eq!(decode(&escape(text)), text);
        }
    }

    #[test]
    fn what_xml_cannot_say_is_not_written() {
        assert_eq!(escape("a\u{0}b\u{FFFE}"), "ab");
    }
}
