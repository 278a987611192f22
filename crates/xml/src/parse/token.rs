//! The plainest tokens of a document, which are nearly all of them: text, and tags with nothing but a name.

use crate::chars::{among, plain_name};

/// A plain token. What is wrong with where it stands, or with what stands in a text, is not known from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainToken {
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
pub(crate) fn plain(bytes: &[u8], start: usize) -> Option<(PlainToken, usize)> {
    match bytes.get(start..)? {
        [] | [b'&', ..] => None,
        [b'<', b'/', rest @ ..] => {
            let name_end = start + 2 + plain_name(rest)?;
            (bytes.get(name_end) == Some(&b'>')).then_some((PlainToken::End, name_end + 1))
        }
        [b'<', rest @ ..] => {
            let name_end = start + 1 + plain_name(rest)?;
            match bytes.get(name_end..)? {
                [b'>', ..] => Some((PlainToken::Begin { name_end }, name_end + 1)),
                [b'/', b'>', ..] => Some((PlainToken::Empty { name_end }, name_end + 2)),
                _ => None,
            }
        }
        rest => {
            // Most texts are short: for them, looking at one byte after the other is the quickest.
            const REMARKABLE: [bool; 256] = among(b"<&=>|");
            let mut harmless = true;
            let ends = |byte: &u8| {
                let remarkable = REMARKABLE[usize::from(*byte)];
                let ends = remarkable && matches!(byte, b'<' | b'&');
                harmless &= ends == remarkable;
                ends
            };
            let length = rest.iter().position(ends).unwrap_or(rest.len());
            Some((PlainToken::Text { harmless }, start + length))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::{Reader, events::Event};

    use super::*;
    use crate::chars::is_name;
    use crate::parse::conflict;

    /// The parts of texts that are XML, or nearly.
    fn text() -> impl Strategy<Value = String> {
        let words = "<a>,</a>,<b-1.c>,<c/>,<n:a>,</n:a>,<a b='1'>,<a b>,<b c=\"&amp;>\"/>,</a >,<1>,<é>,<,>,/,&amp;,&,;,x,é, ,\
            \u{1},]]>,\n=======\n,\n<<<<<<< a\n,\n||||||| b\n,\n>>>>>>> c\n,<!-- - -->,<!--,<![CDATA[<]]>,<?p ?>,<!D>";
        let words: Vec<_> = words.split(',').map(str::to_owned).collect();
        prop::collection::vec(prop::sample::select(words), 0..12).prop_map(|words| words.concat())
    }

    proptest! {
        /// It ends where the token of `quick-xml` ends, and is the same.
        #[test]
        fn what_is_plain_is_what_the_parser_would_have(text in text()) {
            for (start, _) in text.char_indices() {
                let Some((token, end)) = plain(text.as_bytes(), start) else { continue };
                let mut reader = Reader::from_str(&text[start..]);
                reader.config_mut().allow_unmatched_ends = true;
                let event = reader.read_event().unwrap();
                prop_assert_eq!(usize::try_from(reader.buffer_position()).unwrap(), end - start);
                let is = match (token, event) {
                    (PlainToken::Text { harmless }, Event::Text(_)) => {
                        let holds_nothing = !text[start..end].contains("]]>")
                            && conflict::marker(&text, start..end).is_none();
                        !harmless || holds_nothing
                    }
                    (PlainToken::Begin { name_end }, Event::Start(tag)) | (PlainToken::Empty { name_end }, Event::Empty(tag)) => {
                        let name = &text[start + 1..name_end];
                        is_name(name) && tag.name().as_ref() == name
                    }
                    (PlainToken::End, Event::End(tag)) => tag.name().as_ref() == &text[start + 2..end - 1],
                    _ => false,
                };
                prop_assert!(is, "{token:?} at {start}");
            }
        }
    }

    #[test]
    fn what_is_plain_is_told_with_its_end() {
        for (text, token, end) in [
            ("<a>b", PlainToken::Begin { name_end: 2 }, 3),
            ("<a:b.c-d_1>", PlainToken::Begin { name_end: 10 }, 11),
            ("<a/>b", PlainToken::Empty { name_end: 2 }, 4),
            ("</a>b", PlainToken::End, 4),
            ("a b\n<c>", PlainToken::Text { harmless: true }, 4),
            ("é&amp;", PlainToken::Text { harmless: true }, 2),
            ("a]]>b", PlainToken::Text { harmless: false }, 5),
            ("\n=======", PlainToken::Text { harmless: false }, 8),
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
