//! The files of a commit or of the index, and which of them differ in the work tree.

use std::collections::{BTreeMap, BTreeSet};

use super::{GitError, Repository, command::RunningGit};
use crate::tree::file_system::{EntryKind, entry_kind};

/// A file, link or submodule in git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GitEntry {
    /// The path, from the top of the repository.
    pub(crate) path: String,
    /// The object id of the content.
    pub(crate) object: String,
    pub(crate) kind: GitEntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GitEntryKind {
    File,
    /// A symbolic link. Its content is the target.
    Link,
    /// A submodule. Its object is a commit.
    Submodule,
}

/// The files of a commit or of the index.
#[derive(Debug, Default)]
pub(crate) struct GitListing {
    pub(crate) files: Vec<GitEntry>,
    /// The paths that differ in the work tree: changed, missing, or only there.
    pub(crate) differing: BTreeSet<String>,
    /// The paths that git does not compare with the work tree, because they are marked as unchanged
    /// (`git update-index --assume-unchanged`, `--skip-worktree`, sparse checkouts).
    pub(crate) not_compared: BTreeSet<String>,
}

/// The files of the index, and the current commit to compare them with.
#[derive(Debug)]
pub(crate) struct StagedListing {
    pub(crate) listing: GitListing,
    /// The current commit; `None` on a branch without commits.
    pub(crate) head: Option<HeadCommit>,
}

/// The current commit.
#[derive(Clone, Debug)]
pub(crate) struct HeadCommit {
    pub(crate) commit: String,
    /// The differences from the commit to the index.
    pub(crate) differences: Vec<GitDifference>,
}

/// A path that differs between two states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GitDifference {
    pub(crate) path: String,
    /// The entry in the first state.
    pub(crate) was: Option<GitEntry>,
    /// True if only the second state has an entry.
    is_added: bool,
}

/// A running git process that lists the untracked files.
#[derive(Debug)]
pub(crate) struct PendingUntracked(RunningGit);

/// The arguments of git that list the index.
const INDEX: &[&str] = &["ls-files", "--stage", "-v", "-z"];

/// The arguments of git that list differences. They are for commands which, unlike `git diff`, never write the index,
/// and which also list files whose time changed but not their content.
const RAW: &[&str] = &["--raw", "--no-abbrev", "-z", "--no-renames", "--no-relative"];

/// The argument of git that excludes submodules from differences.
const WITHOUT_SUBMODULES: &str = "--ignore-submodules=all";

impl Repository {
    /// Lists the index. Files that are only announced (`git add --intent-to-add`) are not in it.
    pub(crate) fn staged(&self) -> Result<StagedListing, GitError> {
        let index = self.start(INDEX)?;
        let differences = self.start(&[&["diff-files", WITHOUT_SUBMODULES], RAW, &["--"]].concat())?;
        let of_head = ["diff-index", "--cached", "--ita-invisible-in-index", "HEAD"];
        let of_head = self.start(&[&of_head[..], RAW, &["--"]].concat())?;
        let head = self.head()?;
        let index = GitIndex::read(&index.output()?);
        let differences = differences_in(&differences.output()?);
        if let Some(path) = index.unmerged {
            return Err(GitError::Unmerged(path));
        }
        let announced: BTreeSet<&str> =
            differences.iter().filter(|one| one.is_added).map(|one| &*one.path).collect();
        let files = index.files.into_iter().filter(|entry| !announced.contains(&*entry.path)).collect();
        let listing = self.listing(files, differences, index.not_compared)?;
        // Without a commit, git fails here.
        let of_head = of_head.output();
        let head = head
            .map(|commit| Ok::<_, GitError>(HeadCommit { commit, differences: differences_in(&of_head?) }));
        Ok(StagedListing { listing, head: head.transpose()? })
    }

    /// Lists the files of a commit.
    pub(crate) fn listing_of(&self, commit: &str) -> Result<GitListing, GitError> {
        let index = self.start(INDEX)?;
        // The differences from the index are listed faster than all files of the commit.
        let of_index =
            ["diff-index", "--cached", "--ita-visible-in-index", "--ignore-submodules=none", commit];
        let of_index = self.start(&[&of_index[..], RAW, &["--"]].concat())?;
        let differences =
            self.start(&[&["diff-index", WITHOUT_SUBMODULES, commit], RAW, &["--"]].concat())?;
        let GitIndex { mut files, not_compared, .. } = GitIndex::read(&index.output()?);
        let of_index = differences_in(&of_index.output()?);
        let differing: BTreeSet<&str> = of_index.iter().map(|one| &*one.path).collect();
        files.retain(|entry| !differing.contains(&*entry.path));
        files.extend(of_index.into_iter().filter_map(|one| one.was));
        self.listing(files, differences_in(&differences.output()?), not_compared)
    }

    fn listing(
        &self,
        files: Vec<GitEntry>,
        differences: Vec<GitDifference>,
        not_compared: BTreeSet<String>,
    ) -> Result<GitListing, GitError> {
        let mut differing: BTreeSet<String> = differences.into_iter().map(|one| one.path).collect();
        differing.extend(not_compared.iter().cloned());
        let maybe = files.iter().filter(|entry| differing.contains(&entry.path)).collect();
        for path in self.same_in_work_tree(maybe)? {
            differing.remove(path);
        }
        Ok(GitListing { files, differing, not_compared })
    }

    /// Returns the paths of the entries that have the same content in the work tree.
    fn same_in_work_tree<'k>(&self, mut entries: Vec<&'k GitEntry>) -> Result<Vec<&'k str>, GitError> {
        // Git reads one path from each line. A path that starts with a quotation mark would be unquoted.
        let is_plain = |path: &str| !path.contains('\n') && !path.starts_with('"');
        entries.retain(|entry| {
            entry.kind == GitEntryKind::File
                && is_plain(&entry.path)
                && entry_kind(&self.top.join(&entry.path)) == Some(EntryKind::File)
        });
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let paths: String = entries.iter().flat_map(|entry| [&*entry.path, "\n"]).collect();
        let ids = self.run_with_input(&["hash-object", "--stdin-paths"], paths)?;
        let ids = String::from_utf8_lossy(&ids);
        let pairs = entries.into_iter().zip(ids.lines());
        Ok(pairs.filter(|(entry, id)| entry.object == *id).map(|(entry, _)| &*entry.path).collect())
    }

    /// Starts listing the untracked files that are not ignored, and does not wait for the output.
    pub(crate) fn untracked(&self) -> Result<PendingUntracked, GitError> {
        self.start(&["ls-files", "--others", "--exclude-standard", "-z"]).map(PendingUntracked)
    }
}

impl PendingUntracked {
    /// Waits for git and returns the paths.
    pub(crate) fn paths(self) -> Result<Vec<String>, GitError> {
        Ok(records(&self.0.output()?).map(str::to_owned).collect())
    }
}

impl GitEntry {
    /// Returns an entry from its mode; `None` for the mode of a missing entry.
    fn from_mode(mode: &str, object: &str, path: &str) -> Option<Self> {
        let kind = match mode {
            "000000" => return None,
            "120000" => GitEntryKind::Link,
            "160000" => GitEntryKind::Submodule,
            _ => GitEntryKind::File,
        };
        Some(Self { path: path.to_owned(), object: object.to_owned(), kind })
    }
}

/// The entries of the index.
#[derive(Debug, Default)]
struct GitIndex {
    files: Vec<GitEntry>,
    not_compared: BTreeSet<String>,
    /// A path with a merge conflict, if there is one.
    unmerged: Option<String>,
}

impl GitIndex {
    /// Parses records such as `H 100644 <id> 0<tab><path>`: a tag, the mode, the object id, and the stage of a merge.
    fn read(listed: &[u8]) -> Self {
        let is_marked = |tag: &str| tag == "S" || tag.starts_with(|tag: char| tag.is_ascii_lowercase());
        let mut index = Self::default();
        for record in records(listed) {
            let Some((fields, path)) = record.split_once('\t') else { continue };
            let mut fields = fields.split(' ');
            let mut next = || fields.next().unwrap_or_default();
            let (tag, mode, object, stage) = (next(), next(), next(), next());
            if is_marked(tag) {
                index.not_compared.insert(path.to_owned());
            }
            match stage {
                "0" => index.files.extend(GitEntry::from_mode(mode, object, path)),
                _ => index.unmerged = index.unmerged.or_else(|| Some(path.to_owned())),
            }
        }
        index
    }
}

/// Parses pairs of records such as `:100644 100644 <id> <id> M` and the path.
fn differences_in(listed: &[u8]) -> Vec<GitDifference> {
    let mut differences = BTreeMap::new();
    let mut records = listed.split(|byte| *byte == 0).map(|record| std::str::from_utf8(record).ok());
    while let (Some(fields), Some(path)) = (records.next(), records.next()) {
        let (Some(fields), Some(path)) = (fields, path) else { continue };
        let fields: Vec<&str> = fields.trim_start_matches(':').split(' ').collect();
        let [mode, _, object, _, status] = fields.as_slice() else { continue };
        let was = GitEntry::from_mode(mode, object, path);
        let difference = GitDifference { path: path.to_owned(), was, is_added: *status == "A" };
        // A path with a merge conflict is listed twice.
        differences.insert(path, difference);
    }
    differences.into_values().collect()
}

/// Splits at zero bytes. Records that are not UTF-8 are left out: none of our files has such a name.
fn records(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr::memchr_iter(0, bytes).filter_map(move |end| {
        let record = &bytes[std::mem::replace(&mut start, end + 1)..end];
        std::str::from_utf8(record).ok()
    })
}
