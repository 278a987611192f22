//! The fold of the files of a tree: what they say together, and what they say when some of them are read again.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use preauth_source::{ArcStr, FilePath, Location};

use crate::{
    App, AppKind, Component, Components, Facts, FileFacts, Form, Kind, Workspace,
    cores::on_all_cores,
    file::demand::LINK,
    org::{
        app::{Surroundings, families, is_of_app},
        duplicate::duplicates,
    },
    schema::settings,
};

/// Everything a tree says about one org.
#[derive(Debug)]
pub struct Org {
    /// The apps, by name.
    pub apps: Vec<Arc<App>>,
    /// Profiles, permission sets, groups and muting permission sets.
    pub components: Arc<Components>,
    /// The settings of the org.
    pub settings: Arc<Facts>,
    /// The place that stands for the whole tree.
    pub home: Location,
    /// The files that are a part of no app and of no component, by path.
    pub others: Vec<Arc<FileFacts>>,
    external_client_apps: Arc<[ArcStr]>,
    /// Which app a file is a part of.
    app_of: Arc<BTreeMap<FilePath, usize>>,
}

/// What an app is made of.
type Family = (ArcStr, AppKind, Vec<Arc<FileFacts>>);

/// Whether a file that is read again is a part of what it was a part of before.
pub(crate) fn are_sorted_alike(old: &FileFacts, new: &FileFacts) -> bool {
    fn sorted(file: &FileFacts) -> (Kind, &str, bool, Form, Option<&ArcStr>) {
        (file.kind, &file.stem, file.judged, file.form, file.text_of(LINK))
    }
    sorted(old) == sorted(new)
}

impl Org {
    /// What the files of a workspace say together.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        let files = &workspace.files;
        let components = Component::all(files, &workspace.project);
        let app_files: Vec<_> = files.values().filter(|file| is_of_app(file)).cloned().collect();
        let families = families(&app_files);
        let of_eca = |family: &&Family| family.1 == AppKind::ExternalClientApp;
        let is_other = |file: &&Arc<FileFacts>| !is_of_app(file) && Component::named_by(file).is_none();
        let mut org = Self {
            apps: Vec::new(),
            components: Components::new(components, &workspace.emptied).into(),
            settings: settings::read(files, &workspace.project, &workspace.home).into(),
            home: workspace.home.clone(),
            others: files.values().filter(is_other).cloned().collect(),
            external_client_apps: families.iter().filter(of_eca).map(|family| family.0.clone()).collect(),
            app_of: Arc::default(),
        };
        let mut by_name: BTreeMap<ArcStr, Vec<Family>> = BTreeMap::new();
        for family in families {
            by_name.entry(family.0.clone()).or_default().push(family);
        }
        let by_name = by_name.into_values().collect();
        let apps = on_all_cores(by_name, |families| workspace.apps(&org, families));
        org.apps = apps.into_iter().flatten().collect();
        let files = |(index, app): (usize, &Arc<App>)| {
            app.files.iter().map(move |file| (file.path.clone(), index)).collect::<Vec<_>>()
        };
        org.app_of = Arc::new(org.apps.iter().enumerate().flat_map(files).collect());
        org
    }

    /// What the files say after some were `read` again, each of which is a part of what it was a part of `before`.
    pub(crate) fn again(workspace: &Workspace, before: &Self, read: &BTreeSet<FilePath>) -> Self {
        let files: Vec<&Arc<FileFacts>> = read.iter().filter_map(|path| workspace.files.get(path)).collect();
        let components = before.components.again(&files, workspace);
        let settings = match files.iter().any(|file| file.kind == Kind::Settings) {
            true => Arc::new(settings::read(&workspace.files, &workspace.project, &workspace.home)),
            false => before.settings.clone(),
        };
        let settings = if settings == before.settings { before.settings.clone() } else { settings };
        let mut org = Self {
            apps: Vec::new(),
            components,
            settings,
            home: before.home.clone(),
            others: before.others.clone(),
            external_client_apps: before.external_client_apps.clone(),
            app_of: before.app_of.clone(),
        };
        for file in &files {
            if let Ok(index) = org.others.binary_search_by(|other| other.path.cmp(&file.path)) {
                org.others[index] = (*file).clone();
            }
        }
        let around =
            Arc::ptr_eq(&org.settings, &before.settings) && org.components.names_as(&before.components);
        let regranted = |app: &App| {
            app.grants.iter().any(|grant| !org.components.are_all_there(grant.resolution.components()))
        };
        let mut edited: BTreeSet<usize> =
            files.iter().filter_map(|file| before.app_of.get(&file.path).copied()).collect();
        let same_components = Arc::ptr_eq(&org.components, &before.components);
        edited.extend(
            (0..before.apps.len()).filter(|index| !same_components && regranted(&before.apps[*index])),
        );
        let names: BTreeSet<&ArcStr> = match around {
            true => edited.into_iter().map(|index| &before.apps[index].name).collect(),
            false => before.apps.iter().map(|app| &app.name).collect(),
        };
        let now = |file: &Arc<FileFacts>| workspace.files.get(&file.path).unwrap_or(file).clone();
        let family = |app: &Arc<App>| (app.name.clone(), app.kind, app.files.iter().map(now).collect());
        let apps = on_all_cores(names.into_iter().collect(), |name| {
            let same = before.named(name);
            (same.clone(), workspace.apps(&org, before.apps[same].iter().map(family).collect()))
        });
        org.apps.clone_from(&before.apps);
        for (same, apps) in apps {
            org.apps[same].clone_from_slice(&apps);
        }
        org
    }

    /// The components of one kind.
    pub fn components_of(&self, kind: Kind) -> impl Iterator<Item = &Arc<Component>> {
        self.components.all().iter().filter(move |component| component.kind == kind)
    }

    /// The app that a file is a part of.
    pub fn app_of(&self, file: &FilePath) -> Option<&Arc<App>> {
        self.app_of.get(file).map(|index| &self.apps[*index])
    }

    /// The apps of a developer name.
    pub fn apps_named(&self, name: &str) -> &[Arc<App>] {
        &self.apps[self.named(name)]
    }

    fn named(&self, name: &str) -> Range<usize> {
        let from = self.apps.partition_point(|app| *app.name < *name);
        let named = self.apps[from..].iter().take_while(|app| *app.name == *name).count();
        from..from + named
    }
}

impl Workspace {
    /// The apps of one name.
    fn apps(&self, org: &Org, families: Vec<Family>) -> Vec<Arc<App>> {
        let apps = families.into_iter().map(|(name, kind, files)| self.app(org, name, kind, files));
        let mut apps: Vec<App> = apps.collect();
        apps.sort_by(|a, b| (a.kind, &a.home).cmp(&(b.kind, &b.home)));
        if let Some((first, later)) = apps.split_first_mut() {
            first.facts.insert("duplicates", duplicates(first, later.iter()));
            later.iter_mut().for_each(|app| app.facts.insert("duplicates", duplicates(app, [].into_iter())));
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
        let same = org.apps_named(&app.name);
        let is_first = same.first().is_some_and(|first| first.home == app.home);
        let later = same.iter().skip(1).filter(|_| is_first).map(|other| &**other);
        changed.facts.insert("duplicates", duplicates(&changed, later));
        changed
    }

    fn app(&self, org: &Org, name: ArcStr, kind: AppKind, files: Vec<Arc<FileFacts>>) -> App {
        let around = Surroundings {
            components: &org.components,
            settings: &org.settings,
            project: &self.project,
            external_client_apps: &org.external_client_apps,
        };
        App::new(name, kind, files, &around)
    }
}
