//! Judges one unit of a tree, without waivers.

use std::sync::Arc;

use preauth_metadata::{App, FileFacts, Kind, codes::FILE_UNKNOWN};
use preauth_source::{Diagnostic, FilePath, Label, Location, Severity, SubjectId};

use crate::{
    PolicySet,
    config::RegisterEntry,
    evaluate::{context::Case, owner, unit::Unit},
    fix::verify::verify,
    form::{checks::form_check, codes::CONFIG_INVALID},
    judge::{
        app::{judge_app, judge_subject},
        judgement::Judgement,
    },
    language::policy::Policy,
};

/// Judges a unit of a tree, as if there were no waivers.
pub(crate) fn judge_unit(case: Case<'_>, policies: &PolicySet, unit: Unit<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    match unit {
        Unit::Apps(apps) => {
            for app in apps {
                let of_app = judge_app_and_verify(case, policies, app);
                judgement.diagnostics.extend(of_app.diagnostics);
                judgement.undecided.extend(of_app.undecided);
            }
        }
        Unit::Org => judgement.diagnostics = misnamed_files(case, policies),
        Unit::Component(_) | Unit::File(_) => {
            judgement.diagnostics = form_findings(case, policies, unit.files(), None);
        }
    }
    judge_parts(case, policies, unit, &mut judgement);
    judgement
}

/// Judges the subjects in a unit that are not judged with their app, such as files and lists of IP ranges.
pub(crate) fn judge_parts(case: Case<'_>, policies: &PolicySet, unit: Unit<'_>, judgement: &mut Judgement) {
    for policy in policies_beyond_apps(policies) {
        for subject in policy.select.in_unit(case, unit) {
            let policy = policies.of_app(policy, owner::of_subject(&subject));
            if !policy.off && policy.judges(&subject) {
                judge_subject(policy, &subject, judgement);
            }
        }
    }
}

/// Returns the policies on subjects that are not judged with their app, except those that are off for every app.
fn policies_beyond_apps(policies: &PolicySet) -> impl Iterator<Item = &Policy> {
    let beyond_apps = policies.all().iter().filter(|policy| !policy.select.is_of_app());
    beyond_apps.filter(|policy| !policy.off || policies.is_overridden(policy))
}

/// Returns the findings about the form of files; `app` is the app that the files belong to.
fn form_findings<'f>(
    case: Case<'_>,
    policies: &PolicySet,
    files: impl IntoIterator<Item = &'f Arc<FileFacts>>,
    app: Option<&App>,
) -> Vec<Diagnostic> {
    let of_file = |file: &'f Arc<FileFacts>| {
        let is_for_ignored = |code: &str| form_check(code).is_some_and(|check| check.ignored_files);
        file.diagnostics.iter().filter(move |found| file.judged || is_for_ignored(&found.code))
    };
    let version = case.workspace.project().source_api_version;
    let of_version = |file: &'f Arc<FileFacts>| {
        version.filter(|_| file.judged).map(|version| file.not_in_version(version)).unwrap_or_default()
    };
    let all = files.into_iter().flat_map(|file| of_file(file).cloned().chain(of_version(file)));
    all.filter(|found| !policies.is_off(&found.code, app)).collect()
}

/// Returns the findings about files whose suffix is of no kind.
fn misnamed_files(case: Case<'_>, policies: &PolicySet) -> Vec<Diagnostic> {
    let Some(check) = form_check(FILE_UNKNOWN).filter(|check| !policies.is_off(check.id, None)) else {
        return Vec::new();
    };
    let finding = |(path, kind): &(FilePath, Kind)| {
        let message = format!(
            "`{}` has a suffix that Salesforce does not know: the file is never deployed",
            path.name()
        );
        let label = Label::new(
            Location::start_of(path.clone()),
            format!("probably a file of the type {}", kind.name()),
        );
        let mut finding = Diagnostic::new(check.id, check.severity, message, label)
            .with_help(format!("rename the file to `{}`", kind.file_name_like(path.name())));
        finding.subject = Some(SubjectId { kind: "File", name: path.as_str().into() });
        finding
    };
    case.workspace.misnamed().iter().map(finding).collect()
}

/// Judges one app and the form of its files, and verifies the proposed fixes.
fn judge_app_and_verify(case: Case<'_>, policies: &PolicySet, app: &Arc<App>) -> Judgement {
    let mut judgement = Judgement::default();
    judge_app(case, policies, app, &mut judgement);
    let form = form_findings(case, policies, &app.files, Some(app));
    let mut before = Judgement::default();
    if judgement.diagnostics.iter().chain(&form).any(|finding| finding.fix.is_some()) {
        before.diagnostics.clone_from(&judgement.diagnostics);
        judge_parts(case, policies, Unit::Apps(std::slice::from_ref(app)), &mut before);
    }
    judgement.diagnostics.extend(form);
    for finding in &mut judgement.diagnostics {
        verify(case, policies, app, &before.diagnostics, finding);
    }
    if !app.ignored
        && let Err(entries) = case.given.register.of(app)
    {
        judgement.diagnostics.push(ambiguous(app, &entries));
    }
    judgement
}

/// Returns the error that several entries of the register match an app equally well.
fn ambiguous(app: &App, entries: &[&RegisterEntry]) -> Diagnostic {
    let label = Label::new(entries[0].location.clone(), "this entry");
    let message = format!("several entries under `apps` match `{}`", app.label());
    let related = entries[1..].iter().map(|entry| Label::new(entry.location.clone(), "and this entry"));
    let mut diagnostic = Diagnostic::new(CONFIG_INVALID, Severity::Error, message, label)
        .with_help("name the app exactly in one of them: an exact name takes precedence over a pattern");
    diagnostic.related.extend(related);
    diagnostic.subject = Some(app.subject());
    diagnostic
}
