//! The `.forceignore` files of a project.

use std::{cmp::Reverse, collections::HashMap};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::{ForceIgnore, IgnoreRule};
use preauth_source::{Diagnostic, FilePath, Location, SourceFile};

use super::{DiscoverError, read_text, relative};
use crate::tree::file_system::FileSystem;

/// The `.forceignore` files that apply.
///
/// `sf` reads one for each folder that it deploys: the nearest in that folder or above it. Files further down or up have
/// no effect. A deployment of the whole project deploys each source folder, so the file that applies depends on the
/// source folder, not on the folder of the ignored file.
pub(super) struct ForceIgnores {
    root: Utf8PathBuf,
    /// The folders of the `.forceignore` files, and their rules.
    rules: Vec<(Utf8PathBuf, ForceIgnore)>,
    /// Source folders, the deepest first, each with its index in `rules`.
    seeds: Vec<(String, Option<usize>)>,
    /// The cache of folders, by their paths from the root: the rule that ignores the folder.
    folders: HashMap<String, Option<Ignored>>,
}

/// The reason why a file is ignored.
#[derive(Clone, Debug)]
pub(super) struct Ignored {
    /// The line of the `.forceignore`; `None` for a built-in rule.
    pub(super) line: Option<Location>,
}

impl From<IgnoreRule<'_>> for Ignored {
    fn from(rule: IgnoreRule<'_>) -> Self {
        Self { line: rule.place() }
    }
}

impl ForceIgnores {
    /// Finds the files for the source folders, which are relative to `root`, and for the root itself.
    pub(super) fn find<'f>(
        files: &dyn FileSystem,
        root: &Utf8Path,
        folders: impl Iterator<Item = &'f str>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Self, DiscoverError> {
        let mut found =
            Self { root: root.to_owned(), rules: Vec::new(), seeds: Vec::new(), folders: HashMap::new() };
        for folder in folders.chain([""]) {
            let rules = found.nearest(files, folder, diagnostics)?;
            found.seeds.push((folder.to_owned(), rules));
        }
        found.seeds.sort_by_key(|(folder, _)| Reverse(folder.len()));
        Ok(found)
    }

    /// Returns why a file is ignored; `None` if it is not.
    pub(super) fn ignores(&mut self, path: &FilePath) -> Option<Ignored> {
        let seed = self.seeds.iter().find(|(folder, _)| path.is_within(folder));
        let (folder, rules) = seed.and_then(|(_, rules)| self.rules.get((*rules)?))?;
        let from_folder = |path: &str| match *folder == self.root {
            true => path.to_owned(),
            false => relative(folder, &self.root.join(path)),
        };
        let in_ignored = match self.folders.get(path.folder()) {
            Some(known) => known.clone(),
            None => {
                let ignored = rules.ignores_folder(&from_folder(path.folder())).map(Ignored::from);
                self.folders.insert(path.folder().to_owned(), ignored.clone());
                ignored
            }
        };
        in_ignored.or_else(|| rules.ignores_in(&from_folder(path.as_str())).map(Ignored::from))
    }

    fn nearest(
        &mut self,
        files: &dyn FileSystem,
        folder: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Option<usize>, DiscoverError> {
        let start = self.root.join(folder);
        let has_one = |folder: &&Utf8Path| files.is_file(folder.join(ForceIgnore::FILE).as_std_path());
        let Some(home) = start.ancestors().find(has_one) else {
            return Ok(None);
        };
        if let Some(known) = self.rules.iter().position(|(folder, _)| folder == home) {
            return Ok(Some(known));
        }
        let file = FilePath::new(relative(&self.root, &home.join(ForceIgnore::FILE)));
        let text = read_text(files, &self.root, &file, diagnostics)?;
        let (rules, mut problems) = ForceIgnore::parse(&SourceFile::new(file, &text));
        diagnostics.append(&mut problems);
        self.rules.push((home.to_owned(), rules));
        Ok(Some(self.rules.len() - 1))
    }
}
