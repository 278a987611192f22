//! Findings as diagnostics of the protocol.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use lsp_types::{
    Code, CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Range,
};
use preauth_metadata::codes::ELEMENT_MISPLACED;
use preauth_policy::codes::{OVERRIDE_UNMATCHED, WAIVER_UNMATCHED};
use preauth_source::{Diagnostic, FilePath, Label, Severity};

use crate::session::{project::OpenProject, state::SessionState};

/// The `source` of every diagnostic.
const DIAGNOSTIC_SOURCE: &str = "preauth";

/// Diagnostics by file.
pub(crate) type DiagnosticsByFile = BTreeMap<Utf8PathBuf, Vec<lsp_types::Diagnostic>>;

/// Returns the diagnostics of all projects, by file.
pub(crate) fn all(state: &SessionState<'_>) -> DiagnosticsByFile {
    let mut all = DiagnosticsByFile::new();
    for project in state.projects() {
        for found in project.findings(state.host) {
            let path = project.absolute(&found.primary.location.file);
            // A finding about the whole folder has no document.
            let in_file = found.primary.location.file.as_str() != ".";
            if let Some(diagnostic) = diagnostic(state, project, found).filter(|_| in_file) {
                let diagnostics = all.entry(path).or_default();
                // Projects may share a configuration file.
                if !diagnostics.contains(&diagnostic) {
                    diagnostics.push(diagnostic);
                }
            }
        }
    }
    all
}

/// Returns the diagnostic of a finding, or `None` if its text was changed and is malformed now.
pub(crate) fn diagnostic(
    state: &SessionState<'_>,
    project: &OpenProject,
    found: &Diagnostic,
) -> Option<lsp_types::Diagnostic> {
    let path = project.absolute(&found.primary.location.file);
    let range = state.positions(&path).range(project.present_range_of(found)?);
    let mut lines = vec![found.message.clone()];
    lines.extend(Some(&found.primary.message).filter(|label| !label.is_empty()).cloned());
    lines.extend(found.help.iter().cloned());
    let mut related: Vec<_> =
        found.related.iter().filter_map(|label| related_information(state, project, label)).collect();
    match &found.rule {
        Some(rule) if is_own(project, &rule.location.file) => {
            let label = Label::new(rule.location.clone(), format!("`{}` says: {}", found.code, rule.message));
            related.extend(related_information(state, project, &label));
        }
        Some(rule) => lines.push(format!("`{}` says: {}", found.code, rule.message)),
        None => {}
    }
    for other in &found.subsumed {
        let label = Label::new(other.primary.location.clone(), format!("{}: {}", other.code, other.message));
        related.extend(related_information(state, project, &label));
    }
    if let Some(waiver) = &found.suppressed {
        lines.push(format!("waived until {}: {}", waiver.expires, waiver.reason));
        let label = Label::new(waiver.location.clone(), "the waiver");
        related.extend(related_information(state, project, &label));
    }
    Some(lsp_types::Diagnostic {
        range,
        severity: Some(severity(found)),
        code: Some(Code::String(found.code.to_string())),
        code_description: page(state, project, found).map(|href| CodeDescription { href }),
        source: Some(DIAGNOSTIC_SOURCE.into()),
        message: lines.join("\n").into(),
        tags: tags(found),
        related_information: (state.client.shows_related && !related.is_empty()).then_some(related),
        data: None,
    })
}

/// True if a policy file is one of the project, and not built into the program.
fn is_own(project: &OpenProject, file: &FilePath) -> bool {
    project.policies.texts.contains_key(file)
}

fn severity(found: &Diagnostic) -> DiagnosticSeverity {
    match found.severity {
        // A waived finding is shown as a hint.
        _ if found.suppressed.is_some() => DiagnosticSeverity::Hint,
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Information,
    }
}

/// Returns the tag that editors show faded, for text that has no effect.
fn tags(found: &Diagnostic) -> Option<Vec<DiagnosticTag>> {
    matches!(&*found.code, ELEMENT_MISPLACED | WAIVER_UNMATCHED | OVERRIDE_UNMATCHED)
        .then(|| vec![DiagnosticTag::Unnecessary])
}

/// Returns the URI of the explanation of a policy: its file, or the web page of a built-in policy.
fn page(state: &SessionState<'_>, project: &OpenProject, found: &Diagnostic) -> Option<lsp_types::Uri> {
    let policies = &project.policies.policies;
    match policies.get(&found.code) {
        Some(policy) if !policies.is_builtin(&policy.id) => {
            Some(state.uri(&project.absolute(&policy.location.file)))
        }
        None if !policies.is_builtin(&found.code) => None,
        _ => Some(preauth_policy::page(&found.code).into()),
    }
}

fn related_information(
    state: &SessionState<'_>,
    project: &OpenProject,
    label: &Label,
) -> Option<DiagnosticRelatedInformation> {
    let message = if label.message.is_empty() { "see here".into() } else { label.message.clone() };
    Some(DiagnosticRelatedInformation { location: location(state, project, &label.location)?, message })
}

/// Returns the position of a location in the present text of its file.
pub(crate) fn location(
    state: &SessionState<'_>,
    project: &OpenProject,
    location: &preauth_source::Location,
) -> Option<Location> {
    let path = project.absolute(&location.file);
    let range: Range = state.positions(&path).range(project.present_range(location)?);
    Some(Location { uri: state.uri(&path), range })
}
