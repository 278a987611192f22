//! Conversion between byte offsets and the lines and columns of the protocol. **Nothing else converts them.**

use std::sync::Arc;

use lsp_types::{Position, PositionEncodingKind, Range};
use preauth_source::{ArcStr, TextRange, TextSize};

/// The unit of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of the protocol.
    Utf16,
    /// Characters.
    Utf32,
}

impl PositionEncoding {
    /// Returns the first known encoding that the client offers. Clients list them in order of preference.
    pub(crate) fn negotiate(offered: &[PositionEncodingKind]) -> Self {
        let known = offered.iter().find_map(|kind| match kind {
            PositionEncodingKind::UTF8 => Some(Self::Utf8),
            PositionEncodingKind::UTF16 => Some(Self::Utf16),
            PositionEncodingKind::UTF32 => Some(Self::Utf32),
            PositionEncodingKind::Custom(_) => None,
        });
        known.unwrap_or(Self::Utf16)
    }

    /// Returns the name in the protocol.
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

/// An index of the lines of a text, to convert offsets to positions.
///
/// A line ends with `\n`, `\r\n` or `\r`, as the protocol defines.
#[derive(Clone, Debug)]
pub(crate) struct PositionIndex {
    /// The offset of each line; that of the first line is after the byte order mark of a file, which editors do not show.
    starts: Vec<u32>,
    /// The end of each character with more bytes than columns, and the sum of these surplus bytes up to there.
    surplus: Vec<(u32, u32)>,
    len: u32,
}

impl PositionIndex {
    /// Indexes the text of an open document.
    pub(crate) fn of_buffer(text: &str, encoding: PositionEncoding) -> Self {
        Self::new(text, encoding, 0)
    }

    /// Indexes the text of a file on disk, which may begin with a byte order mark.
    pub(crate) fn of_file(text: &str, encoding: PositionEncoding) -> Self {
        const MARK: &str = "\u{FEFF}";
        Self::new(text, encoding, if text.starts_with(MARK) { MARK.len() } else { 0 })
    }

    fn new(text: &str, encoding: PositionEncoding, start: usize) -> Self {
        let (mut starts, mut surplus) = (vec![number(start)], Vec::new());
        let bytes = text.as_bytes();
        let mut sum = 0;
        for (at, c) in text[start..].char_indices().map(|(at, c)| (start + at, c)) {
            match c {
                '\n' => starts.push(number(at + 1)),
                '\r' if bytes.get(at + 1) != Some(&b'\n') => starts.push(number(at + 1)),
                c if c.len_utf8() > encoding.len(c) => {
                    sum += c.len_utf8() - encoding.len(c);
                    surplus.push((number(at + c.len_utf8()), number(sum)));
                }
                _ => {}
            }
        }
        Self { starts, surplus, len: number(text.len()) }
    }

    /// Returns the position of the first byte of a character. An offset after the end counts as the end.
    pub(crate) fn position(&self, offset: TextSize) -> Position {
        let offset = u32::from(offset).min(self.len);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts[line];
        let character = offset
            .saturating_sub(start)
            .saturating_sub(self.surplus_before(offset) - self.surplus_before(start));
        Position { line: number(line), character }
    }

    /// Returns the range of the protocol for a range of bytes.
    pub(crate) fn range(&self, range: TextRange) -> Range {
        Range { start: self.position(range.start()), end: self.position(range.end()) }
    }

    fn surplus_before(&self, offset: u32) -> u32 {
        let before = self.surplus.partition_point(|(end, _)| *end <= offset);
        before.checked_sub(1).map_or(0, |last| self.surplus[last].1)
    }
}

/// A text with its position index.
#[derive(Clone, Debug)]
pub(crate) struct TextDocument {
    pub(crate) text: ArcStr,
    pub(crate) positions: Arc<PositionIndex>,
    pub(crate) encoding: PositionEncoding,
}

impl TextDocument {
    /// Indexes the text of an open document.
    pub(crate) fn of_buffer(text: ArcStr, encoding: PositionEncoding) -> Self {
        Self { positions: PositionIndex::of_buffer(&text, encoding).into(), text, encoding }
    }

    /// Returns the offset of a position. A column after the end of its line counts as that end, a line after the last one
    /// as the end of the text, and the middle of a character as its start.
    pub(crate) fn offset(&self, position: Position) -> TextSize {
        let line = position.line as usize;
        let starts = &self.positions.starts;
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

    /// Returns the range of bytes for a range of the protocol. A range that ends before it starts is empty.
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

    const ALL: [PositionEncoding; 3] =
        [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

    fn document(text: &str, encoding: PositionEncoding, of_file: bool) -> TextDocument {
        let positions = if of_file {
            PositionIndex::of_file(text, encoding)
        } else {
            PositionIndex::of_buffer(text, encoding)
        };
        TextDocument { text: text.into(), positions: positions.into(), encoding }
    }

    fn position_of(content: &str, encoding: PositionEncoding, offset: usize) -> (u32, u32) {
        let position = document(content, encoding, false).positions.position(size(offset));
        (position.line, position.character)
    }

    #[test]
    fn columns_are_counted_in_the_negotiated_encoding() {
        let text = "a\r\né🦀x";
        assert_eq!(position_of(text, PositionEncoding::Utf8, 9), (1, 6));
        assert_eq!(position_of(text, PositionEncoding::Utf16, 9), (1, 3));
        assert_eq!(position_of(text, PositionEncoding::Utf32, 9), (1, 2));
    }

    #[test]
    fn first_known_encoding_of_the_client_is_used() {
        use PositionEncodingKind as Kind;
        assert_eq!(PositionEncoding::negotiate(&[]), PositionEncoding::Utf16);
        assert_eq!(PositionEncoding::negotiate(&[Kind::UTF32, Kind::UTF8]), PositionEncoding::Utf32);
        assert_eq!(PositionEncoding::negotiate(&[Kind::Custom("ebcdic".into())]), PositionEncoding::Utf16);
    }

    #[test]
    fn every_newline_counts_once() {
        let lines: Vec<u32> =
            (0..8).map(|offset| position_of("a\nb\r\nc\rd", PositionEncoding::Utf16, offset).0).collect();
        assert_eq!(lines, [0, 0, 1, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn byte_order_mark_takes_no_column_in_a_file_but_one_in_a_buffer() {
        let (file, buffer) = (
            document("\u{FEFF}<a/>", PositionEncoding::Utf16, true),
            document("\u{FEFF}<a/>", PositionEncoding::Utf16, false),
        );
        assert_eq!(file.positions.position(size(4)).character, 1);
        assert_eq!(buffer.positions.position(size(4)).character, 2);
        assert_eq!(file.offset(Position { line: 0, character: 0 }), size(3));
    }

    #[test]
    fn invalid_positions_are_clamped() {
        let document = document("a🦀\nb", PositionEncoding::Utf16, false);
        let offset = |line, character| usize::from(document.offset(Position { line, character }));
        assert_eq!(offset(0, 2), 1, "the middle of a character");
        assert_eq!(offset(0, 99), 5, "after the end of the line");
        assert_eq!(offset(9, 0), 7, "after the last line");
        assert_eq!(document.positions.position(size(99)), Position { line: 1, character: 1 });
    }

    proptest! {
        #[test]
        fn offsets_survive_a_round_trip(
            content in "([a-zé漢🦀𝒳\u{FEFF}]|\r\n|\n|\r){0,40}",
            of_file: bool,
        ) {
            for encoding in ALL {
                let document = document(&content, encoding, of_file);
                for (at, _) in content.char_indices().chain([(content.len(), ' ')]) {
                    // There is no position between `\r` and `\n`, nor before a byte order mark that is not shown.
                    let inside = at > 0 && content.as_bytes()[at - 1] == b'\r' && content.as_bytes().get(at) == Some(&b'\n');
                    if inside || (at == 0 && document.positions.starts[0] > 0) {
                        continue;
                    }
                    prop_assert_eq!(document.offset(document.positions.position(size(at))), size(at));
                }
            }
        }

        #[test]
        fn columns_agree_with_a_simple_count(content in "([a-zé漢🦀𝒳]|\r\n|\n|\r){0,40}") {
            for encoding in ALL {
                let index = PositionIndex::of_buffer(&content, encoding);
                let (mut line, mut column) = (0, 0);
                let mut last = ' ';
                for (at, c) in content.char_indices() {
                    if last == '\n' || (last == '\r' && c != '\n') {
                        (line, column) = (line + 1, 0);
                    }
                    let position = index.position(size(at));
                    prop_assert_eq!((position.line as usize, position.character as usize), (line, column));
                    column += encoding.len(c);
                    last = c;
                }
            }
        }

        #[test]
        fn any_position_is_a_character_boundary(content: String, line in 0u32..50, character: u32) {
            for encoding in ALL {
                let document = document(&content, encoding, true);
                let offset = usize::from(document.offset(Position { line, character }));
                prop_assert!(content.is_char_boundary(offset));
            }
        }
    }
}
