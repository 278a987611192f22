//! Lists of IP ranges: of a profile, an app or the org.

use std::{borrow::Cow, sync::Arc};

use preauth_metadata::{App, Fact, IP_RANGES, IpList, Kind};
use preauth_source::{Location, SubjectId};

use super::component::is_ignored;
use crate::evaluate::{
    context::Case,
    subject::{Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    unit::Unit,
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "IpRanges",
    nouns: ["list of IP ranges", "lists of IP ranges"],
    attributes: || prefixed("", IP_RANGES),
    source: SubjectSource::Unit(subjects),
    ..SubjectKind::DEFAULT
};

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    let subject = |fact: Option<&Fact>, list: &'static str, owner: &str, app: Option<&'c App>| {
        let list = IpList::new(fact?, list, owner)?;
        let app_home = app.map(|app| &app.home);
        Some(Subject::new(select, case, IpRangesSubject { list, app_home }).with_app(app))
    };
    match unit {
        Unit::Apps(apps) => {
            let lists = |app: &'c Arc<App>| {
                let list = |list| subject(app.fact(list), list, &app.name, Some(app));
                ["ipRanges", "tokenIpRanges"].into_iter().filter_map(list).collect::<Vec<_>>()
            };
            apps.iter().flat_map(lists).collect()
        }
        Unit::Component(profile) if profile.kind == Kind::Profile && !is_ignored(profile) => {
            let ranges = profile.facts.get("loginIpRanges");
            subject(ranges, "loginIpRanges", &profile.name, None).into_iter().collect()
        }
        Unit::Org => {
            let trusted = case.org.settings.get("Security.networkAccess.ipRanges");
            subject(trusted, "networkAccess", "org", None).into_iter().collect()
        }
        Unit::Component(_) | Unit::File(_) => Vec::new(),
    }
}

struct IpRangesSubject<'c> {
    list: IpList,
    /// The home of the app that has the list.
    app_home: Option<&'c Location>,
}

impl SubjectData for IpRangesSubject<'_> {
    fn identity(&self) -> SubjectId {
        let name = format!("{}/{}", self.list.text("owner"), self.list.text("list"));
        SubjectId { kind: "IpRanges", name: name.as_str().into() }
    }

    fn label(&self) -> Cow<'_, str> {
        self.list.text("owner").into()
    }

    fn home(&self) -> Location {
        self.list.home.clone()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        self.list.facts.get(name).map(Cow::Borrowed)
    }

    fn belongs_to(&self, app: &App) -> bool {
        self.app_home == Some(&app.home)
    }
}
