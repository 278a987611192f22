//! The only module that opens inputs: files, folders and standard input. Clippy rejects such calls elsewhere in the
//! crate. Files in git are read by [`git`](super::git), through a program.
#![allow(clippy::disallowed_methods, reason = "this module is the one that reads")]

use std::{
    ffi::OsString,
    fs::{self, File, FileType},
    io::{self, Read, Stdin},
    path::Path,
};

use camino::{Utf8Path, Utf8PathBuf};

/// Files that can be listed and read: those on disk, those of a git snapshot, or those open in an editor.
pub(crate) trait FileSystem: Sync {
    /// Lists the entries of a folder.
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<FolderEntry>>>;
    /// Reads the bytes of a file.
    fn read(&self, file: &Path) -> io::Result<Vec<u8>>;
    /// True for a file and for a link to one.
    fn is_file(&self, path: &Path) -> bool;
    /// True for a folder and for a link to one.
    fn is_folder(&self, path: &Path) -> bool;
    /// Returns the absolute path without symbolic links. The path must exist.
    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf>;

    /// True if listing folders takes so long that several threads are worth it.
    fn is_slow(&self) -> bool {
        true
    }

    /// True for a file or folder, and for a link to one.
    fn exists(&self, path: &Path) -> bool {
        self.is_file(path) || self.is_folder(path)
    }

    /// Reads the text of a file.
    fn read_text(&self, file: &Path) -> io::Result<String> {
        let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
        String::from_utf8(self.read(file)?).map_err(not_text)
    }
}

/// An entry of a folder.
#[derive(Debug)]
pub(crate) struct FolderEntry {
    pub(crate) name: OsString,
    pub(crate) kind: EntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Folder,
    File,
    /// A symbolic link, to anything.
    Link,
    /// Anything that cannot be read like a file, such as a pipe.
    Other,
}

impl From<FileType> for EntryKind {
    fn from(kind: FileType) -> Self {
        match kind {
            kind if kind.is_dir() => Self::Folder,
            kind if kind.is_file() => Self::File,
            kind if kind.is_symlink() => Self::Link,
            _ => Self::Other,
        }
    }
}

/// The files on disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

impl FileSystem for Disk {
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<FolderEntry>>> {
        let convert = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            Ok(FolderEntry { name: entry.file_name(), kind: entry.file_type()?.into() })
        };
        Ok(fs::read_dir(folder)?.map(convert).collect())
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        fs::read(file)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        path.canonicalize_utf8()
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }
}

/// Reads the bytes of a file on disk.
pub(crate) fn read(file: &Utf8Path) -> io::Result<Vec<u8>> {
    fs::read(file)
}

/// Reads the text of a file on disk.
pub(crate) fn read_text(file: &Utf8Path) -> io::Result<String> {
    fs::read_to_string(file)
}

/// Opens a file on disk, to read it step by step.
pub(crate) fn open(file: &Utf8Path) -> io::Result<File> {
    File::open(file)
}

/// Reads standard input to its end.
pub(crate) fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns standard input, to read it step by step.
pub(crate) fn stdin() -> Stdin {
    io::stdin()
}

/// True for anything on disk but a link that leads nowhere.
pub(crate) fn exists(path: &Utf8Path) -> bool {
    path.exists()
}

/// True for a file on disk and for a link to one.
pub(crate) fn is_file(path: &Utf8Path) -> bool {
    path.is_file()
}

/// True for a folder on disk and for a link to one.
pub(crate) fn is_folder(path: &Utf8Path) -> bool {
    path.is_dir()
}

/// Returns the kind of a path on disk, without following a link; `None` if nothing is there.
pub(crate) fn entry_kind(path: &Utf8Path) -> Option<EntryKind> {
    fs::symlink_metadata(path).ok().map(|metadata| metadata.file_type().into())
}

/// Returns the absolute path without symbolic links. The path must exist on disk.
pub(crate) fn canonical(path: &Utf8Path) -> io::Result<Utf8PathBuf> {
    path.canonicalize_utf8()
}

/// Returns the absolute path, with symbolic links as they are. The path need not exist.
pub(crate) fn absolute(path: &Utf8Path) -> io::Result<Utf8PathBuf> {
    camino::absolute_utf8(path)
}

/// Returns the current folder without symbolic links; `None` if it is gone or its path is not UTF-8.
pub(crate) fn current_folder() -> Option<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(std::env::current_dir().ok()?.canonicalize().ok()?).ok()
}

/// Returns the nearest folder, from this one upward, that holds a git repository.
pub(crate) fn repository_around(folder: &Utf8Path) -> Option<&Utf8Path> {
    folder.ancestors().find(|folder| exists(&folder.join(".git")))
}
