//! What policies judge, made from the facts of a tree and from what is given beside them.

use std::{borrow::Cow, sync::Arc};

use jiff::civil::Date;
use preauth_metadata::{
    App, Certificate, Component, Fact, FactState, Facts, FileFacts, Grant, IpList, Kind, Org, Resolution,
    Value, Workspace, private_keys,
};
use preauth_source::{Location, Subject as Identity, TextRange, TextSize};

use crate::{
    config::{Config, ExpectedAttribute, Register, RegisterEntry, Waivers, undeclared},
    evaluate::{
        derived::{BaseState, Circumstances, apps_without_login_ip_ranges},
        expectations::expected,
        unit::Unit,
    },
    language::{
        path::{AttributePath, Select},
        test::{FactSource, Verdict, into_fields},
    },
};

/// What is neither source nor policy.
#[derive(Clone, Debug)]
pub struct CheckInput {
    /// What each app is for.
    pub register: Register,
    /// What is waived.
    pub waivers: Waivers,
    /// The day to judge at.
    pub as_of: Date,
    /// What was there before the change that is judged; `None` where no change is.
    pub base: Option<BaseState>,
}

impl CheckInput {
    /// What a configuration gives, on a day, of a tree that is not a change of another.
    pub fn new(config: &Config, as_of: Date) -> Self {
        Self { register: config.register.clone(), waivers: config.waivers.clone(), as_of, base: None }
    }
}

/// Everything that a judgement is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'c> {
    pub(crate) workspace: &'c Workspace,
    pub(crate) org: &'c Org,
    pub(crate) given: &'c CheckInput,
}

/// One thing that a policy judges.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'c> {
    pub(crate) case: Case<'c>,
    pub(crate) of: Of<'c>,
}

#[derive(Clone, Debug)]
pub(crate) enum Of<'c> {
    App(&'c App, Option<&'c RegisterEntry>),
    Grant(&'c Grant, &'c App, Option<&'c RegisterEntry>),
    Certificate(&'c Certificate, &'c App, Option<&'c RegisterEntry>),
    Component(&'c Component),
    IpRanges(IpList, Option<&'c App>),
    Org,
    Entry(&'c RegisterEntry),
    File(&'c FileFacts, Select),
}

impl<'c> Case<'c> {
    /// The register's entry for an app; none when several match equally well, which is a mistake of its own.
    pub(crate) fn entry(self, app: &App) -> Option<&'c RegisterEntry> {
        self.given.register.of(app).unwrap_or_default()
    }

    /// What a name stands for.
    pub(crate) fn resolve(self, kind: Kind, name: &str) -> Resolution {
        self.org.components.resolve(kind, name)
    }

    pub(crate) fn subject(self, of: Of<'c>) -> Subject<'c> {
        Subject { case: self, of }
    }

    /// An app, or those of its parts that are judged.
    pub(crate) fn of_app(self, select: Select, app: &'c App) -> Vec<Subject<'c>> {
        let entry = self.entry(app);
        match select {
            Select::App => vec![self.subject(Of::App(app, entry))],
            Select::Grant => {
                app.grants.iter().map(|grant| self.subject(Of::Grant(grant, app, entry))).collect()
            }
            Select::Certificate => {
                let held = app.certificates.iter();
                held.map(|certificate| self.subject(Of::Certificate(certificate, app, entry))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Everything of one kind that the tree holds.
    pub(crate) fn subjects(self, select: Select) -> Vec<Subject<'c>> {
        if select.is_of_app() {
            return self.org.apps.iter().flat_map(|app| self.of_app(select, app)).collect();
        }
        let parts = Unit::all(self.org).chain([Unit::Org]);
        parts.flat_map(|part| self.subjects_of(select, part)).collect()
    }

    /// Everything of one kind in a part of the tree; nothing of what is judged with its app.
    pub(crate) fn subjects_of(self, select: Select, part: Unit<'c>) -> Vec<Subject<'c>> {
        match (select, part) {
            (Select::File | Select::Type(_), _) => {
                let is_one = |file: &&'c Arc<FileFacts>| match select {
                    Select::Type(kind) => file.judged && file.is_well_formed() && file.kind == kind,
                    _ => file.judged,
                };
                let files = part.files().filter(is_one);
                files.map(|file| self.subject(Of::File(file, select))).collect()
            }
            (Select::IpRanges, _) => self.ip_ranges(part),
            (Select::Component | Select::Profile | Select::PermissionSet, Unit::Component(component)) => {
                let is_one = match select {
                    Select::Profile => component.kind == Kind::Profile,
                    Select::PermissionSet => component.kind == Kind::PermissionSet,
                    _ => component.kind != Kind::MutingPermissionSet,
                };
                let one = (is_one && is_judged(component)).then(|| self.subject(Of::Component(component)));
                one.into_iter().collect()
            }
            (Select::Org, Unit::Org) => vec![self.subject(Of::Org)],
            (Select::RegisterEntry, Unit::Org) => {
                self.given.register.entries.iter().map(|entry| self.subject(Of::Entry(entry))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The lists of ranges of addresses in a part of the tree.
    fn ip_ranges(self, part: Unit<'c>) -> Vec<Subject<'c>> {
        let of = |fact: Option<&Fact>, list: &'static str, owner: &str, app: Option<&'c App>| {
            Some(self.subject(Of::IpRanges(IpList::new(fact?, list, owner)?, app)))
        };
        match part {
            Unit::Apps(apps) => {
                let lists = |app: &'c Arc<App>| {
                    let list = |list| of(app.fact(list), list, &app.name, Some(app));
                    ["ipRanges", "tokenIpRanges"].into_iter().filter_map(list).collect::<Vec<_>>()
                };
                apps.iter().flat_map(lists).collect()
            }
            Unit::Component(profile) if profile.kind == Kind::Profile && is_judged(profile) => {
                let ranges = profile.facts.get("loginIpRanges");
                of(ranges, "loginIpRanges", &profile.name, None).into_iter().collect()
            }
            Unit::Org => {
                let trusted = self.org.settings.get("Security.networkAccess.ipRanges");
                of(trusted, "networkAccess", "org", None).into_iter().collect()
            }
            Unit::Component(_) | Unit::File(_) => Vec::new(),
        }
    }
}

/// Whether a component is judged, and not only known for its name.
fn is_judged(component: &Component) -> bool {
    component.files.iter().any(|file| file.judged && file.is_well_formed())
}

impl<'c> Subject<'c> {
    /// What it is, for reports and waivers.
    pub(crate) fn identity(&self) -> Identity {
        let identity = |kind: &'static str, name: &str| Identity { kind, name: name.into() };
        match &self.of {
            Of::App(app, _) => app.subject(),
            Of::Grant(grant, app, _) => identity("Grant", &format!("{}/{}", app.name, grant.name)),
            Of::Certificate(certificate, app, _) => {
                identity("Certificate", &format!("{}/{}", app.name, certificate.r#use))
            }
            Of::Component(component) => identity(component.kind.name(), &component.name),
            Of::IpRanges(list, _) => {
                identity("IpRanges", &format!("{}/{}", list.text("owner"), list.text("list")))
            }
            Of::Org => identity("Org", "org"),
            Of::Entry(entry) => identity("RegisterEntry", &entry.pattern.text),
            Of::File(file, _) => identity("File", file.path.as_str()),
        }
    }

    /// What people call it.
    pub(crate) fn label(&self) -> Cow<'_, str> {
        match &self.of {
            Of::App(app, _) | Of::Grant(_, app, _) | Of::Certificate(_, app, _) => app.label().into(),
            Of::Component(component) => component.label().unwrap_or(&component.name).as_str().into(),
            Of::IpRanges(list, _) => list.text("owner").into(),
            Of::Org => "the org".into(),
            Of::Entry(entry) => entry.pattern.text.as_str().into(),
            Of::File(file, _) => file.path.as_str().into(),
        }
    }

    /// The place that stands for it.
    pub(crate) fn home(&self) -> Location {
        match &self.of {
            Of::App(app, _) => app.home.clone(),
            Of::Grant(grant, app, _) => grant.place().unwrap_or(&app.home).clone(),
            Of::Certificate(certificate, app, _) => certificate.place().unwrap_or(&app.home).clone(),
            Of::Component(component) => component.home.clone(),
            Of::IpRanges(list, _) => list.home.clone(),
            Of::Org => self.case.org.home.clone(),
            Of::Entry(entry) => entry.location.clone(),
            Of::File(file, _) => file.home(),
        }
    }

    /// The app that it is, or belongs to.
    pub(crate) fn app(&self) -> Option<&'c App> {
        match &self.of {
            Of::App(app, _) | Of::Grant(_, app, _) | Of::Certificate(_, app, _) => Some(app),
            Of::IpRanges(_, app) => *app,
            _ => None,
        }
    }

    /// The file that it is.
    pub(crate) fn file(&self) -> Option<&'c FileFacts> {
        match &self.of {
            Of::File(file, _) => Some(file),
            _ => None,
        }
    }

    /// What the register says of its app.
    pub(crate) fn entry(&self) -> Option<&'c RegisterEntry> {
        match &self.of {
            Of::App(_, entry) | Of::Grant(_, _, entry) | Of::Certificate(_, _, entry) => *entry,
            _ => None,
        }
    }

    /// What the register expects of its app, in the app's own names.
    pub(crate) fn expected(&self) -> Vec<ExpectedAttribute> {
        let of_app = self.app().zip(self.entry());
        of_app.map(|(app, entry)| expected(self.case, app, entry)).unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> Cow<'_, Fact> {
        fn of<'f>(facts: &'f Facts, name: &str) -> Option<Cow<'f, Fact>> {
            facts.get(name).map(Cow::Borrowed)
        }
        let none = || Cow::Owned(Fact::new(FactState::None, self.home()));
        match &self.of {
            Of::App(app, entry) => self.app_attribute(app, *entry, name),
            Of::Grant(grant, app, entry) => {
                if let Some(name) = name.strip_prefix("app.") {
                    return self.app_attribute(app, *entry, name);
                }
                of(&grant.facts, name).unwrap_or_else(none)
            }
            Of::Certificate(certificate, app, entry) => {
                if let Some(name) = name.strip_prefix("app.") {
                    return self.app_attribute(app, *entry, name);
                }
                if name == "daysLeft" {
                    return Cow::Owned(self.days_left(certificate));
                }
                of(&certificate.facts, name).unwrap_or_else(none)
            }
            Of::Component(component) => {
                let in_file = || component.files.iter().find(|file| file.get(name).is_some());
                let in_file = || in_file().map(|file| Cow::Owned(of_file(file, name)));
                of(&component.facts, name).or_else(in_file).unwrap_or_else(none)
            }
            Of::IpRanges(list, _) => of(&list.facts, name).unwrap_or_else(none),
            Of::Org if name == "appsWithoutLoginIpRanges" => {
                Cow::Owned(apps_without_login_ip_ranges(self.case))
            }
            Of::Org => of(&self.case.org.settings, name).unwrap_or_else(none),
            Of::Entry(entry) => Cow::Owned(self.entry_attribute(entry, name)),
            Of::File(file, Select::File) if name == "privateKey" => Cow::Owned(self.private_key(file)),
            Of::File(file, Select::File) => {
                let text = match name {
                    "path" => file.path.as_str(),
                    "type" => file.kind.name(),
                    _ => &file.stem,
                };
                Cow::Owned(Fact::present(Value::text(text), file.home()))
            }
            Of::File(file, _) => Cow::Owned(of_file(file, name)),
        }
    }

    /// From the day that is judged at to the day that the certificate expires on.
    fn days_left(&self, certificate: &Certificate) -> Fact {
        let mut fact =
            certificate.facts.get("expires").expect("invariant: a certificate has every fact").clone();
        if let FactState::Present(Value::Date(expires)) = fact.state {
            let days = self.case.given.as_of.duration_until(expires).as_hours() / 24;
            fact.state = FactState::Present(Value::Number(days));
        }
        fact
    }

    /// The first private key of a file that no deployment puts another text in the place of.
    fn private_key(&self, file: &FileFacts) -> Fact {
        let Some(text) = &file.text else {
            let state = match file.kind.role().is_app() {
                true => FactState::Unknown("the file could not be read".into()),
                false => FactState::NotApplicable("only the files of apps are searched for keys".into()),
            };
            return Fact::new(state, file.home());
        };
        let project = self.case.workspace.project();
        let mut keys = private_keys(text)
            .into_iter()
            .filter(|(range, _)| !project.replaced(&file.path, &text[range.clone()]));
        match keys.next() {
            Some((range, what)) => Fact::present(Value::text(what), file.at(text_range(&range))),
            None => Fact::new(FactState::None, file.home()),
        }
    }

    fn app_attribute(&self, app: &'c App, entry: Option<&'c RegisterEntry>, name: &str) -> Cow<'c, Fact> {
        if let Some(fact) = (Circumstances { case: self.case, app, entry }).fact(name) {
            return Cow::Owned(fact);
        }
        if name.starts_with("declared.") {
            return Cow::Owned(entry.map_or_else(|| undeclared(app), |entry| entry.fact(name)));
        }
        let fact = match name.strip_prefix("org.") {
            Some(setting) => self.case.org.settings.get(setting),
            None => app.fact(name),
        };
        fact.map_or_else(|| Cow::Owned(undeclared(app)), Cow::Borrowed)
    }

    fn entry_attribute(&self, entry: &'c RegisterEntry, name: &str) -> Fact {
        let here = |value: Value| Fact::present(value, entry.location.clone());
        match name {
            "match" => here(Value::text(entry.pattern.text.as_str())),
            "apps" => {
                let named = |app: &App| Fact::present(Value::Text(app.name.clone()), app.home.clone());
                let apps = self.case.org.apps.iter().filter(|app| self.case.given.register.has(entry, app));
                let apps: Vec<Fact> = apps.map(|app| named(app)).collect();
                let unread = |file: &&Arc<FileFacts>| {
                    file.judged && file.kind.role().is_app() && !file.is_well_formed()
                };
                match self.case.org.others.iter().find(unread).filter(|_| apps.is_empty()) {
                    Some(file) => {
                        let why = format!("`{}` could not be read, and may be the app", file.path);
                        Fact::new(FactState::Unknown(why.into()), entry.location.clone())
                    }
                    None => here(Value::List(apps.into())),
                }
            }
            other => entry.fact(&format!("declared.{other}")),
        }
    }
}

impl FactSource for Subject<'_> {
    fn fact(&self, path: &AttributePath) -> Cow<'_, Fact> {
        into_fields(self.attribute(&path.attribute), &path.fields)
    }

    fn component(&self, kind: Kind, name: &str) -> Verdict {
        match self.case.resolve(kind, name) {
            Resolution::One(_) | Resolution::Several(_) => Verdict::Holds,
            Resolution::Nothing => Verdict::Fails,
            Resolution::Unknown(_) => Verdict::Unknown,
        }
    }

    fn as_of(&self) -> Date {
        self.case.given.as_of
    }
}

fn text_range(range: &std::ops::Range<usize>) -> TextRange {
    let size = |n: usize| TextSize::try_from(n).expect("invariant: a file that was read has places");
    TextRange::new(size(range.start), size(range.end))
}

/// What a file has under an XML path.
fn of_file(file: &FileFacts, path: &str) -> Fact {
    let Some(capture) = file.get(path) else {
        return Fact::new(FactState::Unknown("the file was not read for it".into()), file.home());
    };
    let Some(found) = capture.found.first() else {
        return Fact::new(FactState::None, file.at(capture.anchor));
    };
    let state = if found.is_empty() {
        FactState::None
    } else {
        FactState::Present(Value::Text(found.text().clone()))
    };
    Fact { state, places: capture.found.iter().map(|found| file.at(found.range())).collect() }
}
