//! Git, run as a program. Nothing here changes the work tree, the index or the repository.

pub(crate) mod command;
pub(crate) mod destructive;
pub(crate) mod snapshot;

mod contents;
mod listing;

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::tree::file_system::{self, current_folder, repository_around};

pub(crate) use self::listing::{GitEntry, GitEntryKind, GitListing, HeadCommit, PendingUntracked};

/// Why a snapshot cannot be read from git.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("`{0}` is not in a git repository, which --since and --staged need")]
    NoRepository(Utf8PathBuf),
    #[error("cannot run `git`, which --since and --staged need")]
    NoGit(#[source] io::Error),
    #[error("commit `{0}` not found: fetch it first, or correct its name")]
    NoCommit(String),
    #[error(
        "commit `{0}` not found, because the clone is shallow: fetch it first (GitHub Actions: `fetch-depth: 0`; \
         GitLab: `GIT_DEPTH: 0`; elsewhere: `git fetch --unshallow`)"
    )]
    NoCommitInShallow(String),
    #[error("cannot compare with `{0}`: the branch has no commit yet (use --staged)")]
    Unborn(String),
    #[error("`{0}` and the current commit have no common ancestor")]
    NoAncestor(String),
    #[error(
        "the common ancestor of `{0}` and the current commit is missing, because the clone is shallow: fetch \
         more of it (GitHub Actions: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`; elsewhere: `git fetch --unshallow`)"
    )]
    NoAncestorInShallow(String),
    #[error("`{0}` has a merge conflict: resolve it and stage the file first")]
    Unmerged(String),
    #[error(
        "commit {commit} not found in the submodule `{path}`: fetch it first (`git submodule update --init`)"
    )]
    NoCommitInSubmodule { path: String, commit: String },
    #[error("`git {command}` failed: {message}")]
    Failed { command: String, message: String },
    #[error("cannot read the output of git")]
    Io(#[from] io::Error),
}

/// A repository with a work tree.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    top: Utf8PathBuf,
}

impl Repository {
    /// Finds the repository of a folder. If the folder is in a submodule of the current repository, that is the current
    /// repository.
    pub(crate) fn around(folder: &Utf8Path) -> Result<Self, GitError> {
        let own = Self::nearest(folder)?;
        let current = current_top();
        let mut outer = own.clone();
        while current.as_ref().is_some_and(|top| *top != outer.top && outer.top.starts_with(top)) {
            match outer.first_line(&["rev-parse", "--show-superproject-working-tree"])? {
                Some(above) => outer = Self { top: file_system::canonical(Utf8Path::new(&above))? },
                None => return Ok(own),
            }
        }
        Ok(if current.is_some_and(|top| top == outer.top) { outer } else { own })
    }

    fn nearest(folder: &Utf8Path) -> Result<Self, GitError> {
        let not_found = || GitError::NoRepository(folder.to_owned());
        let near = repository_around(folder).ok_or_else(not_found)?;
        // The work tree may be configured elsewhere, and a folder named `.git` need not be a repository.
        let top = Self { top: near.to_owned() }.first_line(&["rev-parse", "--show-toplevel"])?;
        let top = file_system::canonical(Utf8Path::new(&top.ok_or_else(not_found)?))?;
        if !folder.starts_with(&top) {
            return Err(not_found());
        }
        Ok(Self { top })
    }

    /// Returns the top folder of the work tree.
    pub(crate) fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// Returns a submodule, if it is checked out.
    pub(crate) fn submodule(&self, path: &str) -> Option<Self> {
        let top = self.top.join(path);
        file_system::exists(&top.join(".git")).then_some(Self { top })
    }

    /// Finds the latest common ancestor of a branch or commit and the current commit.
    pub(crate) fn merge_base(&self, from: &str) -> Result<String, GitError> {
        if let Ok(Some(ancestor)) = self.common_ancestor(from) {
            return Ok(ancestor);
        }
        match (self.commit(from)?, self.head()?) {
            (Some(commit), None) => return Ok(commit),
            (Some(_), Some(_)) => {}
            (None, None) => return Err(GitError::Unborn(from.to_owned())),
            (None, Some(_)) if self.is_shallow()? => {
                return Err(GitError::NoCommitInShallow(from.to_owned()));
            }
            (None, Some(_)) => return Err(GitError::NoCommit(from.to_owned())),
        }
        match self.common_ancestor(from)? {
            Some(ancestor) => Ok(ancestor),
            None if self.is_shallow()? => Err(GitError::NoAncestorInShallow(from.to_owned())),
            None => Err(GitError::NoAncestor(from.to_owned())),
        }
    }

    /// Finds the current commit; `None` on a branch without commits.
    pub(crate) fn head(&self) -> Result<Option<String>, GitError> {
        self.commit("HEAD")
    }

    fn common_ancestor(&self, named: &str) -> Result<Option<String>, GitError> {
        let object = format!("{named}^{{commit}}");
        if named.starts_with('-') {
            return Ok(None);
        }
        self.first_line(&["merge-base", &object, "HEAD"])
    }

    fn commit(&self, named: &str) -> Result<Option<String>, GitError> {
        let object = format!("{named}^{{commit}}");
        if named.starts_with('-') {
            return Ok(None);
        }
        self.first_line(&["rev-parse", "--verify", "--quiet", &object])
    }

    fn is_shallow(&self) -> Result<bool, GitError> {
        Ok(self.first_line(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// True if the repository has the commit.
    pub(crate) fn has(&self, commit: &str) -> Result<bool, GitError> {
        Ok(self.commit(commit)?.is_some())
    }
}

/// Returns the folder above the current folder that may be the top of a repository.
fn current_top() -> Option<Utf8PathBuf> {
    repository_around(&current_folder()?).map(ToOwned::to_owned)
}
