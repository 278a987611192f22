//! Verifies a proposed fix by judging the app as it would be afterwards.

use std::sync::Arc;

use preauth_metadata::{App, Assignment, Fact, FileFacts, Workspace, attribute, same, write};
use preauth_source::{Applicability, Diagnostic, Edit, Fix, Severity, SourceFile, apply};

use crate::{
    PolicySet,
    config::ExpectedAttribute,
    evaluate::{context::Case, expectations::expected, unit::Unit},
    judge::{app::judge_app, judgement::Judgement, unit::judge_parts},
};

/// Keeps the fix of a finding only if afterwards the finding is gone, there is no new error, and somebody can still log
/// in. Otherwise it withholds the fix, and the finding says why. New warnings that the fix causes are listed in the help
/// of the finding.
///
/// Where the values that the register expects of the app hold only together, the fix sets all of them. `before` are the
/// findings of the app as it is.
pub(crate) fn verify(
    case: Case<'_>,
    policies: &PolicySet,
    app: &App,
    before: &[Diagnostic],
    finding: &mut Diagnostic,
) {
    let Some(fix) = finding.fix.take() else { return };
    let check = |fix: &Fix| check_outcome(case, policies, app, before, finding, fix);
    let verified = match check(&fix) {
        Ok(warnings) => Ok((fix, warnings)),
        Err(why) => {
            let all = expected_values(case, app).and_then(|all| Some((check(&all).ok()?, all)));
            all.map(|(warnings, all)| (all, warnings))
                .ok_or_else(|| format!("not fixed ({}): {why}", fix.title))
        }
    };
    match verified {
        Ok((fix, warnings)) => {
            finding.help.extend(warnings.iter().map(|new| {
                format!(
                    "the fix ({}) causes a new {}, `{}`: {}",
                    fix.title, new.severity, new.code, new.message
                )
            }));
            if fix.applicability == Applicability::DisplayOnly {
                finding.help.push(format!(
                    "not fixed automatically ({}), because it changes who can log in: to allow the fix, add the value \
                     under `expect` of the app's entry in `preauth.yaml` and run `preauth check --fix`",
                    fix.title
                ));
            }
            finding.fix = Some(fix);
        }
        Err(why) => finding.help.push(why),
    }
}

/// Checks what a fix would lead to. Returns the new warnings that it causes.
///
/// # Errors
/// The reason why the fix is withheld.
fn check_outcome(
    case: Case<'_>,
    policies: &PolicySet,
    app: &App,
    before: &[Diagnostic],
    finding: &Diagnostic,
    fix: &Fix,
) -> Result<Vec<Diagnostic>, String> {
    let changed = facts_after(case.workspace, &fix.edits).ok_or("the edit does not fit the file")?;
    let fixed = Arc::new(case.workspace.app_with(case.org, app, &changed));
    if fixed.admits_nobody() && !app.admits_nobody() {
        return Err("nobody could log in; assign a profile or permission set first".into());
    }
    let mut judgement = Judgement::default();
    judge_app(case, policies, &fixed, &mut judgement);
    judge_parts(case, policies, Unit::Apps(std::slice::from_ref(&fixed)), &mut judgement);
    let form = changed.iter().flat_map(|file| file.diagnostics.iter().cloned());
    let after: Vec<Diagnostic> = judgement.diagnostics.into_iter().chain(form).collect();
    let before: Vec<&Diagnostic> =
        before.iter().chain(app.files.iter().flat_map(|file| &file.diagnostics)).collect();
    if count(&after, finding) >= count(before.iter().copied(), finding) {
        return Err("it would not be enough".into());
    }
    let is_new = |other: &&Diagnostic| count(before.iter().copied(), other) < count(&after, other);
    let new: Vec<&Diagnostic> =
        after.iter().filter(|other| other.severity >= Severity::Warning).filter(is_new).collect();
    match new.iter().find(|new| new.severity == Severity::Error) {
        Some(new) => Err(format!("this alone would cause `{}`: {}", new.code, new.message)),
        None => Ok(new.into_iter().cloned().collect()),
    }
}

/// Returns the fix that sets every value that the register expects of an app.
fn expected_values(case: Case<'_>, app: &App) -> Option<Fix> {
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
    let title = format!("set {} to what `preauth.yaml` expects", names.join(", "));
    Some(Fix { title, applicability: Applicability::Safe, edits })
}

/// Counts the findings with the code, subject and attribute of `finding`.
fn count<'d>(findings: impl IntoIterator<Item = &'d Diagnostic>, finding: &Diagnostic) -> usize {
    let attribute =
        |finding: &Diagnostic| finding.observed.as_ref().map(|observed| observed.attribute.clone());
    findings
        .into_iter()
        .filter(|other| {
            other.code == finding.code
                && other.subject == finding.subject
                && attribute(other) == attribute(finding)
        })
        .count()
}

/// Returns the facts of the files that edits change, as they are afterwards; `None` if the edits do not fit.
pub(crate) fn facts_after(workspace: &Workspace, edits: &[Edit]) -> Option<Vec<FileFacts>> {
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
