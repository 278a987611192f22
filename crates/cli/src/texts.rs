//! Texts of files as they may be shown, and lines and columns in them.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt, fs,
    sync::{Arc, OnceLock},
};

use camino::{Utf8Path, Utf8PathBuf};
use line_index::{LineIndex, WideEncoding};
use preauth_metadata::{Workspace, masked};
use preauth_policy::PolicySet;
use preauth_source::{ArcStr, FilePath, Location, TextRange, TextSize};

use crate::{output::Output, visible::is_hidden};

/// A text with its lines.
pub(crate) struct Text {
    /// As it stands in the source, with what must not be shown.
    raw: ArcStr,
    shown: OnceLock<String>,
    index: LineIndex,
}

/// What takes so many bytes is not kept beside its like.
const LARGE: usize = 256 * 1024;

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Text {
    fn new(text: impl Into<ArcStr>) -> Self {
        let raw = text.into();
        Self { shown: OnceLock::new(), index: LineIndex::new(&raw), raw }
    }

    /// The text as it may be shown: secrets in it are masked, and what is hidden is shown as what it is not, byte for
    /// byte, so that places stay what they are.
    pub(crate) fn shown(&self) -> &str {
        let tame = |c: char| match c.len_utf8() {
            _ if c == '\r' || !is_hidden(c) => c,
            1 => '?',
            2 => '¿',
            _ => char::REPLACEMENT_CHARACTER,
        };
        self.shown.get_or_init(|| masked(&self.raw).chars().map(tame).collect())
    }

    /// The line and column of an offset.
    pub(crate) fn place(&self, offset: TextSize) -> Place {
        let offset = offset.min(self.index.len());
        let Some(place) = self.index.try_line_col(offset) else { return Place { line: 1, column: 1 } };
        let column = self.index.to_wide(WideEncoding::Utf32, place).map_or(place.col, |wide| wide.col);
        // A byte order mark takes no column.
        let mark = place.line == 0 && column > 0 && self.raw.starts_with('\u{FEFF}');
        Place { line: place.line + 1, column: column + u32::from(!mark) }
    }

    /// The line and column of an offset; columns count the bytes of UTF-8.
    pub(crate) fn byte_place(&self, offset: TextSize) -> Place {
        let place = self.index.try_line_col(offset.min(self.index.len()));
        place.map_or(Place { line: 1, column: 1 }, |at| Place { line: at.line + 1, column: at.col + 1 })
    }

    /// The bytes of a line, from 0, with its line break.
    pub(crate) fn line(&self, line: u32) -> Option<TextRange> {
        self.index.line(line)
    }

    /// The line, from 0, that an offset is in.
    pub(crate) fn line_of(&self, offset: TextSize) -> u32 {
        self.index.try_line_col(offset.min(self.index.len())).map_or(0, |place| place.line)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.raw.len()).finish()
    }
}

/// How paths are shown.
#[derive(Clone, Debug)]
pub(crate) enum ShownAs<'o> {
    /// As what leads from the current folder to them.
    FromHere(&'o Output),
    /// As in the tree, with this before them.
    Below(String),
    /// As what leads to them from this folder; where there is none, from the current one.
    OfRepository(Option<&'o Utf8Path>, &'o Output),
}

/// The texts of a tree, read again when something in them is shown.
#[derive(Debug)]
pub(crate) struct Texts<'p> {
    root: Utf8PathBuf,
    policies: &'p PolicySet,
    /// Texts that are at hand: the configuration, and what corrections have made.
    given: BTreeMap<FilePath, ArcStr>,
    shown_as: ShownAs<'p>,
    /// What is known of the files, which may spare reading them again.
    workspace: Option<&'p Workspace>,
    shown: RefCell<BTreeMap<FilePath, Arc<Text>>>,
    rules: RefCell<BTreeMap<FilePath, Arc<Text>>>,
}

impl<'p> Texts<'p> {
    pub(crate) fn new(
        root: Utf8PathBuf,
        shown_as: ShownAs<'p>,
        policies: &'p PolicySet,
        given: BTreeMap<FilePath, ArcStr>,
    ) -> Self {
        Self {
            root,
            policies,
            given,
            shown_as,
            workspace: None,
            shown: RefCell::default(),
            rules: RefCell::default(),
        }
    }

    /// With what is known of the files of the tree.
    pub(crate) fn knowing(self, workspace: &'p Workspace) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    /// The text of a file of the tree, or of the configuration. What is no UTF-8 in it is replaced: only places
    /// before that are ever shown.
    pub(crate) fn of(&self, path: &FilePath) -> Arc<Text> {
        let kept = || self.workspace.and_then(|workspace| workspace.file(path)?.text.as_ref());
        let read = || match self.given.get(path).or_else(kept) {
            Some(text) => Text::new(text),
            None => {
                let bytes = fs::read(self.root.join(path.as_str())).unwrap_or_default();
                Text::new(String::from_utf8_lossy(&bytes))
            }
        };
        if let Some(known) = self.shown.borrow().get(path) {
            return known.clone();
        }
        let text = Arc::new(read());
        let mut shown = self.shown.borrow_mut();
        // Reports go from file to file, and a tree may hold a gigabyte of profiles.
        if text.raw.len() > LARGE {
            shown.retain(|_, text| text.raw.len() <= LARGE);
        }
        shown.insert(path.clone(), text.clone());
        text
    }

    /// The name of the folder that the tree is in.
    pub(crate) fn tree_name(&self) -> String {
        self.root.file_name().unwrap_or(self.root.as_str()).to_owned()
    }

    /// Whether a path leads to a file of the configuration.
    pub(crate) fn is_given(&self, path: &FilePath) -> bool {
        self.given.contains_key(path)
    }

    /// The text of a policy file.
    pub(crate) fn of_rule(&self, path: &FilePath) -> Arc<Text> {
        let read = || Arc::new(Text::new(self.policies.text(path).unwrap_or_default()));
        self.rules.borrow_mut().entry(path.clone()).or_insert_with(read).clone()
    }

    /// The path of a policy file as it is shown; of a built-in policy the file is inside the program.
    pub(crate) fn shown_rule(&self, path: &FilePath) -> String {
        if self.given.contains_key(path) { self.shown(path) } else { path.to_string() }
    }

    /// Where a location starts and ends.
    pub(crate) fn places(&self, location: &Location) -> (Place, Place) {
        if let Some(known) = self.known_places(location) {
            return known;
        }
        let text = self.of(&location.file);
        (text.place(location.range.start()), text.place(location.range.end()))
    }

    fn known_places(&self, location: &Location) -> Option<(Place, Place)> {
        if self.given.contains_key(&location.file) {
            return None;
        }
        let file = self.workspace?.file(&location.file)?;
        let place = |offset: TextSize| {
            let (line, column) = file.line_and_column(offset)?;
            Some(Place { line: line + 1, column: column + 1 })
        };
        Some((place(location.range.start())?, place(location.range.end())?))
    }

    /// A path as it is shown.
    pub(crate) fn shown(&self, path: &FilePath) -> String {
        let file = self.root.join(path.as_str());
        match &self.shown_as {
            ShownAs::FromHere(output) => output.way_to(&file),
            ShownAs::OfRepository(folder, output) => {
                let inside = folder.and_then(|folder| file.strip_prefix(folder).ok());
                inside.map_or_else(|| output.way_to(&file), |path| path.as_str().replace('\\', "/"))
            }
            // A configuration may lie outside the tree.
            ShownAs::Below(prefix) if prefix.is_empty() || !file.starts_with(&self.root) => path.to_string(),
            ShownAs::Below(prefix) => format!("{prefix}/{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_seen_at_its_place() {
        let text = "a\u{1B}\u{9B}\u{202E}b\r\n";
        assert_eq!(Text::new(text).shown(), "a?¿\u{FFFD}b\r\n");
        assert_eq!(Text::new(text).shown().len(), text.len());
    }
}
