use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use preauth_source::{Diagnostic, FilePath, Location};

use crate::{
    App, AppKind, Component, Components, Demand, Facts, FileFacts, Kind, Project,
    app::{Surroundings, families},
    duplicate::duplicates,
    settings,
};

/// The facts of the files of one tree: what is known before anything is looked at across files.
#[derive(Clone, Debug)]
pub struct Workspace {
    project: Arc<Project>,
    demand: Arc<Demand>,
    home: Location,
    files: BTreeMap<FilePath, Arc<FileFacts>>,
    /// Kinds that the source is known to hold, although there is none of them.
    emptied: BTreeSet<Kind>,
    /// What the files say together, once somebody has asked.
    org: OnceLock<Arc<Org>>,
    /// The part of it that files of apps have no part in.
    components: OnceLock<Arc<Components>>,
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
            org: OnceLock::new(),
            components: OnceLock::new(),
        }
    }

    /// What is asked of the files.
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// What `sfdx-project.json` says.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Puts the facts of a file in the place of those it had.
    pub fn set(&mut self, facts: impl Into<Arc<FileFacts>>) {
        let facts = facts.into();
        self.forget(facts.kind);
        self.files.insert(facts.path.clone(), facts);
    }

    /// Forgets a file.
    pub fn remove(&mut self, path: &FilePath) {
        if let Some(file) = self.files.remove(path) {
            self.forget(file.kind);
        }
    }

    /// Makes known that there are no components of a kind because the last was taken away, and not because the
    /// source does not hold such components.
    pub fn has_no_more(&mut self, kind: Kind) {
        self.emptied.insert(kind);
        self.forget(kind);
    }

    /// Forgets what files of a kind have a part in.
    fn forget(&mut self, kind: Kind) {
        self.org = OnceLock::new();
        if !kind.role().is_app() {
            self.components = OnceLock::new();
        }
    }

    /// The files, by path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<FileFacts>> {
        self.files.values()
    }

    /// The facts of one file.
    pub fn file(&self, path: &FilePath) -> Option<&Arc<FileFacts>> {
        self.files.get(path)
    }

    /// Everything the files say together.
    pub fn org(&self) -> &Arc<Org> {
        self.org.get_or_init(|| Arc::new(self.folded()))
    }

    fn folded(&self) -> Org {
        let components = self.components.get_or_init(|| {
            Arc::new(Components::new(Component::all(&self.files, &self.project), &self.emptied))
        });
        let components = components.clone();
        let settings = settings::read(&self.files, &self.project, &self.home);
        let app_files: Vec<_> =
            self.files.values().filter(|file| file.kind.role().is_app()).cloned().collect();
        let families = families(&app_files);
        let of_eca = |family: &&(Arc<str>, AppKind, _)| family.1 == AppKind::ExternalClientApp;
        let external_client_apps: Vec<Arc<str>> =
            families.iter().filter(of_eca).map(|family| family.0.clone()).collect();
        let mut org =
            Org { apps: Vec::new(), components, settings, home: self.home.clone(), external_client_apps };
        let mut apps: Vec<App> =
            families.into_iter().map(|(name, kind, files)| self.app(&org, name, kind, files)).collect();
        apps.sort_by(|a, b| (&a.name, a.kind, &a.home).cmp(&(&b.name, b.kind, &b.home)));
        for same in apps.chunk_by_mut(|a, b| a.name == b.name) {
            let (first, later) = same.split_first_mut().expect("invariant: a chunk has a member");
            first.facts.insert("duplicates", duplicates(first, later.iter()));
            later.iter_mut().for_each(|app| app.facts.insert("duplicates", duplicates(app, [].into_iter())));
        }
        org.apps = apps.into_iter().map(Arc::new).collect();
        org
    }

    /// The app as it would be with other facts for some of its files.
    pub fn app_with(&self, org: &Org, app: &App, changed: &[FileFacts]) -> App {
        let files = app.files.iter().map(|file| {
            let new = changed.iter().find(|new| new.path == file.path);
            new.map_or_else(|| file.clone(), |new| Arc::new(new.clone()))
        });
        let mut changed = self.app(org, app.name.clone(), app.kind, files.collect());
        let same = || org.apps.iter().filter(|other| other.name == app.name).map(|other| &**other);
        let is_first = same().next().is_some_and(|first| first.home == app.home);
        let later = same().skip(1).filter(|_| is_first);
        changed.facts.insert("duplicates", duplicates(&changed, later));
        changed
    }

    fn app(&self, org: &Org, name: Arc<str>, kind: AppKind, files: Vec<Arc<FileFacts>>) -> App {
        let around = Surroundings {
            components: &org.components,
            settings: &org.settings,
            project: &self.project,
            external_client_apps: &org.external_client_apps,
        };
        App::new(name, kind, files, &around)
    }

    /// What is wrong with the form of the files that are judged: malformed, unknown or misplaced elements. The
    /// files that are only read for the names in them are left alone.
    pub fn form(&self) -> impl Iterator<Item = &Diagnostic> {
        self.files.values().filter(|file| file.judged).flat_map(|file| &file.diagnostics)
    }
}

/// Everything a tree says about one org.
#[derive(Debug)]
pub struct Org {
    /// The apps, by name.
    pub apps: Vec<Arc<App>>,
    /// Profiles, permission sets, groups and muting permission sets.
    pub components: Arc<Components>,
    /// The settings of the org.
    pub settings: Facts,
    /// The place that stands for the whole tree.
    pub home: Location,
    external_client_apps: Vec<Arc<str>>,
}

impl Org {
    /// The components of one kind.
    pub fn components_of(&self, kind: Kind) -> impl Iterator<Item = &Arc<Component>> {
        self.components.all().iter().filter(move |component| component.kind == kind)
    }
}
