//! What a report says about each policy: "holds" only where the policy holds, whatever is folded, waived, selected or known.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;
use support::{copy, run, stdout, trees};

const AS_OF: &str = "--as-of=2026-01-01";

/// Runs a check in a format.
fn report(tree: &Path, format: &str, more: &[&str]) -> String {
    let args: Vec<&str> = ["check", AS_OF, "--format", format].iter().chain(more).copied().collect();
    stdout(&run(tree, &args))
}

/// Returns the ids of the policies that the findings of a JSON report are about, with those that are included.
fn found(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    let code = |finding: &Value| finding["code"].as_str().unwrap().to_owned();
    let included =
        |finding: &Value| finding["included"].as_array().unwrap().iter().map(code).collect::<Vec<_>>();
    findings.iter().flat_map(|finding| [vec![code(finding)], included(finding)].concat()).collect()
}

/// Returns the suites of a JUnit report: whether a test fails, and whether one passes.
fn suites(junit: &str) -> BTreeMap<String, (bool, bool)> {
    let each = junit.split("<testsuite name=\"").skip(1);
    let suite = |text: &str| {
        let (name, rest) = text.split_once('"').unwrap();
        (name.to_owned(), (rest.contains("<failure"), rest.contains("<system-out>holds (")))
    };
    each.map(suite).collect()
}

/// Checks that the JSON, JUnit and HTML reports of a run say the same about each policy, and the truth.
fn check_results(tree: &Path, more: &[&str]) {
    let json: Value = serde_json::from_str(&report(tree, "json", more)).unwrap();
    let suites = suites(&report(tree, "junit", more));
    let html = report(tree, "html", more).replace(['“', '”'], "`").replace("&#39;", "'");
    let found = found(&json);
    for policy in json["policies"].as_array().unwrap() {
        let id = policy["id"].as_str().unwrap();
        let context = format!("{} {more:?}: {policy}", tree.display());
        let count = |name: &str| policy[name].as_u64().unwrap();
        let included: u64 =
            policy["included"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(
            count("subjects"),
            count("violated") + count("holds") + count("undetermined") + count("notApplicable"),
            "{context}"
        );
        let is_reported = count("violated") > count("notReported");
        assert_eq!(is_reported, found.contains(id), "{context}");
        assert!(count("violated") >= included + count("waived") + count("notReported"), "{context}");
        let expected = match policy["result"].as_str().unwrap() {
            "violated" => count("violated") > 0,
            "notDetermined" => count("violated") == 0 && count("undetermined") > 0,
            "holds" => count("violated") + count("undetermined") == 0 && count("holds") > 0,
            "notApplicable" => count("violated") + count("undetermined") + count("holds") == 0,
            other => panic!("{other}: {context}"),
        };
        assert!(expected, "{context}");
        let says = policy["says"].as_str().unwrap();
        assert!(html.contains(&says.replace('&', "&#38;").replace('"', "&#34;")), "{context}\n{html}");
        if let Some((fails, holds)) = suites.get(id) {
            assert_eq!(*holds, policy["result"] == "holds", "{context}");
            let is_live = count("violated") > count("waived") + count("notReported");
            assert_eq!(*fails, is_live, "{context}");
        }
    }
}

#[test]
fn reports_agree_about_each_policy_and_say_the_truth() {
    for tree in trees() {
        check_results(&tree, &[]);
        check_results(&tree, &["--select", "self-authorize"]);
        check_results(&tree, &["--min-severity", "error", "--ignore", "scope-full"]);
        check_results(&tree, &["--no-waivers"]);
    }
}

/// What `explain --app` says about a policy and an app is what the report counts.
#[test]
fn explanations_agree_with_the_results() {
    for tree in trees() {
        let json: Value = serde_json::from_str(&report(&tree, "json", &[])).unwrap();
        for id in ["self-authorize", "connected-app-new", "refresh-token-never-expires"] {
            let Some(policy) = json["policies"].as_array().unwrap().iter().find(|policy| policy["id"] == id)
            else {
                continue;
            };
            let apps: Value = serde_json::from_str(&stdout(&run(&tree, &["apps", "--json"]))).unwrap();
            let names: BTreeSet<&str> =
                apps["apps"].as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap()).collect();
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for name in names {
                let output = run(&tree, &["explain", id, "--app", name, "--json", AS_OF]);
                let traces: Value = serde_json::from_str(&stdout(&output)).unwrap();
                for trace in traces["traces"].as_array().unwrap() {
                    let word = match trace["verdict"].as_str().unwrap() {
                        "violated" | "waived" | "spokenFor" => "violated",
                        "passes" => "holds",
                        "undecided" => "undetermined",
                        _ => "notApplicable",
                    };
                    // An override may switch the policy off.
                    *counts
                        .entry(if trace["off"].is_null() { word } else { "notApplicable" })
                        .or_default() += 1;
                }
            }
            for word in ["violated", "holds", "undetermined", "notApplicable"] {
                let count = counts.get(word).copied().unwrap_or_default();
                assert_eq!(policy[word].as_u64(), Some(count), "{word} of {id} in {}", tree.display());
            }
        }
    }
}

/// A finding that is in the baseline is not in the report, but its policy does not hold.
#[test]
fn policy_with_known_violations_does_not_hold() {
    let tree = copy(&support::fixtures("trees/acme"));
    run(tree.path(), &["check", AS_OF, "--baseline", "baseline.json", "--write-baseline"]);
    assert!(fs::exists(tree.path().join("baseline.json")).unwrap());
    let more = ["--baseline", "baseline.json"];
    check_results(tree.path(), &more);
    let json: Value = serde_json::from_str(&report(tree.path(), "json", &more)).unwrap();
    let policies = json["policies"].as_array().unwrap();
    let says =
        |id: &str| policies.iter().find(|policy| policy["id"] == id).unwrap()["says"].as_str().unwrap();
    assert_eq!(says("scope-full"), "violated (3 of 15 apps; 3 not in this report)");
    assert_eq!(says("connected-app-new"), "not applicable (0 of 16 apps; no change is checked)");
    let junit = report(tree.path(), "junit", &more);
    assert!(
        junit.contains("<skipped message=\"violated (3 of 15 apps; 3 not in this report)\"/>"),
        "{junit}"
    );
}
