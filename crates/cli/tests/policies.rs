//! `preauth policy list` and `preauth policy test`, with and without a configuration.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::fs;

use serde_json::Value;
use support::{run, stderr, stdout};

fn json(folder: &std::path::Path, args: &[&str]) -> Vec<Value> {
    let output = run(folder, args);
    assert!(output.status.success(), "{}", stderr(&output));
    let value: Value = serde_json::from_str(&stdout(&output)).unwrap();
    value["policies"].as_array().unwrap().clone()
}

#[test]
fn policy_test_covers_all_listed_policies() {
    let folder = tempfile::tempdir().unwrap();
    let tested = json(folder.path(), &["policy", "test", "--json"]);
    let tested: Vec<&str> = tested.iter().map(|one| one["id"].as_str().unwrap()).collect();
    let listed = json(folder.path(), &["policy", "list", "--json"]);
    let listed: Vec<&str> = listed
        .iter()
        .filter(|one| one["area"] != "structure" || tested.contains(&one["id"].as_str().unwrap()))
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(tested, listed);
}

#[test]
fn policy_list_shows_configured_severities() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "rules:\n  scope-full: off\n  value-unknown: info\n  self-authorize: error\n";
    fs::write(folder.path().join("preauth.yaml"), rules).unwrap();
    let listed = json(folder.path(), &["policy", "list", "--json"]);
    let of = |id: &str| listed.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(of("scope-full")["on"], false);
    assert_eq!(
        (&of("value-unknown")["severity"], &of("value-unknown")["on"]),
        (&"info".into(), &true.into())
    );
    assert_eq!(of("self-authorize")["severity"], "error");
}

#[test]
fn examples_do_not_depend_on_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "rules:\n  scope-full: off\n  ip-relaxation-unjustified: { longest: 1 HOURS }\n";
    fs::write(folder.path().join("preauth.yaml"), rules).unwrap();
    let tested =
        json(folder.path(), &["policy", "test", "--json", "scope-full", "ip-relaxation-unjustified"]);
    assert_eq!(tested.len(), 2);
}

#[test]
fn selecting_an_invalid_policy_reports_its_errors() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.yaml"), "id: mine\n").unwrap();
    fs::write(folder.path().join("preauth.yaml"), "policies: [mine.yaml]\n").unwrap();
    let output = run(folder.path(), &["check", "--select", "mine"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("mine.yaml"), "{}", stderr(&output));
}
