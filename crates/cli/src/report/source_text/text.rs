//! One text of a source: its lines and columns, and its excerpts.

use std::{fmt, ops::Range, sync::OnceLock};

use line_index::{LineCol, LineIndex, WideEncoding};
use preauth_source::{ArcStr, TextRange, TextSize};

use crate::output::visible::excerpt;

/// A line and a column, both counted from 1. Columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineColumn {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A text or some lines of it, with an index of its lines.
pub(crate) struct SourceText {
    /// The text of the source, which may hold secrets.
    raw: ArcStr,
    excerpt: OnceLock<String>,
    index: LineIndex,
    /// The offset of these lines in the whole text.
    start: TextSize,
    /// The number of the first line, counted from 0.
    first_line: u32,
}

impl SourceText {
    pub(super) fn new(text: impl Into<ArcStr>) -> Self {
        let raw = text.into();
        Self {
            excerpt: OnceLock::new(),
            index: LineIndex::new(&raw),
            raw,
            start: TextSize::new(0),
            first_line: 0,
        }
    }

    /// Some lines of a text, with their offset in it and the number of the first line, counted from 0.
    pub(super) fn part(text: impl Into<ArcStr>, start: TextSize, first_line: u32) -> Self {
        Self { start, first_line, ..Self::new(text) }
    }

    /// Returns the length in bytes.
    pub(super) fn len(&self) -> usize {
        self.raw.len()
    }

    /// True if an offset of the whole text is in these lines.
    pub(super) fn has(&self, offset: TextSize) -> bool {
        (self.start..=self.end()).contains(&offset)
    }

    /// Returns the offset of the end.
    fn end(&self) -> TextSize {
        self.start + self.index.len()
    }

    /// Returns the text of a range as it may be shown: with secrets masked and hidden characters replaced; `None` if the
    /// range is not in these lines. Offsets stay the same.
    pub(crate) fn excerpt(&self, range: TextRange) -> Option<&str> {
        let excerpt = self.excerpt.get_or_init(|| excerpt(&self.raw));
        excerpt.get(Range::<usize>::from(range.checked_sub(self.start)?))
    }

    /// Returns the line and column of an offset, counted from 0; columns count bytes.
    fn line_col(&self, offset: TextSize) -> Option<LineCol> {
        self.index.try_line_col(offset.clamp(self.start, self.end()) - self.start)
    }

    /// Returns the line and column of an offset.
    pub(crate) fn place(&self, offset: TextSize) -> LineColumn {
        let Some(place) = self.line_col(offset) else { return LineColumn { line: 1, column: 1 } };
        let column = self.index.to_wide(WideEncoding::Utf32, place).map_or(place.col, |wide| wide.col);
        let line = self.first_line + place.line;
        // A byte order mark has no column.
        let has_mark = line == 0 && column > 0 && self.raw.starts_with('\u{FEFF}');
        LineColumn { line: line + 1, column: column + u32::from(!has_mark) }
    }

    /// Returns the line and column of an offset; columns count the bytes of UTF-8.
    pub(crate) fn byte_place(&self, offset: TextSize) -> LineColumn {
        let place = self.line_col(offset);
        place.map_or(LineColumn { line: 1, column: 1 }, |at| LineColumn {
            line: self.first_line + at.line + 1,
            column: at.col + 1,
        })
    }

    /// Returns the range of a line, counted from 0, with its newline.
    pub(crate) fn line(&self, line: u32) -> Option<TextRange> {
        self.index.line(line.checked_sub(self.first_line)?).map(|line| line + self.start)
    }

    /// Returns the line of an offset, counted from 0.
    pub(crate) fn line_of(&self, offset: TextSize) -> u32 {
        self.first_line + self.line_col(offset).map_or(0, |place| place.line)
    }
}

impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SourceText").field(&self.raw.len()).finish()
    }
}
