//! Deadlines of a tree: days on which the platform changes for its apps, and days on which certificates, waivers and
//! justifications end.

use std::collections::BTreeMap;

use jiff::civil::Date;
use preauth_metadata::{App, Fact, PlatformChange, TIMELINE, Value, Workspace};
use preauth_source::{ArcStr, Diagnostic, Location};

use crate::{
    PolicySet,
    evaluate::{
        context::{Case, CheckInput},
        evaluate::evaluate,
        owner,
        subject::Subject,
    },
    language::test::FactSource,
};

/// A day that needs action before it.
#[derive(Clone, Debug)]
pub struct Deadline {
    /// The day on which something changes, or the last day on which something is valid.
    pub day: Date,
    /// The cause.
    pub cause: DeadlineCause,
    /// The event, in one sentence without a full stop.
    pub what: String,
    /// The names of the apps that it concerns, as Setup shows them.
    pub apps: Vec<ArcStr>,
    /// The number of apps that it may concern, too: it depends on the flow, and the register declares none.
    pub undeclared: usize,
    /// The place in the source or in the configuration, if there is one.
    pub location: Option<Location>,
}

/// The cause of a deadline.
#[derive(Clone, Copy, Debug)]
pub enum DeadlineCause {
    /// A change of the platform.
    Platform(&'static PlatformChange),
    /// A certificate that expires.
    Certificate,
    /// A waiver that ends.
    Waiver,
    /// A justification in the register that ends.
    Justification,
}

impl DeadlineCause {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform(_) => "platform",
            Self::Certificate => "certificate",
            Self::Waiver => "waiver",
            Self::Justification => "justification",
        }
    }
}

/// Returns the deadlines of a tree, by day. Changes of the platform before the day of the check are left out if they
/// concern no app.
pub fn deadlines(workspace: &Workspace, policies: &PolicySet, given: &CheckInput) -> Vec<Deadline> {
    let case = Case { workspace, org: workspace.org(), given };
    let platform = TIMELINE.iter().map(|change| platform_deadline(case, policies, change));
    let is_shown = |deadline: &Deadline| deadline.day >= given.as_of || !deadline.apps.is_empty();
    let mut deadlines: Vec<Deadline> = platform.filter(is_shown).collect();
    deadlines.extend(case.org.apps.iter().flat_map(|app| certificate_deadlines(app)));
    deadlines.extend(waiver_deadlines(case));
    deadlines.extend(justification_deadlines(case));
    deadlines.sort_by(|a, b| (a.day, a.cause.as_str(), &a.what).cmp(&(b.day, b.cause.as_str(), &b.what)));
    deadlines
}

/// Returns the deadline of a change, with the apps that violate its policy from that day on.
fn platform_deadline(case: Case<'_>, policies: &PolicySet, change: &'static PlatformChange) -> Deadline {
    let mut deadline = Deadline {
        day: change.day,
        cause: DeadlineCause::Platform(change),
        what: change.def.doc.trim_end_matches('.').to_owned(),
        apps: Vec::new(),
        undeclared: 0,
        location: None,
    };
    let Some(policy) = change.policy.and_then(|id| policies.get(id)) else { return deadline };
    let given = CheckInput { as_of: case.given.as_of.max(change.day), ..case.given.clone() };
    let case = Case { given: &given, ..case };
    let mut concerned_apps = BTreeMap::new();
    let subjects = policy.select.in_tree(case);
    for subject in subjects.iter().filter(|subject| policy.judges(subject)) {
        let mut violations = Vec::new();
        evaluate(policy, subject, &mut |_, finding| violations.push(finding), &mut Vec::new());
        let apps = violations.iter().flat_map(|finding| concerned(subject, finding));
        concerned_apps.extend(apps.map(|app| (&app.home, app.label())));
    }
    if policy.paths().iter().any(|path| path.text == "declared.flow") {
        let flow =
            |app: &App| case.entry(app).is_some_and(|entry| entry.fact("declared.flow").value().is_some());
        deadline.undeclared = case.org.apps.iter().filter(|app| !flow(app)).count();
    }
    deadline.apps = concerned_apps.into_values().map(ArcStr::from).collect();
    deadline.apps.sort();
    deadline
}

/// Returns the apps that a violation concerns: the app of the subject, or the apps in the list that was observed.
fn concerned<'c>(subject: &Subject<'c>, finding: &Diagnostic) -> Vec<&'c App> {
    if let Some(app) = owner::of_subject(subject) {
        return vec![app];
    }
    let observed = finding.observed.as_ref();
    let path = observed.and_then(|observed| subject.select.path(&observed.attribute).ok());
    let fact = path.as_ref().map(|path| subject.fact(path).into_owned());
    let names = fact.as_ref().and_then(Fact::value).and_then(Value::as_list).unwrap_or_default();
    let apps = names.iter().filter_map(Fact::value).filter_map(Value::as_text);
    let org = subject.case.org;
    apps.flat_map(|name| org.apps_named(name)).map(|app| &**app).collect()
}

fn certificate_deadlines(app: &App) -> impl Iterator<Item = Deadline> {
    app.certificates.iter().filter_map(|certificate| {
        let Some(Value::Date(day)) = certificate.facts.get("expires").and_then(Fact::value) else {
            return None;
        };
        Some(Deadline {
            day: *day,
            cause: DeadlineCause::Certificate,
            what: format!("the certificate of `{}` under `{}` expires", app.label(), certificate.r#use),
            apps: vec![app.label().into()],
            undeclared: 0,
            location: certificate.place().cloned(),
        })
    })
}

fn waiver_deadlines(case: Case<'_>) -> impl Iterator<Item = Deadline> {
    case.given.waivers.waivers.iter().map(move |waiver| {
        let apps = case.org.apps.iter().filter(|app| waiver.is_about(Some(app), &app.home.file));
        Deadline {
            day: waiver.expires.0,
            cause: DeadlineCause::Waiver,
            what: format!("the waiver of `{}` for `{}` ends", waiver.rule.0, waiver.about()),
            apps: apps.map(|app| app.label().into()).collect(),
            undeclared: 0,
            location: Some(waiver.expires.1.clone()),
        }
    })
}

fn justification_deadlines(case: Case<'_>) -> impl Iterator<Item = Deadline> {
    case.given.register.entries.iter().flat_map(move |entry| {
        let apps = case.org.apps.iter().filter(|app| case.given.register.has(entry, app));
        let apps: Vec<ArcStr> = apps.map(|app| app.label().into()).collect();
        entry.justifications().map(move |(topic, day, location)| Deadline {
            day,
            cause: DeadlineCause::Justification,
            what: format!("the justification of `{topic}` for `{}` ends", entry.pattern.text),
            apps: apps.clone(),
            undeclared: 0,
            location: Some(location),
        })
    })
}
