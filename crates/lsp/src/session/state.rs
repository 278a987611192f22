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
    AtHand, Host, Open,
    protocol::{
        client::Client,
        position::{Lines, Text},
        uri,
    },
    session::{log::Log, project::Project},
};

/// Everything the server knows: what is open, and the projects around it.
pub(crate) struct State<'h> {
    pub(crate) host: &'h dyn Host,
    pub(crate) client: Client,
    pub(crate) log: Log,
    /// Whether the client takes requests by now.
    pub(crate) is_ready: bool,
    folders: Vec<Folder>,
    /// The texts that are open.
    open: Open,
    /// How the client names what is open, and the version of its text.
    documents: BTreeMap<Utf8PathBuf, (Uri, i32)>,
    /// Open texts that were not looked into yet.
    edited: BTreeMap<Utf8PathBuf, Option<ArcStr>>,
    /// Files that were changed on disk since their facts were read.
    changed: BTreeSet<Utf8PathBuf>,
    /// Whether what the folders hold must be found again.
    outdated: bool,
    lines: RefCell<BTreeMap<Utf8PathBuf, Arc<Lines>>>,
    /// What the client is to be asked for, once what is at hand is answered.
    pub(crate) requests: Vec<(&'static str, serde_json::Value)>,
}

/// A folder of the workspace, or that of a single file.
struct Folder {
    /// As the client names it: a folder or a file.
    asked: Utf8PathBuf,
    /// The folder without symbolic links on the way; `None` until something was found.
    folder: Option<Utf8PathBuf>,
    projects: Vec<Project>,
}

/// The files that say which files a project has, by name.
const TELLING: [&str; 3] = ["sfdx-project.json", ".forceignore", "package.xml"];

impl<'h> State<'h> {
    pub(crate) fn new(host: &'h dyn Host, client: Client, log: Log) -> Self {
        Self {
            host,
            client,
            log,
            is_ready: false,
            folders: Vec::new(),
            open: Open::new(),
            documents: BTreeMap::new(),
            edited: BTreeMap::new(),
            changed: BTreeSet::new(),
            outdated: false,
            lines: RefCell::default(),
            requests: Vec::new(),
        }
    }

    /// The path of a document, without symbolic links on the way as far as these are known; `None` for what is no file.
    pub(crate) fn path(&self, uri: &Uri) -> Option<Utf8PathBuf> {
        let path = uri::path_of(uri)?;
        let aliased = self.folders.iter().filter_map(|folder| {
            let asked = if folder.is_of_file() { folder.asked.parent()? } else { &folder.asked };
            Some(folder.folder.as_ref()?.join(path.strip_prefix(asked).ok()?))
        });
        let longest = aliased.max_by_key(|path| path.as_str().len());
        Some(longest.map_or(path, |path| path.components().collect()))
    }

    /// How the client names a file.
    pub(crate) fn uri(&self, path: &Utf8Path) -> Uri {
        if let Some((uri, _)) = self.documents.get(path) {
            return uri.clone();
        }
        let aliased = self.folders.iter().find_map(|folder| {
            let inside = path.strip_prefix(folder.folder.as_ref()?).ok()?;
            let asked = if folder.is_of_file() { folder.asked.parent()? } else { &folder.asked };
            Some(asked.join(inside))
        });
        uri::of_path(aliased.as_deref().unwrap_or(path))
    }

    /// The version of an open document.
    pub(crate) fn version(&self, path: &Utf8Path) -> Option<i32> {
        self.documents.get(path).map(|(_, version)| *version)
    }

    /// The versions of the open documents that are judged.
    pub(crate) fn versions(&self) -> BTreeMap<Utf8PathBuf, i32> {
        let is_judged = |path: &Utf8Path| {
            self.source(path).is_some() || self.projects().any(|project| project.is_of_rules(path))
        };
        let judged = self.documents.iter().filter(|(path, _)| is_judged(path));
        judged.map(|(path, (_, version))| (path.clone(), *version)).collect()
    }

    /// The text of an open document.
    pub(crate) fn open_text(&self, path: &Utf8Path) -> Option<&ArcStr> {
        self.open.get(path)
    }

    /// The lines of a file, open or on disk; of one that cannot be read there is one.
    pub(crate) fn lines(&self, path: &Utf8Path) -> Arc<Lines> {
        if let Some(lines) = self.lines.borrow().get(path) {
            return lines.clone();
        }
        let lines = Arc::new(match self.open.get(path) {
            Some(text) => Lines::of_buffer(text, self.client.encoding),
            None => Lines::of_file(&self.on_disk(path).unwrap_or_default(), self.client.encoding),
        });
        self.lines.borrow_mut().insert(path.to_owned(), lines.clone());
        lines
    }

    /// The text of a file, open or on disk.
    pub(crate) fn text(&self, path: &Utf8Path) -> Option<Text> {
        let text = self.open.get(path).cloned().or_else(|| self.on_disk(path))?;
        Some(Text { text, lines: self.lines(path), encoding: self.client.encoding })
    }

    /// The text of a file on disk. What is no text in it is replaced: only places before that are ever shown.
    fn on_disk(&self, path: &Utf8Path) -> Option<ArcStr> {
        let bytes = self.host.read(path).ok()?;
        Some(
            String::from_utf8(bytes).map_or_else(
                |error| String::from_utf8_lossy(error.as_bytes()).into_owned().into(),
                Into::into,
            ),
        )
    }

    /// All projects.
    pub(crate) fn projects(&self) -> impl Iterator<Item = &Project> {
        self.folders.iter().flat_map(|folder| &folder.projects)
    }

    fn projects_mut(&mut self) -> impl Iterator<Item = &mut Project> {
        self.folders.iter_mut().flat_map(|folder| &mut folder.projects)
    }

    /// The project that has a file as its source, and the file's path in it.
    pub(crate) fn source(&self, path: &Utf8Path) -> Option<(&Project, FilePath)> {
        self.projects().find_map(|project| {
            let file = project.path_of(path)?;
            project.workspace.file(&file).is_some().then_some((project, file))
        })
    }

    /// Adds a folder of the workspace.
    pub(crate) fn add_folder(&mut self, uri: &Uri) {
        let Some(asked) = uri::path_of(uri) else { return };
        if !self.folders.iter().any(|folder| folder.asked == asked) {
            self.folders.push(Folder { asked, folder: None, projects: Vec::new() });
            self.outdated = true;
        }
    }

    /// Takes a folder out of the workspace.
    pub(crate) fn remove_folder(&mut self, uri: &Uri) {
        let Some(asked) = uri::path_of(uri) else { return };
        self.folders.retain(|folder| folder.asked != asked);
        self.outdated = true;
    }

    /// Finds everything again, as it is on disk.
    pub(crate) fn reload(&mut self) {
        let files = self
            .projects()
            .flat_map(|project| project.workspace.files().map(|file| project.absolute(&file.path)));
        self.changed = files.collect();
        self.lines.borrow_mut().clear();
        self.outdated = true;
    }

    /// Takes the text of a document.
    pub(crate) fn open(&mut self, uri: Uri, version: i32, text: &str) {
        if self.outdated {
            self.find();
        }
        let Some(path) = self.path(&uri) else { return };
        let known = self.projects().any(|project| project.path_of(&path).is_some());
        let path = if !known && Kind::of(&FilePath::from(path.file_name().unwrap_or_default())).is_some() {
            self.folders.push(Folder { asked: path, folder: None, projects: Vec::new() });
            self.find();
            self.path(&uri).expect("invariant: it had one before")
        } else {
            path
        };
        // A file that nobody said was made.
        let new = Kind::of(&FilePath::from(path.as_str())).is_some() && self.source(&path).is_none();
        self.outdated |= new && !self.open.contains_key(&path);
        self.documents.insert(path.clone(), (uri, version));
        self.put(path, text);
    }

    /// Takes another text of a document.
    pub(crate) fn change(&mut self, uri: Uri, version: i32, text: &str) {
        let Some(path) = self.path(&uri) else { return };
        self.documents.insert(path.clone(), (uri, version));
        self.put(path, text);
    }

    fn put(&mut self, path: Utf8PathBuf, text: &str) {
        self.lines.borrow_mut().remove(&path);
        let old = self.open.insert(path.clone(), text.into());
        let old = if self.edited.contains_key(&path) { None } else { old.or_else(|| self.on_disk(&path)) };
        self.edited.entry(path).or_insert(old);
    }

    /// Lets go of a document: what is on disk counts again.
    pub(crate) fn close(&mut self, uri: &Uri) {
        let Some(path) = self.path(uri) else { return };
        self.documents.remove(&path);
        self.edited.remove(&path);
        if self.open.remove(&path).is_some() {
            self.touch(&path);
        }
        // What was only looked at for files that are open no more is let go.
        let open = &self.open;
        let wanted = |project: &Project| open.keys().any(|path| project.path_of(path).is_some());
        self.folders.retain(|folder| !folder.is_of_file() || folder.projects.iter().any(wanted));
    }

    /// Takes notice that a file is another on disk than it was, or is there no more.
    pub(crate) fn touch(&mut self, path: &Utf8Path) {
        if self.open.contains_key(path) {
            // What is open counts; but what says which files there are is read from disk.
            self.outdated |= TELLING.contains(&path.file_name().unwrap_or_default());
            return;
        }
        self.lines.borrow_mut().remove(path);
        if TELLING.contains(&path.file_name().unwrap_or_default()) {
            self.outdated = true;
        } else if self.source(path).is_some() {
            let host = self.host;
            for project in self.projects_mut() {
                if let Some(file) = project.path_of(path) {
                    project.read(&file, host);
                }
            }
        } else if Kind::of(&FilePath::from(path.as_str())).is_some() {
            self.changed.insert(path.to_owned());
            self.outdated = true;
        } else {
            self.judge_anew(path);
        }
    }

    /// Looks into what has changed since it was last asked for.
    pub(crate) fn catch_up(&mut self) {
        if self.outdated {
            self.find();
        }
        for (path, mut before) in std::mem::take(&mut self.edited) {
            let Some(text) = self.open.get(&path).cloned() else { continue };
            let mut is_source = false;
            for project in self.projects_mut() {
                if let Some(file) = project.path_of(&path) {
                    is_source |= project.edit(&file, &text, || before.take());
                }
            }
            if !is_source {
                self.judge_anew(&path);
            }
        }
    }

    /// Reads the rules again of the projects that a file may be a rule of.
    fn judge_anew(&mut self, path: &Utf8Path) {
        if !matches!(path.extension(), Some("yaml" | "yml")) {
            return;
        }
        let (host, open) = (self.host, std::mem::take(&mut self.open));
        let mut widened = false;
        for project in self.projects_mut() {
            let near = path
                .parent()
                .is_some_and(|folder| project.root.starts_with(folder) || folder.starts_with(&project.root));
            if near || project.is_of_rules(path) {
                match host.rules(&project.root, &open) {
                    Ok(rules) => widened |= project.set_rules(rules),
                    Err(why) => project.refuse_rules(no_rules(project, path, why)),
                }
            }
        }
        self.open = open;
        if widened {
            self.find();
        }
    }

    /// Finds the projects of all folders. Facts that are known are not read again.
    fn find(&mut self) {
        self.outdated = false;
        let changed = std::mem::take(&mut self.changed);
        let mut old: Vec<Project> =
            self.folders.iter_mut().flat_map(|folder| folder.projects.drain(..)).collect();
        for index in 0..self.folders.len() {
            let facts = |root: &Utf8Path, file: &FilePath, demand: &preauth_metadata::Demand| {
                let project = old.iter().find(|project| project.root == root)?;
                let known =
                    project.workspace.demand() == demand && !changed.contains(&project.absolute(file));
                project.workspace.file(file).filter(|_| known).cloned()
            };
            let at_hand = AtHand { open: &self.open, facts: &facts };
            let asked = self.folders[index].asked.clone();
            match self.host.load(&asked, &at_hand) {
                Ok(loaded) => {
                    let folder = &mut self.folders[index];
                    folder.folder = Some(loaded.folder);
                    folder.projects = loaded.projects.into_iter().map(Project::new).collect();
                }
                Err(why) => self.log.say(&format!("cannot read `{asked}`: {why}")),
            }
        }
        let mut seen = BTreeSet::new();
        for folder in &mut self.folders {
            folder.projects.retain(|project| seen.insert(project.root.clone()));
            for project in &mut folder.projects {
                if let Some(index) = old.iter().position(|old| old.root == project.root) {
                    project.succeed(old.swap_remove(index));
                }
            }
        }
        self.log.say(&format!("found {} projects", seen.len()));
    }
}

impl Folder {
    /// Whether it stands for one file.
    fn is_of_file(&self) -> bool {
        Kind::of(&FilePath::from(self.asked.as_str())).is_some()
    }
}

fn no_rules(project: &Project, path: &Utf8Path, why: String) -> Diagnostic {
    let file = project.path_of(path).unwrap_or_else(|| FilePath::new(path.as_str()));
    let label = Label::new(Location::start_of(file), "");
    Diagnostic::new("config-invalid", Severity::Error, why, label)
}
