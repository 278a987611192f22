use std::{collections::BTreeMap, io, ops::Bound, path::Path};

use camino::{Utf8Path, Utf8PathBuf};

use super::Snapshot;
use crate::tree::{
    file_system::{Disk, EntryKind, FileSystem, FolderEntry},
    git::KeptKind,
};

/// The files that git keeps in one state. What is not in the repository is the same at all times, and so are links that
/// lead out of it.
pub(super) struct KeptFiles<'s> {
    state: &'s Snapshot,
    /// The contents that the work tree does not have, as far as they are wanted.
    texts: BTreeMap<String, Vec<u8>>,
}

impl<'s> KeptFiles<'s> {
    pub(super) fn new(state: &'s Snapshot, texts: BTreeMap<String, Vec<u8>>) -> Self {
        Self { state, texts }
    }

    /// The path from the top of what git may keep; none of what is looked for on disk.
    fn kept(&self, path: &Path) -> Option<String> {
        let path = self.state.path_from_top(Utf8Path::from_path(path)?)?;
        let is_link = self.state.files.get(&path).is_some_and(|file| file.kind == KeptKind::Link);
        let of_git = path == ".git" || path.ends_with("/.git");
        (!is_link && !of_git).then_some(path)
    }

    fn is_kept_folder(&self, path: &str) -> bool {
        let inside = inside_of(path);
        let first = self.state.files.range(inside.clone()..).next();
        first.is_some_and(|(first, _)| first.starts_with(&inside))
    }
}

impl FileSystem for KeptFiles<'_> {
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<FolderEntry>>> {
        let Some(folder) = self.kept(folder) else { return Disk.entries(folder) };
        let inside = inside_of(&folder);
        let files = &self.state.files;
        let mut entries = Vec::new();
        // A repository of its own is told by what git does not keep.
        if self.state.repositories.iter().skip(1).any(|(_, below)| *below == inside) {
            entries.push(Ok(FolderEntry { name: ".git".into(), kind: EntryKind::Other }));
        }
        let mut rest = files.range(inside.clone()..);
        while let Some((path, file)) = rest.next() {
            let Some(told) = path.strip_prefix(&inside) else { break };
            let (name, kind) = match (told.split_once('/'), file.kind) {
                (Some((name, _)), _) => {
                    // What comes next and is not in that folder: `0` follows `/`.
                    rest = files
                        .range::<str, _>((Bound::Included(&*format!("{inside}{name}0")), Bound::Unbounded));
                    (name, EntryKind::Folder)
                }
                (None, KeptKind::Link) => (told, EntryKind::Link),
                (None, _) => (told, EntryKind::File),
            };
            entries.push(Ok(FolderEntry { name: name.into(), kind }));
        }
        Ok(entries)
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        let Some(path) = self.kept(file) else { return Disk.read(file) };
        if self.state.has_as_on_disk(&path) {
            return Disk.read(file);
        }
        self.texts.get(&path).cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.kept(path).map_or_else(|| Disk.is_file(path), |path| self.state.files.contains_key(&path))
    }

    fn is_folder(&self, path: &Path) -> bool {
        // Where the tree is there is a folder, even if nothing is kept of it.
        self.kept(path).map_or_else(
            || Disk.is_folder(path),
            |path| path == self.state.prefix || self.is_kept_folder(&path),
        )
    }

    fn is_slow(&self) -> bool {
        false
    }

    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        match self.kept(path.as_std_path()) {
            Some(kept) if self.exists(path.as_std_path()) => Ok(self.state.top().join(kept)),
            Some(_) => Err(io::ErrorKind::NotFound.into()),
            None => Disk.canonical(path),
        }
    }
}

/// What the paths in a folder begin with.
fn inside_of(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}
