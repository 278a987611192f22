//! Finds the projects, their source files, and the files that they ignore.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::{Kind, Project, api_version_of_manifest, not_utf8};
use preauth_source::{Diagnostic, FilePath, Label, Severity, SourceFile};

use crate::tree::file_system::{self, Disk, FileSystem};

mod force_ignores;
mod start;
#[cfg(test)]
mod tests;
mod walk;

use force_ignores::ForceIgnores;
use walk::Walk;

/// The name of the manifest in a folder in the metadata format.
const MANIFEST: &str = "package.xml";

/// One tree of source: the folder of an `sfdx-project.json`, or a plain folder of files in the metadata format.
///
/// It is always the whole tree, for a name in one file may mean something in any other. What was asked for is
/// [`ProjectTree::scope`].
#[derive(Clone, Debug)]
pub(crate) struct ProjectTree {
    /// The absolute path of the folder, without symbolic links.
    pub(crate) root: Utf8PathBuf,
    /// The content of `sfdx-project.json`.
    pub(crate) project: Project,
    /// The `sfdx-project.json`; `None` in a plain folder.
    pub(crate) project_file: Option<FilePath>,
    /// The API version of the source: the project's, or in a plain folder that of the outermost `package.xml`.
    pub(crate) api_version: Option<u32>,
    /// The files to read, by path.
    pub(crate) files: Vec<FoundFile>,
    /// The number of files of known kinds outside of the source. They are not in `files`.
    pub(crate) outside: usize,
    /// The files and folders to report on, relative to the root; empty for all.
    pub(crate) scope: Vec<String>,
    /// Problems of the project file and the `.forceignore` files, and folders that cannot be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Contents that replace those on disk.
    pub(crate) overlay: BTreeMap<FilePath, Vec<u8>>,
}

impl ProjectTree {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// The file is on disk only, and cannot be read there.
    pub(crate) fn read(&self, path: &FilePath, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        self.open(path)?.read_to_end(buffer)?;
        Ok(())
    }

    /// Opens a file of the tree.
    ///
    /// # Errors
    /// The file is on disk only, and cannot be opened there.
    pub(crate) fn open(&self, path: &FilePath) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self.overlay.get(path) {
            Some(content) => Box::new(content.as_slice()),
            None => Box::new(file_system::open(&self.root.join(path.as_str()))?),
        })
    }
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundFile {
    /// The file, relative to the root of its tree.
    pub(crate) path: FilePath,
    pub(crate) kind: Kind,
    pub(crate) status: FileStatus,
}

/// The status of a file in its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileStatus {
    /// It is part of the source.
    Judged,
    /// It is listed in a `.forceignore`. It is never deployed, and only read to resolve names.
    Ignored,
}

/// Why the files to read cannot be found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoverError {
    /// A path of the command line does not exist.
    #[error("`{0}` does not exist")]
    Missing(Utf8PathBuf),
    /// A required file or folder cannot be read.
    #[error("cannot read `{path}`")]
    Io {
        /// The file or folder.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl DiscoverError {
    fn io(path: &Utf8Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}

/// Finds the trees that contain the paths or are below them, by root. Without paths, these are the trees of the current
/// folder.
///
/// The source of a project is in its package directories. A path outside of them is source as well, and with `all`
/// everything in the project is.
///
/// # Errors
/// A path that does not exist, or an `sfdx-project.json`, `package.xml` or `.forceignore` that cannot be read.
pub(crate) fn discover(paths: &[Utf8PathBuf], all: bool) -> Result<Vec<ProjectTree>, DiscoverError> {
    roots(paths)?.into_iter().map(|(root, scope)| tree(&Disk, root, scope, all)).collect()
}

/// Finds the roots of the trees that contain the paths or are below them, each with its scope.
///
/// # Errors
/// A path that does not exist, or a folder that cannot be looked into.
pub(crate) fn roots(paths: &[Utf8PathBuf]) -> Result<BTreeMap<Utf8PathBuf, BTreeSet<String>>, DiscoverError> {
    let mut scopes: BTreeMap<Utf8PathBuf, BTreeSet<String>> = BTreeMap::new();
    if paths.is_empty() {
        for start in start::find(Utf8Path::new("."))? {
            scopes.insert(start.root, BTreeSet::from([String::new()]));
        }
    }
    for path in paths {
        for start in start::find(path)? {
            scopes.entry(start.root).or_default().insert(start.scope);
        }
    }
    Ok(scopes)
}

/// Finds the tree of a root in a file system. The scope is relative to the root; nothing and the empty path mean all.
///
/// # Errors
/// An `sfdx-project.json`, `package.xml` or `.forceignore` that cannot be read.
pub(crate) fn tree(
    files: &dyn FileSystem,
    root: Utf8PathBuf,
    mut scope: BTreeSet<String>,
    all: bool,
) -> Result<ProjectTree, DiscoverError> {
    if scope.contains("") {
        scope.clear();
    }
    let mut diagnostics = Vec::new();
    let is_project = files.is_file(root.join(Project::FILE).as_std_path());
    let (project, project_file) = if is_project {
        let file = FilePath::from(Project::FILE);
        let text = read_text(files, &root, &file, &mut diagnostics)?;
        let (project, mut problems) = Project::parse(&SourceFile::new(file.clone(), &text));
        problems.extend(missing_folders(files, &root, &project));
        diagnostics.append(&mut problems);
        (project, Some(file))
    } else {
        (Project::default(), None)
    };

    let mut walk =
        Walk::new(files, &root, |name| Kind::of_name(name).is_some() || (!is_project && name == MANIFEST));
    walk.enter();
    let folders = project.source_folders.iter().map(|folder| folder.path.as_str());
    for named in folders.chain(scope.iter().map(String::as_str)) {
        walk.enter_if_skipped(named);
    }
    let (paths, mut problems) = walk.finish();
    diagnostics.append(&mut problems);

    let api_version = match outermost_manifest(&paths) {
        Some(manifest) => {
            let text = read_text(files, &root, manifest, &mut diagnostics)?;
            api_version_of_manifest(&SourceFile::new(manifest.clone(), &text))
        }
        None => project.source_api_version,
    };
    let named_outside: Vec<&str> =
        scope.iter().map(String::as_str).filter(|path| lies_outside(path, &project)).collect();
    let seeds =
        project.source_folders.iter().map(|folder| folder.path.as_str()).chain(named_outside.iter().copied());
    let mut force_ignores = ForceIgnores::find(files, &root, seeds, &mut diagnostics)?;

    let mut found = Vec::new();
    let mut outside = 0;
    for path in paths {
        let Some((kind, _)) = Kind::of_name(path.name()) else { continue };
        if !(all || project.holds(&path) || named_outside.iter().any(|named| path.is_within(named))) {
            outside += 1;
            continue;
        }
        let status = if force_ignores.ignores(&path) { FileStatus::Ignored } else { FileStatus::Judged };
        found.push(FoundFile { path, kind, status });
    }
    found.shrink_to_fit();
    let scope = scope.into_iter().collect();
    Ok(ProjectTree {
        root,
        project,
        project_file,
        api_version,
        files: found,
        outside,
        scope,
        diagnostics,
        overlay: BTreeMap::new(),
    })
}

/// True if the path is neither in a source folder nor above one.
fn lies_outside(path: &str, project: &Project) -> bool {
    let apart =
        |folder: &str| !FilePath::from(path).is_within(folder) && !FilePath::from(folder).is_within(path);
    !project.source_folders.is_empty() && project.source_folders.iter().all(|folder| apart(&folder.path))
}

fn missing_folders(
    files: &dyn FileSystem,
    root: &Utf8Path,
    project: &Project,
) -> impl Iterator<Item = Diagnostic> {
    let exists = |path: &str| files.is_folder(root.join(path).as_std_path());
    let missing = project.source_folders.iter().filter(move |folder| !exists(&folder.path));
    missing.map(|folder| {
        let message = format!("the folder `{}` does not exist", folder.path);
        Diagnostic::new(
            preauth_metadata::codes::PROJECT_INVALID,
            Severity::Warning,
            message,
            Label::new(folder.location.clone(), ""),
        )
    })
}

fn outermost_manifest(paths: &BTreeSet<FilePath>) -> Option<&FilePath> {
    let manifests = paths.iter().filter(|path| path.name() == MANIFEST);
    manifests.min_by_key(|path| path.as_str().matches('/').count())
}

/// Reads the text of a project file. Bytes that are not UTF-8 are replaced, with a diagnostic.
fn read_text(
    files: &dyn FileSystem,
    root: &Utf8Path,
    file: &FilePath,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<String, DiscoverError> {
    let path = root.join(file.as_str());
    let bytes = files.read(path.as_std_path()).map_err(DiscoverError::io(&path))?;
    String::from_utf8(bytes).or_else(|error| {
        diagnostics.push(not_utf8(file, error.as_bytes(), error.utf8_error().valid_up_to()));
        Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
    })
}

/// Returns the path from `root` to `path`, both absolute, with `/` between the parts: empty for the root itself, and
/// starting with `..` for a path outside of it.
pub(crate) fn relative(root: &Utf8Path, path: &Utf8Path) -> String {
    let mut parts = Vec::new();
    for ancestor in root.ancestors() {
        if let Ok(rest) = path.strip_prefix(ancestor) {
            parts.extend(rest.components().map(|part| part.as_str()));
            break;
        }
        parts.push("..");
    }
    parts.join("/")
}
