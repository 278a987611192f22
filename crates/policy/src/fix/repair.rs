//! Corrections: what would make a requirement hold, how far that may be trusted, and whether it keeps its promise.

use preauth_metadata::{
    App, Assignment, Attribute, Effect, Fact, FileFacts, Value, Workspace, attribute, same, write,
};
use preauth_source::{Applicability, Diagnostic, Edit, Fix, Severity, SourceFile, apply};

use crate::{
    PolicySet,
    config::ExpectedAttribute,
    evaluate::{
        expectations::expected,
        subject::{Case, Of, Subject},
    },
    judge::tree::{Judgement, judge_app},
    language::{path::AttributePath, policy::Policy, test::Test},
};

/// Adds to a finding the correction that its policy makes, or why there is none.
pub(crate) fn propose(policy: &Policy, subject: &Subject<'_>, test: &Test, diagnostic: &mut Diagnostic) {
    let Of::App(app, _) = &subject.of else { return };
    let Some(assignments) = assignments(policy, subject, test) else { return };
    if assignments.is_empty() {
        return;
    }
    let expected = subject.expected();
    let mut declared = true;
    let mut trusted = policy.fix;
    let mut title = Vec::new();
    for (row, value) in &assignments {
        let name = row.def.name;
        let path = AttributePath::of(policy.select, name).expect("invariant: a row's name is a path");
        title.push(match value {
            Some(value) => format!("set `{name}` to `{}`", path.show(value)),
            None => format!("remove `{name}`"),
        });
        match expected.iter().find(|expected| expected.attribute == name) {
            Some(expected) => {
                if !same(expected.value.as_ref(), value.as_ref()) {
                    diagnostic
                        .help
                        .push(format!("not corrected: the register expects another value of `{name}`"));
                    return;
                }
            }
            None => {
                declared = false;
                trusted = trusted.min(trust(row));
            }
        }
    }
    let title = title.join(", ");
    let applicability = if declared { Applicability::Safe } else { trusted };
    match write(app, &assignments) {
        Ok(edits) if edits.is_empty() => {}
        Ok(edits) => {
            diagnostic.fix = Some(Fix { title, applicability, edits });
        }
        Err(refusal) => diagnostic.help.push(format!("not corrected ({title}): {refusal}")),
    }
}

/// How far a change of an attribute is trusted that nobody has declared.
pub(crate) fn trust(row: &Attribute) -> Applicability {
    match row.effect {
        Effect::Admission => Applicability::DisplayOnly,
        Effect::Reach => Applicability::Unsafe,
        Effect::Neutral => Applicability::Safe,
    }
}

/// What would have to be written.
fn assignments(policy: &Policy, subject: &Subject<'_>, test: &Test) -> Option<Vec<Assignment>> {
    if !policy.repair.is_empty() {
        let value = |setting: &crate::language::policy::RepairSetting| -> Option<Option<Value>> {
            match &setting.value {
                None => Some(None),
                Some(operand) => operand.value(subject).ok().flatten().map(|value| Some(value.into_owned())),
            }
        };
        return policy.repair.iter().map(|setting| Some((setting.attribute, value(setting)?))).collect();
    }
    let repairs = test.repair(subject)?;
    repairs.into_iter().map(|(path, value)| Some((attribute(&path.text)?, value))).collect()
}

/// Keeps a correction only if it keeps its promise: after it the violation is gone, no error has come instead, and
/// somebody can still log in. Otherwise it is withheld, and the finding says why. Where the register expects several
/// things of the app that only hold together, they are made together. `before` is what is said of the app as it is.
pub(crate) fn weigh(
    case: Case<'_>,
    policies: &PolicySet,
    app: &App,
    before: &[Diagnostic],
    diagnostic: &mut Diagnostic,
) {
    let Some(fix) = diagnostic.fix.take() else { return };
    let keeps = |fix: &Fix| promise(case, policies, app, before, diagnostic, fix);
    let kept = match keeps(&fix) {
        Ok(()) => Ok(fix),
        Err(why) => match as_expected(case, app).filter(|together| keeps(together).is_ok()) {
            Some(together) => Ok(together),
            None => Err(format!("not corrected ({}): {why}", fix.title)),
        },
    };
    match kept {
        Ok(fix) => {
            if fix.applicability == Applicability::DisplayOnly {
                diagnostic.help.push(format!(
                    "to {} is shown, not made: it decides who may log in. Declare it in the register (`apps: … \
                     expect`) and `preauth check --fix` makes it",
                    fix.title
                ));
            }
            diagnostic.fix = Some(fix);
        }
        Err(why) => diagnostic.help.push(why),
    }
}

/// Whether a correction keeps its promise; otherwise why not.
fn promise(
    case: Case<'_>,
    policies: &PolicySet,
    app: &App,
    before: &[Diagnostic],
    diagnostic: &Diagnostic,
    fix: &Fix,
) -> Result<(), String> {
    let changed = changed_files(case.workspace, &fix.edits).ok_or("the edit does not fit the file")?;
    let corrected = case.workspace.app_with(case.org, app, &changed);
    corrected.grants.iter().for_each(|grant| case.note(&grant.resolution));
    if corrected.admits_nobody() && !app.admits_nobody() {
        return Err("nobody could log in: assign it to a profile or permission set first".into());
    }
    let mut judged = Judgement::default();
    judge_app(case, policies, &corrected, &mut judged);
    let form = changed.iter().flat_map(|file| file.diagnostics.iter().cloned());
    let after: Vec<Diagnostic> = judged.diagnostics.into_iter().chain(form).collect();
    let before: Vec<&Diagnostic> =
        before.iter().chain(app.files.iter().flat_map(|file| &file.diagnostics)).collect();
    if count(&after, diagnostic) >= count(before.iter().copied(), diagnostic) {
        return Err("it would not be enough".into());
    }
    let new = after.iter().find(|other| {
        other.severity == Severity::Error && count(before.iter().copied(), other) < count(&after, other)
    });
    new.map_or(Ok(()), |new| Err(format!("that alone would give `{}`: {}", new.code, new.message)))
}

/// The correction that makes an app all that the register expects of it.
fn as_expected(case: Case<'_>, app: &App) -> Option<Fix> {
    let expected = expected(case, app, case.entry(app)?);
    let differs = |expected: &&ExpectedAttribute| {
        let now = app.fact(expected.attribute).and_then(Fact::value);
        !same(now, expected.value.as_ref())
    };
    let assignments: Vec<Assignment> = expected
        .iter()
        .filter(differs)
        .filter_map(|expected| Some((attribute(expected.attribute)?, expected.value.clone())))
        .collect();
    let edits = write(app, &assignments).ok().filter(|edits| !edits.is_empty())?;
    let names: Vec<String> = assignments.iter().map(|(row, _)| format!("`{}`", row.def.name)).collect();
    let title = format!("make {} what the register expects", names.join(", "));
    Some(Fix { title, applicability: Applicability::Safe, edits })
}

/// How often the same is said: the same code of the same attribute of the same subject.
fn count<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>, wanted: &Diagnostic) -> usize {
    let attribute = |diagnostic: &Diagnostic| diagnostic.observed.as_ref().map(|seen| seen.attribute.clone());
    diagnostics
        .into_iter()
        .filter(|other| {
            other.code == wanted.code
                && other.subject == wanted.subject
                && attribute(other) == attribute(wanted)
        })
        .count()
}

/// The facts of the files that edits change, as they would be afterwards; `None` when the edits do not fit.
pub(crate) fn changed_files(workspace: &Workspace, edits: &[Edit]) -> Option<Vec<FileFacts>> {
    let mut paths: Vec<_> = edits.iter().map(|edit| &edit.location.file).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let file = workspace.file(path)?;
            let text =
                apply(file.text.as_deref()?, edits.iter().filter(|edit| edit.location.file == *path)).ok()?;
            let source = SourceFile::new(path.clone(), &text);
            Some(FileFacts::read(&source, file.kind, &file.stem, file.judged, workspace.demand()))
        })
        .collect()
}
