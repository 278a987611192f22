//! The apps to list: those that the options name.

use clap::{Args, ValueEnum};
use preauth_metadata::AppKind;
use preauth_policy::NamePattern;

use super::inventory::JsonApp;
use crate::Failure;

// The options that say which apps are listed.
#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    /// List only apps with this developer name or label, or those that a pattern such as `Sandbox_*` matches. May be
    /// repeated.
    #[arg(long = "app", value_name = "NAME", value_parser = NamePattern::of_apps)]
    apps: Vec<NamePattern>,
    /// List only apps of this kind.
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<KindFilter>,
    /// List only apps of this owner in the register, or of those that a pattern matches.
    #[arg(long, value_name = "OWNER", value_parser = NamePattern::of_apps)]
    owner: Option<NamePattern>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindFilter {
    /// Connected apps.
    ConnectedApp,
    /// External client apps.
    ExternalClientApp,
}

impl KindFilter {
    fn kind(self) -> AppKind {
        match self {
            Self::ConnectedApp => AppKind::ConnectedApp,
            Self::ExternalClientApp => AppKind::ExternalClientApp,
        }
    }
}

impl FilterArgs {
    /// Returns the apps to list.
    ///
    /// # Errors
    /// A filter matches no app: a list without apps would look like an org without apps.
    pub(super) fn apply(&self, mut apps: Vec<JsonApp>) -> Result<Vec<JsonApp>, Failure> {
        if let Some(message) = self.unmatched(&apps) {
            return Err(Failure::Message(message));
        }
        let found = apps.len();
        apps.retain(|app| {
            (self.apps.is_empty() || self.apps.iter().any(|pattern| is_named(app, pattern)))
                && self.kind.is_none_or(|kind| app.kind == kind.kind().into())
                && self.owner.as_ref().is_none_or(|owner| is_owned(app, owner))
        });
        if apps.is_empty() && found > 0 {
            return Err(Failure::Message(
                "each filter matches an app, but no app matches all of them".into(),
            ));
        }
        Ok(apps)
    }

    /// Returns the message about a filter that matches no app by itself.
    fn unmatched(&self, apps: &[JsonApp]) -> Option<String> {
        let names = || apps.iter().flat_map(|app| [Some(&*app.name), app.label.as_deref()]).flatten();
        let owners = || apps.iter().filter_map(JsonApp::owner);
        let unnamed = self.apps.iter().find(|pattern| !apps.iter().any(|app| is_named(app, pattern)));
        if let Some(NamePattern { text, .. }) = unnamed {
            let all = "`preauth apps` lists all apps";
            return Some(format!("no app has the name or label `{text}`{}", hint(text, names(), all)));
        }
        if let Some(kind) =
            self.kind.map(KindFilter::kind).filter(|kind| !apps.iter().any(|app| app.kind == (*kind).into()))
        {
            return Some(format!("there is no {} among the apps", kind.label()));
        }
        let owner = self.owner.as_ref().filter(|owner| !apps.iter().any(|app| is_owned(app, owner)))?;
        let all = "the section `apps` of `preauth.yaml` declares owners";
        Some(format!("no app has the owner `{}`{}", owner.text, hint(&owner.text, owners(), all)))
    }
}

fn is_named(app: &JsonApp, pattern: &NamePattern) -> bool {
    pattern.is(&app.name) || app.label.as_deref().is_some_and(|label| pattern.is(label))
}

fn is_owned(app: &JsonApp, owner: &NamePattern) -> bool {
    app.owner().is_some_and(|name| owner.is(name))
}

/// Returns the most similar name as a question, or else where to find names.
fn hint<'n>(name: &str, names: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    preauth_source::nearest(name, names)
        .map_or_else(|| format!("; {otherwise}"), |near| format!(": did you mean `{near}`?"))
}
