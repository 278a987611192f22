//! What git keeps in one state, and what of it the work tree has otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::{GitError, Repository, command::Asked};
use crate::tree::file_system::{EntryKind, entry_kind};

/// A file that git keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The path, from the top of the repository.
    pub(crate) path: String,
    /// The id of its content.
    pub(crate) object: String,
    pub(crate) kind: KeptKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptKind {
    File,
    /// A symbolic link: the content is where it leads.
    Link,
    /// A submodule: the object is a commit of it.
    Submodule,
}

/// What a repository keeps in one state.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: Vec<Kept>,
    /// The paths of which the work tree has something else, or which it does not have, or only it has.
    pub(crate) differing: BTreeSet<String>,
    /// The paths that git passes by when it looks for what has changed, because it is told to take them for unchanged
    /// (`git update-index --assume-unchanged`, `--skip-worktree`, sparse checkouts).
    pub(crate) passed_by: BTreeSet<String>,
}

/// What is staged, and what it is compared with.
#[derive(Debug)]
pub(crate) struct Staged {
    pub(crate) listing: Listing,
    /// The current commit; none on a branch without one.
    pub(crate) head: Option<Head>,
}

/// The current commit.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) commit: String,
    /// What it has otherwise than what is staged.
    pub(crate) differences: Vec<Difference>,
}

/// A path that one state has otherwise than another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) path: String,
    /// What the first state has there.
    pub(crate) was: Option<Kept>,
    /// Whether only the second state has something there.
    is_added: bool,
}

/// What git does not keep, and is about to tell.
#[derive(Debug)]
pub(crate) struct Untracked(Asked);

/// How git lists what is staged.
const INDEX: &[&str] = &["ls-files", "--stage", "-v", "-z"];

/// How git lists what differs. The commands for it, other than `git diff`, never write the index, and also name what was
/// only touched.
const RAW: &[&str] = &["--raw", "--no-abbrev", "-z", "--no-renames", "--no-relative"];

/// That what is inside of a submodule is none of it, nor which commit is checked out there.
const ALONE: &str = "--ignore-submodules=all";

impl Repository {
    /// What is staged. What is only announced (`git add --intent-to-add`) is not.
    pub(crate) fn staged(&self) -> Result<Staged, GitError> {
        let index = self.ask(INDEX)?;
        let differences = self.ask(&[&["diff-files", ALONE], RAW, &["--"]].concat())?;
        let of_head = ["diff-index", "--cached", "--ita-invisible-in-index", "HEAD"];
        let of_head = self.ask(&[&of_head[..], RAW, &["--"]].concat())?;
        let head = self.head()?;
        let index = Index::read(&index.answer()?);
        let differences = differences_in(&differences.answer()?);
        if let Some(path) = index.unmerged {
            return Err(GitError::Unmerged(path));
        }
        let announced: BTreeSet<&str> =
            differences.iter().filter(|one| one.is_added).map(|one| &*one.path).collect();
        let files = index.files.into_iter().filter(|kept| !announced.contains(&*kept.path)).collect();
        let listing = self.listing(files, differences, index.passed_by)?;
        // Without a commit there is nothing to compare with, which git takes amiss.
        let of_head = of_head.answer();
        let head =
            head.map(|commit| Ok::<_, GitError>(Head { commit, differences: differences_in(&of_head?) }));
        Ok(Staged { listing, head: head.transpose()? })
    }

    /// What a commit keeps.
    pub(crate) fn listing_of(&self, commit: &str) -> Result<Listing, GitError> {
        let index = self.ask(INDEX)?;
        // What it has otherwise than what is staged is told sooner than all that it has.
        let of_index =
            ["diff-index", "--cached", "--ita-visible-in-index", "--ignore-submodules=none", commit];
        let of_index = self.ask(&[&of_index[..], RAW, &["--"]].concat())?;
        let differences = self.ask(&[&["diff-index", ALONE, commit], RAW, &["--"]].concat())?;
        let Index { mut files, passed_by, .. } = Index::read(&index.answer()?);
        let of_index = differences_in(&of_index.answer()?);
        let otherwise: BTreeSet<&str> = of_index.iter().map(|one| &*one.path).collect();
        files.retain(|kept| !otherwise.contains(&*kept.path));
        files.extend(of_index.into_iter().filter_map(|one| one.was));
        self.listing(files, differences_in(&differences.answer()?), passed_by)
    }

    fn listing(
        &self,
        files: Vec<Kept>,
        differences: Vec<Difference>,
        passed_by: BTreeSet<String>,
    ) -> Result<Listing, GitError> {
        let mut differing: BTreeSet<String> = differences.into_iter().map(|one| one.path).collect();
        differing.extend(passed_by.iter().cloned());
        let maybe = files.iter().filter(|kept| differing.contains(&kept.path)).collect();
        for path in self.as_in_work_tree(maybe)? {
            differing.remove(path);
        }
        Ok(Listing { files, differing, passed_by })
    }

    /// Those of some files that the work tree has with the same content.
    fn as_in_work_tree<'k>(&self, mut kept: Vec<&'k Kept>) -> Result<Vec<&'k str>, GitError> {
        // A path goes on a line of its own, and in quotation marks stands what is not to be taken as it is.
        let is_plain = |path: &str| !path.contains('\n') && !path.starts_with('"');
        kept.retain(|kept| {
            kept.kind == KeptKind::File
                && is_plain(&kept.path)
                && entry_kind(&self.top.join(&kept.path)) == Some(EntryKind::File)
        });
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let paths: String = kept.iter().flat_map(|kept| [&*kept.path, "\n"]).collect();
        let ids = self.answer(&["hash-object", "--stdin-paths"], paths)?;
        let ids = String::from_utf8_lossy(&ids);
        let pairs = kept.into_iter().zip(ids.lines());
        Ok(pairs.filter(|(kept, id)| kept.object == *id).map(|(kept, _)| &*kept.path).collect())
    }

    /// Asks for the paths that git does not keep, and is not told to ignore, and does not wait for the answer.
    pub(crate) fn untracked(&self) -> Result<Untracked, GitError> {
        self.ask(&["ls-files", "--others", "--exclude-standard", "-z"]).map(Untracked)
    }
}

impl Untracked {
    /// The paths.
    pub(crate) fn paths(self) -> Result<Vec<String>, GitError> {
        Ok(records(&self.0.answer()?).map(str::to_owned).collect())
    }
}

impl Kept {
    /// What git lists with this mode; none where it has nothing.
    fn of(mode: &str, object: &str, path: &str) -> Option<Self> {
        let kind = match mode {
            "000000" => return None,
            "120000" => KeptKind::Link,
            "160000" => KeptKind::Submodule,
            _ => KeptKind::File,
        };
        Some(Self { path: path.to_owned(), object: object.to_owned(), kind })
    }
}

/// What the index holds.
#[derive(Debug, Default)]
struct Index {
    files: Vec<Kept>,
    passed_by: BTreeSet<String>,
    /// A path that is not merged, if there is one.
    unmerged: Option<String>,
}

impl Index {
    /// Reads records such as `H 100644 <id> 0<tab><path>`: a tag, what is staged, and the stage of a merge.
    fn read(listed: &[u8]) -> Self {
        let is_told = |tag: &str| tag == "S" || tag.starts_with(|tag: char| tag.is_ascii_lowercase());
        let mut index = Self::default();
        for record in records(listed) {
            let Some((told, path)) = record.split_once('\t') else { continue };
            let mut told = told.split(' ');
            let mut next = || told.next().unwrap_or_default();
            let (tag, mode, object, stage) = (next(), next(), next(), next());
            if is_told(tag) {
                index.passed_by.insert(path.to_owned());
            }
            match stage {
                "0" => index.files.extend(Kept::of(mode, object, path)),
                _ => index.unmerged = index.unmerged.or_else(|| Some(path.to_owned())),
            }
        }
        index
    }
}

/// Reads pairs of records such as `:100644 100644 <id> <id> M` and the path.
fn differences_in(listed: &[u8]) -> Vec<Difference> {
    let mut differences = BTreeMap::new();
    let mut records = listed.split(|byte| *byte == 0).map(|record| std::str::from_utf8(record).ok());
    while let (Some(told), Some(path)) = (records.next(), records.next()) {
        let (Some(told), Some(path)) = (told, path) else { continue };
        let told: Vec<&str> = told.trim_start_matches(':').split(' ').collect();
        let [mode, _, object, _, status] = told.as_slice() else { continue };
        let was = Kept::of(mode, object, path);
        let difference = Difference { path: path.to_owned(), was, is_added: *status == "A" };
        // What is not merged is told of twice.
        differences.insert(path, difference);
    }
    differences.into_values().collect()
}

/// Records that a zero ends. What is no UTF-8 names none of our files.
fn records(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr::memchr_iter(0, bytes).filter_map(move |end| {
        let record = &bytes[std::mem::replace(&mut start, end + 1)..end];
        std::str::from_utf8(record).ok()
    })
}
