use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use preauth_source::{Diagnostic, FilePath, Location};

use crate::{Demand, FileFacts, Kind, Org, Project};

/// The facts of the files of one tree: what is known before anything is looked at across files.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(crate) project: Arc<Project>,
    demand: Arc<Demand>,
    pub(crate) home: Location,
    pub(crate) files: BTreeMap<FilePath, Arc<FileFacts>>,
    /// Kinds that the source is known to hold, although there is none of them.
    pub(crate) emptied: BTreeSet<Kind>,
    /// Files that a `.forceignore` leaves out, each with the line that does.
    ignored_by: BTreeMap<FilePath, Location>,
    /// Files that are probably meant to be of a kind, but have another suffix.
    misnamed: Vec<(FilePath, Kind)>,
    /// The org, computed on first use.
    org: OnceLock<Arc<Org>>,
}

impl Workspace {
    /// An empty workspace. `home` is the place that stands for the whole of it, such as its project file.
    pub fn new(project: Project, demand: Demand, home: Location) -> Self {
        Self {
            project: project.into(),
            demand: demand.into(),
            home,
            files: BTreeMap::new(),
            emptied: BTreeSet::new(),
            ignored_by: BTreeMap::new(),
            misnamed: Vec::new(),
            org: OnceLock::new(),
        }
    }

    /// Sets the lines of `.forceignore` files that leave files out.
    #[must_use]
    pub fn with_ignored_by(self, ignored_by: BTreeMap<FilePath, Location>) -> Self {
        Self { ignored_by, ..self }
    }

    /// Sets the files that are probably meant to be of a kind, but have another suffix.
    #[must_use]
    pub fn with_misnamed(self, misnamed: Vec<(FilePath, Kind)>) -> Self {
        Self { misnamed, ..self }
    }

    /// Returns the line of a `.forceignore` that leaves a file out; `None` also if that is a built-in rule.
    pub fn ignored_by(&self, file: &FilePath) -> Option<&Location> {
        self.ignored_by.get(file)
    }

    /// Returns the files that are probably meant to be of a kind, but have another suffix.
    pub fn misnamed(&self) -> &[(FilePath, Kind)] {
        &self.misnamed
    }

    /// Returns the paths that are needed of the files.
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// Returns the content of `sfdx-project.json`.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Puts the facts of a file in the place of those it had.
    pub fn set(&mut self, facts: impl Into<Arc<FileFacts>>) {
        let facts = facts.into();
        self.files.insert(facts.path.clone(), facts);
        self.org = OnceLock::new();
    }

    /// Forgets a file.
    pub fn remove(&mut self, path: &FilePath) {
        if self.files.remove(path).is_some() {
            self.org = OnceLock::new();
        }
    }

    /// Makes known that there are no components of a kind because the last was taken away, and not because the
    /// source does not hold such components.
    pub fn has_no_more(&mut self, kind: Kind) {
        self.emptied.insert(kind);
        self.org = OnceLock::new();
    }

    /// The files, by path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<FileFacts>> {
        self.files.values()
    }

    /// The facts of one file.
    pub fn file(&self, path: &FilePath) -> Option<&Arc<FileFacts>> {
        self.files.get(path)
    }

    /// Everything the files say together. It is computed again after each change of a file.
    pub fn org(&self) -> &Arc<Org> {
        self.org.get_or_init(|| Arc::new(Org::of(self)))
    }

    /// What is wrong with the form of the files that are judged: malformed, unknown or misplaced elements. The
    /// files that are only read for the names in them are left alone.
    pub fn form(&self) -> impl Iterator<Item = &Diagnostic> {
        self.files.values().filter(|file| file.judged).flat_map(|file| &file.diagnostics)
    }
}
