use std::{collections::BTreeSet, fs, path::Path};

use camino::Utf8Path;
use ignore::{DirEntry, WalkBuilder};
use preauth_source::{Diagnostic, FilePath, Label, Location, Severity};

use super::relative;

/// Collects the files of some names.
///
/// Hidden files and folders, `node_modules` and what a `.gitignore` names are passed by. Links to folders are not
/// followed, links to files are files. Ignore files that are not part of the tree (`.git/info/exclude`, those of the
/// user) do not count, so that a tree is read alike on every machine.
pub(super) struct Walk<'r, W> {
    root: &'r Utf8Path,
    wanted: W,
    found: BTreeSet<FilePath>,
    diagnostics: Vec<Diagnostic>,
}

impl<'r, W: Fn(&str) -> bool> Walk<'r, W> {
    /// A walk in the tree of `root`, after the files whose names are wanted.
    pub(super) fn new(root: &'r Utf8Path, wanted: W) -> Self {
        Self { root, wanted, found: BTreeSet::new(), diagnostics: Vec::new() }
    }

    /// Collects what is below the root. In a git repository the `.gitignore` files down from its root count, elsewhere
    /// all those above and below do.
    pub(super) fn enter(&mut self) {
        let in_repository = self.root.ancestors().any(|folder| folder.join(".git").exists());
        self.collect(WalkBuilder::new(self.root).require_git(in_repository));
    }

    /// Collects what is below a folder, or the file itself, if nothing of it was found so far: what is named is read,
    /// although it is hidden, ignored, or a link.
    pub(super) fn enter_if_passed_by(&mut self, named: &str) {
        let path = self.root.join(named);
        if !self.has_found(named) && path.exists() {
            self.collect(WalkBuilder::new(path).require_git(false).parents(false));
        }
    }

    /// What was found, and what could not be looked into.
    pub(super) fn finish(self) -> (BTreeSet<FilePath>, Vec<Diagnostic>) {
        (self.found, self.diagnostics)
    }

    fn has_found(&self, named: &str) -> bool {
        let inside = FilePath::new(format!("{named}/"));
        named.is_empty()
            || self.found.contains(&FilePath::from(named))
            || self.found.range(inside..).next().is_some_and(|path| path.is_within(named))
    }

    fn collect(&mut self, walk: &mut WalkBuilder) {
        let is_source = |entry: &DirEntry| entry.file_name() != "node_modules";
        walk.ignore(false).git_global(false).git_exclude(false).filter_entry(is_source);
        for entry in walk.build() {
            match entry {
                Ok(entry) => self.meet(&entry),
                Err(error) => {
                    let path = path_of(&error).unwrap_or(self.root.as_std_path()).to_owned();
                    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    self.unreadable(&path, format!("this cannot be looked into: {why}"));
                }
            }
        }
    }

    fn meet(&mut self, entry: &DirEntry) {
        if !(self.wanted)(&entry.file_name().to_string_lossy()) {
            return;
        }
        // A link that leads nowhere counts as a file: who reads it will say so.
        let leads_to_file = || fs::metadata(entry.path()).map_or(true, |target| target.is_file());
        let is_file = entry.file_type().is_some_and(|entry| entry.is_file())
            || (entry.path_is_symlink() && leads_to_file());
        if !is_file {
            return;
        }
        match Utf8Path::from_path(entry.path()) {
            Some(path) => {
                self.found.insert(FilePath::new(relative(self.root, path)));
            }
            None => self.unreadable(entry.path(), "this file is not read: its path is not UTF-8".to_owned()),
        }
    }

    fn unreadable(&mut self, path: &Path, message: String) {
        let path = path.strip_prefix(self.root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let place = Location::start_of(FilePath::new(path));
        self.diagnostics.push(Diagnostic::new(
            "file-unreadable",
            Severity::Error,
            message,
            Label::new(place, ""),
        ));
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}
