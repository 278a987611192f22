use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Uri;
use preauth_metadata::Kind;
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity};

use crate::{
    Host, LoadInput, Log, OpenTexts,
    protocol::{
        client::ClientFeatures,
        position::{PositionIndex, TextDocument},
        uri,
    },
    session::{folder::OpenFolder, project::OpenProject},
};

/// The state of a session: the open documents, and the projects around them.
pub(crate) struct SessionState<'h> {
    pub(crate) host: &'h dyn Host,
    pub(crate) client: ClientFeatures,
    pub(crate) log: Log,
    /// True after the client has sent `initialized`. Before that it takes no requests.
    pub(crate) is_ready: bool,
    folders: Vec<OpenFolder>,
    /// The texts of the open documents.
    open: OpenTexts,
    /// The URI and the version of each open document.
    documents: BTreeMap<Utf8PathBuf, (Uri, i32)>,
    /// Open documents with changes that are not read yet, with their texts before.
    edited: BTreeMap<Utf8PathBuf, Option<ArcStr>>,
    /// Files that changed on disk since their facts were read.
    changed: BTreeSet<Utf8PathBuf>,
    /// True if the projects must be found again.
    is_outdated: bool,
    positions: RefCell<BTreeMap<Utf8PathBuf, Arc<PositionIndex>>>,
    /// Requests to send to the client after the present message is answered.
    pub(crate) requests: Vec<(&'static str, serde_json::Value)>,
}

/// The names of files that define which files a project has.
const LAYOUT_FILES: [&str; 3] = ["sfdx-project.json", ".forceignore", "package.xml"];

impl<'h> SessionState<'h> {
    pub(crate) fn new(host: &'h dyn Host, client: ClientFeatures, log: Log) -> Self {
        Self {
            host,
            client,
            log,
            is_ready: false,
            folders: Vec::new(),
            open: OpenTexts::new(),
            documents: BTreeMap::new(),
            edited: BTreeMap::new(),
            changed: BTreeSet::new(),
            is_outdated: false,
            positions: RefCell::default(),
            requests: Vec::new(),
        }
    }

    /// Returns the path of a document, without symbolic links below the known folders. Returns `None` for a document that
    /// is not a file.
    pub(crate) fn path(&self, uri: &Uri) -> Option<Utf8PathBuf> {
        let path = uri::path_of(uri)?;
        let canonical = self.folders.iter().filter_map(|folder| {
            Some(folder.canonical.as_ref()?.join(path.strip_prefix(folder.requested_folder()?).ok()?))
        });
        let longest = canonical.max_by_key(|path| path.as_str().len());
        Some(longest.map_or(path, |path| path.components().collect()))
    }

    /// Returns the URI by which the client knows a file.
    pub(crate) fn uri(&self, path: &Utf8Path) -> Uri {
        if let Some((uri, _)) = self.documents.get(path) {
            return uri.clone();
        }
        let requested = self.folders.iter().find_map(|folder| {
            let inside = path.strip_prefix(folder.canonical.as_ref()?).ok()?;
            Some(folder.requested_folder()?.join(inside))
        });
        uri::of_path(requested.as_deref().unwrap_or(path))
    }

    /// Returns the version of an open document.
    pub(crate) fn version(&self, path: &Utf8Path) -> Option<i32> {
        self.documents.get(path).map(|(_, version)| *version)
    }

    /// Returns the versions of the open documents that belong to a project.
    pub(crate) fn versions(&self) -> BTreeMap<Utf8PathBuf, i32> {
        let in_project = |path: &Utf8Path| {
            self.source(path).is_some() || self.projects().any(|project| project.is_policy_file(path))
        };
        let documents = self.documents.iter().filter(|(path, _)| in_project(path));
        documents.map(|(path, (_, version))| (path.clone(), *version)).collect()
    }

    /// Returns the text of an open document.
    pub(crate) fn open_text(&self, path: &Utf8Path) -> Option<&ArcStr> {
        self.open.get(path)
    }

    /// Returns the position index of a file, open or on disk. A file that cannot be read has one empty line.
    pub(crate) fn positions(&self, path: &Utf8Path) -> Arc<PositionIndex> {
        if let Some(positions) = self.positions.borrow().get(path) {
            return positions.clone();
        }
        let positions = Arc::new(match self.open.get(path) {
            Some(text) => PositionIndex::of_buffer(text, self.client.encoding),
            None => PositionIndex::of_file(&self.read_text(path).unwrap_or_default(), self.client.encoding),
        });
        self.positions.borrow_mut().insert(path.to_owned(), positions.clone());
        positions
    }

    /// Returns the text of a file, open or on disk.
    pub(crate) fn text(&self, path: &Utf8Path) -> Option<TextDocument> {
        let text = self.open.get(path).cloned().or_else(|| self.read_text(path))?;
        Some(TextDocument { text, positions: self.positions(path), encoding: self.client.encoding })
    }

    /// Reads the text of a file from disk. Bytes that are not UTF-8 are replaced: diagnostics point only to places before
    /// the first of them.
    fn read_text(&self, path: &Utf8Path) -> Option<ArcStr> {
        let bytes = self.host.read(path).ok()?;
        Some(
            String::from_utf8(bytes).map_or_else(
                |error| String::from_utf8_lossy(error.as_bytes()).into_owned().into(),
                Into::into,
            ),
        )
    }

    /// Returns all projects.
    pub(crate) fn projects(&self) -> impl Iterator<Item = &OpenProject> {
        self.folders.iter().flat_map(|folder| &folder.projects)
    }

    fn projects_mut(&mut self) -> impl Iterator<Item = &mut OpenProject> {
        self.folders.iter_mut().flat_map(|folder| &mut folder.projects)
    }

    /// Returns the project that has facts of a file, and the file's path in it.
    pub(crate) fn source(&self, path: &Utf8Path) -> Option<(&OpenProject, FilePath)> {
        self.projects().find_map(|project| {
            let file = project.relative(path)?;
            project.workspace.file(&file).is_some().then_some((project, file))
        })
    }

    /// Adds a folder to the workspace.
    pub(crate) fn add_folder(&mut self, uri: &Uri) {
        let Some(requested) = uri::path_of(uri) else { return };
        if !self.folders.iter().any(|folder| folder.requested == requested) {
            self.folders.push(OpenFolder::new(requested));
            self.is_outdated = true;
        }
    }

    /// Removes a folder from the workspace.
    pub(crate) fn remove_folder(&mut self, uri: &Uri) {
        let Some(requested) = uri::path_of(uri) else { return };
        self.folders.retain(|folder| folder.requested != requested);
        self.is_outdated = true;
    }

    /// Discards everything that was read from disk, so that [`SessionState::catch_up`] reads it again.
    pub(crate) fn reload(&mut self) {
        let files = self
            .projects()
            .flat_map(|project| project.workspace.files().map(|file| project.absolute(&file.path)));
        self.changed = files.collect();
        self.positions.borrow_mut().clear();
        self.is_outdated = true;
    }

    /// Opens a document.
    pub(crate) fn open(&mut self, uri: Uri, version: i32, text: &str) {
        if self.is_outdated {
            self.find_projects();
        }
        let Some(path) = self.path(&uri) else { return };
        let in_project = self.projects().any(|project| project.relative(&path).is_some());
        let path = if !in_project
            && Kind::of_path(&FilePath::from(path.file_name().unwrap_or_default())).is_some()
        {
            self.folders.push(OpenFolder::new(path));
            self.find_projects();
            self.path(&uri).expect("invariant: the document had a path before")
        } else {
            path
        };
        // No watcher has reported that this file was created.
        let is_new = Kind::of_path(&FilePath::from(path.as_str())).is_some() && self.source(&path).is_none();
        self.is_outdated |= is_new && !self.open.contains_key(&path);
        self.documents.insert(path.clone(), (uri, version));
        self.set_text(path, text);
    }

    /// Changes the text of an open document.
    pub(crate) fn change(&mut self, uri: Uri, version: i32, text: &str) {
        let Some(path) = self.path(&uri) else { return };
        self.documents.insert(path.clone(), (uri, version));
        self.set_text(path, text);
    }

    fn set_text(&mut self, path: Utf8PathBuf, text: &str) {
        self.positions.borrow_mut().remove(&path);
        let old = self.open.insert(path.clone(), text.into());
        let old = if self.edited.contains_key(&path) { None } else { old.or_else(|| self.read_text(&path)) };
        self.edited.entry(path).or_insert(old);
    }

    /// Closes a document. From now on its text on disk counts.
    pub(crate) fn close(&mut self, uri: &Uri) {
        let Some(path) = self.path(uri) else { return };
        self.documents.remove(&path);
        self.edited.remove(&path);
        if self.open.remove(&path).is_some() {
            self.file_changed(&path);
        }
        // Folders of single files stay only while a document in them is open.
        let open = &self.open;
        let in_use = |project: &OpenProject| open.keys().any(|path| project.relative(path).is_some());
        self.folders.retain(|folder| !folder.is_single_file() || folder.projects.iter().any(in_use));
    }

    /// Takes over that a file was changed, created or deleted on disk.
    pub(crate) fn file_changed(&mut self, path: &Utf8Path) {
        if self.open.contains_key(path) {
            // The open text counts, but the layout of a project is always read from disk.
            self.is_outdated |= LAYOUT_FILES.contains(&path.file_name().unwrap_or_default());
            return;
        }
        self.positions.borrow_mut().remove(path);
        if LAYOUT_FILES.contains(&path.file_name().unwrap_or_default()) {
            self.is_outdated = true;
        } else if self.source(path).is_some() {
            let host = self.host;
            for project in self.projects_mut() {
                if let Some(file) = project.relative(path) {
                    project.read(&file, host);
                }
            }
        } else if Kind::of_path(&FilePath::from(path.as_str())).is_some() {
            self.changed.insert(path.to_owned());
            self.is_outdated = true;
        } else {
            self.reload_policies(path);
        }
    }

    /// Reads all changes since the last call.
    pub(crate) fn catch_up(&mut self) {
        if self.is_outdated {
            self.find_projects();
        }
        for (path, mut before) in std::mem::take(&mut self.edited) {
            let Some(text) = self.open.get(&path).cloned() else { continue };
            let mut is_source = false;
            for project in self.projects_mut() {
                if let Some(file) = project.relative(&path) {
                    is_source |= project.edit(&file, &text, || before.take());
                }
            }
            if !is_source {
                self.reload_policies(&path);
            }
        }
    }

    /// Reads the policies again of each project that a file may be a policy of.
    fn reload_policies(&mut self, path: &Utf8Path) {
        if !matches!(path.extension(), Some("yaml" | "yml")) {
            return;
        }
        let (host, open) = (self.host, std::mem::take(&mut self.open));
        let mut demand_changed = false;
        for project in self.projects_mut() {
            let is_near = path
                .parent()
                .is_some_and(|folder| project.root.starts_with(folder) || folder.starts_with(&project.root));
            if is_near || project.is_policy_file(path) {
                match host.policies(&project.root, &open) {
                    Ok(policies) => demand_changed |= project.set_policies(policies),
                    Err(why) => project.set_policy_error(unreadable_policies(project, path, why)),
                }
            }
        }
        self.open = open;
        if demand_changed {
            self.find_projects();
        }
    }

    /// Finds the projects of all folders. Facts that are still current are not read again.
    fn find_projects(&mut self) {
        self.is_outdated = false;
        let changed = std::mem::take(&mut self.changed);
        let mut earlier: Vec<OpenProject> =
            self.folders.iter_mut().flat_map(|folder| folder.projects.drain(..)).collect();
        for index in 0..self.folders.len() {
            let facts = |root: &Utf8Path, file: &FilePath, demand: &preauth_metadata::Demand| {
                let project = earlier.iter().find(|project| project.root == root)?;
                let is_current =
                    project.workspace.demand() == demand && !changed.contains(&project.absolute(file));
                project.workspace.file(file).filter(|_| is_current).cloned()
            };
            let input = LoadInput { open: &self.open, facts: &facts };
            let requested = self.folders[index].requested.clone();
            match self.host.load(&requested, &input) {
                Ok(loaded) => {
                    let folder = &mut self.folders[index];
                    folder.canonical = Some(loaded.folder);
                    folder.projects = loaded.projects.into_iter().map(OpenProject::new).collect();
                }
                Err(why) => self.log.write_line(&format!("cannot read `{requested}`: {why}")),
            }
        }
        let mut roots = BTreeSet::new();
        for folder in &mut self.folders {
            folder.projects.retain(|project| roots.insert(project.root.clone()));
            for project in &mut folder.projects {
                if let Some(index) = earlier.iter().position(|earlier| earlier.root == project.root) {
                    project.inherit(earlier.swap_remove(index));
                }
            }
        }
        self.log.write_line(&format!("found {} projects", roots.len()));
    }
}

fn unreadable_policies(project: &OpenProject, path: &Utf8Path, why: String) -> Diagnostic {
    let file = project.relative(path).unwrap_or_else(|| FilePath::new(path.as_str()));
    let label = Label::new(Location::start_of(file), "");
    Diagnostic::new(preauth_policy::codes::CONFIG_INVALID, Severity::Error, why, label)
}
