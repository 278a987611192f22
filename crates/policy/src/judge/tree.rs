//! A tree judged: everything in it for itself, then what is said of all of it together.

use std::sync::Arc;

use preauth_metadata::{App, FileFacts, Workspace};
use preauth_source::{ArcStr, Diagnostic, Label, Location, Severity};

use crate::{
    PolicySet,
    evaluate::{
        judge, owner,
        subject::{Case, CheckInput},
        unit::Unit,
    },
    fix::repair,
    judge::incremental::Judged,
    language::{path::Select, policy::Policy},
};

/// What a judgement came to.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Everything that is wrong, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
    /// What could not be told.
    pub undecided: Vec<Undecided>,
}

/// A policy that could not be decided on a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The policy.
    pub policy: ArcStr,
    /// What it is about.
    pub subject: preauth_source::Subject,
    /// The attribute that is not known.
    pub attribute: String,
    /// Why it is not known.
    pub why: ArcStr,
    /// Where it would be.
    pub location: Location,
}

/// Judges a tree: what is wrong with the form of its files, and every policy that does not hold.
pub fn check(workspace: &Workspace, policies: &PolicySet, given: &CheckInput) -> Judgement {
    let mut judged = Judged::default();
    judged.again(workspace, policies, given);
    judged.into()
}

/// Judges a part of a tree, as if there were no waivers.
pub(crate) fn judge_unit(case: Case<'_>, policies: &PolicySet, part: Unit<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    match part {
        Unit::Apps(apps) => {
            for app in apps {
                let of_app = weighed_app(case, policies, app, form(policies, &app.files, Some(app)));
                judgement.diagnostics.extend(of_app.diagnostics);
                judgement.undecided.extend(of_app.undecided);
            }
        }
        _ => judgement.diagnostics = form(policies, part.files(), None),
    }
    for policy in beside_apps(policies) {
        for subject in case.subjects_of(policy.select, part) {
            let app = subject.app().or_else(|| owner::of_file(case.org, &subject.file()?.path));
            let policy = policies.of_app(policy, app);
            if !policy.off {
                judge(policy, &subject, &mut judgement.diagnostics, &mut judgement.undecided);
            }
        }
    }
    judgement
}

/// The policies that are not judged with the apps that they are about, without those that are off wherever one looks.
fn beside_apps(policies: &PolicySet) -> impl Iterator<Item = &Policy> {
    let beside = policies.all().iter().filter(|policy| !policy.select.is_of_app());
    beside.filter(|policy| !policy.off || policies.is_overridden(policy))
}

/// What is wrong with the form of files, which are of an app if one is given.
fn form<'f>(
    policies: &PolicySet,
    files: impl IntoIterator<Item = &'f Arc<FileFacts>>,
    app: Option<&App>,
) -> Vec<Diagnostic> {
    let all = files.into_iter().filter(|file| file.judged).flat_map(|file| &file.diagnostics);
    all.filter(|found| !policies.is_off(&found.code, app)).cloned().collect()
}

/// Everything that is said of one app and its grants, and of the form of its files.
fn weighed_app(case: Case<'_>, policies: &PolicySet, app: &App, form: Vec<Diagnostic>) -> Judgement {
    let mut judgement = Judgement::default();
    judge_app(case, policies, app, &mut judgement);
    let before = judgement.diagnostics.clone();
    judgement.diagnostics.extend(form);
    for diagnostic in &mut judgement.diagnostics {
        repair::weigh(case, policies, app, &before, diagnostic);
    }
    if let Err(entries) = case.given.register.of(app) {
        judgement.diagnostics.push(ambiguous(app, &entries));
    }
    judgement
}

/// Everything that is said of one app and its grants, without the weighing of corrections.
pub(crate) fn judge_app<'c>(case: Case<'c>, policies: &PolicySet, app: &'c App, judgement: &mut Judgement) {
    if !policies.is_off("value-unknown", Some(app)) {
        judgement.diagnostics.extend(app.unknown_values());
    }
    let subjects = Select::OF_APP.map(|select| (select, case.of_app(select, app)));
    for policy in policies.on_for(Some(app)) {
        let of = subjects.iter().filter(|(select, _)| *select == policy.select);
        for subject in of.flat_map(|(_, subjects)| subjects) {
            judge(policy, subject, &mut judgement.diagnostics, &mut judgement.undecided);
        }
    }
}

fn ambiguous(app: &App, entries: &[&crate::config::RegisterEntry]) -> Diagnostic {
    let label = Label::new(entries[0].location.clone(), "this one");
    let message = format!("several entries of the register are about `{}`", app.label());
    let related = entries[1..].iter().map(|entry| Label::new(entry.location.clone(), "and this one"));
    let mut diagnostic = Diagnostic::new(crate::config::CODE, Severity::Error, message, label)
        .with_help("name the app exactly in one of them: an exact name beats a pattern");
    diagnostic.related.extend(related);
    diagnostic.subject = Some(app.subject());
    diagnostic
}
