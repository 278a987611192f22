//! Git, called as a program. Nothing here writes: neither the work tree nor the index nor the repository.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
};

use camino::{Utf8Path, Utf8PathBuf};

/// Variables that tie git to one repository. They are the caller's, and hold only for the repository it is in.
const OWN: &[&str] =
    &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"];

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
    #[error("git has not all of the source: object {0} is missing")]
    NoObject(String),
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

impl KeptKind {
    fn of(mode: &str) -> Self {
        match mode {
            "120000" => Self::Link,
            "160000" => Self::Submodule,
            _ => Self::File,
        }
    }
}

impl Repository {
    /// The repository that a folder is in.
    pub(crate) fn around(folder: &Utf8Path) -> Result<Self, GitError> {
        let top = folder.ancestors().find(|folder| folder.join(".git").exists());
        top.map(Self::at).ok_or_else(|| GitError::NoRepository(folder.to_owned()))
    }

    fn at(top: &Utf8Path) -> Self {
        Self { top: top.to_owned() }
    }

    /// The folder that holds all of the work tree.
    pub(crate) fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// A submodule, if it is checked out.
    pub(crate) fn submodule(&self, path: &str) -> Option<Self> {
        let top = self.top.join(path);
        top.join(".git").exists().then(|| Self::at(&top))
    }

    /// The commit that a change to the current one begins at, coming from a branch or commit: the latest that both
    /// have in common.
    pub(crate) fn start_of_change(&self, from: &str) -> Result<String, GitError> {
        let commit = match (self.commit(from)?, self.head()?) {
            (Some(commit), None) => return Ok(commit),
            (Some(commit), Some(_)) => commit,
            (None, None) => return Err(GitError::Unborn(from.to_owned())),
            (None, Some(_)) if self.is_shallow()? => {
                return Err(GitError::NoCommitInShallow(from.to_owned()));
            }
            (None, Some(_)) => return Err(GitError::NoCommit(from.to_owned())),
        };
        match self.line(&["merge-base", &commit, "HEAD"])? {
            Some(ancestor) => Ok(ancestor),
            None if self.is_shallow()? => Err(GitError::NoAncestorInShallow(from.to_owned())),
            None => Err(GitError::NoAncestor(from.to_owned())),
        }
    }

    /// The current commit; none on a branch without one.
    pub(crate) fn head(&self) -> Result<Option<String>, GitError> {
        self.commit("HEAD")
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

    /// What a commit keeps.
    pub(crate) fn files_of(&self, commit: &str) -> Result<Vec<Kept>, GitError> {
        let listed = self.run(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let records = records(&listed).filter_map(|record| {
            let (told, path) = record.split_once('\t')?;
            let mut told = told.split(' ');
            let kind = KeptKind::of(told.next()?);
            Some(Kept { path: path.to_owned(), object: told.nth(1)?.to_owned(), kind })
        });
        Ok(records.collect())
    }

    /// What is staged. What is only announced (`git add --intent-to-add`) is not.
    pub(crate) fn staged(&self) -> Result<Vec<Kept>, GitError> {
        let listed = self.run(&["ls-files", "--stage", "-z"])?;
        let announced = self.run(&[&["diff", "--diff-filter=A"][..], NAMES].concat())?;
        let announced: Vec<&str> = records(&announced).collect();
        let mut files = Vec::new();
        for record in records(&listed) {
            let Some((told, path)) = record.split_once('\t') else { continue };
            let told: Vec<&str> = told.split(' ').collect();
            let [mode, object, stage] = told.as_slice() else { continue };
            if *stage != "0" {
                return Err(GitError::Unmerged(path.to_owned()));
            }
            if !announced.contains(&path) {
                let object = (*object).to_owned();
                files.push(Kept { path: path.to_owned(), object, kind: KeptKind::of(mode) });
            }
        }
        Ok(files)
    }

    /// The paths of which the work tree has something else than the commit, or without one, than what is staged.
    pub(crate) fn differing(&self, commit: Option<&str>) -> Result<Vec<String>, GitError> {
        let args: Vec<&str> = ["diff"].into_iter().chain(commit).chain(NAMES.iter().copied()).collect();
        Ok(records(&self.run(&args)?).map(str::to_owned).collect())
    }

    /// The paths that git does not keep, and is not told to ignore.
    pub(crate) fn untracked(&self) -> Result<Vec<String>, GitError> {
        let listed = self.run(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        Ok(records(&listed).map(str::to_owned).collect())
    }

    /// The paths that are kept, but left out of the work tree on purpose (a sparse checkout).
    pub(crate) fn left_out(&self) -> Result<Vec<String>, GitError> {
        if self.line(&["config", "--type=bool", "--get", "core.sparseCheckout"])?.as_deref() != Some("true") {
            return Ok(Vec::new());
        }
        let listed = self.run(&["ls-files", "-t", "-z"])?;
        Ok(records(&listed).filter_map(|record| record.strip_prefix("S ")).map(str::to_owned).collect())
    }

    /// The contents of objects, by their ids.
    pub(crate) fn contents(&self, objects: &[String]) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        let mut contents = BTreeMap::new();
        if objects.is_empty() {
            return Ok(contents);
        }
        let mut git = self.command(&["cat-file", "--batch"]);
        let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(GitError::NoGit)?;
        let mut asks = child.stdin.take().expect("invariant: standard input is piped");
        let list = objects.join("\n") + "\n";
        // It answers while it is still asked.
        let asking = std::thread::spawn(move || asks.write_all(list.as_bytes()));
        let mut answers = BufReader::new(child.stdout.take().expect("invariant: standard output is piped"));
        for object in objects {
            let mut head = String::new();
            answers.read_line(&mut head)?;
            let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
            let Some(size) = size else { return Err(GitError::NoObject(object.clone())) };
            let mut content = vec![0; size];
            answers.read_exact(&mut content)?;
            answers.read_exact(&mut [0])?;
            contents.insert(object.clone(), content);
        }
        drop(answers);
        // Whoever has heard all answers need not hear how the asking went.
        let _ = asking.join();
        child.wait()?;
        Ok(contents)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        // On Windows, git does not take what a path without limits begins with.
        let top = self.top.as_str().strip_prefix(r"\\?\").unwrap_or(self.top.as_str());
        // Without this variable, git may write the index anew while it only looks.
        command.env("GIT_OPTIONAL_LOCKS", "0").arg("-C").arg(top).args(args).stdin(Stdio::null());
        let here = std::env::current_dir().ok().and_then(|here| here.canonicalize().ok());
        let top_here = here.as_deref().and_then(Utf8Path::from_path);
        let top_here = top_here.and_then(|here| {
            here.ancestors().find(|folder| folder.join(".git").exists()).map(ToOwned::to_owned)
        });
        if top_here.as_ref() != Some(&self.top) {
            OWN.iter().for_each(|name| {
                command.env_remove(name);
            });
        }
        command
    }

    /// What git prints.
    fn run(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = self.command(args).output().map_err(GitError::NoGit)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(GitError::Failed { command: args.join(" "), message })
    }

    /// The first line that git prints; none when it says no by ending with 1 and saying nothing.
    fn line(&self, args: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.command(args).output().map_err(GitError::NoGit)?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        match output.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)),
            Some(1) if said.is_empty() => Ok(None),
            _ => Err(GitError::Failed { command: args.join(" "), message: said }),
        }
    }
}

/// How `git diff` lists paths.
const NAMES: &[&str] =
    &["--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative", "--ignore-submodules=all", "--"];

/// Records that a zero ends. What is no UTF-8 names none of our files.
fn records(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|byte| *byte == 0)
        .filter(|record| !record.is_empty())
        .filter_map(|record| std::str::from_utf8(record).ok())
}
