//! The lines of one file that a report shows around its marks. Long lines are cut.

use std::{collections::BTreeMap, sync::Arc};

use preauth_source::TextRange;

use super::text::SourceText;

/// The most columns of a source line that are shown. A certificate or a file on one line would fill screens.
const MAX_COLUMNS: usize = 160;
/// The columns that are shown before a mark in the middle of a long line.
const COLUMNS_BEFORE: usize = 40;
/// Stands for the part of a line that is left out.
const CUT: char = '…';

/// The shown lines of one file, one after the other. Offsets are those in `text`.
#[derive(Debug)]
pub(crate) struct Excerpt {
    text: String,
    lines: Vec<ExcerptLine>,
    /// Places of the marks, in the order in which the marks were given.
    pub(crate) marks: Vec<ExcerptMark>,
}

/// The place of a mark in an excerpt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExcerptMark {
    /// Offset in the excerpt.
    pub(crate) start: usize,
    /// Length in bytes of the part that is shown: never beyond the end of the first line.
    pub(crate) len: usize,
    /// Column in the file, counted from 1.
    pub(crate) column: u32,
}

/// A shown line.
#[derive(Debug)]
struct ExcerptLine {
    /// Number, counted from 0.
    number: u32,
    /// Offset in the excerpt.
    start: usize,
}

/// Some of the shown lines.
#[derive(Debug)]
pub(crate) struct ExcerptPart<'e> {
    /// The number of the first line, counted from 0.
    pub(crate) line: u32,
    /// Offset in the excerpt.
    pub(crate) start: usize,
    pub(crate) text: &'e str,
}

impl Excerpt {
    /// Collects the lines of the marks, with `context` lines before and after each. A mark is a range of a text.
    pub(crate) fn new(marks: &[(Arc<SourceText>, TextRange)], context: u32) -> Self {
        let mut shown: BTreeMap<u32, &SourceText> = BTreeMap::new();
        for (text, range) in marks {
            let line = text.line_of(range.start());
            for number in line.saturating_sub(context)..=line.saturating_add(context) {
                if text.line(number).is_some_and(|range| text.excerpt(range).is_some()) {
                    shown.entry(number).or_insert(text);
                }
            }
        }
        let mut excerpt =
            Self { text: String::new(), lines: Vec::with_capacity(shown.len()), marks: Vec::new() };
        let mut found = vec![None; marks.len()];
        for (number, text) in shown {
            let range = text.line(number).expect("invariant: only lines of the text are shown");
            let line = text.excerpt(range).expect("invariant: only lines of the text are shown");
            let start = excerpt.text.len();
            // Where the marks are in the line.
            let of_line = |(index, (text, mark)): (usize, &(Arc<SourceText>, TextRange))| {
                let offset = usize::from(mark.start().checked_sub(range.start())?);
                let shown = |offset: usize| line.floor_char_boundary(offset.min(line.trim_end().len()));
                let (start, end) = (shown(offset), shown(offset + usize::from(mark.len())));
                (text.line_of(mark.start()) == number).then_some((index, start, end))
            };
            let of_line: Vec<_> = marks.iter().enumerate().filter_map(of_line).collect();
            let cut = Cut::around(line, of_line.first().map_or((0, 0), |(_, start, end)| (*start, *end)));
            excerpt.text.push_str(&cut.text);
            for (index, from, to) in of_line {
                let (from, to) = (start + cut.offset(from), start + cut.offset(to));
                let column = text.place(marks[index].1.start()).column;
                found[index] = Some(ExcerptMark { start: from, len: to - from, column });
            }
            excerpt.lines.push(ExcerptLine { number, start });
        }
        // A text that could not be read has no lines.
        let nowhere = ExcerptMark { start: 0, len: 0, column: 1 };
        excerpt.marks = found.into_iter().map(|mark| mark.unwrap_or(nowhere)).collect();
        excerpt
    }

    /// Returns the lines from one offset to another, with some lines before and after them. No line is left out between
    /// them.
    pub(crate) fn part(
        &self,
        start: usize,
        end: usize,
        before: usize,
        after: usize,
    ) -> Option<ExcerptPart<'_>> {
        let index = |offset: usize| self.lines.partition_point(|line| line.start <= offset).checked_sub(1);
        let (mut first, mut last) = (index(start)?, index(end)?);
        let adjoin = |one: usize, next: usize| self.lines[one].number + 1 == self.lines[next].number;
        if (first..last).any(|line| !adjoin(line, line + 1)) {
            return None;
        }
        for _ in 0..before {
            first -= usize::from(first > 0 && adjoin(first - 1, first));
        }
        for _ in 0..after {
            last += usize::from(last + 1 < self.lines.len() && adjoin(last, last + 1));
        }
        let end = self.lines.get(last + 1).map_or(self.text.len(), |line| line.start);
        let start = self.lines[first].start;
        let line = self.lines[first].number;
        Some(ExcerptPart { line, start, text: &self.text[start..end] })
    }
}

/// A line without its parts that are too far from a mark.
struct Cut {
    text: String,
    /// The shown bytes of the line.
    shown: std::ops::Range<usize>,
}

impl Cut {
    /// Cuts a line to the columns around a range of it.
    fn around(line: &str, (start, end): (usize, usize)) -> Self {
        let content = line.trim_end_matches(['\r', '\n']);
        let columns = |text: &str| text.chars().count();
        if content.len() <= MAX_COLUMNS || columns(content) <= MAX_COLUMNS {
            return Self { text: line.to_owned(), shown: 0..line.len() };
        }
        let at_column = |from: usize, columns: usize| {
            content[from..].char_indices().nth(columns).map_or(content.len(), |(at, _)| from + at)
        };
        let before = columns(&content[..start]);
        let is_early = columns(&content[..end]) < MAX_COLUMNS || before <= COLUMNS_BEFORE;
        let from = if is_early { 0 } else { at_column(0, before - COLUMNS_BEFORE) };
        let to = at_column(from, MAX_COLUMNS);
        let mut text = String::new();
        text.extend((from > 0).then_some(CUT));
        text.push_str(&content[from..to]);
        text.extend((to < content.len()).then_some(CUT));
        text.push_str(&line[content.len()..]);
        Self { text, shown: from..to }
    }

    /// Returns where an offset of the line is shown: one that is left out, at the cut.
    fn offset(&self, offset: usize) -> usize {
        let cut = if self.shown.start > 0 { CUT.len_utf8() } else { 0 };
        cut + offset.clamp(self.shown.start, self.shown.end) - self.shown.start
    }
}
