//! Reading: from a discovered tree to its facts, its configuration and its policies.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use preauth_metadata::{Demand, FileFacts, Kind, Project, Reader, Workspace, not_utf8, on_each_core};
use preauth_policy::{Config, PolicySet};
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use crate::tree::{
    discover::{FileStatus, FoundFile, ProjectTree},
    file_system::{Disk, EntryKind, FileSystem, canonical},
};

/// The name of a configuration file.
pub(crate) const CONFIG_FILE: &str = "preauth.yaml";

/// Which configuration to use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ConfigChoice<'c> {
    /// The nearest one.
    Nearest,
    /// This one.
    File(&'c Utf8Path),
    /// None.
    None,
}

/// What makes it impossible to begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// A configuration file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Io {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A configuration and its policies.
#[derive(Debug, Default)]
pub(crate) struct LoadedPolicies {
    /// The configuration file, if there is one.
    pub(crate) file: Option<FilePath>,
    pub(crate) config: Config,
    pub(crate) policies: PolicySet,
    /// The texts of the files that they come from.
    pub(crate) texts: BTreeMap<FilePath, ArcStr>,
    /// Every error in them.
    pub(crate) errors: Vec<Diagnostic>,
}

/// Reads the configuration of a tree, and the policies that it names.
///
/// # Errors
/// A configuration file that was asked for and cannot be read.
pub(crate) fn policies(root: &Utf8Path, choice: ConfigChoice<'_>) -> Result<LoadedPolicies, LoadError> {
    policies_from(&Disk, root, choice)
}

/// The same, among other files than those on disk.
///
/// # Errors
/// A configuration file that was asked for and cannot be read.
pub(crate) fn policies_from(
    files: &dyn FileSystem,
    root: &Utf8Path,
    choice: ConfigChoice<'_>,
) -> Result<LoadedPolicies, LoadError> {
    let path = match choice {
        ConfigChoice::None => None,
        ConfigChoice::File(path) => {
            let absolute =
                canonical(path).map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
            Some(absolute)
        }
        ConfigChoice::Nearest => root
            .ancestors()
            .map(|folder| folder.join(CONFIG_FILE))
            .find(|path| files.exists(path.as_std_path())),
    };
    let mut rules = LoadedPolicies::default();
    let absolute = |file: &FilePath| root.join(file.as_str());
    let Some(path) = path else {
        (rules.policies, rules.errors) = PolicySet::load(&[], &rules.config);
        return Ok(rules);
    };
    let text = read_text(files, &path)?;
    let file = told_from(root, &path);
    let mut extended = |from: &FilePath, named: &str| {
        let path = files.canonical(&beside(&absolute(from), named)).map_err(|error| error.to_string())?;
        let text: ArcStr = files.read_text(path.as_std_path()).map_err(|error| error.to_string())?.into();
        let file = told_from(root, &path);
        rules.texts.insert(file.clone(), text.clone());
        Ok((file, text))
    };
    let (config, mut errors) = Config::load(&SourceFile::new(file.clone(), &text), &mut extended);
    rules.texts.insert(file.clone(), text.into());
    rules.file = Some(file);
    let mut texts: Vec<(FilePath, String)> = Vec::new();
    for (named, place) in &config.policies {
        match policy_files(files, &beside(&absolute(&place.file), named)) {
            Ok(paths) if paths.is_empty() => {
                errors.push(config_error(place, format!("there is no policy in `{named}`")));
            }
            Ok(paths) => {
                for path in paths {
                    match read_text(files, &path) {
                        Ok(text) => texts.push((told_from(root, &path), text)),
                        Err(error) => errors.push(config_error(place, error.to_string())),
                    }
                }
            }
            Err(error) => errors.push(config_error(place, format!("cannot read `{named}`: {error}"))),
        }
    }
    let sources: Vec<SourceFile<'_>> =
        texts.iter().map(|(path, text)| SourceFile::new(path.clone(), text)).collect();
    let (policies, of_policies) = PolicySet::load(&sources, &config);
    errors.extend(of_policies);
    rules.texts.extend(texts.iter().map(|(path, text)| (path.clone(), text.as_str().into())));
    errors.sort_by(Diagnostic::order);
    Ok(LoadedPolicies { config, policies, errors, ..rules })
}

/// The policy files that a path leads to, told from `root`, with their texts.
///
/// # Errors
/// A path that cannot be read, or that no policy is in.
pub(crate) fn policy_files_in(
    root: &Utf8Path,
    path: &Utf8Path,
) -> Result<Vec<(FilePath, ArcStr)>, LoadError> {
    let failed = |source| LoadError::Io { path: path.to_owned(), source };
    let paths = policy_files(&Disk, &canonical(path).map_err(failed)?).map_err(failed)?;
    if paths.is_empty() {
        return Err(failed(std::io::Error::other("there is no policy in it")));
    }
    paths.iter().map(|path| Ok((told_from(root, path), read_text(&Disk, path)?.into()))).collect()
}

/// A path that a file names: told from the folder of that file.
fn beside(file: &Utf8Path, named: &str) -> Utf8PathBuf {
    file.parent().map_or_else(|| named.into(), |folder| folder.join(named))
}

fn config_error(place: &Location, message: String) -> Diagnostic {
    Diagnostic::new(
        preauth_policy::codes::CONFIG_INVALID,
        Severity::Error,
        message,
        Label::new(place.clone(), "named here"),
    )
}

/// The policy files in a folder and below it, or the one file.
fn policy_files(files: &dyn FileSystem, path: &Utf8Path) -> std::io::Result<Vec<Utf8PathBuf>> {
    let is_policy = |path: &Utf8Path| matches!(path.extension(), Some("yaml" | "yml"));
    files.canonical(path)?;
    if !files.is_folder(path.as_std_path()) {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in files.entries(path.as_std_path())? {
        let entry = entry?;
        let path = path.join(entry.name.to_str().ok_or(std::io::ErrorKind::InvalidData)?);
        match entry.kind {
            EntryKind::Folder => found.extend(policy_files(files, &path)?),
            _ if is_policy(&path) => found.push(path),
            _ => {}
        }
    }
    found.sort();
    Ok(found)
}

fn read_text(files: &dyn FileSystem, path: &Utf8Path) -> Result<String, LoadError> {
    files.read_text(path.as_std_path()).map_err(|source| LoadError::Io { path: path.to_owned(), source })
}

/// A path as it is told: from the root when it is below it.
fn told_from(root: &Utf8Path, path: &Utf8Path) -> FilePath {
    FilePath::new(path.strip_prefix(root).unwrap_or(path).as_str().replace('\\', "/"))
}

/// Reads the files of a tree, on all cores, each into a buffer that is used again.
pub(crate) fn workspace(tree: &ProjectTree, demand: Demand, progress: bool) -> Workspace {
    workspace_reusing(tree, demand, progress, |_| None)
}

/// Reads the files of a tree of which the facts are not known already.
pub(crate) fn workspace_reusing(
    tree: &ProjectTree,
    demand: Demand,
    progress: bool,
    known: impl Fn(&FoundFile) -> Option<Arc<FileFacts>> + Sync,
) -> Workspace {
    let home = tree.project_file.clone().or_else(|| tree.files.first().map(|found| found.path.clone()));
    let home = Location::start_of(home.unwrap_or_else(|| FilePath::from(".")));
    let project = Project { source_api_version: tree.api_version, ..tree.project.clone() };
    let mut workspace = Workspace::new(project, demand, home);
    let progress = Progress::new(tree.files.len(), progress);
    let next = AtomicUsize::new(0);
    // What one reader has learned of files serves it for the next: there is one for each thread.
    let read_what_is_left = || {
        let (mut reader, mut buffer) = (Reader::new(workspace.demand()), Vec::new());
        let mut facts = Vec::new();
        while let Some(found) = tree.files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let read = || Arc::new(read(tree, found, &mut reader, &mut buffer));
            facts.push(known(found).unwrap_or_else(read));
            progress.advance();
        }
        facts
    };
    let facts = on_each_core(tree.files.len(), read_what_is_left);
    progress.finish();
    facts.into_iter().flatten().for_each(|facts| workspace.set(facts));
    workspace
}

/// What is known of a file from where it was read before; nothing if there it stood otherwise.
pub(crate) fn reusable_facts(workspace: &Workspace, found: &FoundFile) -> Option<Arc<FileFacts>> {
    let judged = found.status == FileStatus::Judged;
    workspace.file(&found.path).filter(|facts| facts.judged == judged).cloned()
}

/// Reads one file: piece by piece, and as a whole where that does not do.
fn read(tree: &ProjectTree, found: &FoundFile, reader: &mut Reader<'_>, buffer: &mut Vec<u8>) -> FileFacts {
    let judged = found.status == FileStatus::Judged;
    let (_, stem) = Kind::of_path(&found.path).expect("invariant: it was found for its name");
    let unreadable =
        |why: Diagnostic| FileFacts::unreadable(found.path.clone(), found.kind, &stem, judged, why);
    let facts = match Reader::reads(found.kind) {
        true => {
            tree.open(&found.path).and_then(|file| reader.read(&found.path, found.kind, &stem, judged, file))
        }
        false => Ok(None),
    };
    let whole = match facts {
        Ok(Some(facts)) => return facts,
        Ok(None) => tree.read(&found.path, buffer),
        Err(error) => Err(error),
    };
    if let Err(error) = whole {
        let label = Label::new(Location::start_of(found.path.clone()), error.to_string());
        return unreadable(Diagnostic::new(
            preauth_metadata::codes::FILE_UNREADABLE,
            Severity::Error,
            "this file cannot be read",
            label,
        ));
    }
    match std::str::from_utf8(buffer) {
        Ok(text) => FileFacts::read(
            &SourceFile::new(found.path.clone(), text),
            found.kind,
            &stem,
            judged,
            reader.demand(),
        ),
        Err(error) => unreadable(not_utf8(&found.path, buffer, error.valid_up_to())),
    }
}

/// A progress bar that appears only when reading takes long enough to be noticed.
struct Progress {
    /// `None` if none is wanted.
    bar: Option<ProgressBar>,
    begun: Instant,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_millis(500);

    #[allow(clippy::disallowed_methods, reason = "the bar depends on the time that passes")]
    fn new(files: usize, wanted: bool) -> Self {
        let bar = || {
            let style =
                ProgressStyle::with_template("{bar:30} {pos}/{len} files").expect("invariant: a template");
            ProgressBar::with_draw_target(u64::try_from(files).ok(), ProgressDrawTarget::hidden())
                .with_style(style)
        };
        Self { bar: wanted.then(bar), begun: Instant::now() }
    }

    fn advance(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if bar.is_hidden() && self.begun.elapsed() > Self::PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
