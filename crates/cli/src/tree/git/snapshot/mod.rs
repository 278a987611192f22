//! A tree as git keeps it: at a commit, or as it is staged.
//!
//! What there is to read is found by the same rules as on disk, among the files that git lists. The texts themselves are
//! taken from the work tree where it has the same, and from git where it has not.

mod files;
mod links;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use preauth_metadata::Project;
use preauth_source::FilePath;

use self::files::KeptFiles;
use crate::{
    Failure,
    tree::{
        discover::{self, ProjectTree},
        file_system::{self, FileSystem},
        git::{GitError, Head, Kept, KeptKind, Listing, Repository, Staged},
        load::{self, ConfigChoice, LoadedPolicies},
    },
};

/// The names of the files that say what is source.
const TELLING: &[&str] = &[Project::FILE, "package.xml", ".forceignore", ".gitignore"];

/// What git keeps of the files of a tree, in one state.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The root of the tree.
    root: Utf8PathBuf,
    /// Where that is, from the top of the repository; empty at the top.
    prefix: String,
    /// Whether what is left out of the work tree on purpose is left out of the state, too.
    sparse: bool,
    /// By their paths from the top. What a link leads to stands in its place.
    files: BTreeMap<String, Object>,
    /// The links in whose places something else stands.
    links: BTreeMap<String, Object>,
    /// The paths of which the work tree has something else.
    differing: BTreeSet<String>,
    /// The current commit, of what is staged and if there is one.
    head: Option<Head>,
    /// The tree's own repository and its submodules, each with what the paths of its files begin with.
    repositories: Vec<(Repository, String)>,
}

/// A content, and which repository keeps it: the tree's own, or a submodule.
#[derive(Clone, Debug)]
struct Object {
    id: String,
    repository: usize,
    kind: KeptKind,
}

impl Snapshot {
    /// What is staged of the tree with this root.
    pub(crate) fn of_index(repository: &Repository, root: &Utf8Path) -> Result<Self, GitError> {
        let mut state = Self::of_nothing(repository, root, false);
        let Staged { listing, head } = repository.staged()?;
        state.head = head;
        state.list(repository, "", listing)?;
        state.resolve_links()?;
        Ok(state)
    }

    /// What a commit keeps of the tree with this root.
    pub(crate) fn of_commit(
        repository: &Repository,
        root: &Utf8Path,
        commit: &str,
    ) -> Result<Self, GitError> {
        let mut state = Self::of_nothing(repository, root, true);
        state.list(repository, "", repository.listing_of(commit)?)?;
        state.resolve_links()?;
        Ok(state)
    }

    /// The current commit, of what is staged and if there is one.
    pub(crate) fn head(&self) -> Option<&str> {
        self.head.as_ref().map(|head| &*head.commit)
    }

    /// What was before what is staged: what the current commit keeps, or without one, nothing.
    pub(crate) fn head_snapshot(&self) -> Result<Self, GitError> {
        let repository = self.repository().clone();
        let mut state = self.clone();
        let Some(Head { differences, .. }) = state.head.take() else {
            return Ok(Self::of_nothing(&repository, &self.root, false));
        };
        state.files.append(&mut state.links);
        for difference in &differences {
            state.forget(&difference.path);
        }
        for difference in differences {
            difference.was.map_or(Ok(()), |was| state.keep(&repository, "", 0, was))?;
            state.differing.insert(difference.path);
        }
        state.resolve_links()?;
        Ok(state)
    }

    fn of_nothing(repository: &Repository, root: &Utf8Path, sparse: bool) -> Self {
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

    /// The tree in this state.
    pub(crate) fn tree(&self, scope: BTreeSet<String>, all: bool) -> Result<ProjectTree, Failure> {
        let files = self.files(|path| TELLING.contains(&name_of(path)))?;
        self.giving(discover::tree(&files, self.root.clone(), scope, all)?)
    }

    /// The same, where another state and its tree are known: most changes touch no file that says what is source.
    pub(crate) fn tree_reusing(
        &self,
        other: &Self,
        known: &ProjectTree,
        all: bool,
    ) -> Result<ProjectTree, Failure> {
        if self.is_told_alike(other) {
            return self.giving(known.clone());
        }
        self.tree(known.scope.iter().cloned().collect(), all)
    }

    /// Whether another state has the same files, and those that say what is source with the same contents.
    fn is_told_alike(&self, other: &Self) -> bool {
        let is_alike =
            |((path, file), (other_path, other_file)): ((&String, &Object), (&String, &Object))| {
                let is_text = file.kind == KeptKind::File && !TELLING.contains(&name_of(path));
                path == other_path && file.kind == other_file.kind && (is_text || file.id == other_file.id)
            };
        let below =
            |state: &Self| state.repositories.iter().map(|(_, below)| below.clone()).collect::<Vec<_>>();
        below(self) == below(other)
            && self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(is_alike)
    }

    /// Whether the work tree has this file of the tree, with the same content.
    pub(crate) fn matches_disk(&self, path: &FilePath) -> bool {
        self.has_as_on_disk(&self.path_in_repository(path.as_str()))
    }

    /// The same, of a path from the top.
    fn has_as_on_disk(&self, path: &str) -> bool {
        self.files.contains_key(path) && !self.differing.contains(path)
    }

    /// The contents of the files of the state among these paths from the top, by path.
    pub(crate) fn contents<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
    ) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        let files: Vec<_> = paths.filter_map(|path| Some((path, self.files.get(path)?))).collect();
        let mut contents = BTreeMap::new();
        for (index, (repository, below)) in self.repositories.iter().enumerate() {
            let own = files.iter().filter(|(_, file)| file.repository == index);
            let found = repository.contents(own.map(|(path, file)| (&path[below.len()..], &*file.id)))?;
            contents.extend(found.into_iter().map(|(path, content)| (format!("{below}{path}"), content)));
        }
        Ok(contents)
    }

    /// The paths, from the top, of the files that the state or what is kept of the work tree has.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().chain(&self.differing).map(String::as_str)
    }

    /// Whether another state has this file of the tree, with the same content.
    pub(crate) fn has_same_content(&self, other: &Self, path: &FilePath) -> bool {
        let path = self.path_in_repository(path.as_str());
        let (own, others) = (self.files.get(&path), other.files.get(&path));
        own.zip(others).is_some_and(|(own, other)| own.id == other.id)
    }

    /// The configuration of the state and its policies; none if they are those of the work tree, as given.
    pub(crate) fn policies(
        &self,
        on_disk: Option<&LoadedPolicies>,
        choice: ConfigChoice<'_>,
    ) -> Result<Option<LoadedPolicies>, Failure> {
        let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
        let matches_disk = |path: &FilePath| {
            // What is not in the repository is the same at all times.
            self.path_from_top(&self.root.join(path.as_str())).is_none_or(|path| self.has_as_on_disk(&path))
        };
        let unchanged = !self.differing.iter().any(|path| is_yaml(path));
        if on_disk.is_some_and(|rules| unchanged && rules.texts.keys().all(matches_disk)) {
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

    /// The files of the state, of which those that are wanted can be read.
    fn files(&self, wanted: impl Fn(&str) -> bool) -> Result<KeptFiles<'_>, GitError> {
        let texts = self.contents(self.differing.iter().map(String::as_str).filter(|path| wanted(path)))?;
        Ok(KeptFiles::new(self, texts))
    }

    fn path_in_repository(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// The repository that the tree is in.
    pub(crate) fn repository(&self) -> &Repository {
        &self.repositories[0].0
    }

    /// The folder that holds all of its work tree.
    fn top(&self) -> &Utf8Path {
        self.repository().top()
    }

    /// An absolute path, told from the top; none if it leads elsewhere.
    fn path_from_top(&self, path: &Utf8Path) -> Option<String> {
        normalized(path).strip_prefix(self.top()).ok().map(with_slashes)
    }

    /// Takes in what a repository keeps, and the submodules in it.
    fn list(&mut self, repository: &Repository, below: &str, listing: Listing) -> Result<(), GitError> {
        let Listing { files, differing, passed_by } = listing;
        let is_there = |path: &String| file_system::entry_kind(&repository.top().join(path)).is_some();
        let left_out: BTreeSet<String> =
            passed_by.into_iter().filter(|path| self.sparse && !is_there(path)).collect();
        self.differing.extend(differing.into_iter().map(|path| format!("{below}{path}")));
        let index = self.repositories.iter().rposition(|(_, known)| known == below).unwrap_or_default();
        let here = files.into_iter().filter(|kept| !left_out.contains(&kept.path));
        let (submodules, files): (Vec<_>, Vec<_>) = here.partition(|kept| kept.kind == KeptKind::Submodule);
        // Git lists them in order, and what is in order need not be sorted in.
        let files = files.into_iter().map(|Kept { path, object, kind }| {
            let path = if below.is_empty() { path } else { format!("{below}{path}") };
            (path, Object { id: object, repository: index, kind })
        });
        self.files.append(&mut files.collect());
        submodules.into_iter().try_for_each(|kept| self.keep(repository, below, index, kept))
    }

    /// Takes in what a repository keeps at one path.
    fn keep(
        &mut self,
        repository: &Repository,
        below: &str,
        index: usize,
        kept: Kept,
    ) -> Result<(), GitError> {
        let Kept { path, object, kind } = kept;
        let whole = format!("{below}{path}");
        if kind != KeptKind::Submodule {
            self.files.insert(whole, Object { id: object, repository: index, kind });
            return Ok(());
        }
        let here = FilePath::from(whole.as_str());
        let concerns = here.is_within(&self.prefix) || FilePath::from(self.prefix.as_str()).is_within(&whole);
        let Some(submodule) = repository.submodule(&path).filter(|_| concerns) else { return Ok(()) };
        if !submodule.has(&object)? {
            return Err(GitError::NoCommitInSubmodule { path: whole, commit: object });
        }
        let inside = format!("{whole}/");
        self.repositories.push((submodule.clone(), inside.clone()));
        self.list(&submodule, &inside, submodule.listing_of(&object)?)
    }

    /// Forgets what is kept at a path, and if it is a submodule, inside of it.
    fn forget(&mut self, path: &str) {
        let inside = format!("{path}/");
        let is_inside = |other: &&String| other.starts_with(&inside);
        let files: Vec<String> =
            self.files.range(inside.clone()..).map(|(path, _)| path).take_while(is_inside).cloned().collect();
        for path in files.iter().map(String::as_str).chain([path]) {
            self.files.remove(path);
            self.differing.remove(path);
        }
    }

    /// A tree that holds what the work tree does not have like this.
    fn giving(&self, tree: ProjectTree) -> Result<ProjectTree, Failure> {
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

/// A path without `.` and `..` in it.
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
