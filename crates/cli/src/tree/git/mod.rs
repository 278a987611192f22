//! Git, called as a program. Nothing here writes: neither the work tree nor the index nor the repository.

pub(crate) mod command;
pub(crate) mod destructive;
pub(crate) mod snapshot;

mod contents;
mod listing;

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::tree::file_system::{self, current_folder, repository_around};

pub(crate) use self::listing::{Head, Kept, KeptKind, Listing, Staged, Untracked};

/// What keeps a state of the source from being read out of git.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("`{0}` is in no git repository: --since and --staged compare with what git keeps")]
    NoRepository(Utf8PathBuf),
    #[error("cannot run `git`, which --since and --staged need")]
    NoGit(#[source] io::Error),
    #[error("there is no commit `{0}`: fetch it first, or look at its name")]
    NoCommit(String),
    #[error(
        "there is no commit `{0}`, for the clone is shallow: fetch it first (GitHub Actions: `fetch-depth: 0`; \
         GitLab: `GIT_DEPTH: 0`; elsewhere: `git fetch --unshallow`)"
    )]
    NoCommitInShallow(String),
    #[error("`{0}` cannot be compared with: the branch has no commit yet (--staged compares with nothing)")]
    Unborn(String),
    #[error("`{0}` and the current commit have no ancestor in common")]
    NoAncestor(String),
    #[error(
        "the ancestor that `{0}` and the current commit have in common is not here, for the clone is shallow: fetch \
         more of it (GitHub Actions: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`; elsewhere: `git fetch --unshallow`)"
    )]
    NoAncestorInShallow(String),
    #[error("`{0}` is not merged: resolve the conflict and stage it first")]
    Unmerged(String),
    #[error("the submodule `{path}` has no commit {commit}: fetch it first (`git submodule update --init`)")]
    NoCommitInSubmodule { path: String, commit: String },
    #[error("`git {command}` failed: {message}")]
    Failed { command: String, message: String },
    #[error("cannot read what git says")]
    Io(#[from] io::Error),
}

/// A repository with a work tree.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    top: Utf8PathBuf,
}

impl Repository {
    /// The repository that a folder is in; the current one, if the folder is in a submodule of it.
    pub(crate) fn around(folder: &Utf8Path) -> Result<Self, GitError> {
        let own = Self::nearest(folder)?;
        let here = current_top();
        let mut outer = own.clone();
        while here.as_ref().is_some_and(|here| *here != outer.top && outer.top.starts_with(here)) {
            match outer.line(&["rev-parse", "--show-superproject-working-tree"])? {
                Some(above) => outer = Self { top: file_system::canonical(Utf8Path::new(&above))? },
                None => return Ok(own),
            }
        }
        Ok(if here.is_some_and(|here| here == outer.top) { outer } else { own })
    }

    fn nearest(folder: &Utf8Path) -> Result<Self, GitError> {
        let nowhere = || GitError::NoRepository(folder.to_owned());
        let near = repository_around(folder).ok_or_else(nowhere)?;
        // The work tree may be told to be elsewhere, and not everything that is called `.git` is a repository.
        let top = Self { top: near.to_owned() }.line(&["rev-parse", "--show-toplevel"])?;
        let top = file_system::canonical(Utf8Path::new(&top.ok_or_else(nowhere)?))?;
        if !folder.starts_with(&top) {
            return Err(nowhere());
        }
        Ok(Self { top })
    }

    /// The folder that holds all of the work tree.
    pub(crate) fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// A submodule, if it is checked out.
    pub(crate) fn submodule(&self, path: &str) -> Option<Self> {
        let top = self.top.join(path);
        file_system::exists(&top.join(".git")).then_some(Self { top })
    }

    /// The commit that a change to the current one begins at, coming from a branch or commit: the latest that both
    /// have in common.
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

    /// The current commit; none on a branch without one.
    pub(crate) fn head(&self) -> Result<Option<String>, GitError> {
        self.commit("HEAD")
    }

    fn common_ancestor(&self, named: &str) -> Result<Option<String>, GitError> {
        let object = format!("{named}^{{commit}}");
        if named.starts_with('-') {
            return Ok(None);
        }
        self.line(&["merge-base", &object, "HEAD"])
    }

    fn commit(&self, named: &str) -> Result<Option<String>, GitError> {
        let object = format!("{named}^{{commit}}");
        if named.starts_with('-') {
            return Ok(None);
        }
        self.line(&["rev-parse", "--verify", "--quiet", &object])
    }

    fn is_shallow(&self) -> Result<bool, GitError> {
        Ok(self.line(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// Whether the commit is here.
    pub(crate) fn has(&self, commit: &str) -> Result<bool, GitError> {
        Ok(self.commit(commit)?.is_some())
    }
}

/// The top of what may be the repository of the current folder.
fn current_top() -> Option<Utf8PathBuf> {
    repository_around(&current_folder()?).map(ToOwned::to_owned)
}
