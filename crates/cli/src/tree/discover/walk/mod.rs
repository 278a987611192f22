//! The walk through the folders of a tree.

mod folder;

use std::{collections::BTreeSet, path::Path};

use camino::Utf8Path;
use preauth_metadata::on_all_cores;
use preauth_source::{Diagnostic, FilePath, Label, Location, Severity};

use self::folder::{Folder, GitignoreRules};
use super::relative;
use crate::tree::file_system::FileSystem;

/// A walk that collects the files with wanted names.
///
/// It skips names that start with a dot, `node_modules`, and what a `.gitignore` lists. Links to folders are not followed,
/// links to files are files. Ignore files outside of the tree (`.git/info/exclude`, those of the user) have no effect, so
/// that the result is the same on every machine.
pub(super) struct Walk<'r, W> {
    files: &'r dyn FileSystem,
    root: &'r Utf8Path,
    wanted: W,
    /// True if projects below the root are left out.
    skips_projects: bool,
    found: BTreeSet<FilePath>,
    has_skipped_projects: bool,
    diagnostics: Vec<Diagnostic>,
}

impl<'r, W: Fn(&str, &str) -> bool + Sync> Walk<'r, W> {
    /// A walk in the tree of `root` for files whose folder and file name are wanted.
    pub(super) fn new(files: &'r dyn FileSystem, root: &'r Utf8Path, wanted: W) -> Self {
        Self {
            files,
            root,
            wanted,
            skips_projects: false,
            found: BTreeSet::new(),
            has_skipped_projects: false,
            diagnostics: Vec::new(),
        }
    }

    /// Leaves out the projects below the root: they are trees of their own.
    pub(super) fn without_projects(self) -> Self {
        Self { skips_projects: true, ..self }
    }

    /// True if a project was left out.
    pub(super) fn has_skipped_projects(&self) -> bool {
        self.has_skipped_projects
    }

    /// Collects the files below the root. In a git repository the `.gitignore` files from its root down apply, elsewhere
    /// all those above and below.
    pub(super) fn enter(&mut self) {
        let above = || self.root.ancestors().skip(1);
        let repository =
            self.root.ancestors().position(|folder| self.files.exists(folder.join(".git").as_std_path()));
        let mut folders: Vec<_> = above().take(repository.unwrap_or(usize::MAX)).collect();
        folders.reverse();
        let rules = folders
            .into_iter()
            .fold(None, |above, folder| GitignoreRules::of(self.files, folder.as_std_path(), above));
        let root = Folder::new(self.root.as_std_path(), String::new(), rules);
        self.collect(root, repository.is_some());
    }

    /// Collects the files below a folder, or the file itself, if nothing of it was found so far: a path of the command
    /// line is read even if it is hidden, ignored, or a link.
    pub(super) fn enter_if_skipped(&mut self, named: &str) {
        let path = self.root.join(named);
        if self.has_found(named) {
            return;
        }
        let relative = relative(self.root, &path);
        let name = path.file_name().unwrap_or_default();
        if self.files.is_folder(path.as_std_path()) {
            self.collect(Folder::new(path.as_std_path(), relative, None), false);
        } else if (self.wanted)(path.parent().and_then(Utf8Path::file_name).unwrap_or_default(), name)
            && self.files.is_file(path.as_std_path())
        {
            self.found.insert(FilePath::new(relative));
        }
    }

    /// Returns the files, and diagnostics for folders that cannot be read.
    pub(super) fn finish(self) -> (BTreeSet<FilePath>, Vec<Diagnostic>) {
        (self.found, self.diagnostics)
    }

    fn has_found(&self, named: &str) -> bool {
        let inside = FilePath::new(format!("{named}/"));
        named.is_empty()
            || self.found.contains(&FilePath::from(named))
            || self.found.range(inside..).next().is_some_and(|path| path.is_within(named))
    }

    /// Collects the files below a folder, level by level. With `up_to_repository`, a `.gitignore` does not apply inside of
    /// git repositories below it.
    fn collect(&mut self, start: Folder, up_to_repository: bool) {
        let mut level = vec![start];
        while !level.is_empty() {
            let (files, wanted) = (self.files, &self.wanted);
            let list = |folder: Folder| folder.list(files, wanted, up_to_repository);
            let folders = std::mem::take(&mut level);
            let listings: Vec<_> = match files.is_slow() {
                true => on_all_cores(folders, list),
                false => folders.into_iter().map(list).collect(),
            };
            for listing in listings {
                if self.skips_projects && listing.is_project {
                    self.has_skipped_projects = true;
                    continue;
                }
                level.extend(listing.folders);
                self.found.extend(listing.files);
                listing.unreadable.into_iter().for_each(|(path, why)| self.unreadable(&path, why));
            }
        }
    }

    fn unreadable(&mut self, path: &Path, message: String) {
        let path = path.strip_prefix(self.root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let place = Location::start_of(FilePath::new(path));
        self.diagnostics.push(Diagnostic::new(
            preauth_metadata::codes::FILE_UNREADABLE,
            Severity::Error,
            message,
            Label::new(place, ""),
        ));
    }
}
