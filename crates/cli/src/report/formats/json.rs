//! The report for programs. Its schema is `schemas/report.schema.json`. A change that breaks readers raises `version`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use preauth_policy::{PolicyOutcome, Undecided};
use preauth_source::{Applicability, ArcStr, Diagnostic, Fingerprint, Label, Location};
use schemars::JsonSchema;
use serde::Serialize;

use super::{FormatDef, PathBase};
use crate::report::{
    Run,
    results::{PolicyResult, merged},
    shown_fix,
    source_text::SourceTexts,
    summary::Coverage,
};

/// The output of `preauth check --format json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JsonReport {
    /// The version of this shape: 1.
    version: u32,
    /// All findings, in the order of the source.
    findings: Vec<JsonFinding>,
    /// Checks that could not be decided, because source files are missing or old.
    undecided: Vec<JsonUndecided>,
    /// The result of each policy that was checked, on the whole tree: also on what is not in `findings`.
    policies: Vec<JsonPolicyResult>,
    /// Counts of the files that were checked, and of those that were not.
    coverage: JsonCoverage,
}

/// The result of a policy, with numbers of subjects such as apps.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PolicyResult")]
struct JsonPolicyResult {
    /// The policy's id.
    id: String,
    /// `violated` by a subject; or else `notDetermined` for a subject; or else it `holds` for all that it applies to, or is
    /// `notApplicable`: it applies to none.
    result: &'static str,
    /// The result in words, with the reason if there is one.
    says: String,
    /// All subjects.
    subjects: usize,
    /// Subjects that violate it.
    violated: usize,
    /// Subjects that violate it and whose findings are included in findings of other policies, by these policies.
    included: BTreeMap<String, usize>,
    /// Subjects that violate it and whose findings are waived.
    waived: usize,
    /// Subjects that violate it and have no finding in this report: it was known before, is outside the paths, or is not severe
    /// enough.
    not_reported: usize,
    /// Subjects for which it holds.
    holds: usize,
    /// Subjects for which it could not be decided.
    undetermined: usize,
    /// Subjects that it does not apply to.
    not_applicable: usize,
}

/// A finding: of a policy, or of the form of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Finding")]
struct JsonFinding {
    /// The policy's id.
    code: String,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// The identity of the finding, which stays the same when lines move or values elsewhere change.
    fingerprint: String,
    /// The message.
    message: String,
    /// The place of the value that decides.
    #[serde(flatten)]
    span: JsonSpan,
    /// The value at that place.
    label: String,
    /// The app, profile or other subject of the finding.
    subject: Option<JsonSubject>,
    /// The attribute that was checked, and its value.
    observed: Option<JsonObserved>,
    /// The place of the requirement in the policy. The file of a built-in policy is inside the program.
    policy: Option<JsonRule>,
    /// Other places that belong to the finding.
    related: Vec<JsonRelated>,
    /// What to do about it.
    help: Vec<String>,
    /// The fix, if there is one.
    fix: Option<JsonFix>,
    /// The waiver of the finding, if there is one.
    waived: Option<JsonWaiver>,
    /// Policies whose findings on the same subject are included in this one.
    subsumes: Vec<String>,
    /// The findings that are included in this one, none of a higher severity.
    included: Vec<JsonIncluded>,
}

/// A finding that is included in another one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Included")]
struct JsonIncluded {
    /// The policy's id.
    code: String,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// The message.
    message: String,
    /// The app, profile or other subject of the finding.
    subject: Option<JsonSubject>,
    /// The place of the value that decides.
    #[serde(flatten)]
    span: JsonSpan,
    /// True if a waiver covers it.
    waived: bool,
}

/// A range in a file. Lines and columns count from 1, columns count characters, and the end is exclusive.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JsonSpan {
    /// The path from the root of the tree.
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Subject")]
struct JsonSubject {
    /// `App`, `Grant`, `Profile`, …
    kind: &'static str,
    name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Observed")]
struct JsonObserved {
    attribute: String,
    /// The value as a policy writes it, without secrets.
    value: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Waiver")]
struct JsonWaiver {
    /// Why the finding is accepted.
    reason: String,
    /// Who is responsible for that.
    owner: Option<String>,
    /// The last day of the waiver.
    expires: String,
    /// The place of the waiver.
    #[serde(flatten)]
    span: JsonSpan,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Rule")]
struct JsonRule {
    file: String,
    line: u32,
    column: u32,
    /// The requirement.
    requires: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Related")]
struct JsonRelated {
    #[serde(flatten)]
    span: JsonSpan,
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct JsonFix {
    /// What the fix does.
    title: String,
    /// `safe`: applied by `--fix`; `unsafe`: applied by `--fix --unsafe-fixes`; `displayOnly`: never applied.
    applicability: &'static str,
    /// The edits. Empty if one of them would show a secret.
    edits: Vec<JsonEdit>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct JsonEdit {
    #[serde(flatten)]
    span: JsonSpan,
    /// The new text.
    insert: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotKnown")]
struct JsonUndecided {
    /// The policy that could not be decided.
    code: String,
    subject: JsonSubject,
    /// The attribute that is not known.
    attribute: String,
    /// Why it is not known.
    why: String,
    #[serde(flatten)]
    span: JsonSpan,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Coverage")]
struct JsonCoverage {
    /// Files that were checked.
    files: usize,
    apps: usize,
    profiles: usize,
    permission_sets: usize,
    /// Files listed in `.forceignore`: left out, files of apps only searched for secrets and malformed text.
    ignored: usize,
    /// The names of the apps in those files.
    ignored_apps: BTreeSet<String>,
    /// Metadata files outside the package directories: left out.
    outside: usize,
    /// The names of the apps in those files.
    outside_apps: BTreeSet<String>,
    /// Files with a suffix that Salesforce does not know: left out, files of apps only searched for secrets and
    /// malformed text.
    misnamed: usize,
    /// Files that are not well-formed, or not what their names say: not checked.
    malformed: usize,
    /// Files that could not be read.
    unreadable: usize,
}

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Tree, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut report = JsonReport {
        version: 1,
        findings: Vec::new(),
        undecided: Vec::new(),
        policies: merged(runs.iter().flat_map(|run| (run.results)())).iter().map(policy_result).collect(),
        coverage: JsonCoverage::default(),
    };
    let coverage = Coverage::sum(runs.iter().map(|run| run.coverage));
    report.coverage = JsonCoverage {
        files: coverage.files,
        apps: coverage.apps,
        profiles: coverage.profiles,
        permission_sets: coverage.permission_sets,
        ignored: coverage.ignored,
        ignored_apps: coverage.ignored_apps,
        outside: coverage.outside,
        outside_apps: coverage.outside_apps,
        misnamed: coverage.misnamed,
        malformed: coverage.malformed,
        unreadable: coverage.unreadable,
    };
    for run in runs {
        report.findings.extend(
            run.findings().map(|(finding, fingerprint)| self::finding(run.texts, finding, fingerprint)),
        );
        report.undecided.extend(run.undecided.iter().map(|undecided| self::undecided(run.texts, undecided)));
    }
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn policy_result(result: &PolicyResult) -> JsonPolicyResult {
    let tally = &result.tally;
    JsonPolicyResult {
        id: result.id.clone(),
        result: match result.outcome() {
            PolicyOutcome::Violated => "violated",
            PolicyOutcome::NotDetermined => "notDetermined",
            PolicyOutcome::Holds => "holds",
            PolicyOutcome::NotApplicable => "notApplicable",
        },
        says: result.sentence(),
        subjects: tally.subjects,
        violated: tally.violated,
        included: result.included.clone(),
        waived: result.waived,
        not_reported: result.unreported,
        holds: tally.holds,
        undetermined: tally.undecided,
        not_applicable: tally.subjects.saturating_sub(tally.matched()),
    }
}

fn span(texts: &SourceTexts<'_>, location: &Location) -> JsonSpan {
    let (start, end) = texts.places(location);
    JsonSpan {
        file: texts.display_path(&location.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn finding(texts: &SourceTexts<'_>, diagnostic: &Diagnostic, fingerprint: Fingerprint) -> JsonFinding {
    let rule = |label: &Label| {
        let place = texts.policy_text(&label.location.file).place(label.location.range.start());
        JsonRule {
            file: label.location.file.to_string(),
            line: place.line,
            column: place.column,
            requires: label.message.clone(),
        }
    };
    let related =
        |label: &Label| JsonRelated { span: span(texts, &label.location), message: label.message.clone() };
    // Equal findings about several profiles are included, too.
    let mut subsumed: Vec<&ArcStr> = Vec::new();
    for other in diagnostic.subsumed.iter().filter(|other| other.code != diagnostic.code) {
        if !subsumed.contains(&&other.code) {
            subsumed.push(&other.code);
        }
    }
    JsonFinding {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.as_str(),
        fingerprint: fingerprint.to_string(),
        message: diagnostic.message.clone(),
        span: span(texts, &diagnostic.primary.location),
        label: diagnostic.primary.message.clone(),
        subject: diagnostic.subject.as_ref().map(subject),
        observed: diagnostic.observed.as_ref().map(|seen| JsonObserved {
            attribute: seen.attribute.to_string(),
            value: seen.value.as_ref().map(ToString::to_string),
        }),
        policy: diagnostic.rule.as_ref().map(rule),
        related: diagnostic.related.iter().map(related).collect(),
        help: diagnostic.help.clone(),
        fix: diagnostic.fix.as_ref().map(|fix| JsonFix {
            title: fix.title.clone(),
            applicability: match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
                Applicability::DisplayOnly => "displayOnly",
            },
            edits: shown_fix(diagnostic)
                .iter()
                .flat_map(|fix| &fix.edits)
                .map(|edit| JsonEdit { span: span(texts, &edit.location), insert: edit.insert.to_string() })
                .collect(),
        }),
        waived: diagnostic.suppressed.as_ref().map(|waiver| JsonWaiver {
            reason: waiver.reason.to_string(),
            owner: waiver.owner.as_ref().map(ToString::to_string),
            expires: waiver.expires.to_string(),
            span: span(texts, &waiver.location),
        }),
        subsumes: subsumed.iter().map(ToString::to_string).collect(),
        included: diagnostic.subsumed.iter().map(|one| included(texts, one)).collect(),
    }
}

fn included(texts: &SourceTexts<'_>, diagnostic: &Diagnostic) -> JsonIncluded {
    JsonIncluded {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.as_str(),
        message: diagnostic.message.clone(),
        subject: diagnostic.subject.as_ref().map(subject),
        span: span(texts, &diagnostic.primary.location),
        waived: diagnostic.suppressed.is_some(),
    }
}

fn subject(subject: &preauth_source::SubjectId) -> JsonSubject {
    JsonSubject { kind: subject.kind, name: subject.name.to_string() }
}

fn undecided(texts: &SourceTexts<'_>, undecided: &Undecided) -> JsonUndecided {
    JsonUndecided {
        code: undecided.policy.to_string(),
        subject: subject(&undecided.subject),
        attribute: undecided.attribute.clone(),
        why: undecided.why.to_string(),
        span: span(texts, &undecided.location),
    }
}
