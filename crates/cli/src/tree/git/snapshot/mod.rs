//! The files of a tree at a commit or in the index.
//!
//! The files to read are found by the same rules as on disk, among the paths that git lists. Contents are read from the
//! work tree where they are the same there, and from git where not.

mod entries;
mod files;
mod links;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use preauth_metadata::Project;
use preauth_source::FilePath;

use self::files::SnapshotFiles;
use crate::{
    Failure,
    tree::{
        discover::{self, ProjectTree},
        file_system::{self, FileSystem},
        git::{GitEntryKind, GitError, HeadCommit, Repository},
        load::{self, ConfigChoice, LoadedPolicies},
    },
};

/// The names of the files that decide which files are source.
const PROJECT_FILES: &[&str] = &[Project::FILE, "package.xml", ".forceignore", ".gitignore"];

/// The files of a tree at a commit or in the index.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The root of the tree.
    root: Utf8PathBuf,
    /// The path of the root from the top of the repository; empty at the top.
    prefix: String,
    /// True if files that a sparse checkout leaves out of the work tree are left out of the snapshot, too.
    sparse: bool,
    /// By their paths from the top. A link is replaced by the file that it leads to.
    files: BTreeMap<String, Object>,
    /// The original entries of the links that are replaced.
    links: BTreeMap<String, Object>,
    /// The paths that differ in the work tree.
    differing: BTreeSet<String>,
    /// The current commit, if this is the index of a branch with commits.
    head: Option<HeadCommit>,
    /// The repository of the tree and its submodules, each with the prefix of its paths.
    repositories: Vec<(Repository, String)>,
}

/// A content in the repository of the tree or in a submodule.
#[derive(Clone, Debug)]
struct Object {
    id: String,
    /// The index in [`Snapshot::repositories`].
    repository: usize,
    kind: GitEntryKind,
}

impl Snapshot {
    /// Takes the snapshot of the index for the tree with this root.
    pub(crate) fn of_index(repository: &Repository, root: &Utf8Path) -> Result<Self, GitError> {
        let mut snapshot = Self::empty(repository, root, false);
        let staged = repository.staged()?;
        snapshot.head = staged.head;
        snapshot.add_listing(repository, "", staged.listing)?;
        snapshot.resolve_links()?;
        Ok(snapshot)
    }

    /// Takes the snapshot of a commit for the tree with this root.
    pub(crate) fn of_commit(
        repository: &Repository,
        root: &Utf8Path,
        commit: &str,
    ) -> Result<Self, GitError> {
        let mut snapshot = Self::empty(repository, root, true);
        snapshot.add_listing(repository, "", repository.listing_of(commit)?)?;
        snapshot.resolve_links()?;
        Ok(snapshot)
    }

    /// Returns the current commit, if this is the index of a branch with commits.
    pub(crate) fn head(&self) -> Option<&str> {
        self.head.as_ref().map(|head| &*head.commit)
    }

    /// Returns the snapshot of HEAD from that of the index; empty before the first commit.
    pub(crate) fn head_snapshot(&self) -> Result<Self, GitError> {
        let repository = self.repository().clone();
        let mut snapshot = self.clone();
        let Some(HeadCommit { differences, .. }) = snapshot.head.take() else {
            return Ok(Self::empty(&repository, &self.root, false));
        };
        snapshot.files.append(&mut snapshot.links);
        for difference in &differences {
            snapshot.remove_entry(&difference.path);
        }
        for difference in differences {
            difference.was.map_or(Ok(()), |entry| snapshot.add_entry(&repository, "", 0, entry))?;
            snapshot.differing.insert(difference.path);
        }
        snapshot.resolve_links()?;
        Ok(snapshot)
    }

    fn empty(repository: &Repository, root: &Utf8Path, sparse: bool) -> Self {
        let inside = root.strip_prefix(repository.top()).unwrap_or(Utf8Path::new(""));
        Self {
            root: root.to_owned(),
            prefix: with_slashes(inside),
            sparse,
            files: BTreeMap::new(),
            links: BTreeMap::new(),
            differing: BTreeSet::new(),
            head: None,
            repositories: vec![(repository.clone(), String::new())],
        }
    }

    /// Returns the tree in this snapshot.
    pub(crate) fn tree(&self, scope: BTreeSet<String>, all: bool) -> Result<ProjectTree, Failure> {
        let files = self.files(|path| PROJECT_FILES.contains(&name_of(path)))?;
        self.with_overlay(discover::tree(&files, self.root.clone(), scope, all)?)
    }

    /// Returns the tree in this snapshot. If no project file differs from another snapshot, the tree of that snapshot is
    /// used again: most changes touch no such file.
    pub(crate) fn tree_reusing(
        &self,
        other: &Self,
        tree: &ProjectTree,
        all: bool,
    ) -> Result<ProjectTree, Failure> {
        if self.has_same_paths(other) {
            return self.with_overlay(tree.clone());
        }
        self.tree(tree.scope.iter().cloned().collect(), all)
    }

    /// True if both snapshots have the same paths, and project files with the same contents.
    fn has_same_paths(&self, other: &Self) -> bool {
        let is_same = |((path, file), (other_path, other_file)): ((&String, &Object), (&String, &Object))| {
            let may_differ = file.kind == GitEntryKind::File && !PROJECT_FILES.contains(&name_of(path));
            path == other_path && file.kind == other_file.kind && (may_differ || file.id == other_file.id)
        };
        let prefixes = |snapshot: &Self| {
            snapshot.repositories.iter().map(|(_, prefix)| prefix.clone()).collect::<Vec<_>>()
        };
        prefixes(self) == prefixes(other)
            && self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(is_same)
    }

    /// True if the work tree has this file of the tree with the same content.
    pub(crate) fn matches_disk(&self, path: &FilePath) -> bool {
        self.has_same_on_disk(&self.path_in_repository(path.as_str()))
    }

    /// True if the work tree has the file at this path from the top with the same content.
    fn has_same_on_disk(&self, path: &str) -> bool {
        self.files.contains_key(path) && !self.differing.contains(path)
    }

    /// Reads the contents of the files at these paths from the top. Paths that are not in the snapshot are left out.
    pub(crate) fn contents<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
    ) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        let files: Vec<_> = paths.filter_map(|path| Some((path, self.files.get(path)?))).collect();
        let mut contents = BTreeMap::new();
        for (index, (repository, prefix)) in self.repositories.iter().enumerate() {
            let own = files.iter().filter(|(_, file)| file.repository == index);
            let found = repository.contents(own.map(|(path, file)| (&path[prefix.len()..], &*file.id)))?;
            contents.extend(found.into_iter().map(|(path, content)| (format!("{prefix}{path}"), content)));
        }
        Ok(contents)
    }

    /// Returns the paths from the top of all files of the snapshot, and of those that differ in the work tree.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().chain(&self.differing).map(String::as_str)
    }

    /// True if another snapshot has this file of the tree with the same content.
    pub(crate) fn has_same_content(&self, other: &Self, path: &FilePath) -> bool {
        let path = self.path_in_repository(path.as_str());
        let (own, others) = (self.files.get(&path), other.files.get(&path));
        own.zip(others).is_some_and(|(own, other)| own.id == other.id)
    }

    /// Loads the configuration and the policies of the snapshot; `None` if they are the same as those on disk.
    pub(crate) fn policies(
        &self,
        on_disk: Option<&LoadedPolicies>,
        choice: ConfigChoice<'_>,
    ) -> Result<Option<LoadedPolicies>, Failure> {
        let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
        let is_same_on_disk = |path: &FilePath| {
            // A file outside of the repository has no history.
            self.path_from_top(&self.root.join(path.as_str())).is_none_or(|path| self.has_same_on_disk(&path))
        };
        let unchanged = !self.differing.iter().any(|path| is_yaml(path));
        if on_disk.is_some_and(|policies| unchanged && policies.texts.keys().all(is_same_on_disk)) {
            return Ok(None);
        }
        let files = self.files(is_yaml)?;
        let path = match choice {
            ConfigChoice::File(path) => Some(file_system::canonical(path)?),
            ConfigChoice::None | ConfigChoice::Nearest => None,
        };
        let choice = match &path {
            Some(path) if files.exists(path.as_std_path()) => ConfigChoice::File(path),
            Some(_) => ConfigChoice::None,
            None => choice,
        };
        Ok(Some(load::policies_from(&files, &self.root, choice)?))
    }

    /// Returns the files of the snapshot. Of those that differ on disk, only the wanted ones can be read.
    fn files(&self, is_wanted: impl Fn(&str) -> bool) -> Result<SnapshotFiles<'_>, GitError> {
        let wanted = self.differing.iter().map(String::as_str).filter(|path| is_wanted(path));
        Ok(SnapshotFiles::new(self, self.contents(wanted)?))
    }

    fn path_in_repository(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// Returns the repository of the tree.
    pub(crate) fn repository(&self) -> &Repository {
        &self.repositories[0].0
    }

    /// Returns the top folder of the work tree.
    fn top(&self) -> &Utf8Path {
        self.repository().top()
    }

    /// Returns an absolute path as one from the top; `None` if it is outside of the work tree.
    fn path_from_top(&self, path: &Utf8Path) -> Option<String> {
        normalized(path).strip_prefix(self.top()).ok().map(with_slashes)
    }

    /// Returns the tree with the contents of the files that differ on disk.
    fn with_overlay(&self, tree: ProjectTree) -> Result<ProjectTree, Failure> {
        let paths =
            tree.files.iter().map(|found| (self.path_in_repository(found.path.as_str()), &found.path));
        let wanted: BTreeMap<String, &FilePath> =
            paths.filter(|(path, _)| self.differing.contains(path)).collect();
        let contents = self.contents(wanted.keys().map(String::as_str))?;
        let overlay = contents.into_iter().map(|(path, content)| (wanted[&path].clone(), content)).collect();
        Ok(ProjectTree { overlay, ..tree })
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn with_slashes(path: &Utf8Path) -> String {
    path.as_str().replace('\\', "/")
}

/// Returns a path without `.` and `..`.
fn normalized(path: &Utf8Path) -> Utf8PathBuf {
    let mut whole = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}
