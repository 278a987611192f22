//! Loading the configuration of a tree and its policies.

use std::{collections::BTreeMap, io};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_policy::{Config, PolicySet};
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use crate::tree::file_system::{Disk, EntryKind, FileSystem, canonical};

/// The name of a configuration file.
pub(crate) const CONFIG_FILE: &str = "preauth.yaml";

/// Names that a configuration file does not have, but is often given.
const MISTAKEN_CONFIG_FILES: [&str; 3] = ["preauth.yml", ".preauth.yaml", ".preauth.yml"];

/// The choice of the configuration file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ConfigChoice<'c> {
    /// The nearest file, from the root of the tree upward.
    Nearest,
    /// This file.
    File(&'c Utf8Path),
    /// No file.
    None,
}

/// Why the configuration cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// A configuration file cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Io {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A configuration and its policies.
#[derive(Debug, Default)]
pub(crate) struct LoadedPolicies {
    /// The configuration file, if there is one.
    pub(crate) file: Option<FilePath>,
    /// A file that probably is meant to be the configuration, but has another name.
    pub(crate) misnamed_file: Option<Utf8PathBuf>,
    pub(crate) config: Config,
    pub(crate) policies: PolicySet,
    /// The texts of their files.
    pub(crate) texts: BTreeMap<FilePath, ArcStr>,
    /// All errors in them.
    pub(crate) errors: Vec<Diagnostic>,
}

/// Loads the configuration of a tree, and the policies that it names.
///
/// # Errors
/// A configuration file that cannot be read.
pub(crate) fn policies(root: &Utf8Path, choice: ConfigChoice<'_>) -> Result<LoadedPolicies, LoadError> {
    policies_from(&Disk, root, choice)
}

/// Loads the configuration of a tree, and the policies that it names, from a file system.
///
/// # Errors
/// A configuration file that cannot be read.
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
    let mut loaded = LoadedPolicies::default();
    if matches!(choice, ConfigChoice::Nearest) {
        loaded.misnamed_file = misnamed_config(files, root, path.as_deref());
    }
    let absolute = |file: &FilePath| root.join(file.as_str());
    let Some(path) = path else {
        (loaded.policies, loaded.errors) = PolicySet::load(&[], &loaded.config);
        return Ok(loaded);
    };
    let text = read_text(files, &path)?;
    let file = path_from(root, &path);
    let mut load_extended = |from: &FilePath, named: &str| {
        let path =
            files.canonical(&path_next_to(&absolute(from), named)).map_err(|error| error.to_string())?;
        let text: ArcStr = files.read_text(path.as_std_path()).map_err(|error| error.to_string())?.into();
        let file = path_from(root, &path);
        loaded.texts.insert(file.clone(), text.clone());
        Ok((file, text))
    };
    let (config, mut errors) = Config::load(&SourceFile::new(file.clone(), &text), &mut load_extended);
    loaded.texts.insert(file.clone(), text.into());
    loaded.file = Some(file);
    let mut texts: Vec<(FilePath, String)> = Vec::new();
    for (named, place) in &config.policies {
        match policy_files(files, &path_next_to(&absolute(&place.file), named)) {
            Ok(paths) if paths.is_empty() => {
                errors.push(config_error(place, format!("no policy found in `{named}`")));
            }
            Ok(paths) => {
                for path in paths {
                    match read_text(files, &path) {
                        Ok(text) => texts.push((path_from(root, &path), text)),
                        Err(error) => errors.push(config_error(place, error.to_string())),
                    }
                }
            }
            Err(error) => errors.push(config_error(place, format!("cannot read `{named}`: {error}"))),
        }
    }
    let sources: Vec<SourceFile<'_>> =
        texts.iter().map(|(path, text)| SourceFile::new(path.clone(), text)).collect();
    let (policies, policy_errors) = PolicySet::load(&sources, &config);
    errors.extend(policy_errors);
    loaded.texts.extend(texts.iter().map(|(path, text)| (path.clone(), text.as_str().into())));
    errors.sort_by(Diagnostic::order);
    Ok(LoadedPolicies { config, policies, errors, ..loaded })
}

/// Finds a file that probably is meant to be the configuration: in the folders in which it is searched, before `found`.
fn misnamed_config(files: &dyn FileSystem, root: &Utf8Path, found: Option<&Utf8Path>) -> Option<Utf8PathBuf> {
    let folders = root.ancestors().take_while(|folder| found.and_then(Utf8Path::parent) != Some(*folder));
    let mut mistaken = folders.flat_map(|folder| MISTAKEN_CONFIG_FILES.map(|name| folder.join(name)));
    mistaken.find(|path| files.is_file(path.as_std_path()))
}

/// Reads the policy files at a path or below it. Their paths are relative to `root`.
///
/// # Errors
/// A path that cannot be read, or that has no policy.
pub(crate) fn policy_files_in(
    root: &Utf8Path,
    path: &Utf8Path,
) -> Result<Vec<(FilePath, ArcStr)>, LoadError> {
    let failed = |source| LoadError::Io { path: path.to_owned(), source };
    let paths = policy_files(&Disk, &canonical(path).map_err(failed)?).map_err(failed)?;
    if paths.is_empty() {
        return Err(failed(io::Error::other("no policy found")));
    }
    paths.iter().map(|path| Ok((path_from(root, path), read_text(&Disk, path)?.into()))).collect()
}

/// Returns a path that is relative to the folder of a file.
fn path_next_to(file: &Utf8Path, named: &str) -> Utf8PathBuf {
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

/// Finds the policy files in a folder and below it, or the one file.
fn policy_files(files: &dyn FileSystem, path: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
    let is_policy = |path: &Utf8Path| matches!(path.extension(), Some("yaml" | "yml"));
    files.canonical(path)?;
    if !files.is_folder(path.as_std_path()) {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in files.entries(path.as_std_path())? {
        let entry = entry?;
        let path = path.join(entry.name.to_str().ok_or(io::ErrorKind::InvalidData)?);
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

/// Returns a path relative to the root if it is below it.
fn path_from(root: &Utf8Path, path: &Utf8Path) -> FilePath {
    FilePath::new(path.strip_prefix(root).unwrap_or(path).as_str().replace('\\', "/"))
}
