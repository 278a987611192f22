//! The trees that a path of the command line belongs to.

use std::{collections::BTreeSet, io};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::Project;
use preauth_source::FilePath;

use super::{DiscoverError, MANIFEST, relative, walk::Walk};
use crate::tree::file_system::{self, Disk};

/// A tree for a path of the command line.
#[derive(Debug)]
pub(super) struct Start {
    /// The root of a tree.
    pub(super) root: Utf8PathBuf,
    /// The path from that root; empty for the whole tree.
    pub(super) scope: String,
}

/// Finds the trees of a path: the nearest project above it; else the outermost projects below it, and what is in none of
/// them.
pub(super) fn find(path: &Utf8Path) -> Result<Vec<Start>, DiscoverError> {
    let path = resolved(path)?;
    let is_folder = file_system::is_folder(&path);
    let folder = if is_folder { &path } else { path.parent().unwrap_or(&path) };
    let root = root_around(folder);
    let mut starts = vec![Start { root: root.to_owned(), scope: relative(root, &path) }];
    if is_folder && !file_system::is_file(&root.join(Project::FILE)) {
        let below = projects_below(folder).into_iter();
        starts.extend(below.map(|root| Start { root, scope: String::new() }));
    }
    Ok(starts)
}

/// Returns the root of the tree that the files of a folder belong to: the nearest project above it, else the nearest
/// folder above it with a manifest, else the folder itself.
pub(super) fn root_around(folder: &Utf8Path) -> &Utf8Path {
    nearest(folder, Project::FILE).or_else(|| nearest(folder, MANIFEST)).unwrap_or(folder)
}

/// Returns the absolute path without symbolic links in its folders. A file that is a link itself keeps its name.
fn resolved(path: &Utf8Path) -> Result<Utf8PathBuf, DiscoverError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => DiscoverError::Missing(path.to_owned()),
        _ => DiscoverError::io(path)(error),
    };
    let whole = file_system::canonical(path).map_err(failed)?;
    let absolute = file_system::absolute(path).map_err(failed)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(folder), Some(name)) if !file_system::is_folder(&whole) => {
            Ok(file_system::canonical(folder).map_err(failed)?.join(name))
        }
        _ => Ok(whole),
    }
}

/// Finds the nearest folder, from this one upward, that has a file of this name.
fn nearest<'f>(folder: &'f Utf8Path, name: &str) -> Option<&'f Utf8Path> {
    folder.ancestors().find(|folder| file_system::is_file(&folder.join(name)))
}

/// Finds the folders with a project file that are not inside of another such folder.
fn projects_below(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut walk = Walk::new(&Disk, folder, |_, name| name == Project::FILE);
    walk.enter();
    let (files, _) = walk.finish();
    let mut folders: BTreeSet<FilePath> = files.iter().map(|file| file.folder().into()).collect();
    let mut roots = Vec::new();
    while let Some(root) = folders.pop_first() {
        folders.retain(|other| !other.is_within(root.as_str()));
        roots.push(folder.join(root.as_str()));
    }
    roots
}
