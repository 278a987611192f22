//! The report for programs. Its schema is `schemas/report.schema.json`; changes that break readers raise `version`.

use std::io::{self, Write};

use preauth_policy::Undecided;
use preauth_source::{Applicability, Diagnostic, Fingerprint, Label, Location};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::Run;
use crate::report::source_text::SourceTexts;

/// What `preauth check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The version of this shape: 1.
    version: u32,
    /// Everything that was found, in the order of the source.
    findings: Vec<Finding>,
    /// What could not be told from the source.
    undecided: Vec<NotKnown>,
    /// What was read, and what was not.
    coverage: Coverage,
}

/// A finding: of a policy, or of the form of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Finding {
    /// The policy's id.
    code: String,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// What it is known by from one state of the source to another.
    fingerprint: String,
    /// What is wrong.
    message: String,
    /// Where it is decided.
    #[serde(flatten)]
    span: Span,
    /// What was seen there.
    label: String,
    /// What it is about.
    subject: Option<Subject>,
    /// The attribute that was judged, and its value.
    observed: Option<Observed>,
    /// Where the policy says so; of a built-in policy the file is inside the program.
    policy: Option<Rule>,
    /// Other places that belong to it.
    related: Vec<Related>,
    /// What to do about it.
    help: Vec<String>,
    /// The correction, if there is one.
    fix: Option<Fix>,
    /// The waiver that silences it, if there is one.
    waived: Option<Waiver>,
    /// Policies that it speaks for on the same subject.
    subsumes: Vec<String>,
}

/// A range in a file. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Span {
    /// The path, told from the root of the tree.
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Subject {
    /// `App`, `Grant`, `Profile`, …
    kind: &'static str,
    name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Observed {
    attribute: String,
    /// As a policy would write it; secrets are never shown.
    value: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Waiver {
    /// Why it stays as it is.
    reason: String,
    /// Who answers for that.
    owner: Option<String>,
    /// The last day on which it is silenced.
    expires: String,
    /// Where the waiver is.
    #[serde(flatten)]
    span: Span,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Rule {
    file: String,
    line: u32,
    column: u32,
    /// What must hold.
    requires: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Related {
    #[serde(flatten)]
    span: Span,
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Fix {
    /// What the correction does.
    title: String,
    /// `safe`: made by `--fix`; `unsafe`: by `--unsafe-fixes`; `displayOnly`: never made.
    applicability: &'static str,
    /// Empty where one of them would show a secret.
    edits: Vec<Edit>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Edit {
    #[serde(flatten)]
    span: Span,
    /// What comes there instead.
    insert: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NotKnown {
    /// The policy that is undecided.
    code: String,
    subject: Subject,
    /// The attribute that is not known.
    attribute: String,
    /// Why it is not known.
    why: String,
    #[serde(flatten)]
    span: Span,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Coverage {
    /// Files that were judged.
    files: usize,
    apps: usize,
    profiles: usize,
    permission_sets: usize,
    /// Files that a `.forceignore` names: read only to know what others name.
    ignored: usize,
    /// Metadata files outside the package directories: not read.
    outside: usize,
    /// Files that are not well-formed, or not what their names say: not judged.
    malformed: usize,
    /// Files that could not be read.
    unreadable: usize,
}

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut report =
        Report { version: 1, findings: Vec::new(), undecided: Vec::new(), coverage: Coverage::default() };
    for run in runs {
        report
            .findings
            .extend(run.findings().map(|(found, fingerprint)| finding(run.texts, found, fingerprint)));
        report.undecided.extend(run.undecided.iter().map(|undecided| not_known(run.texts, undecided)));
        report.coverage.files += run.coverage.files;
        report.coverage.apps += run.coverage.apps;
        report.coverage.profiles += run.coverage.profiles;
        report.coverage.permission_sets += run.coverage.permission_sets;
        report.coverage.ignored += run.coverage.ignored;
        report.coverage.outside += run.coverage.outside;
        report.coverage.malformed += run.coverage.malformed;
        report.coverage.unreadable += run.coverage.unreadable;
    }
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn span(texts: &SourceTexts<'_>, location: &Location) -> Span {
    let (start, end) = texts.places(location);
    Span {
        file: texts.display_path(&location.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn finding(texts: &SourceTexts<'_>, diagnostic: &Diagnostic, fingerprint: Fingerprint) -> Finding {
    let rule = |label: &Label| {
        let place = texts.policy_text(&label.location.file).place(label.location.range.start());
        Rule {
            file: label.location.file.to_string(),
            line: place.line,
            column: place.column,
            requires: label.message.clone(),
        }
    };
    let related =
        |label: &Label| Related { span: span(texts, &label.location), message: label.message.clone() };
    Finding {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.as_str(),
        fingerprint: fingerprint.to_string(),
        message: diagnostic.message.clone(),
        span: span(texts, &diagnostic.primary.location),
        label: diagnostic.primary.message.clone(),
        subject: diagnostic.subject.as_ref().map(subject),
        observed: diagnostic.observed.as_ref().map(|seen| Observed {
            attribute: seen.attribute.to_string(),
            value: seen.value.as_ref().map(ToString::to_string),
        }),
        policy: diagnostic.rule.as_ref().map(rule),
        related: diagnostic.related.iter().map(related).collect(),
        help: diagnostic.help.clone(),
        fix: diagnostic.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            applicability: match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
                Applicability::DisplayOnly => "displayOnly",
            },
            edits: crate::report::shown_fix(diagnostic)
                .iter()
                .flat_map(|fix| &fix.edits)
                .map(|edit| Edit { span: span(texts, &edit.location), insert: edit.insert.to_string() })
                .collect(),
        }),
        waived: diagnostic.suppressed.as_ref().map(|waiver| Waiver {
            reason: waiver.reason.to_string(),
            owner: waiver.owner.as_ref().map(ToString::to_string),
            expires: waiver.expires.to_string(),
            span: span(texts, &waiver.location),
        }),
        subsumes: diagnostic.subsumed.iter().map(|other| other.code.to_string()).collect(),
    }
}

fn subject(subject: &preauth_source::Subject) -> Subject {
    Subject { kind: subject.kind, name: subject.name.to_string() }
}

fn not_known(texts: &SourceTexts<'_>, undecided: &Undecided) -> NotKnown {
    NotKnown {
        code: undecided.policy.to_string(),
        subject: subject(&undecided.subject),
        attribute: undecided.attribute.clone(),
        why: undecided.why.to_string(),
        span: span(texts, &undecided.location),
    }
}
