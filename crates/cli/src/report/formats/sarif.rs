//! SARIF 2.1.0, which code scanning reads.
//!
//! Source: *Static Analysis Results Interchange Format (SARIF) Version 2.1.0*, OASIS; and *SARIF support for code
//! scanning*, on docs.github.com.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use preauth_policy::{FORM_CHECKS, PolicySet, explain};
use preauth_source::{
    Applicability, Diagnostic, Edit, Fingerprint, Fix, Label, Location, Severity, Suppression,
};
use serde_json::{Map, Value, json};

use super::{FormatDef, PathBase};
use crate::report::{Run, shown_fix, with_help};

/// The name of the folder that paths start at.
const ROOT: &str = "SRCROOT";

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Repository, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let rules = SarifRules::of(runs);
    let results: Vec<Value> = runs
        .iter()
        .flat_map(|run| {
            run.findings().map(|(finding, fingerprint)| result(run, &rules, finding, fingerprint))
        })
        .collect();
    let all_read = runs.iter().all(|run| run.coverage.unreadable == 0);
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "preauth",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.rules,
                },
            },
            "taxonomies": rules.taxonomies(),
            "invocations": [{ "executionSuccessful": all_read }],
            "automationDetails": { "id": "preauth/" },
            "originalUriBaseIds": { ROOT: { "description": text("The root of the repository.") } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// The policies of a log, and the controls that they check.
#[derive(Debug, Default)]
struct SarifRules {
    ids: Vec<String>,
    rules: Vec<Value>,
    /// The controls. The text before the first hyphen is the name of their baseline.
    controls: Vec<String>,
}

impl SarifRules {
    fn of(runs: &[Run<'_>]) -> Self {
        let mut rules = Self::default();
        let found: BTreeSet<&str> =
            runs.iter().flat_map(|run| &run.diagnostics).map(|found| &*found.code).collect();
        for run in runs {
            let on = run.policies.on().map(|policy| &*policy.id);
            let form = FORM_CHECKS.iter().map(|check| check.id);
            for id in on.chain(form).chain(run.diagnostics.iter().map(|found| &*found.code)) {
                if !rules.ids.iter().any(|known| known == id) {
                    rules.add(run.policies, id, found.contains(id));
                }
            }
        }
        rules
    }

    /// Adds a rule. If it has findings, its help is the whole page, which code scanning shows with each result.
    fn add(&mut self, policies: &PolicySet, id: &str, has_findings: bool) {
        let mut rule = Map::new();
        rule.insert("id".into(), id.into());
        let check = FORM_CHECKS.iter().find(|check| check.id == id);
        let described = match (policies.get(id), check) {
            (Some(policy), _) => Some((policy.title.as_str(), policy.why.trim(), policy.severity)),
            (None, Some(check)) => Some((check.title, check.why, check.severity)),
            (None, None) => None,
        };
        if let Some((title, why, severity)) = described {
            rule.insert("shortDescription".into(), text(title));
            rule.insert("fullDescription".into(), text(why));
            rule.insert("defaultConfiguration".into(), json!({ "level": level(severity) }));
            let page = has_findings.then(|| explain(policies, id)).flatten();
            rule.insert("help".into(), json!({ "text": why, "markdown": page.as_deref().unwrap_or(why) }));
            if policies.is_builtin(id) {
                rule.insert("helpUri".into(), preauth_policy::page(id).into());
            }
            // Code scanning sorts by this number.
            let rank = match severity {
                Severity::Error => "7.0",
                Severity::Warning => "4.0",
                Severity::Info => "1.0",
            };
            rule.insert("properties".into(), json!({ "tags": ["security"], "security-severity": rank }));
        }
        let controls = controls(policies, id);
        if !controls.is_empty() {
            let related =
                controls.iter().map(|control| json!({ "target": reference(control), "kinds": ["relevant"] }));
            rule.insert("relationships".into(), related.collect());
        }
        for control in controls {
            if !self.controls.contains(control) {
                self.controls.push(control.clone());
            }
        }
        self.ids.push(id.to_owned());
        self.rules.push(Value::Object(rule));
    }

    fn taxonomies(&self) -> Vec<Value> {
        let mut baselines: Vec<&str> = self.controls.iter().map(|control| baseline(control)).collect();
        baselines.dedup();
        let of = |name: &&str| {
            let own = self.controls.iter().filter(|control| baseline(control) == *name);
            json!({ "name": name, "taxa": own.map(|control| json!({ "id": control })).collect::<Vec<_>>() })
        };
        baselines.iter().map(of).collect()
    }
}

fn controls<'p>(policies: &'p PolicySet, id: &str) -> &'p [String] {
    policies.get(id).map_or(&[], |policy| &policy.controls)
}

/// Returns the baseline of a control: `SBS` for `SBS-OAUTH-002`.
fn baseline(control: &str) -> &str {
    control.split_once('-').map_or(control, |(name, _)| name)
}

fn reference(control: &str) -> Value {
    json!({ "id": control, "toolComponent": { "name": baseline(control) } })
}

fn result(run: &Run<'_>, rules: &SarifRules, found: &Diagnostic, fingerprint: Fingerprint) -> Value {
    let mut place = located(run, &found.primary.location, None);
    if let Some(subject) = &found.subject {
        place["logicalLocations"] = json!([{ "name": &*subject.name, "fullyQualifiedName": format!("{}/{}", subject.kind, subject.name) }]);
    }
    let rule = found.rule.iter().filter(|label| run.texts.is_in_memory(&label.location.file));
    let related: Vec<Value> = found
        .related
        .iter()
        .chain(rule)
        .enumerate()
        .map(|(index, label)| {
            let mut place = located(run, &label.location, Some(label));
            place["id"] = (index + 1).into();
            place
        })
        .collect();
    let mut result = json!({
        "ruleId": &*found.code,
        "ruleIndex": rules.ids.iter().position(|id| *id == *found.code),
        "level": level(found.severity),
        "message": text(&with_help(found)),
        "locations": [place],
        "relatedLocations": related,
        "partialFingerprints": { Fingerprint::SCHEME: fingerprint.to_string() },
    });
    let controls = controls(run.policies, &found.code);
    if !controls.is_empty() {
        result["taxa"] = controls.iter().map(|control| reference(control)).collect();
    }
    // A fix that only a person can decide is in the message.
    if let Some(fix) = shown_fix(found).filter(|fix| fix.applicability > Applicability::DisplayOnly) {
        result["fixes"] = json!([self::fix(run, fix)]);
    }
    if !found.subsumed.is_empty() {
        let included = |one: &Diagnostic| json!({ "ruleId": &*one.code, "level": level(one.severity), "message": one.message });
        let included: Vec<Value> = found.subsumed.iter().map(included).collect();
        result["properties"] = json!({ "included": included });
    }
    // If other results are suppressed, an empty list says that this one is not.
    result["suppressions"] = found.suppressed.iter().map(|waiver| suppression(run, waiver)).collect();
    result
}

fn fix(run: &Run<'_>, fix: &Fix) -> Value {
    let of_file = |file: &preauth_source::FilePath| {
        let own = fix.edits.iter().filter(|edit| edit.location.file == *file);
        let replacement = |edit: &Edit| json!({ "deletedRegion": region(run, &edit.location), "insertedContent": text(&edit.insert) });
        json!({ "artifactLocation": artifact(run, file), "replacements": own.map(replacement).collect::<Vec<_>>() })
    };
    let trust = if fix.applicability == Applicability::Safe { "safe" } else { "unsafe" };
    json!({
        "description": text(&fix.title),
        "artifactChanges": fix.files().map(of_file).collect::<Vec<_>>(),
        "properties": { "applicability": trust },
    })
}

fn suppression(run: &Run<'_>, waiver: &Suppression) -> Value {
    let by = waiver.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
    json!({
        "kind": "external",
        "status": "accepted",
        "justification": format!("{} (waived until {}{by})", waiver.reason, waiver.expires),
        "location": located(run, &waiver.location, None),
    })
}

fn located(run: &Run<'_>, place: &Location, label: Option<&Label>) -> Value {
    let mut location = json!({
        "physicalLocation": { "artifactLocation": artifact(run, &place.file), "region": region(run, place) },
    });
    if let Some(label) = label.filter(|label| !label.message.is_empty()) {
        location["message"] = text(&label.message);
    }
    location
}

/// The characters of a path that are not encoded.
const NOT_ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn artifact(run: &Run<'_>, file: &preauth_source::FilePath) -> Value {
    let path = run.texts.display_path(file);
    json!({ "uri": utf8_percent_encode(&path, NOT_ENCODED).to_string(), "uriBaseId": ROOT })
}

fn region(run: &Run<'_>, place: &Location) -> Value {
    let (start, end) = run.texts.places(place);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn text(text: &str) -> Value {
    json!({ "text": text })
}
