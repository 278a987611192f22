//! `check` and the server report the same findings at the same locations.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    client::{Client, capabilities_of_most_editors, uri},
    support::{fixtures, preauth, trees},
};

/// A finding: file, line, column, end line, end column, code, first line of the message, waived.
type Found = (String, u64, u64, u64, u64, String, String, bool);

/// Runs `check`. Paths in its report are relative to a project below `root`; `known` are the absolute paths.
fn of_check(root: &Path, known: &BTreeSet<String>) -> BTreeSet<Found> {
    let output = preauth()
        .args(["check", "--no-progress", "--as-of", "2026-01-01", "--format", "json"])
        .arg(root)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    findings
        .iter()
        .flat_map(|found| std::iter::once(found.clone()).chain(equal_findings(found)))
        .map(|found| {
            let number = |key: &str| found[key].as_u64().unwrap() - 1;
            let file = found["file"].as_str().unwrap();
            (
                known
                    .iter()
                    .find(|path| path.strip_suffix(file).is_some_and(|folder| folder.ends_with('/')))
                    .cloned()
                    .unwrap_or_else(|| root.join(file).to_str().unwrap().to_owned()),
                number("line"),
                number("column"),
                number("endLine"),
                number("endColumn"),
                found["code"].as_str().unwrap().to_owned(),
                found["message"].as_str().unwrap().to_owned(),
                !found["waived"].is_null(),
            )
        })
        .collect()
}

/// Returns the findings that a report joins with a finding, because they say the same of other profiles. A server reports
/// each in its file.
fn equal_findings(found: &Value) -> Vec<Value> {
    let about =
        |message: &Value| message.as_str().unwrap().split_once("` (").map(|(_, rest)| rest.to_owned());
    let is_joined = found["subsumes"].as_array().unwrap().contains(&found["code"]);
    let related = found["related"].as_array().unwrap().iter().filter(|_| is_joined);
    let equal = related.filter(|place| about(&place["message"]) == about(&found["message"]));
    let finding = |place: &Value| {
        let mut equal = place.clone();
        equal["code"] = found["code"].clone();
        equal["waived"] = Value::Null;
        equal
    };
    equal.map(finding).collect()
}

fn of_server(root: &Path) -> BTreeSet<Found> {
    let mut capabilities = capabilities_of_most_editors();
    capabilities["textDocument"]["diagnostic"] = serde_json::json!({});
    capabilities["workspace"]["diagnostics"] = serde_json::json!({ "refreshSupport": true });
    let mut client = Client::with_folders(&[root], capabilities);
    let params = serde_json::json!({ "previousResultIds": [] });
    let report = client.request("workspace/diagnostic", params).unwrap();
    assert!(client.end().success());
    let mut all = BTreeSet::new();
    for item in report["items"].as_array().unwrap() {
        for found in item["items"].as_array().unwrap() {
            let place = |end: &str, key: &str| found["range"][end][key].as_u64().unwrap();
            all.insert((
                path_of(item["uri"].as_str().unwrap()),
                place("start", "line"),
                place("start", "character"),
                place("end", "line"),
                place("end", "character"),
                found["code"].as_str().unwrap().to_owned(),
                found["message"].as_str().unwrap().lines().next().unwrap().to_owned(),
                found["severity"] == 4,
            ));
        }
    }
    all
}

fn path_of(uri: &str) -> String {
    let rest = uri.strip_prefix("file://").unwrap();
    let mut bytes = Vec::new();
    let mut left = rest.as_bytes();
    while let [first, rest @ ..] = left {
        if *first == b'%' {
            let digits = std::str::from_utf8(&rest[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            left = &rest[2..];
        } else {
            bytes.push(*first);
            left = rest;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn compare(root: &Path) -> usize {
    let server = of_server(root);
    let check = of_check(root, &server.iter().map(|found| found.0.clone()).collect());
    let only =
        |a: &BTreeSet<Found>, b: &BTreeSet<Found>| a.difference(b).take(5).cloned().collect::<Vec<_>>();
    assert_eq!(
        check,
        server,
        "{}: only in check {:#?}, only in the server {:#?}",
        root.display(),
        only(&check, &server),
        only(&server, &check)
    );
    check.len()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(of)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[test]
fn check_and_server_agree_on_fixtures() {
    assert!(uri(Path::new("/a b")).ends_with("/a%20b"));
    let found: usize = trees().iter().map(|root| compare(root)).sum();
    assert!(found > 0);
}

#[test]
fn check_and_server_agree_on_files_that_are_left_out() {
    for name in ["around-projects", "forceignored", "outside-only", "eca-suffixes", "eca-parents"] {
        compare(&fixtures(&format!("cases/{name}.in")));
    }
}

#[test]
fn check_and_server_agree_on_real_trees() {
    let Ok(corpus) = std::env::var("PREAUTH_CORPUS") else {
        println!("skipped: PREAUTH_CORPUS names no folder of projects");
        return;
    };
    for root in folders(Path::new(&corpus)) {
        println!("{}: {} findings", root.display(), compare(&root.canonicalize().unwrap()));
    }
}
