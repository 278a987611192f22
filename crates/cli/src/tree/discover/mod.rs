//! Finds the projects, their source files, and the files that they ignore.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::{Kind, Project, api_version_of_manifest, not_utf8};
use preauth_source::{Diagnostic, FilePath, Label, Location, Severity, SourceFile};

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
    /// The files whose suffix is of no kind, each with the kind that it is probably meant to be of. Those of apps are in
    /// `files` too.
    pub(crate) misnamed: Vec<(FilePath, Kind)>,
    /// The files outside of the source. They are neither in `files` nor in `misnamed`.
    pub(crate) outside: FilesOutside,
    /// The lines of `.forceignore` files that leave files out.
    pub(crate) ignored_by: BTreeMap<FilePath, Location>,
    /// The number of files that a `.forceignore` leaves out and that are not in `files`.
    pub(crate) unread_ignored: usize,
    /// The files and folders to report on, relative to the root; empty for all.
    pub(crate) scope: Vec<String>,
    /// Problems of the project file and the `.forceignore` files, and folders that cannot be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Contents that replace those on disk.
    pub(crate) overlay: BTreeMap<FilePath, Vec<u8>>,
}

impl ProjectTree {
    /// Returns the number of files that a `.forceignore` leaves out.
    pub(crate) fn ignored_count(&self) -> usize {
        self.unread_ignored + self.files.iter().filter(|found| found.status == FileStatus::Ignored).count()
    }

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

/// The files outside of the package directories of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FilesOutside {
    pub(crate) count: usize,
    /// The developer names of the apps among them.
    pub(crate) apps: BTreeSet<String>,
}

impl FilesOutside {
    fn add(&mut self, path: &FilePath) {
        self.count += 1;
        self.apps.extend(main_of_app(path).map(|(_, name)| name));
    }
}

/// Returns the kind and developer name of the app that a file stands for.
pub(crate) fn main_of_app(path: &FilePath) -> Option<(Kind, String)> {
    Kind::of_path(path).filter(|(kind, _)| kind.role().is_main_of_app())
}

/// The status of a file in its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileStatus {
    /// It is part of the source.
    Judged,
    /// It is listed in a `.forceignore`. It is never deployed, so it is read to resolve names and to find secrets.
    Ignored,
    /// Its suffix is of no kind. It is never deployed, so it is only read to find secrets.
    Misnamed,
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
/// everything in the project is. Ignored files are judged with `all`, or if a path is the file, or a folder of it that is
/// neither a package directory nor above one.
///
/// # Errors
/// A path that does not exist, or an `sfdx-project.json`, `package.xml` or `.forceignore` that cannot be read.
pub(crate) fn discover(paths: &[Utf8PathBuf], all: bool) -> Result<Vec<ProjectTree>, DiscoverError> {
    let trees = roots(paths)?.into_iter().map(|(root, scope)| tree(&Disk, root, scope, all));
    Ok(without_empty_folders(trees.collect::<Result<_, _>>()?, |tree| tree))
}

/// Removes plain folders around projects that have no files of their own, if any tree is left.
pub(crate) fn without_empty_folders<T>(mut trees: Vec<T>, tree_of: impl Fn(&T) -> &ProjectTree) -> Vec<T> {
    let has_any = |tree: &ProjectTree| {
        !(tree.files.is_empty() && tree.misnamed.is_empty() && tree.diagnostics.is_empty())
    };
    if trees.iter().any(|one| tree_of(one).project_file.is_some()) {
        trees.retain(|one| tree_of(one).project_file.is_some() || has_any(tree_of(one)));
    }
    trees
}

/// Finds the tree that the files of a folder belong to.
///
/// # Errors
/// An `sfdx-project.json`, `package.xml` or `.forceignore` that cannot be read.
pub(crate) fn tree_around(folder: &Utf8Path, all: bool) -> Result<ProjectTree, DiscoverError> {
    tree(&Disk, start::root_around(folder).to_owned(), BTreeSet::new(), all)
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
    let (mut project, project_file) = if is_project {
        let file = FilePath::from(Project::FILE);
        let text = read_text(files, &root, &file, &mut diagnostics)?;
        let (project, mut problems) = Project::parse(&SourceFile::new(file.clone(), &text));
        problems.extend(missing_folders(files, &root, &project));
        diagnostics.append(&mut problems);
        (project, Some(file))
    } else {
        (Project::default(), None)
    };

    let is_wanted = |folder: &str, name: &str| {
        let is_metadata = || Kind::of_name(name).is_some() || Kind::meant_by_name(folder, name).is_some();
        is_metadata() || if is_project { Project::is_scratch_definition(name) } else { name == MANIFEST }
    };
    let mut walk = Walk::new(files, &root, is_wanted);
    if !is_project {
        walk = walk.without_projects();
    }
    walk.enter();
    project.has_projects_below = walk.has_skipped_projects();
    let folders = project.source_folders.iter().map(|folder| folder.path.as_str());
    for named in folders.chain(scope.iter().map(String::as_str)) {
        walk.enter_if_skipped(named);
    }
    let (paths, mut problems) = walk.finish();
    project.has_scratch_definition = paths.iter().any(|path| Project::is_scratch_definition(path.name()));
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

    let named_closely: Vec<&str> =
        scope.iter().map(String::as_str).filter(|path| !holds_source_folder(path, &project)).collect();

    let (mut found, mut misnamed) = (Vec::new(), Vec::new());
    let (mut outside, mut ignored_by, mut unread_ignored) = (FilesOutside::default(), BTreeMap::new(), 0);
    for path in paths {
        let known = Kind::of_name(path.name()).map(|(kind, _)| kind);
        let Some(kind) = known.or_else(|| Kind::meant_by(&path)) else { continue };
        let is_among = |named: &[&str]| named.iter().any(|named| path.is_within(named));
        if !(all || project.holds(&path) || is_among(&named_outside)) {
            outside.add(&path);
            continue;
        }
        let ignored = force_ignores.ignores(&path).filter(|_| !(all || is_among(&named_closely)));
        let status = match (ignored, known) {
            (Some(ignored), _) => {
                ignored_by.extend(ignored.line.map(|line| (path.clone(), line)));
                FileStatus::Ignored
            }
            (None, None) => FileStatus::Misnamed,
            (None, Some(_)) => FileStatus::Judged,
        };
        if status == FileStatus::Misnamed {
            misnamed.push((path.clone(), kind));
        }
        if known.is_some() || kind.role().is_app() {
            found.push(FoundFile { path, kind, status });
        } else {
            unread_ignored += usize::from(status == FileStatus::Ignored);
        }
    }
    found.shrink_to_fit();
    let scope = scope.into_iter().collect();
    Ok(ProjectTree {
        root,
        project,
        project_file,
        api_version,
        files: found,
        misnamed,
        outside,
        ignored_by,
        unread_ignored,
        scope,
        diagnostics,
        overlay: BTreeMap::new(),
    })
}

/// True if the path is a source folder or above one. Who names it does not ask for the ignored files in it.
fn holds_source_folder(path: &str, project: &Project) -> bool {
    project.source_folders.iter().any(|folder| FilePath::from(folder.path.as_str()).is_within(path))
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
