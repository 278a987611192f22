//! Grants: the profiles and permission sets that an app is assigned to.

use std::borrow::Cow;

use preauth_metadata::{App, Fact, GRANT, Grant};
use preauth_source::{Label, Location, SubjectId};

use super::{
    app::{app_attributes, app_fact},
    component::replaced_by_later_file,
};
use crate::{
    config::justification_type,
    evaluate::{
        context::AppCase,
        subject::{Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    },
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "Grant",
    nouns: ["assignment", "assignments"],
    attributes: || [prefixed("", GRANT), app_attributes("app.")].concat(),
    open_attribute: |name| justification_type(name.strip_prefix("app.")?),
    source: SubjectSource::App(subjects),
    note: Some(
        "A grant also has every attribute of its app as `app.…`; what it names has those of `Component`.",
    ),
    ..SubjectKind::DEFAULT
};

fn subjects(app: AppCase<'_>) -> Vec<Subject<'_>> {
    let grants = app.app.grants.iter();
    grants.map(|grant| Subject::of_app(Select(&KIND), app, GrantSubject { grant, app })).collect()
}

struct GrantSubject<'c> {
    grant: &'c Grant,
    app: AppCase<'c>,
}

impl SubjectData for GrantSubject<'_> {
    fn identity(&self) -> SubjectId {
        SubjectId {
            kind: "Grant",
            name: format!("{}/{}", self.app.app.name, self.grant.name).as_str().into(),
        }
    }

    fn label(&self) -> Cow<'_, str> {
        self.app.app.label().into()
    }

    fn home(&self) -> Location {
        self.grant.place().unwrap_or(&self.app.app.home).clone()
    }

    fn home_label(&self) -> Option<Label> {
        Some(Label::new(self.home(), format!("`{}` is assigned here", self.label())))
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        match name.strip_prefix("app.") {
            Some(name) => Some(app_fact(self.app, name)),
            None => self.grant.facts.get(name).map(Cow::Borrowed),
        }
    }

    fn note(&self, place: &Location) -> Option<Label> {
        replaced_by_later_file(self.grant.resolution.component()?, place)
    }

    fn belongs_to(&self, app: &App) -> bool {
        self.app.app.home == app.home
    }
}
