//! A tree as git keeps it: at a commit, or as it is staged.
//!
//! What there is to read is found by the same rules as on disk: they are put to a folder with the same paths, in which
//! only the files are filled that say what is source. The texts themselves are taken from the work tree where it has
//! the same, and from git where it has not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use preauth_metadata::{Kind, Project};
use preauth_source::FilePath;
use tempfile::TempDir;

use crate::{
    Failure,
    discover::{self, Tree},
    git::{GitError, Kept, KeptKind, Listing, Repository},
    load::{self, CONFIG_FILE, ConfigChoice, Rules, Stead},
};

/// The names of the files that say what is source.
const TELLING: &[&str] = &[Project::FILE, "package.xml", ".forceignore", ".gitignore"];

/// Which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At<'c> {
    /// That of a commit.
    Commit(&'c str),
    /// What is staged.
    Stage,
    /// Nothing: before the first commit.
    Nothing,
}

/// What git keeps of the files of a tree, in one state.
#[derive(Debug)]
pub(crate) struct State {
    /// Where the tree is, from the top of the repository; empty at the top.
    prefix: String,
    files: BTreeMap<String, Object>,
    /// The paths of which the work tree has something else.
    differing: BTreeSet<String>,
    /// The tree's own repository and its submodules, each with what the paths of its files begin with.
    repositories: Vec<(Repository, String)>,
    skeleton: TempDir,
}

/// A content, and which repository keeps it: the tree's own, or a submodule.
#[derive(Clone, Debug)]
struct Object {
    id: String,
    repository: usize,
    kind: KeptKind,
}

impl State {
    /// Reads a state of a tree that is in the work tree. `sparse` says whether what is left out of the work tree on
    /// purpose is left out of the state, too.
    pub(crate) fn read(
        repository: &Repository,
        tree: &Tree,
        all: bool,
        at: At<'_>,
        sparse: bool,
    ) -> Result<(Tree, Self), Failure> {
        let inside = tree.root.strip_prefix(repository.top()).unwrap_or(Utf8Path::new(""));
        let mut state = Self {
            prefix: inside.as_str().replace('\\', "/"),
            files: BTreeMap::new(),
            differing: BTreeSet::new(),
            repositories: Vec::new(),
            skeleton: tempfile::tempdir()?,
        };
        state.list(repository, "", at, sparse)?;
        state.resolve_links()?;
        let mut kept = state.discover(tree, all)?;
        kept.given = state.given(&kept)?;
        Ok((kept, state))
    }

    /// Whether the work tree has this file of the tree, with the same content.
    pub(crate) fn is_as_on_disk(&self, path: &FilePath) -> bool {
        self.has_as_on_disk(&self.path_in_repository(path.as_str()))
    }

    /// The same, of a path from the top.
    fn has_as_on_disk(&self, path: &str) -> bool {
        self.files.contains_key(path) && !self.differing.contains(path)
    }

    /// The content of files by their paths from the top, of those that are wanted.
    pub(crate) fn contents(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        let mut contents = BTreeMap::new();
        for (index, (repository, below)) in self.repositories.iter().enumerate() {
            let own = self.files.iter().filter(|(path, file)| file.repository == index && wanted(path));
            let inside = own.map(|(path, file)| (&path[below.len()..], &*file.id));
            let found = repository.contents(inside)?;
            contents.extend(found.into_iter().map(|(path, content)| (format!("{below}{path}"), content)));
        }
        Ok(contents)
    }

    /// The paths, from the top, of the files that the state or what is kept of the work tree has.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().chain(&self.differing).map(String::as_str)
    }

    /// Whether another state has this file of the tree, with the same content.
    pub(crate) fn has_alike(&self, other: &Self, path: &FilePath) -> bool {
        let id = |state: &Self| {
            let path = state.path_in_repository(path.as_str());
            state.files.get(&path).map(|file| file.id.clone())
        };
        id(self).is_some() && id(self) == id(other)
    }

    /// The configuration of the state and its policies; none if they are those of the work tree, as given.
    pub(crate) fn rules(
        &self,
        on_disk: Option<&Rules>,
        choice: ConfigChoice<'_>,
    ) -> Result<Option<Rules>, Failure> {
        let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
        let repository = self.repositories[0].0.top();
        let is_as_on_disk = |path: &FilePath| {
            let absolute = Utf8PathBuf::from(path.as_str());
            match absolute.is_absolute().then(|| absolute.strip_prefix(repository)) {
                None => self.is_as_on_disk(path),
                Some(Ok(path)) => self.has_as_on_disk(path.as_str()),
                // What is not in the repository is the same at all times.
                Some(Err(_)) => true,
            }
        };
        let unchanged = !self.differing.iter().any(|path| is_yaml(path));
        if on_disk.is_some_and(|rules| unchanged && rules.texts.keys().all(is_as_on_disk)) {
            return Ok(None);
        }
        for (path, content) in self.contents(is_yaml)? {
            self.put(&path, &content)?;
        }
        let (root, top) = (self.root()?, self.top()?);
        let kept = match choice {
            ConfigChoice::None => None,
            ConfigChoice::File(path) => {
                let path = path.canonicalize_utf8()?;
                match path.strip_prefix(repository) {
                    Ok(inside) => Some(top.join(inside)).filter(|path| path.exists()),
                    // What is not in the repository is the same at all times.
                    Err(_) => Some(path),
                }
            }
            ConfigChoice::Nearest => {
                let inside = root.ancestors().take_while(|folder| folder.starts_with(&top));
                inside.map(|folder| folder.join(CONFIG_FILE)).find(|path| path.exists())
            }
        };
        let choice = kept.as_deref().map_or(ConfigChoice::None, ConfigChoice::File);
        let stead = Stead { read: &top, told: repository };
        Ok(Some(load::rules_in(stead, &root, choice, &|path| fs::read_to_string(path))?))
    }

    fn path_in_repository(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// Lists what a repository keeps, and the submodules in it.
    fn list(
        &mut self,
        repository: &Repository,
        below: &str,
        at: At<'_>,
        sparse: bool,
    ) -> Result<(), GitError> {
        let listing = match at {
            At::Commit(commit) => repository.listing_of(commit)?,
            At::Stage => repository.staged()?,
            At::Nothing => Listing::default(),
        };
        let Listing { files, differing, passed_by } = listing;
        let is_there = |path: &String| fs::symlink_metadata(repository.top().join(path)).is_ok();
        let left_out: BTreeSet<String> =
            passed_by.into_iter().filter(|path| sparse && !is_there(path)).collect();
        let index = self.repositories.len();
        self.repositories.push((repository.clone(), below.to_owned()));
        self.differing.extend(differing.into_iter().map(|path| format!("{below}{path}")));
        for Kept { path, object, kind } in files.into_iter().filter(|kept| !left_out.contains(&kept.path)) {
            let whole = format!("{below}{path}");
            if kind != KeptKind::Submodule {
                self.files.insert(whole, Object { id: object, repository: index, kind });
                continue;
            }
            let here = FilePath::from(whole.as_str());
            let concerns =
                here.is_within(&self.prefix) || FilePath::from(self.prefix.as_str()).is_within(&whole);
            let Some(submodule) = repository.submodule(&path).filter(|_| concerns) else { continue };
            if !submodule.has(&object)? {
                return Err(GitError::NoCommitInSubmodule { path: whole, commit: object });
            }
            self.list(&submodule, &format!("{whole}/"), At::Commit(&object), sparse)?;
        }
        Ok(())
    }

    /// Puts the content of the file that a link leads to in the place of the link. What is no file that git keeps is
    /// as it is on disk, unless the link itself is another one there.
    fn resolve_links(&mut self) -> Result<(), GitError> {
        let is_link = |path: &str| self.files.get(path).is_some_and(|file| file.kind == KeptKind::Link);
        let top = self.repositories[0].0.top();
        let links: BTreeMap<String, Option<String>> = self
            .contents(is_link)?
            .into_iter()
            .map(|(link, target)| {
                let folder = top.join(&link).parent().unwrap_or(top).to_owned();
                let target = normalized(&folder.join(String::from_utf8_lossy(&target).as_ref()));
                let inside = target.strip_prefix(top).ok().map(|inside| inside.as_str().replace('\\', "/"));
                (link, inside)
            })
            .collect();
        for link in links.keys() {
            let way: Vec<&String> = std::iter::successors(Some(link), |path| links.get(*path)?.as_ref())
                .take(links.len() + 1)
                .collect();
            let end = way
                .last()
                .and_then(|end| self.files.get(*end))
                .filter(|end| end.kind == KeptKind::File)
                .cloned();
            let differs = way.iter().any(|path| self.differing.contains(*path));
            match end {
                Some(file) => {
                    self.files.insert(link.clone(), file);
                    if differs {
                        self.differing.insert(link.clone());
                    }
                }
                None if differs => {
                    self.files.remove(link);
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The folder of the skeleton that stands for the top of the repository.
    fn top(&self) -> io::Result<Utf8PathBuf> {
        let path = Utf8Path::from_path(self.skeleton.path()).ok_or(io::ErrorKind::InvalidFilename)?;
        path.canonicalize_utf8()
    }

    /// The folder of the skeleton that stands for the root of the tree.
    fn root(&self) -> io::Result<Utf8PathBuf> {
        let root = self.top()?.join(&self.prefix);
        fs::create_dir_all(&root)?;
        root.canonicalize_utf8()
    }

    fn put(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let file = self.top()?.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, content)
    }

    /// Finds what there is to read.
    fn discover(&self, now: &Tree, all: bool) -> Result<Tree, Failure> {
        let within = |path: &FilePath| path.is_within(&self.prefix);
        let above = |path: &FilePath| FilePath::from(self.prefix.as_str()).is_within(path.folder());
        // What says that this is a repository, in which the files named `.gitignore` count.
        fs::create_dir_all(self.top()?.join(".git"))?;
        let telling = self.contents(|path| {
            let path = FilePath::from(path);
            TELLING.contains(&path.name()) && (within(&path) || above(&path))
        })?;
        for (path, content) in telling {
            self.put(&path, &content)?;
        }
        for path in self.files.keys() {
            let file = FilePath::from(path.as_str());
            if within(&file) && Kind::of(&file).is_some() {
                self.put(path, b"")?;
            }
        }
        let scope = now.scope.iter().cloned().collect();
        let tree = discover::tree(self.root()?, scope, all)?;
        Ok(Tree { root: now.root.clone(), ..tree })
    }

    /// The contents of the files of the tree that the work tree does not have like this.
    fn given(&self, tree: &Tree) -> Result<BTreeMap<FilePath, Vec<u8>>, GitError> {
        let wanted: BTreeMap<String, &FilePath> = tree
            .files
            .iter()
            .map(|found| (self.path_in_repository(found.path.as_str()), &found.path))
            .filter(|(path, _)| self.differing.contains(path))
            .collect();
        let contents = self.contents(|path| wanted.contains_key(path))?;
        Ok(contents.into_iter().map(|(path, content)| (wanted[&path].clone(), content)).collect())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_from_its_folder() {
        assert_eq!(normalized("/a/b/../../c/./d.xml".into()), "/c/d.xml");
    }
}
