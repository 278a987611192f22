//! The settings of the org.

use std::borrow::Cow;

use preauth_metadata::{App, Fact};
use preauth_source::{Location, SubjectId};

use super::app::org_attributes;
use crate::evaluate::{
    context::Case,
    derived::{DERIVED_OF_ORG, apps_without_login_ip_ranges, connected_apps},
    subject::{Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    unit::Unit,
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "Org",
    nouns: ["org", "orgs"],
    attributes: || [org_attributes(""), prefixed("", DERIVED_OF_ORG)].concat(),
    source: SubjectSource::Unit(subjects),
    can_be_overridden: false,
    ..SubjectKind::DEFAULT
};

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    match unit {
        Unit::Org => vec![Subject::new(select, case, OrgSubject(case))],
        _ => Vec::new(),
    }
}

struct OrgSubject<'c>(Case<'c>);

impl SubjectData for OrgSubject<'_> {
    fn identity(&self) -> SubjectId {
        SubjectId { kind: "Org", name: "org".into() }
    }

    fn label(&self) -> Cow<'_, str> {
        "the org".into()
    }

    fn home(&self) -> Location {
        self.0.org.home.clone()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        match name {
            "appsWithoutLoginIpRanges" => Some(Cow::Owned(apps_without_login_ip_ranges(self.0))),
            "connectedApps" => Some(Cow::Owned(connected_apps(self.0))),
            name => self.0.org.settings.get(name).map(Cow::Borrowed),
        }
    }

    fn belongs_to(&self, _: &App) -> bool {
        true
    }
}
