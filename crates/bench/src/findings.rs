use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{Truth, tree::Flaw};

/// The findings of a program in a tree, of the kinds that [`Truth`] knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The number of all findings.
    pub count: usize,
    /// Apps, by the policy that has something to say about them.
    apps: BTreeMap<String, BTreeSet<String>>,
    /// Places where files are not well-formed: `FILE:LINE`.
    malformed: BTreeSet<String>,
}

const MALFORMED: &str = "xml-malformed";

/// The parts of `preauth check --format json` that matter here.
#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    code: String,
    file: String,
    line: usize,
    subject: Option<Subject>,
    observed: Option<Observed>,
}

#[derive(Deserialize)]
struct Subject {
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct Observed {
    value: Option<String>,
}

impl Findings {
    /// Reads a report of `preauth check --format json`.
    ///
    /// # Errors
    /// It is no such report.
    pub fn of_report(json: &[u8]) -> serde_json::Result<Self> {
        let Report { findings } = serde_json::from_slice(json)?;
        let mut all = Self { count: findings.len(), ..Self::default() };
        for finding in findings {
            if finding.code == MALFORMED {
                all.malformed.insert(format!("{}:{}", finding.file, finding.line));
            } else {
                all.apps.entry(finding.code.clone()).or_default().extend(finding.apps());
            }
        }
        Ok(all)
    }

    /// Reads the output of a script: lines of `RULE<TAB>APP`, or `xml-malformed<TAB>FILE:LINE`.
    pub fn of_lines(lines: &str) -> Self {
        let mut all = Self::default();
        for (rule, what) in lines.lines().filter_map(|line| line.split_once('\t')) {
            all.count += 1;
            if rule == MALFORMED {
                all.malformed.insert(what.to_owned());
            } else {
                all.apps.entry(rule.to_owned()).or_default().insert(what.to_owned());
            }
        }
        all
    }

    /// Where these findings and the truth differ, a sentence each, as far as some flaws go. Whether an app is assigned
    /// to what is not there cannot be told where files are not well-formed, so that is not asked then.
    pub fn differences(&self, truth: &Truth, flaws: &[Flaw]) -> Vec<String> {
        let told = |flaw: &&Flaw| truth.malformed.is_empty() || !flaw.needs_everybody();
        let mut differences = Vec::new();
        for policy in flaws.iter().filter(told).map(|flaw| flaw.policy()) {
            let none = BTreeSet::new();
            let found = self.apps.get(policy).unwrap_or(&none);
            let planted = truth.planted.get(policy).unwrap_or(&none);
            let missed = planted.difference(found).map(|app| format!("{policy}: {app} is missed"));
            let invented =
                found.difference(planted).map(|app| format!("{policy}: nothing is wrong with {app}"));
            differences.extend(missed.chain(invented));
        }
        let planted: BTreeSet<String> =
            truth.malformed.iter().map(|one| format!("{}:{}", one.file, one.line)).collect();
        let missed =
            planted.difference(&self.malformed).map(|place| format!("{MALFORMED}: {place} is missed"));
        let invented = self
            .malformed
            .difference(&planted)
            .map(|place| format!("{MALFORMED}: nothing is wrong at {place}"));
        differences.extend(missed.chain(invented));
        differences
    }
}

impl Finding {
    /// The apps that it is about.
    fn apps(&self) -> Vec<String> {
        let Some(Subject { kind, name }) = &self.subject else { return Vec::new() };
        match kind.as_str() {
            // `APP/WHOM`
            "Grant" => name.split_once('/').map(|(app, _)| app.to_owned()).into_iter().collect(),
            // `[APP, APP]`
            "Org" => {
                let value = self.observed.as_ref().and_then(|observed| observed.value.as_deref());
                let apps = value.unwrap_or_default().trim_matches(['[', ']']);
                apps.split(", ").filter(|app| !app.is_empty()).map(str::to_owned).collect()
            }
            _ => vec![name.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth() -> Truth {
        let mut truth = Truth::default();
        truth.plant("preauthorized-unassigned", "Sync");
        truth
    }

    #[test]
    fn what_is_missed_and_what_is_invented_are_told() {
        let found = Findings::of_lines("preauthorized-unassigned\tPortal\n");
        let expected = [
            "preauthorized-unassigned: Sync is missed",
            "preauthorized-unassigned: nothing is wrong with Portal",
        ];
        assert_eq!(found.differences(&truth(), &[Flaw::Unassigned]), expected);
    }

    #[test]
    fn what_a_program_does_not_look_for_is_not_missed() {
        assert_eq!(Findings::default().differences(&truth(), &[Flaw::UnknownGrant]), [""; 0]);
    }

    #[test]
    fn a_report_names_apps_in_three_ways() {
        let report = br#"{"findings": [
            {"code": "a", "file": "f", "line": 1, "subject": {"kind": "App", "name": "One"}, "observed": null},
            {"code": "a", "file": "f", "line": 1, "subject": {"kind": "Grant", "name": "Two/Clerks"}, "observed": null},
            {"code": "a", "file": "f", "line": 1, "subject": {"kind": "Org", "name": "org"},
             "observed": {"attribute": "apps", "value": "[Three, Four]"}},
            {"code": "xml-malformed", "file": "f", "line": 7, "subject": null, "observed": null}
        ]}"#;
        let found = Findings::of_report(report).unwrap();
        assert_eq!(found.count, 4);
        assert!(found.apps["a"].iter().eq(["Four", "One", "Three", "Two"]));
        assert!(found.malformed.iter().eq(["f:7"]));
    }
}
