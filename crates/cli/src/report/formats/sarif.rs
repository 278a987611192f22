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

use crate::report::Run;

/// What paths start at.
const ROOT: &str = "SRCROOT";

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let rules = Rules::of(runs);
    let results: Vec<Value> = runs
        .iter()
        .flat_map(|run| run.findings().map(|(found, print)| result(run, &rules, found, print)))
        .collect();
    let judged = runs.iter().all(|run| run.coverage.unreadable == 0);
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "preauth",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.def,
                },
            },
            "taxonomies": rules.taxonomies(),
            "invocations": [{ "executionSuccessful": judged }],
            "automationDetails": { "id": "preauth/" },
            "originalUriBaseIds": { ROOT: { "description": text("The root of the repository.") } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// The policies that a log speaks of, and the controls that they check.
#[derive(Debug, Default)]
struct Rules {
    ids: Vec<String>,
    def: Vec<Value>,
    /// Each control with the policies' own name for its baseline: what comes before the first hyphen.
    controls: Vec<String>,
}

impl Rules {
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

    /// Adds a rule; one that was broken with its whole page, which is shown beside each result.
    fn add(&mut self, policies: &PolicySet, id: &str, broken: bool) {
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
            let page = broken.then(|| explain(policies, id)).flatten();
            rule.insert("help".into(), json!({ "text": why, "markdown": page.as_deref().unwrap_or(why) }));
            if policies.is_builtin(id) {
                rule.insert("helpUri".into(), preauth_policy::page(id).into());
            }
            // What code scanning sorts by.
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
        self.def.push(Value::Object(rule));
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

/// The baseline that a control is of: `SBS` for `SBS-OAUTH-002`.
fn baseline(control: &str) -> &str {
    control.split_once('-').map_or(control, |(name, _)| name)
}

fn reference(control: &str) -> Value {
    json!({ "id": control, "toolComponent": { "name": baseline(control) } })
}

fn result(run: &Run<'_>, rules: &Rules, found: &Diagnostic, fingerprint: Fingerprint) -> Value {
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
        "message": text(&crate::report::with_help(found)),
        "locations": [place],
        "relatedLocations": related,
        "partialFingerprints": { Fingerprint::SCHEME: fingerprint.to_string() },
    });
    let controls = controls(run.policies, &found.code);
    if !controls.is_empty() {
        result["taxa"] = controls.iter().map(|control| reference(control)).collect();
    }
    // What only a person can decide is told in the message.
    if let Some(fix) =
        crate::report::shown_fix(found).filter(|fix| fix.applicability > Applicability::DisplayOnly)
    {
        result["fixes"] = json!([self::fix(run, fix)]);
    }
    // An empty list says of a result that it is not suppressed, where others of the run are.
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

/// What a segment of a path holds as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn artifact(run: &Run<'_>, file: &preauth_source::FilePath) -> Value {
    let path = run.texts.display_path(file);
    json!({ "uri": utf8_percent_encode(&path, PLAIN).to_string(), "uriBaseId": ROOT })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn results() -> Vec<Value> {
        let log: Value = serde_json::from_str(&sample::printed(write)).unwrap();
        log["runs"][0]["results"].as_array().unwrap().clone()
    }

    #[test]
    fn a_finding_is_a_result_of_its_rule() {
        let log: Value = serde_json::from_str(&sample::printed(write)).unwrap();
        let run = &log["runs"][0];
        let result = &run["results"][0];
        assert_eq!(result["ruleId"], "scope-full");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "scope-full");
        assert_eq!(result["partialFingerprints"]["preauth/v1"], sample::fingerprint());
    }

    #[test]
    fn a_place_is_an_encoded_path_and_columns_in_characters() {
        let place = &results()[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "force-app/Sync%2C%2050%25.xml");
        assert_eq!(place["region"]["startColumn"], 5);
    }

    #[test]
    fn what_is_waived_is_suppressed_and_says_why() {
        let results = results();
        assert_eq!(results[0]["suppressions"], json!([]));
        let suppression = &results[1]["suppressions"][0];
        assert_eq!(suppression["status"], "accepted");
        assert!(suppression["justification"].as_str().unwrap().starts_with("vendor fix due"));
    }

    #[test]
    fn a_correction_says_how_far_it_may_be_trusted() {
        let fix = &results()[0]["fixes"][0];
        assert_eq!(fix["properties"]["applicability"], "safe");
        assert_eq!(fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "Api");
    }

    #[test]
    fn controls_are_taxa() {
        let log: Value = serde_json::from_str(&sample::printed(write)).unwrap();
        let taxonomy = &log["runs"][0]["taxonomies"][0];
        assert_eq!(taxonomy["name"], "SBS");
        assert!(taxonomy["taxa"].as_array().unwrap().contains(&json!({ "id": "SBS-OAUTH-002" })));
    }
}
