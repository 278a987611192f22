//! Every code of a diagnostic is the id of a policy or a check of form, or one of the errors in the input.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{collections::BTreeSet, path::Path};

use preauth_policy::codes::LOAD_ERRORS;
use serde_json::Value;
use support::{run, stdout, trees};

fn json(tree: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&stdout(&run(tree, args))).unwrap_or_default()
}

/// Collects the strings with this key, at any depth.
fn collect(value: &Value, key: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(key).and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, key, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, key, found)),
        _ => {}
    }
}

#[test]
fn reports_contain_only_documented_codes() {
    let mut reported = BTreeSet::new();
    for tree in trees() {
        let mut documented: BTreeSet<String> =
            LOAD_ERRORS.iter().map(|error| error.code.to_owned()).collect();
        collect(&json(&tree, &["policy", "list", "--json"]), "id", &mut documented);
        let mut codes = BTreeSet::new();
        let report = json(&tree, &["check", "--as-of", "2026-01-01", "--format", "json"]);
        collect(&report, "code", &mut codes);
        let undocumented: Vec<_> = codes.difference(&documented).collect();
        assert!(undocumented.is_empty(), "{}: {undocumented:?}", tree.display());
        reported.append(&mut codes);
    }
    assert!(reported.len() > 20, "the fixtures show too few codes: {reported:?}");
}
