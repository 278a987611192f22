//! The texts of a tree, for excerpts, lines and columns.

mod excerpt;
mod path_display;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, SeekFrom},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use camino::Utf8PathBuf;
use preauth_metadata::{Workspace, on_all_cores};
use preauth_policy::PolicySet;
use preauth_source::{ArcStr, FilePath, Location, TextSize};

pub(crate) use self::{
    excerpt::Excerpt,
    path_display::PathDisplay,
    text::{LineColumn, SourceText},
};
use crate::tree::file_system;

/// The size of the blocks in which a large file is read. The block of an offset is read with the block before and after
/// it, so that a secret is recognised that begins or ends in another block: none is longer. The files of apps, which have
/// most secrets, are in memory as a whole.
const BLOCK_BYTES: u32 = 16 * 1024;
/// The limit of the cache of texts. Reports go from file to file, and a tree may have a gigabyte of profiles.
const CACHE_LIMIT_BYTES: usize = 512 * 1024;

/// A cache of texts: whole ones, and blocks with the blocks around them.
#[derive(Debug, Default)]
struct TextCache {
    texts: BTreeMap<(FilePath, Option<u32>), Arc<SourceText>>,
    bytes: usize,
}

impl TextCache {
    fn add(&mut self, path: &FilePath, block: Option<u32>, text: SourceText) -> Arc<SourceText> {
        if self.bytes + text.len() > CACHE_LIMIT_BYTES {
            *self = Self::default();
        }
        self.bytes += text.len();
        let text = Arc::new(text);
        self.texts.insert((path.clone(), block), text.clone());
        text
    }
}

/// The texts of a tree. They are read when something in them is shown.
#[derive(Debug)]
pub(crate) struct SourceTexts<'p> {
    root: Utf8PathBuf,
    policies: &'p PolicySet,
    /// Texts that are not read from disk: the configuration, policies, standard input, and files that were fixed.
    in_memory: BTreeMap<FilePath, ArcStr>,
    path_display: PathDisplay<'p>,
    /// The files of the tree, of which some have their texts.
    workspace: Option<&'p Workspace>,
    cache: Mutex<TextCache>,
    /// The numbers of newlines before each block, for the files that are read in blocks.
    newlines: Mutex<BTreeMap<FilePath, Arc<[u32]>>>,
    policy_texts: Mutex<BTreeMap<FilePath, Arc<SourceText>>>,
}

impl<'p> SourceTexts<'p> {
    pub(crate) fn new(
        root: Utf8PathBuf,
        path_display: PathDisplay<'p>,
        policies: &'p PolicySet,
        in_memory: BTreeMap<FilePath, ArcStr>,
    ) -> Self {
        Self {
            root,
            policies,
            in_memory,
            path_display,
            workspace: None,
            cache: Mutex::default(),
            newlines: Mutex::default(),
            policy_texts: Mutex::default(),
        }
    }

    /// Adds the files of the tree.
    pub(crate) fn with_workspace(self, workspace: &'p Workspace) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    /// Counts the newlines of the files that will be shown and whose texts are not in memory, on all cores. Without it they
    /// are counted one file after the other, when each is shown.
    pub(crate) fn prepare<'f>(&self, files: impl Iterator<Item = &'f FilePath>) {
        let on_disk = |path: &&FilePath| {
            let file = self.workspace.and_then(|workspace| workspace.file(path));
            !self.in_memory.contains_key(*path) && file.is_some_and(|file| file.text.is_none())
        };
        let files: BTreeSet<&FilePath> = files.filter(on_disk).collect();
        // A file that cannot be read any more is reported without its lines.
        on_all_cores(files.into_iter().collect(), |path| self.newlines_before_blocks(path).is_ok());
    }

    /// Returns the text of a file of the tree or of the configuration.
    fn text(&self, path: &FilePath) -> Arc<SourceText> {
        if let Some(text) = self.cached(path, None) {
            return text;
        }
        let in_workspace = || self.workspace.and_then(|workspace| workspace.file(path)?.text.as_ref());
        let text = match self.in_memory.get(path).or_else(in_workspace) {
            Some(text) => SourceText::new(text),
            None => {
                let bytes = file_system::read(&self.root.join(path.as_str())).unwrap_or_default();
                SourceText::new(decoded(bytes))
            }
        };
        locked(&self.cache).add(path, None, text)
    }

    /// Returns the lines around an offset of a file, or all of its text.
    pub(crate) fn around(&self, path: &FilePath, offset: TextSize) -> Arc<SourceText> {
        let block = u32::from(offset) / BLOCK_BYTES;
        let cached = self.cached(path, Some(block)).filter(|text| text.has(offset));
        let read =
            || self.read_part(path, offset).map(|part| locked(&self.cache).add(path, Some(block), part));
        cached.or_else(read).unwrap_or_else(|| self.text(path))
    }

    fn cached(&self, path: &FilePath, block: Option<u32>) -> Option<Arc<SourceText>> {
        locked(&self.cache).texts.get(&(path.clone(), block)).cloned()
    }

    /// Reads the lines around an offset of a file whose text is not in memory.
    fn read_part(&self, path: &FilePath, offset: TextSize) -> Option<SourceText> {
        if self.in_memory.contains_key(path) || self.workspace?.file(path)?.text.is_some() {
            return None;
        }
        let newlines = self.newlines_before_blocks(path).ok()?;
        let block = (u32::from(offset) / BLOCK_BYTES).saturating_sub(1);
        let from = block * BLOCK_BYTES;
        let mut bytes = Vec::with_capacity(3 * BLOCK_BYTES as usize);
        let mut source = file_system::open(&self.root.join(path.as_str())).ok()?;
        source.seek(SeekFrom::Start(from.into())).ok()?;
        source.take(3 * u64::from(BLOCK_BYTES)).read_to_end(&mut bytes).ok()?;
        // Lines that are cut off are left out.
        let start = if from == 0 { 0 } else { memchr::memchr(b'\n', &bytes)? + 1 };
        let whole = bytes.len() < bytes.capacity();
        let end = if whole { bytes.len() } else { memchr::memrchr(b'\n', &bytes)? + 1 };
        bytes.truncate(end);
        bytes.drain(..start);
        let first = newlines.get(usize::try_from(block).ok()?)? + u32::from(start > 0);
        let start = TextSize::new(from) + TextSize::try_from(start).ok()?;
        Some(SourceText::part(decoded(bytes), start, first)).filter(|text| text.has(offset))
    }

    /// Counts the newlines before each block of a file.
    fn newlines_before_blocks(&self, path: &FilePath) -> io::Result<Arc<[u32]>> {
        if let Some(known) = locked(&self.newlines).get(path) {
            return Ok(known.clone());
        }
        let mut source = file_system::open(&self.root.join(path.as_str()))?;
        let mut block = Vec::with_capacity(BLOCK_BYTES as usize);
        let (mut counts, mut count) = (Vec::new(), 0);
        while source.by_ref().take(BLOCK_BYTES.into()).read_to_end(&mut block)? > 0 {
            counts.push(count);
            count += u32::try_from(memchr::memchr_iter(b'\n', &block).count()).unwrap_or_default();
            block.clear();
        }
        let counts: Arc<[u32]> = counts.into();
        locked(&self.newlines).insert(path.clone(), counts.clone());
        Ok(counts)
    }

    /// Returns the name of the folder of the tree.
    pub(crate) fn tree_name(&self) -> String {
        self.root.file_name().unwrap_or(self.root.as_str()).to_owned()
    }

    /// True for a file that is not read from disk, such as the configuration.
    pub(crate) fn is_in_memory(&self, path: &FilePath) -> bool {
        self.in_memory.contains_key(path)
    }

    /// Returns the text of a policy file.
    pub(crate) fn policy_text(&self, path: &FilePath) -> Arc<SourceText> {
        let read = || Arc::new(SourceText::new(self.policies.text(path).unwrap_or_default()));
        locked(&self.policy_texts).entry(path.clone()).or_insert_with(read).clone()
    }

    /// Returns the path of a policy file as it is shown. The file of a built-in policy is inside the program.
    pub(crate) fn display_policy_path(&self, path: &FilePath) -> String {
        if self.in_memory.contains_key(path) { self.display_path(path) } else { path.to_string() }
    }

    /// Returns the start and the end of a location.
    pub(crate) fn places(&self, location: &Location) -> (LineColumn, LineColumn) {
        (self.start(location), self.place(&location.file, location.range.end()))
    }

    /// Returns the start of a location.
    pub(crate) fn start(&self, location: &Location) -> LineColumn {
        self.place(&location.file, location.range.start())
    }

    fn place(&self, path: &FilePath, offset: TextSize) -> LineColumn {
        self.around(path, offset).place(offset)
    }

    /// Returns a path as it is shown.
    pub(crate) fn display_path(&self, path: &FilePath) -> String {
        self.path_display.display(&self.root, path)
    }
}

/// Locks the mutex, also after a panic of another thread, which leaves the data valid.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Decodes UTF-8. Invalid bytes are replaced; only offsets before them are ever shown.
fn decoded(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into())
}
