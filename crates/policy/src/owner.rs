//! Which app something belongs to.

use std::{collections::BTreeMap, sync::Arc};

use preauth_metadata::{App, Org};
use preauth_source::{Diagnostic, FilePath, Subject};

/// The apps of a tree, to be found by what belongs to them.
#[derive(Debug)]
pub(crate) struct Owners<'o> {
    apps: &'o [Arc<App>],
    by_file: BTreeMap<&'o FilePath, &'o App>,
}

impl<'o> Owners<'o> {
    pub(crate) fn new(org: &'o Org) -> Self {
        let files = |app: &'o Arc<App>| app.files.iter().map(move |file| (&file.path, &**app));
        Self { apps: &org.apps, by_file: org.apps.iter().flat_map(files).collect() }
    }

    /// The app that a file is a part of.
    pub(crate) fn of_file(&self, file: &FilePath) -> Option<&'o App> {
        self.by_file.get(file).copied()
    }

    /// The app that something is, or belongs to; `file` is where it is. What is not in the source is known by its
    /// name: `Order_Sync`, `Order_Sync/Order Sync User`.
    pub(crate) fn of(&self, subject: Option<&Subject>, file: &FilePath) -> Option<&'o App> {
        let by_name = || {
            let subject =
                subject.filter(|subject| matches!(subject.kind, "App" | "Grant" | "Certificate"))?;
            let name = subject.name.split('/').next()?;
            self.apps.iter().find(|app| *app.name == *name).map(|app| &**app)
        };
        self.of_file(file).or_else(by_name)
    }

    /// The app that a diagnostic is about.
    pub(crate) fn of_diagnostic(&self, diagnostic: &Diagnostic) -> Option<&'o App> {
        self.of(diagnostic.subject.as_ref(), &diagnostic.primary.location.file)
    }
}
