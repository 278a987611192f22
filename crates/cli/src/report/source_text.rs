//! SourceTexts of files as they may be shown, and lines and columns in them.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use camino::{Utf8Path, Utf8PathBuf};
use line_index::{LineCol, LineIndex, WideEncoding};
use preauth_metadata::{Workspace, masked};
use preauth_policy::PolicySet;
use preauth_source::{ArcStr, FilePath, Location, TextRange, TextSize};

use crate::{
    output::{
        Output,
        visible::{is_hidden, is_plain},
    },
    tree::file_system,
};

/// A text with its lines, or some lines of one.
pub(crate) struct SourceText {
    /// As it stands in the source, with what must not be shown.
    raw: ArcStr,
    shown: OnceLock<String>,
    index: LineIndex,
    /// Where in the whole text it begins, and the number, from 0, of the line that begins there.
    start: TextSize,
    first: u32,
}

/// Of a file, the block that a place is in is read with the one before and the one behind, so that a secret is known for
/// one that begins or ends somewhere else: none is longer. The files of apps, where secrets mostly are, are at hand whole.
const BLOCK: u32 = 16 * 1024;
/// How many bytes of texts are kept: reports go from file to file, and a tree may hold a gigabyte of profiles.
const KEPT: usize = 512 * 1024;

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineColumn {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl SourceText {
    fn new(text: impl Into<ArcStr>) -> Self {
        let raw = text.into();
        Self { shown: OnceLock::new(), index: LineIndex::new(&raw), raw, start: TextSize::new(0), first: 0 }
    }

    /// Whether a place is in it.
    fn has(&self, place: TextSize) -> bool {
        (self.start..=self.end()).contains(&place)
    }

    /// How many bytes of it are around a range, on the side where there are fewer; `None` if not all of it is in it.
    pub(crate) fn around(&self, range: TextRange) -> Option<TextSize> {
        let before = range.start().checked_sub(self.start)?;
        Some(before.min(self.end().checked_sub(range.end())?))
    }

    /// Where it ends.
    fn end(&self) -> TextSize {
        self.start + self.index.len()
    }

    /// A part of the text as it may be shown: secrets in it are masked, and what is hidden is shown as what it is not,
    /// byte for byte, so that places stay what they are. `None` if that part is not in it.
    pub(crate) fn shown(&self, range: TextRange) -> Option<&str> {
        let shown = self.shown.get_or_init(|| tamed(masked(&self.raw)));
        shown.get(Range::<usize>::from(range.checked_sub(self.start)?))
    }

    /// The line and column, from 0, of an offset; columns count bytes.
    fn line_col(&self, offset: TextSize) -> Option<LineCol> {
        self.index.try_line_col(offset.clamp(self.start, self.end()) - self.start)
    }

    /// The line and column of an offset.
    pub(crate) fn place(&self, offset: TextSize) -> LineColumn {
        let Some(place) = self.line_col(offset) else { return LineColumn { line: 1, column: 1 } };
        let column = self.index.to_wide(WideEncoding::Utf32, place).map_or(place.col, |wide| wide.col);
        let line = self.first + place.line;
        // A byte order mark takes no column.
        let mark = line == 0 && column > 0 && self.raw.starts_with('\u{FEFF}');
        LineColumn { line: line + 1, column: column + u32::from(!mark) }
    }

    /// The line and column of an offset; columns count the bytes of UTF-8.
    pub(crate) fn byte_place(&self, offset: TextSize) -> LineColumn {
        let place = self.line_col(offset);
        place.map_or(LineColumn { line: 1, column: 1 }, |at| LineColumn {
            line: self.first + at.line + 1,
            column: at.col + 1,
        })
    }

    /// The lines that a range is on, with so many before and after it: the number of the first, from 0, and their bytes.
    pub(crate) fn lines(&self, range: TextRange, before: u32, after: u32) -> (u32, TextRange) {
        let first = self.line_of(range.start()).saturating_sub(before).max(self.first);
        let last = self.line_of(range.end()).saturating_add(after);
        let start = self.line(first).map_or(self.start, TextRange::start);
        let end = (first..=last).rev().find_map(|line| self.line(line)).map_or(self.end(), TextRange::end);
        (first, TextRange::new(start, end))
    }

    /// The bytes of a line, from 0, with its line break.
    pub(crate) fn line(&self, line: u32) -> Option<TextRange> {
        self.index.line(line.checked_sub(self.first)?).map(|line| line + self.start)
    }

    /// The line, from 0, that an offset is in.
    pub(crate) fn line_of(&self, offset: TextSize) -> u32 {
        self.first + self.line_col(offset).map_or(0, |place| place.line)
    }
}

/// The text, with what is hidden shown as what it is not, byte for byte.
fn tamed(text: String) -> String {
    let tame = |c: char| match c.len_utf8() {
        _ if c == '\r' || !is_hidden(c) => c,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    };
    if is_plain(&text) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if is_plain(line.strip_suffix("\r\n").unwrap_or(line)) {
            out.push_str(line);
        } else {
            out.extend(line.chars().map(tame));
        }
    }
    out
}

impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SourceText").field(&self.raw.len()).finish()
    }
}

/// What others may use at the same time. Somebody who panicked has not left it half done.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is no UTF-8 is replaced: only places before that are ever shown.
fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into())
}

/// How paths are shown.
#[derive(Clone, Debug)]
pub(crate) enum PathDisplay<'o> {
    /// As what leads from the current folder to them.
    FromCurrentFolder(&'o Output),
    /// As in the tree, with this before them.
    WithPrefix(String),
    /// As what leads to them from this folder; where there is none, from the current one.
    FromFolder(Option<&'o Utf8Path>, &'o Output),
}

/// SourceTexts that were read: whole, or a block with those around it.
#[derive(Debug, Default)]
struct TextCache {
    texts: BTreeMap<(FilePath, Option<u32>), Arc<SourceText>>,
    bytes: usize,
}

impl TextCache {
    fn add(&mut self, path: &FilePath, block: Option<u32>, text: SourceText) -> Arc<SourceText> {
        if self.bytes + text.raw.len() > KEPT {
            *self = Self::default();
        }
        self.bytes += text.raw.len();
        let text = Arc::new(text);
        self.texts.insert((path.clone(), block), text.clone());
        text
    }
}

/// The texts of a tree, read again when something in them is shown.
#[derive(Debug)]
pub(crate) struct SourceTexts<'p> {
    root: Utf8PathBuf,
    policies: &'p PolicySet,
    /// SourceTexts that are at hand: the configuration, and what corrections have made.
    in_memory: BTreeMap<FilePath, ArcStr>,
    shown_as: PathDisplay<'p>,
    /// What is known of the files, which may spare reading them again.
    workspace: Option<&'p Workspace>,
    kept: Mutex<TextCache>,
    /// Of each file that is read block by block, how many newlines are before each block.
    newlines: Mutex<BTreeMap<FilePath, Arc<[u32]>>>,
    rules: Mutex<BTreeMap<FilePath, Arc<SourceText>>>,
}

impl<'p> SourceTexts<'p> {
    pub(crate) fn new(
        root: Utf8PathBuf,
        shown_as: PathDisplay<'p>,
        policies: &'p PolicySet,
        in_memory: BTreeMap<FilePath, ArcStr>,
    ) -> Self {
        Self {
            root,
            policies,
            in_memory,
            shown_as,
            workspace: None,
            kept: Mutex::default(),
            newlines: Mutex::default(),
            rules: Mutex::default(),
        }
    }

    /// With what is known of the files of the tree.
    pub(crate) fn with_workspace(self, workspace: &'p Workspace) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    /// The text of a file of the tree, or of the configuration.
    fn of(&self, path: &FilePath) -> Arc<SourceText> {
        if let Some(known) = self.known(path, None) {
            return known;
        }
        let kept = || self.workspace.and_then(|workspace| workspace.file(path)?.text.as_ref());
        let text = match self.in_memory.get(path).or_else(kept) {
            Some(text) => SourceText::new(text),
            None => {
                let bytes = file_system::read(&self.root.join(path.as_str())).unwrap_or_default();
                SourceText::new(decoded(bytes))
            }
        };
        locked(&self.kept).add(path, None, text)
    }

    /// The same, or only those lines of it that are around a place.
    pub(crate) fn around(&self, path: &FilePath, place: TextSize) -> Arc<SourceText> {
        let block = u32::from(place) / BLOCK;
        let known = self.known(path, Some(block)).filter(|text| text.has(place));
        let read = || self.part(path, place).map(|part| locked(&self.kept).add(path, Some(block), part));
        known.or_else(read).unwrap_or_else(|| self.of(path))
    }

    fn known(&self, path: &FilePath, block: Option<u32>) -> Option<Arc<SourceText>> {
        locked(&self.kept).texts.get(&(path.clone(), block)).cloned()
    }

    /// The lines around a place in a file whose text is not in memory.
    fn part(&self, path: &FilePath, place: TextSize) -> Option<SourceText> {
        if self.in_memory.contains_key(path) || self.workspace?.file(path)?.text.is_some() {
            return None;
        }
        let newlines = self.newlines_before_blocks(path).ok()?;
        let block = (u32::from(place) / BLOCK).saturating_sub(1);
        let from = block * BLOCK;
        let mut bytes = Vec::with_capacity(3 * BLOCK as usize);
        let mut source = file_system::open(&self.root.join(path.as_str())).ok()?;
        source.seek(SeekFrom::Start(from.into())).ok()?;
        source.take(3 * u64::from(BLOCK)).read_to_end(&mut bytes).ok()?;
        // What is cut off is no line.
        let start = if from == 0 { 0 } else { memchr::memchr(b'\n', &bytes)? + 1 };
        let whole = bytes.len() < bytes.capacity();
        let end = if whole { bytes.len() } else { memchr::memrchr(b'\n', &bytes)? + 1 };
        bytes.truncate(end);
        bytes.drain(..start);
        let first = newlines.get(usize::try_from(block).ok()?)? + u32::from(start > 0);
        let start = TextSize::new(from) + TextSize::try_from(start).ok()?;
        Some(SourceText { start, first, ..SourceText::new(decoded(bytes)) }).filter(|text| text.has(place))
    }

    /// Counts the newlines before each block of a file.
    fn newlines_before_blocks(&self, path: &FilePath) -> io::Result<Arc<[u32]>> {
        if let Some(known) = locked(&self.newlines).get(path) {
            return Ok(known.clone());
        }
        let mut source = file_system::open(&self.root.join(path.as_str()))?;
        let mut block = Vec::with_capacity(BLOCK as usize);
        let (mut counts, mut count) = (Vec::new(), 0);
        while source.by_ref().take(BLOCK.into()).read_to_end(&mut block)? > 0 {
            counts.push(count);
            count += u32::try_from(memchr::memchr_iter(b'\n', &block).count()).unwrap_or_default();
            block.clear();
        }
        let counts: Arc<[u32]> = counts.into();
        locked(&self.newlines).insert(path.clone(), counts.clone());
        Ok(counts)
    }

    /// The name of the folder that the tree is in.
    pub(crate) fn tree_name(&self) -> String {
        self.root.file_name().unwrap_or(self.root.as_str()).to_owned()
    }

    /// Whether a path leads to a file of the configuration.
    pub(crate) fn is_in_memory(&self, path: &FilePath) -> bool {
        self.in_memory.contains_key(path)
    }

    /// The text of a policy file.
    pub(crate) fn policy_text(&self, path: &FilePath) -> Arc<SourceText> {
        let read = || Arc::new(SourceText::new(self.policies.text(path).unwrap_or_default()));
        locked(&self.rules).entry(path.clone()).or_insert_with(read).clone()
    }

    /// The path of a policy file as it is shown; of a built-in policy the file is inside the program.
    pub(crate) fn display_policy_path(&self, path: &FilePath) -> String {
        if self.in_memory.contains_key(path) { self.display_path(path) } else { path.to_string() }
    }

    /// Where a location starts and ends.
    pub(crate) fn places(&self, location: &Location) -> (LineColumn, LineColumn) {
        (self.start(location), self.place(&location.file, location.range.end()))
    }

    /// Where a location starts.
    pub(crate) fn start(&self, location: &Location) -> LineColumn {
        self.place(&location.file, location.range.start())
    }

    fn place(&self, path: &FilePath, offset: TextSize) -> LineColumn {
        self.around(path, offset).place(offset)
    }

    /// A path as it is shown.
    pub(crate) fn display_path(&self, path: &FilePath) -> String {
        let file = self.root.join(path.as_str());
        match &self.shown_as {
            PathDisplay::FromCurrentFolder(output) => output.relative_path(&file),
            PathDisplay::FromFolder(folder, output) => {
                let inside = folder.and_then(|folder| file.strip_prefix(folder).ok());
                inside.map_or_else(|| output.relative_path(&file), |path| path.as_str().replace('\\', "/"))
            }
            // A configuration may lie outside the tree.
            PathDisplay::WithPrefix(prefix) if prefix.is_empty() || !file.starts_with(&self.root) => {
                path.to_string()
            }
            PathDisplay::WithPrefix(prefix) => format!("{prefix}/{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_seen_at_its_place() {
        let text = "a\u{1B}\u{9B}\u{202E}b\r\n";
        assert_eq!(tamed(text.into()), "a?¿\u{FFFD}b\r\n");
        assert_eq!(tamed(text.into()).len(), text.len());
    }
}
