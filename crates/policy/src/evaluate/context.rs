//! The input of an evaluation.

use std::sync::Arc;

use jiff::civil::Date;
use preauth_metadata::{App, Component, Grant, Kind, Org, Resolution, Workspace};

use crate::{
    config::{Config, Register, RegisterEntry, Waivers},
    form::retired::RetiredId,
};

/// The input of a check that is neither source nor policy.
#[derive(Clone, Debug)]
pub struct CheckInput {
    /// The register: the purpose of each app.
    pub register: Register,
    /// The waivers.
    pub waivers: Waivers,
    /// The retired ids of policies in the configuration.
    pub retired: Vec<RetiredId>,
    /// The day of the check.
    pub as_of: Date,
    /// The state before the change that is checked; `None` if no change is checked.
    pub base: Option<BaseState>,
}

impl CheckInput {
    /// Makes the input of a check that is not about a change.
    pub fn new(config: &Config, as_of: Date) -> Self {
        Self {
            register: config.register.clone(),
            waivers: config.waivers.clone(),
            retired: config.retired.clone(),
            as_of,
            base: None,
        }
    }
}

/// The state before the change that is checked.
#[derive(Clone, Debug)]
pub struct BaseState {
    /// The org.
    pub org: Arc<Org>,
    /// The register; `None` if it had errors.
    pub register: Option<Register>,
}

impl BaseState {
    /// Returns the app as it was: the one of the same kind and name, and of several the one in the same file.
    pub(crate) fn app(&self, app: &App) -> Option<&App> {
        let same_name = self.org.apps_named(&app.name).iter().map(|before| &**before);
        let same_kind = same_name.filter(|before| before.kind == app.kind);
        same_kind.max_by_key(|before| before.home.file == app.home.file)
    }

    /// Returns the components that a grant named.
    pub(crate) fn components(&self, grant: &Grant) -> Vec<Arc<Component>> {
        self.org.components.resolve(grant.kind, &grant.name).components().to_vec()
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
