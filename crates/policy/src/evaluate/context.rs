//! The input of an evaluation.

use std::collections::BTreeSet;

use jiff::civil::Date;
use preauth_metadata::{App, AppKind, Kind, Org, Resolution, Workspace};
use preauth_source::ArcStr;

use crate::config::{Config, Register, RegisterEntry, Waivers};

/// The input of a check that is neither source nor policy.
#[derive(Clone, Debug)]
pub struct CheckInput {
    /// The register: the purpose of each app.
    pub register: Register,
    /// The waivers.
    pub waivers: Waivers,
    /// The day of the check.
    pub as_of: Date,
    /// The state before the change that is checked; `None` if no change is checked.
    pub base: Option<BaseState>,
}

impl CheckInput {
    /// Makes the input of a check that is not about a change.
    pub fn new(config: &Config, as_of: Date) -> Self {
        Self { register: config.register.clone(), waivers: config.waivers.clone(), as_of, base: None }
    }
}

/// The apps that existed before the change that is checked.
#[derive(Clone, Debug, Default)]
pub struct BaseState {
    apps: BTreeSet<(AppKind, ArcStr)>,
}

impl BaseState {
    /// Takes the apps from an org in its state before the change.
    pub fn new(org: &Org) -> Self {
        Self { apps: org.apps.iter().map(|app| (app.kind, app.name.clone())).collect() }
    }

    /// True if an app of this kind and name existed.
    pub(crate) fn has(&self, app: &App) -> bool {
        self.apps.contains(&(app.kind, app.name.clone()))
    }
}

/// Everything that an evaluation reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'c> {
    pub(crate) workspace: &'c Workspace,
    pub(crate) org: &'c Org,
    pub(crate) given: &'c CheckInput,
}

impl<'c> Case<'c> {
    /// Returns the register's entry for an app. `None` if several match equally well, which is an error of its own.
    pub(crate) fn entry(self, app: &App) -> Option<&'c RegisterEntry> {
        self.given.register.of(app).unwrap_or_default()
    }

    /// Resolves the name of a component.
    pub(crate) fn resolve(self, kind: Kind, name: &str) -> Resolution {
        self.org.components.resolve(kind, name)
    }

    /// Returns an app with its entry in the register.
    pub(crate) fn with_app(self, app: &'c App) -> AppCase<'c> {
        AppCase { case: self, app, entry: self.entry(app) }
    }
}

/// An app, its entry in the register, and everything else that its evaluation reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppCase<'c> {
    pub(crate) case: Case<'c>,
    pub(crate) app: &'c App,
    pub(crate) entry: Option<&'c RegisterEntry>,
}
