//! A snapshot as a file system.

use std::{collections::BTreeMap, io, ops::Bound, path::Path};

use camino::{Utf8Path, Utf8PathBuf};

use super::Snapshot;
use crate::tree::{
    file_system::{Disk, EntryKind, FileSystem, FolderEntry},
    git::GitEntryKind,
};

/// The files of a snapshot. Files outside of the repository are read from disk, and so are links that lead out of it.
pub(super) struct SnapshotFiles<'s> {
    snapshot: &'s Snapshot,
    /// The wanted contents that differ on disk.
    contents: BTreeMap<String, Vec<u8>>,
}

impl<'s> SnapshotFiles<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, contents: BTreeMap<String, Vec<u8>>) -> Self {
        Self { snapshot, contents }
    }

    /// Returns the path from the top; `None` for a path that is looked up on disk.
    fn path_in_snapshot(&self, path: &Path) -> Option<String> {
        let path = self.snapshot.path_from_top(Utf8Path::from_path(path)?)?;
        let is_link = self.snapshot.files.get(&path).is_some_and(|file| file.kind == GitEntryKind::Link);
        let is_git_folder = path == ".git" || path.ends_with("/.git");
        (!is_link && !is_git_folder).then_some(path)
    }

    fn has_folder(&self, path: &str) -> bool {
        let inside = inside_of(path);
        let first = self.snapshot.files.range(inside.clone()..).next();
        first.is_some_and(|(first, _)| first.starts_with(&inside))
    }
}

impl FileSystem for SnapshotFiles<'_> {
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<FolderEntry>>> {
        let Some(folder) = self.path_in_snapshot(folder) else { return Disk.entries(folder) };
        let inside = inside_of(&folder);
        let files = &self.snapshot.files;
        let mut entries = Vec::new();
        // The walk recognises a submodule by its `.git`, which is not in git.
        if self.snapshot.repositories.iter().skip(1).any(|(_, below)| *below == inside) {
            entries.push(Ok(FolderEntry { name: ".git".into(), kind: EntryKind::Other }));
        }
        let mut rest = files.range(inside.clone()..);
        while let Some((path, file)) = rest.next() {
            let Some(rest_of_path) = path.strip_prefix(&inside) else { break };
            let (name, kind) = match (rest_of_path.split_once('/'), file.kind) {
                (Some((name, _)), _) => {
                    // Skip the rest of that folder: `0` follows `/`.
                    rest = files
                        .range::<str, _>((Bound::Included(&*format!("{inside}{name}0")), Bound::Unbounded));
                    (name, EntryKind::Folder)
                }
                (None, GitEntryKind::Link) => (rest_of_path, EntryKind::Link),
                (None, _) => (rest_of_path, EntryKind::File),
            };
            entries.push(Ok(FolderEntry { name: name.into(), kind }));
        }
        Ok(entries)
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        let Some(path) = self.path_in_snapshot(file) else { return Disk.read(file) };
        if self.snapshot.has_same_on_disk(&path) {
            return Disk.read(file);
        }
        self.contents.get(&path).cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.path_in_snapshot(path)
            .map_or_else(|| Disk.is_file(path), |path| self.snapshot.files.contains_key(&path))
    }

    fn is_folder(&self, path: &Path) -> bool {
        // The root of the tree is a folder, even if the snapshot has no file in it.
        self.path_in_snapshot(path).map_or_else(
            || Disk.is_folder(path),
            |path| path == self.snapshot.prefix || self.has_folder(&path),
        )
    }

    fn is_slow(&self) -> bool {
        false
    }

    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        match self.path_in_snapshot(path.as_std_path()) {
            Some(inside) if self.exists(path.as_std_path()) => Ok(self.snapshot.top().join(inside)),
            Some(_) => Err(io::ErrorKind::NotFound.into()),
            None => Disk.canonical(path),
        }
    }
}

/// Returns the prefix of the paths in a folder.
fn inside_of(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}
