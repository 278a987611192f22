//! The fold of the files of a tree: what they say together.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use preauth_source::{ArcStr, FilePath, Location};

use crate::{
    App, AppKind, Component, Components, Fact, FactState, Facts, FileFacts, Kind, Role, Value, Workspace,
    cores::on_all_cores,
    org::settings,
    org::{
        app::{Surroundings, families, is_of_app, without_namespace},
        duplicate::duplicates,
    },
};

/// Everything a tree says about one org.
#[derive(Debug)]
pub struct Org {
    /// The apps, by name.
    pub apps: Vec<Arc<App>>,
    /// The apps and parts of apps that are never deployed, because a `.forceignore` or their suffix leaves them out, by name.
    pub ignored_apps: Vec<Arc<App>>,
    /// Profiles, permission sets, groups and muting permission sets.
    pub components: Components,
    /// The settings of the org.
    pub settings: Facts,
    /// The place that stands for the whole tree.
    pub home: Location,
    /// The files that are a part of no app and of no component, by path.
    pub others: Vec<Arc<FileFacts>>,
    /// The names of the external client apps that connected apps became.
    migrated: Arc<[ArcStr]>,
    /// The names of the headers of external client apps, also of those that are ignored or could not be read.
    headers: BTreeSet<ArcStr>,
    /// The index of the app that a file belongs to; those that are ignored follow the others.
    app_of: BTreeMap<FilePath, usize>,
}

/// The name, kind and files of an app.
type AppFiles = (ArcStr, AppKind, Vec<Arc<FileFacts>>);

impl Org {
    /// Computes the org from the files of a workspace.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        let files = &workspace.files;
        let components = Component::all(files, &workspace.project);
        let of_apps = files.values().filter(|file| is_of_app(file)).cloned();
        let (judged, ignored): (Vec<_>, Vec<_>) = of_apps.partition(|file| file.judged);
        let headers = files.values().filter(|file| file.kind.role() == Role::Header);
        let headers: BTreeSet<ArcStr> = headers.map(|file| file.stem.clone()).collect();
        let families_ignored = families(&ignored, &headers);
        let families = families(&judged, &headers);
        // What the migration of a connected app leaves in the header.
        let is_migrated =
            |family: &&AppFiles| family.2.iter().any(|file| file.text_of("orgScopedExternalApp").is_some());
        let is_other = |file: &&Arc<FileFacts>| !is_of_app(file) && Component::named_by(file).is_none();
        let mut org = Self {
            apps: Vec::new(),
            ignored_apps: Vec::new(),
            components: Components::new(components, &workspace.emptied),
            settings: settings::read(files, &workspace.project, &workspace.home),
            home: workspace.home.clone(),
            others: files.values().filter(is_other).cloned().collect(),
            migrated: families.iter().filter(is_migrated).map(|family| family.0.clone()).collect(),
            headers,
            app_of: BTreeMap::new(),
        };
        org.apps = workspace.apps(&org, families);
        org.ignored_apps = workspace.apps(&org, families_ignored);
        let files = |(index, app): (usize, &Arc<App>)| {
            app.files.iter().map(move |file| (file.path.clone(), index)).collect::<Vec<_>>()
        };
        org.app_of = org.apps.iter().chain(&org.ignored_apps).enumerate().flat_map(files).collect();
        org
    }

    /// The components of one kind.
    pub fn components_of(&self, kind: Kind) -> impl Iterator<Item = &Arc<Component>> {
        self.components.all().iter().filter(move |component| component.kind == kind)
    }

    /// The app that a file is a part of.
    pub fn app_of(&self, file: &FilePath) -> Option<&Arc<App>> {
        let index = *self.app_of.get(file)?;
        self.apps.get(index).or_else(|| self.ignored_apps.get(index - self.apps.len()))
    }

    /// The external client app that a part of one probably means, if its `externalClientApplication` names none that the
    /// source has. `None` if the file is not such a part.
    pub fn meant_parent(&self, file: &FileFacts) -> Option<Fact> {
        let parent = file.parent()?;
        let name = parent.value().and_then(Value::as_text).unwrap_or_default();
        let is_known = |name: &str| self.headers.contains(name);
        let meant = self.app_of(&file.path).filter(|app| app.has_main_file()).map(|app| &app.name);
        let state = match meant {
            _ if is_known(name) || is_known(without_namespace(name)) => FactState::None,
            Some(meant) if meant.eq_ignore_ascii_case(name) => FactState::None,
            Some(meant) => FactState::Present(Value::Text(meant.clone())),
            None => FactState::Unknown(format!("no `{name}.eca` is in the source").into()),
        };
        Some(Fact { state, places: parent.places })
    }

    /// The apps of a developer name.
    pub fn apps_named(&self, name: &str) -> &[Arc<App>] {
        let from = self.apps.partition_point(|app| *app.name < *name);
        let count = self.apps[from..].iter().take_while(|app| *app.name == *name).count();
        &self.apps[from..from + count]
    }
}

impl Workspace {
    /// The apps of families, by name.
    fn apps(&self, org: &Org, families: Vec<AppFiles>) -> Vec<Arc<App>> {
        let mut by_name: BTreeMap<ArcStr, Vec<AppFiles>> = BTreeMap::new();
        for family in families {
            by_name.entry(family.0.clone()).or_default().push(family);
        }
        let by_name = by_name.into_values().collect();
        let apps = on_all_cores(by_name, |families| self.apps_of_one_name(org, families));
        apps.into_iter().flatten().collect()
    }

    fn apps_of_one_name(&self, org: &Org, families: Vec<AppFiles>) -> Vec<Arc<App>> {
        let apps = families.into_iter().map(|(name, kind, files)| self.app(org, name, kind, files));
        let mut apps: Vec<App> = apps.collect();
        apps.sort_by(|a, b| (a.kind, &a.home).cmp(&(b.kind, &b.home)));
        for same_kind in apps.chunk_by_mut(|a, b| a.kind == b.kind) {
            if let Some((first, later)) = same_kind.split_first_mut() {
                first.facts.insert("duplicates", duplicates(first, later.iter()));
                let none = |app: &mut App| app.facts.insert("duplicates", duplicates(app, [].into_iter()));
                later.iter_mut().for_each(none);
            }
        }
        apps.into_iter().map(Arc::new).collect()
    }

    /// The app as it would be with other facts for some of its files.
    pub fn app_with(&self, org: &Org, app: &App, changed: &[FileFacts]) -> App {
        let files = app.files.iter().map(|file| {
            let new = changed.iter().find(|new| new.path == file.path);
            new.map_or_else(|| file.clone(), |new| Arc::new(new.clone()))
        });
        let mut changed = self.app(org, app.name.clone(), app.kind, files.collect());
        let mut same = org.apps_named(&app.name).iter().filter(|other| other.kind == app.kind);
        let is_first = same.next().is_some_and(|first| first.home == app.home);
        let later = same.filter(|_| is_first).map(|other| &**other);
        changed.facts.insert("duplicates", duplicates(&changed, later));
        changed
    }

    fn app(&self, org: &Org, name: ArcStr, kind: AppKind, files: Vec<Arc<FileFacts>>) -> App {
        let around = Surroundings {
            components: &org.components,
            settings: &org.settings,
            project: &self.project,
            migrated: &org.migrated,
        };
        App::new(name, kind, files, &around)
    }
}
