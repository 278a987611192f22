//! Apps: connected apps and external client apps.

use std::borrow::Cow;

use preauth_metadata::{ATTRIBUTES, App, COMPUTED, FLOW_STATES, Fact, SETTINGS, SOURCE, TIMELINE};
use preauth_source::{Location, SubjectId};

use crate::{
    config::{DECLARED, justification_type, undeclared},
    evaluate::{
        context::AppCase,
        derived::DERIVED,
        flow::flow_state,
        subject::{PrefixedAttribute, Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    },
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "App",
    nouns: ["app", "apps"],
    attributes: || [app_attributes(""), org_attributes("org.")].concat(),
    open_attribute: justification_type,
    source: SubjectSource::App(subjects),
    title: Some("Of an app: computed, and declared in the register"),
    note: Some(
        "An app also has the settings of the org as `org.…`, and `declared.justify.TOPIC.reason` and `.expires`.",
    ),
    ..SubjectKind::DEFAULT
};

/// Returns the attributes of an app, for its parts too.
pub(super) fn app_attributes(prefix: &'static str) -> Vec<PrefixedAttribute> {
    let written = ATTRIBUTES.iter().map(|row| &row.def);
    prefixed(prefix, written.chain(COMPUTED).chain(FLOW_STATES).chain(DECLARED).chain(DERIVED))
}

/// Returns the attributes of the org that apps have too.
pub(super) fn org_attributes(prefix: &'static str) -> Vec<PrefixedAttribute> {
    let settings = SETTINGS.iter().map(|row| &row.def);
    prefixed(prefix, SOURCE.iter().chain(settings).chain(TIMELINE.iter().map(|change| &change.def)))
}

fn subjects(app: AppCase<'_>) -> Vec<Subject<'_>> {
    vec![Subject::of_app(Select(&KIND), app, AppSubject(app))]
}

struct AppSubject<'c>(AppCase<'c>);

impl SubjectData for AppSubject<'_> {
    fn identity(&self) -> SubjectId {
        self.0.app.subject()
    }

    fn label(&self) -> Cow<'_, str> {
        self.0.app.label().into()
    }

    fn home(&self) -> Location {
        self.0.app.home.clone()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        Some(app_fact(self.0, name))
    }

    fn belongs_to(&self, app: &App) -> bool {
        self.0.app.home == app.home
    }
}

/// Returns an attribute of an app, or of the org as `org.…`.
pub(super) fn app_fact<'c>(app: AppCase<'c>, name: &str) -> Cow<'c, Fact> {
    if let Some(fact) = app.derived(name) {
        return Cow::Owned(fact);
    }
    if let Some(flow) = name.strip_prefix("flows.") {
        return Cow::Owned(flow_state(app.app, flow, app.case.given.as_of));
    }
    if name.starts_with("declared.") {
        return Cow::Owned(app.declared(name));
    }
    let fact = match name.strip_prefix("org.") {
        Some(setting) => app.case.org.settings.get(setting),
        None => app.app.fact(name),
    };
    fact.map_or_else(|| Cow::Owned(undeclared(app.app)), Cow::Borrowed)
}
