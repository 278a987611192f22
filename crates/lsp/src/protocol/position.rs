//! Lines and columns of the protocol, and the bytes they stand for. **The only place that knows both.**

use std::sync::Arc;

use lsp_types::{Position, PositionEncodingKind, Range};
use preauth_source::{ArcStr, TextRange, TextSize};

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Halves of surrogate pairs: what clients count that say nothing else.
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The first of those a client offers that is known here: it has put them in its order.
    pub(crate) fn negotiate(offered: &[PositionEncodingKind]) -> Self {
        let known = offered.iter().find_map(|kind| match kind {
            PositionEncodingKind::UTF8 => Some(Self::Utf8),
            PositionEncodingKind::UTF16 => Some(Self::Utf16),
            PositionEncodingKind::UTF32 => Some(Self::Utf32),
            PositionEncodingKind::Custom(_) => None,
        });
        known.unwrap_or(Self::Utf16)
    }

    /// As the protocol names it.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn len(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// The lines of a text, and how columns are counted in them.
///
/// A line ends with `\n`, `\r\n` or `\r`, as the protocol has it.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// Where each line starts; the first one behind a byte order mark that editors do not show.
    starts: Vec<u32>,
    /// Where characters end that are more bytes than columns, and how many more there have been by then.
    wide: Vec<(u32, u32)>,
    len: u32,
}

impl Lines {
    /// The lines of the text that an editor has, character by character.
    pub(crate) fn of_buffer(text: &str, encoding: Encoding) -> Self {
        Self::new(text, encoding, 0)
    }

    /// The lines of a file: what an editor would show of it has no byte order mark.
    pub(crate) fn of_file(text: &str, encoding: Encoding) -> Self {
        const MARK: &str = "\u{FEFF}";
        Self::new(text, encoding, if text.starts_with(MARK) { MARK.len() } else { 0 })
    }

    fn new(text: &str, encoding: Encoding, start: usize) -> Self {
        let (mut starts, mut wide) = (vec![number(start)], Vec::new());
        let bytes = text.as_bytes();
        let mut more = 0;
        for (at, c) in text[start..].char_indices().map(|(at, c)| (start + at, c)) {
            match c {
                '\n' => starts.push(number(at + 1)),
                '\r' if bytes.get(at + 1) != Some(&b'\n') => starts.push(number(at + 1)),
                c if c.len_utf8() > encoding.len(c) => {
                    more += c.len_utf8() - encoding.len(c);
                    wide.push((number(at + c.len_utf8()), number(more)));
                }
                _ => {}
            }
        }
        Self { starts, wide, len: number(text.len()) }
    }

    /// The line and column of a byte, which is the first of a character. One behind the end is taken for the end.
    pub(crate) fn position(&self, offset: TextSize) -> Position {
        let offset = u32::from(offset).min(self.len);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts[line];
        let character = offset.saturating_sub(start).saturating_sub(self.more(offset) - self.more(start));
        Position { line: number(line), character }
    }

    /// The range of the protocol for a range of bytes.
    pub(crate) fn range(&self, range: TextRange) -> Range {
        Range { start: self.position(range.start()), end: self.position(range.end()) }
    }

    fn more(&self, offset: u32) -> u32 {
        let before = self.wide.partition_point(|(end, _)| *end <= offset);
        before.checked_sub(1).map_or(0, |last| self.wide[last].1)
    }
}

/// A text with its lines.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) text: ArcStr,
    pub(crate) lines: Arc<Lines>,
    pub(crate) encoding: Encoding,
}

impl Text {
    /// The text that an editor has.
    pub(crate) fn of_buffer(text: ArcStr, encoding: Encoding) -> Self {
        Self { lines: Lines::of_buffer(&text, encoding).into(), text, encoding }
    }

    /// The byte of a line and column. A column behind the end of its line is taken for that end, a line behind the last
    /// for the end of the text, and half of a character for its start.
    pub(crate) fn offset(&self, position: Position) -> TextSize {
        let line = position.line as usize;
        let starts = &self.lines.starts;
        let Some(start) = starts.get(line).map(|start| *start as usize) else { return size(self.text.len()) };
        let end = starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        let content = self.text[start..end].trim_end_matches(['\n', '\r']);
        let mut left = position.character as usize;
        for (at, c) in content.char_indices() {
            let length = self.encoding.len(c);
            if left < length {
                return size(start + at);
            }
            left -= length;
        }
        size(start + content.len())
    }

    /// The range of bytes for a range of the protocol. Of a range that ends before it starts only the start counts.
    pub(crate) fn bytes(&self, range: Range) -> TextRange {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        TextRange::new(start, end.max(start))
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn size(n: usize) -> TextSize {
    TextSize::try_from(n).unwrap_or(TextSize::new(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn text(text: &str, encoding: Encoding, of_file: bool) -> Text {
        let lines = if of_file { Lines::of_file(text, encoding) } else { Lines::of_buffer(text, encoding) };
        Text { text: text.into(), lines: lines.into(), encoding }
    }

    fn at(of: &str, encoding: Encoding, offset: usize) -> (u32, u32) {
        let place = text(of, encoding, false).lines.position(size(offset));
        (place.line, place.character)
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let text = "a\r\né🦀x";
        assert_eq!(at(text, Encoding::Utf8, 9), (1, 6));
        assert_eq!(at(text, Encoding::Utf16, 9), (1, 3));
        assert_eq!(at(text, Encoding::Utf32, 9), (1, 2));
    }

    #[test]
    fn the_clients_first_choice_counts() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::negotiate(&[]), Encoding::Utf16);
        assert_eq!(Encoding::negotiate(&[Kind::UTF32, Kind::UTF8]), Encoding::Utf32);
        assert_eq!(Encoding::negotiate(&[Kind::Custom("ebcdic".into())]), Encoding::Utf16);
    }

    #[test]
    fn every_end_of_a_line_counts_once() {
        let lines: Vec<u32> = (0..8).map(|offset| at("a\nb\r\nc\rd", Encoding::Utf16, offset).0).collect();
        assert_eq!(lines, [0, 0, 1, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn the_mark_of_a_file_takes_no_column_but_that_of_a_buffer_does() {
        let (file, buffer) =
            (text("\u{FEFF}<a/>", Encoding::Utf16, true), text("\u{FEFF}<a/>", Encoding::Utf16, false));
        assert_eq!(file.lines.position(size(4)).character, 1);
        assert_eq!(buffer.lines.position(size(4)).character, 2);
        assert_eq!(file.offset(Position { line: 0, character: 0 }), size(3));
    }

    #[test]
    fn places_that_are_not_there_are_taken_for_the_nearest() {
        let text = text("a🦀\nb", Encoding::Utf16, false);
        let offset = |line, character| usize::from(text.offset(Position { line, character }));
        assert_eq!(offset(0, 2), 1, "half of a character");
        assert_eq!(offset(0, 99), 5, "behind the end of the line");
        assert_eq!(offset(9, 0), 7, "behind the last line");
        assert_eq!(text.lines.position(size(99)), Position { line: 1, character: 1 });
    }

    proptest! {
        #[test]
        fn every_boundary_of_characters_comes_back(
            of in "([a-zé漢🦀𝒳\u{FEFF}]|\r\n|\n|\r){0,40}",
            of_file: bool,
        ) {
            for encoding in ALL {
                let known = text(&of, encoding, of_file);
                for (at, _) in of.char_indices().chain([(of.len(), ' ')]) {
                    // Between `\r` and `\n`, and before a mark that is not shown, there is no place.
                    let inside = at > 0 && of.as_bytes()[at - 1] == b'\r' && of.as_bytes().get(at) == Some(&b'\n');
                    if inside || (at == 0 && known.lines.starts[0] > 0) {
                        continue;
                    }
                    prop_assert_eq!(known.offset(known.lines.position(size(at))), size(at));
                }
            }
        }

        #[test]
        fn columns_agree_with_counting(of in "([a-zé漢🦀𝒳]|\r\n|\n|\r){0,40}") {
            for encoding in ALL {
                let known = Lines::of_buffer(&of, encoding);
                let (mut line, mut column) = (0, 0);
                let mut last = ' ';
                for (at, c) in of.char_indices() {
                    if last == '\n' || (last == '\r' && c != '\n') {
                        (line, column) = (line + 1, 0);
                    }
                    let place = known.position(size(at));
                    prop_assert_eq!((place.line as usize, place.character as usize), (line, column));
                    column += encoding.len(c);
                    last = c;
                }
            }
        }

        #[test]
        fn any_position_is_a_boundary(of: String, line in 0u32..50, character: u32) {
            for encoding in ALL {
                let known = text(&of, encoding, true);
                let offset = usize::from(known.offset(Position { line, character }));
                prop_assert!(of.is_char_boundary(offset));
            }
        }
    }
}
