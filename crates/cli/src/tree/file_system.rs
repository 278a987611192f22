//! Where files are looked for.

use std::{
    ffi::OsString,
    fs::{self, FileType},
    io,
    path::Path,
};

use camino::{Utf8Path, Utf8PathBuf};

/// Where files are looked for: on disk, or in what git keeps.
pub(crate) trait Files: Sync {
    /// What a folder holds.
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<Entry>>>;
    /// The bytes of a file.
    fn read(&self, file: &Path) -> io::Result<Vec<u8>>;
    /// Whether it is a file, or a link to one.
    fn is_file(&self, path: &Path) -> bool;
    /// Whether it is a folder, or a link to one.
    fn is_folder(&self, path: &Path) -> bool;
    /// The path of something that is there, absolute and without symbolic links in it.
    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf>;

    /// Whether it takes so long to look into folders that it is worth threads.
    fn is_slow(&self) -> bool {
        true
    }

    /// Whether there is something.
    fn has(&self, path: &Path) -> bool {
        self.is_file(path) || self.is_folder(path)
    }

    /// The text of a file.
    fn read_text(&self, file: &Path) -> io::Result<String> {
        let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
        String::from_utf8(self.read(file)?).map_err(not_text)
    }
}

/// Something in a folder.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: OsString,
    pub(crate) kind: EntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Folder,
    File,
    /// A symbolic link, wherever it leads.
    Link,
    /// What cannot be read like a file, such as a pipe.
    Other,
}

impl From<FileType> for EntryKind {
    fn from(of: FileType) -> Self {
        match of {
            of if of.is_dir() => Self::Folder,
            of if of.is_file() => Self::File,
            of if of.is_symlink() => Self::Link,
            _ => Self::Other,
        }
    }
}

/// The files on disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

impl Files for Disk {
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<Entry>>> {
        let of = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            Ok(Entry { name: entry.file_name(), kind: entry.file_type()?.into() })
        };
        Ok(fs::read_dir(folder)?.map(of).collect())
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

    fn has(&self, path: &Path) -> bool {
        path.exists()
    }
}
