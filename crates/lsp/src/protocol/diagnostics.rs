//! Findings as the protocol has them.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use lsp_types::{
    Code, CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Range,
};
use preauth_source::{Diagnostic, FilePath, Label, Severity};

use crate::{
    protocol::uri,
    session::{project::Project, state::State},
};

/// What is shown as the source of every diagnostic.
pub(crate) const SOURCE: &str = "preauth";

/// Diagnostics by file.
pub(crate) type ByFile = BTreeMap<Utf8PathBuf, Vec<lsp_types::Diagnostic>>;

/// Everything that there is to say of all projects, by file.
pub(crate) fn all(state: &State<'_>) -> ByFile {
    let mut all = ByFile::new();
    for project in state.projects() {
        for found in project.findings(state.host) {
            let path = project.absolute(&found.primary.location.file);
            // What concerns a folder as a whole has no text to be shown in.
            let in_a_file = found.primary.location.file.as_str() != ".";
            if let Some(diagnostic) = diagnostic(state, project, found).filter(|_| in_a_file) {
                let of_file = all.entry(path).or_default();
                // Several projects may have one configuration.
                if !of_file.contains(&diagnostic) {
                    of_file.push(diagnostic);
                }
            }
        }
    }
    all
}

/// A finding; `None` where the text that it is about was changed and cannot be read.
pub(crate) fn diagnostic(
    state: &State<'_>,
    project: &Project,
    found: &Diagnostic,
) -> Option<lsp_types::Diagnostic> {
    let path = project.absolute(&found.primary.location.file);
    let range = state.lines(&path).range(project.place_of(found)?);
    let mut lines = vec![found.message.clone()];
    lines.extend(Some(&found.primary.message).filter(|label| !label.is_empty()).cloned());
    lines.extend(found.help.iter().cloned());
    let mut related: Vec<_> =
        found.related.iter().filter_map(|label| information(state, project, label)).collect();
    match &found.rule {
        Some(rule) if is_own(project, &rule.location.file) => {
            let label = Label::new(rule.location.clone(), format!("`{}` says: {}", found.code, rule.message));
            related.extend(information(state, project, &label));
        }
        Some(rule) => lines.push(format!("`{}` says: {}", found.code, rule.message)),
        None => {}
    }
    for other in &found.subsumed {
        let label = Label::new(other.primary.location.clone(), format!("{}: {}", other.code, other.message));
        related.extend(information(state, project, &label));
    }
    if let Some(waiver) = &found.suppressed {
        lines.push(format!("waived until {}: {}", waiver.expires, waiver.reason));
        let label = Label::new(waiver.location.clone(), "the waiver");
        related.extend(information(state, project, &label));
    }
    Some(lsp_types::Diagnostic {
        range,
        severity: Some(severity(found)),
        code: Some(Code::String(found.code.to_string())),
        code_description: page(state, project, found).map(|href| CodeDescription { href }),
        source: Some(SOURCE.into()),
        message: lines.join("\n").into(),
        tags: tags(found),
        related_information: (state.client.shows_related && !related.is_empty()).then_some(related),
        data: None,
    })
}

/// Whether a policy file is the user's, and not inside the program.
fn is_own(project: &Project, file: &FilePath) -> bool {
    project.rules.texts.contains_key(file)
}

fn severity(found: &Diagnostic) -> DiagnosticSeverity {
    match found.severity {
        // What is waived is no more than worth knowing.
        _ if found.suppressed.is_some() => DiagnosticSeverity::Hint,
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Information,
    }
}

/// What takes no effect is shown faded.
fn tags(found: &Diagnostic) -> Option<Vec<DiagnosticTag>> {
    matches!(&*found.code, "element-misplaced" | "waiver-unmatched" | "override-unmatched")
        .then(|| vec![DiagnosticTag::Unnecessary])
}

/// Where a policy is explained: its file, or the page of one that comes with the program.
fn page(state: &State<'_>, project: &Project, found: &Diagnostic) -> Option<lsp_types::Uri> {
    let policies = &project.rules.policies;
    match policies.get(&found.code) {
        Some(policy) if !policies.is_builtin(&policy.id) => {
            Some(state.uri(&project.absolute(&policy.location.file)))
        }
        None if !policies.is_builtin(&found.code) => None,
        _ => Some(preauth_policy::page(&found.code).into()),
    }
}

fn information(state: &State<'_>, project: &Project, label: &Label) -> Option<DiagnosticRelatedInformation> {
    let message = if label.message.is_empty() { "see here".into() } else { label.message.clone() };
    Some(DiagnosticRelatedInformation { location: location(state, project, &label.location)?, message })
}

/// A place of a project, in the present text of its file.
pub(crate) fn location(
    state: &State<'_>,
    project: &Project,
    place: &preauth_source::Location,
) -> Option<Location> {
    let path = project.absolute(&place.file);
    let range: Range = state.lines(&path).range(project.place(place)?);
    Some(Location { uri: state.uri(&path), range })
}

/// The URI under which a client can read a policy that comes with the program.
pub(crate) fn content_uri(file: &FilePath) -> lsp_types::Uri {
    let path = uri::of_path(&Utf8PathBuf::from(format!("/{file}"))).0;
    format!("{SCHEME}:{}", path.strip_prefix("file://").unwrap_or(&path)).into()
}

/// The scheme of documents that are inside the program.
pub(crate) const SCHEME: &str = "preauth";
