//! Adding and removing the entries of a snapshot.

use std::collections::BTreeSet;

use preauth_source::FilePath;

use super::{Object, Snapshot};
use crate::tree::{
    file_system::entry_kind,
    git::{GitEntry, GitEntryKind, GitError, GitListing, Repository},
};

impl Snapshot {
    /// Adds the files of a repository whose paths get this prefix, and those of its submodules.
    pub(super) fn add_listing(
        &mut self,
        repository: &Repository,
        prefix: &str,
        listing: GitListing,
    ) -> Result<(), GitError> {
        let GitListing { files, differing, not_compared } = listing;
        let is_on_disk = |path: &String| entry_kind(&repository.top().join(path)).is_some();
        let left_out: BTreeSet<String> =
            not_compared.into_iter().filter(|path| self.sparse && !is_on_disk(path)).collect();
        self.differing.extend(differing.into_iter().map(|path| format!("{prefix}{path}")));
        let index = self.repositories.iter().rposition(|(_, known)| known == prefix).unwrap_or_default();
        let entries = files.into_iter().filter(|entry| !left_out.contains(&entry.path));
        let (submodules, files): (Vec<_>, Vec<_>) =
            entries.partition(|entry| entry.kind == GitEntryKind::Submodule);
        // Git lists paths in order, so all of them are added at once without a search for each.
        let files = files.into_iter().map(|GitEntry { path, object, kind }| {
            let path = if prefix.is_empty() { path } else { format!("{prefix}{path}") };
            (path, Object { id: object, repository: index, kind })
        });
        self.files.append(&mut files.collect());
        submodules.into_iter().try_for_each(|entry| self.add_entry(repository, prefix, index, entry))
    }

    /// Adds one entry of a repository.
    pub(super) fn add_entry(
        &mut self,
        repository: &Repository,
        prefix: &str,
        index: usize,
        entry: GitEntry,
    ) -> Result<(), GitError> {
        let GitEntry { path, object, kind } = entry;
        let whole = format!("{prefix}{path}");
        if kind != GitEntryKind::Submodule {
            self.files.insert(whole, Object { id: object, repository: index, kind });
            return Ok(());
        }
        let folder = FilePath::from(whole.as_str());
        let is_of_tree =
            folder.is_within(&self.prefix) || FilePath::from(self.prefix.as_str()).is_within(&whole);
        let Some(submodule) = repository.submodule(&path).filter(|_| is_of_tree) else { return Ok(()) };
        if !submodule.has(&object)? {
            return Err(GitError::NoCommitInSubmodule { path: whole, commit: object });
        }
        let inside = format!("{whole}/");
        self.repositories.push((submodule.clone(), inside.clone()));
        self.add_listing(&submodule, &inside, submodule.listing_of(&object)?)
    }

    /// Removes the entry at a path, and the entries of the submodule there.
    pub(super) fn remove_entry(&mut self, path: &str) {
        let inside = format!("{path}/");
        let is_inside = |other: &&String| other.starts_with(&inside);
        let files: Vec<String> =
            self.files.range(inside.clone()..).map(|(path, _)| path).take_while(is_inside).cloned().collect();
        for path in files.iter().map(String::as_str).chain([path]) {
            self.files.remove(path);
            self.differing.remove(path);
        }
    }
}
