//! Git, called as a program. Nothing here writes: neither the work tree nor the index nor the repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
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
    /// The repository that a folder is in; the current one, if the folder is in a submodule of it.
    pub(crate) fn around(folder: &Utf8Path) -> Result<Self, GitError> {
        let own = Self::nearest(folder)?;
        let here = current_top();
        let mut outer = own.clone();
        while here.as_ref().is_some_and(|here| *here != outer.top && outer.top.starts_with(here)) {
            match outer.line(&["rev-parse", "--show-superproject-working-tree"])? {
                Some(above) => outer = Self { top: Utf8PathBuf::from(above).canonicalize_utf8()? },
                None => return Ok(own),
            }
        }
        Ok(if here.is_some_and(|here| here == outer.top) { outer } else { own })
    }

    fn nearest(folder: &Utf8Path) -> Result<Self, GitError> {
        let nowhere = || GitError::NoRepository(folder.to_owned());
        let near = top_around(folder).ok_or_else(nowhere)?;
        // The work tree may be told to be elsewhere, and not everything that is called `.git` is a repository.
        let top = Self { top: near.to_owned() }.line(&["rev-parse", "--show-toplevel"])?;
        let top = Utf8PathBuf::from(top.ok_or_else(nowhere)?).canonicalize_utf8()?;
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
        top.join(".git").exists().then_some(Self { top })
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
        let announced = self.run(&[&["diff-files", "--diff-filter=A"][..], NAMES].concat())?;
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

    /// The paths of which the work tree has something else than a commit, or without one, than what is staged; `kept`
    /// is what that state keeps.
    pub(crate) fn differing(
        &self,
        commit: Option<&str>,
        kept: &[Kept],
        passed_by: &[String],
    ) -> Result<Vec<String>, GitError> {
        // These commands, other than `git diff`, never write the index, and also name what was only touched.
        let command = commit.map_or(vec!["diff-files"], |commit| vec!["diff-index", commit]);
        let listed = self.run(&[&command[..], NAMES].concat())?;
        let mut paths: BTreeSet<&str> = records(&listed).collect();
        paths.extend(passed_by.iter().map(String::as_str));
        let same = self.as_in_work_tree(kept.iter().filter(|kept| paths.contains(&*kept.path)))?;
        Ok(paths.into_iter().filter(|path| !same.contains(path)).map(str::to_owned).collect())
    }

    /// Those of some files that the work tree has with the same content.
    fn as_in_work_tree<'k>(
        &self,
        kept: impl Iterator<Item = &'k Kept>,
    ) -> Result<BTreeSet<&'k str>, GitError> {
        // A path goes on a line of its own, and in quotation marks stands what is not to be taken as it is.
        let is_plain = |path: &str| !path.contains('\n') && !path.starts_with('"');
        let is_file = |kept: &&Kept| {
            let on_disk = fs::symlink_metadata(self.top.join(&kept.path));
            kept.kind == KeptKind::File
                && is_plain(&kept.path)
                && on_disk.is_ok_and(|on_disk| on_disk.is_file())
        };
        let kept: Vec<&Kept> = kept.filter(is_file).collect();
        let paths: String = kept.iter().flat_map(|kept| [&*kept.path, "\n"]).collect();
        let ids = self.answer(&["hash-object", "--stdin-paths"], paths)?;
        let ids = String::from_utf8_lossy(&ids);
        Ok(kept
            .into_iter()
            .zip(ids.lines())
            .filter(|(kept, id)| kept.object == *id)
            .map(|(kept, _)| &*kept.path)
            .collect())
    }

    /// The paths that git does not keep, and is not told to ignore.
    pub(crate) fn untracked(&self) -> Result<Vec<String>, GitError> {
        let listed = self.run(&["ls-files", "--others", "--exclude-standard", "-z"])?;
        Ok(records(&listed).map(str::to_owned).collect())
    }

    /// The paths that git passes by when it looks for what has changed, because it is told to take them for unchanged
    /// (`git update-index --assume-unchanged`, `--skip-worktree`, sparse checkouts).
    pub(crate) fn passed_by(&self) -> Result<Vec<String>, GitError> {
        let listed = self.run(&["ls-files", "-v", "-z"])?;
        let is_told = |tag: char| tag == 'S' || tag.is_ascii_lowercase();
        let told = records(&listed).filter(|record| record.starts_with(is_told));
        Ok(told.filter_map(|record| record.get(2..)).map(str::to_owned).collect())
    }

    /// The contents of files, by their paths, as git would write them into the work tree: through the filters, and
    /// with the encodings and line endings, of their attributes. Of a link it is where it leads.
    pub(crate) fn contents<'k>(
        &self,
        files: impl Iterator<Item = (&'k str, &'k str)>,
    ) -> Result<BTreeMap<&'k str, Vec<u8>>, GitError> {
        let files: Vec<_> = files.collect();
        if files.is_empty() {
            return Ok(BTreeMap::new());
        }
        let apart = tempfile::tempdir()?;
        let folder =
            Utf8Path::from_path(apart.path()).ok_or(io::Error::from(io::ErrorKind::InvalidFilename))?;
        // What could make git write or start something beside the index that is made here.
        let alone = ["-c", "core.splitIndex=false", "-c", "core.fsmonitor=false"];
        let with_index = |args: &[&str], input: String| {
            let args = [&alone[..], args].concat();
            let mut git = self.command(&args);
            git.env("GIT_INDEX_FILE", folder.join("index"));
            output_of(git, &args, input)
        };
        let entries = files.iter().flat_map(|(path, object)| ["100644 ", object, "\t", path, "\0"]).collect();
        with_index(&["update-index", "-z", "--index-info"], entries)?;
        let target = folder.join("files");
        fs::create_dir(&target)?;
        let prefix = format!("--prefix={}/", without_limits(&target));
        with_index(&["checkout-index", "--all", "--quiet", &prefix], String::new())?;
        files.into_iter().map(|(path, _)| Ok((path, fs::read(target.join(path))?))).collect()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        // Without this variable, git may write the index anew while it only looks.
        command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .arg("-C")
            .arg(without_limits(&self.top))
            .args(args)
            .stdin(Stdio::null());
        if current_top().as_ref() != Some(&self.top) {
            OWN.iter().for_each(|name| {
                command.env_remove(name);
            });
        }
        command
    }

    /// What git prints.
    fn run(&self, args: &[&str]) -> Result<Vec<u8>, GitError> {
        self.answer(args, String::new())
    }

    /// What git prints when it is told something.
    fn answer(&self, args: &[&str], input: String) -> Result<Vec<u8>, GitError> {
        output_of(self.command(args), args, input)
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

/// The top of what may be the repository of the current folder.
fn current_top() -> Option<Utf8PathBuf> {
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    Utf8Path::from_path(&here).and_then(top_around).map(ToOwned::to_owned)
}

/// The nearest folder, from this one upward, that holds a repository.
fn top_around(folder: &Utf8Path) -> Option<&Utf8Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// How git lists the paths of what differs.
const NAMES: &[&str] =
    &["--name-only", "-z", "--no-renames", "--no-relative", "--ignore-submodules=all", "--"];

/// A path as git takes it: on Windows not with what a path without limits begins with.
fn without_limits(path: &Utf8Path) -> &str {
    path.as_str().strip_prefix(r"\\?\").unwrap_or(path.as_str())
}

/// What git prints when it is told something on standard input.
fn output_of(mut git: Command, args: &[&str], input: String) -> Result<Vec<u8>, GitError> {
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = git.spawn().map_err(GitError::NoGit)?;
    let mut asks = child.stdin.take().expect("invariant: standard input is piped");
    // It answers while it is still told; whether it wants to hear all of it shows in how it ends.
    let telling = std::thread::spawn(move || drop(asks.write_all(input.as_bytes())));
    let output = child.wait_with_output()?;
    let _ = telling.join();
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(GitError::Failed { command: args.join(" "), message })
}

/// Records that a zero ends. What is no UTF-8 names none of our files.
fn records(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|byte| *byte == 0)
        .filter(|record| !record.is_empty())
        .filter_map(|record| std::str::from_utf8(record).ok())
}
