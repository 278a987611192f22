//! The plainest tokens of a document, which are nearly all of them: text, and tags with nothing but a name.

use crate::chars::{among, plain_name};

/// A plain token. What is wrong with where it stands, or with what stands in a text, is not known from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Text up to the next tag or reference; `harmless` if neither `]]>` nor a merge-conflict marker can be in it.
    Text { harmless: bool },
    /// `<name>`; where the name ends.
    Begin { name_end: usize },
    /// `</name>`.
    End,
    /// `<name/>`; where the name ends.
    Empty { name_end: usize },
}

/// The token that begins at `start`, and where it ends; `None` if it is not plain, or not known to be.
pub(crate) fn plain(bytes: &[u8], start: usize) -> Option<(Token, usize)> {
    match bytes.get(start..)? {
        [] | [b'&', ..] => None,
        [b'<', b'/', rest @ ..] => {
            let name_end = start + 2 + plain_name(rest)?;
            (bytes.get(name_end) == Some(&b'>')).then_some((Token::End, name_end + 1))
        }
        [b'<', rest @ ..] => {
            let name_end = start + 1 + plain_name(rest)?;
            match bytes.get(name_end..)? {
                [b'>', ..] => Some((Token::Begin { name_end }, name_end + 1)),
                [b'/', b'>', ..] => Some((Token::Empty { name_end }, name_end + 2)),
                _ => None,
            }
        }
        rest => {
            // Most texts are short: for them, looking at one byte after the other is the quickest.
            const REMARKABLE: [bool; 256] = among(b"<&=>|");
            let mut harmless = true;
            let ends = |byte: &u8| {
                let remarkable = REMARKABLE[usize::from(*byte)];
                harmless &= !remarkable || matches!(byte, b'<' | b'&');
                remarkable && matches!(byte, b'<' | b'&')
            };
            let length = rest.iter().position(ends).unwrap_or(rest.len());
            Some((Token::Text { harmless }, start + length))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_told_with_its_end() {
        for (text, token, end) in [
            ("<a>b", Token::Begin { name_end: 2 }, 3),
            ("<a:b.c-d_1>", Token::Begin { name_end: 10 }, 11),
            ("<a/>b", Token::Empty { name_end: 2 }, 4),
            ("</a>b", Token::End, 4),
            ("a b\n<c>", Token::Text { harmless: true }, 4),
            ("é&amp;", Token::Text { harmless: true }, 2),
            ("a]]>b", Token::Text { harmless: false }, 5),
            ("\n=======", Token::Text { harmless: false }, 8),
        ] {
            assert_eq!(plain(text.as_bytes(), 0), Some((token, end)), "{text}");
            let behind = plain(format!("<{text}").as_bytes(), 1);
            assert_eq!(behind.map(|(_, end)| end), Some(end + 1), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for text in [
            "",
            "<",
            "</",
            "<>",
            "</>",
            "<a",
            "</a",
            "<a/",
            "<1>",
            "<-a>",
            "<é>",
            "<a >",
            "</a >",
            "<a b='1'>",
            "<!-- -->",
            "<?a?>",
            "<![CDATA[]]>",
            "&amp;",
            "<<<<<<< a",
        ] {
            assert_eq!(plain(text.as_bytes(), 0), None, "{text}");
        }
    }
}
