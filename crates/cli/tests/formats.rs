//! Every format of a report, as a whole, on one tree that has everything that a report can show: waived and undecided
//! findings, related places, fixes, included findings, and files that are malformed, ignored or unreadable.
//!
//! The expected reports are in `fixtures/reports`. `just bless` rewrites them.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{collections::BTreeSet, fs, os::unix::fs::symlink, path::Path};

use support::{blessing, copy_into, fixtures, formats, run, stderr, stdout};

/// Copies the tree into a repository, and adds a file that cannot be read.
fn repository() -> tempfile::TempDir {
    let repository = tempfile::tempdir().unwrap();
    fs::create_dir(repository.path().join(".git")).unwrap();
    copy_into(&fixtures("reports/tree"), &repository.path().join("tree"));
    let profiles = repository.path().join("tree/force-app/main/default/profiles");
    symlink("missing", profiles.join("Unreadable.profile-meta.xml")).unwrap();
    repository
}

/// Returns a report, with a placeholder for the version of the program.
fn report(tree: &Path, format: &str) -> String {
    let args = ["check", "--as-of=2026-01-01", "--show=undecided,waived", "--format", format];
    let output = run(tree, &args);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let version = env!("CARGO_PKG_VERSION");
    stdout(&output)
        .replace(&format!("preauth {version}"), "preauth VERSION")
        .replace(&format!("\"semanticVersion\": \"{version}\""), "\"semanticVersion\": \"VERSION\"")
}

#[test]
fn every_format_writes_the_expected_report() {
    let repository = repository();
    let mut differing = Vec::new();
    for format in formats() {
        let report = report(&repository.path().join("tree"), &format);
        let expected = fixtures("reports").join(format!("report.{format}"));
        if blessing() {
            fs::write(expected, report).unwrap();
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(&*report) {
            differing.push(format);
        }
    }
    assert!(
        differing.is_empty(),
        "not as in fixtures/reports, run `just bless` and look at the diff: {differing:?}"
    );
}

#[test]
fn every_expected_report_has_a_format() {
    let expected = fs::read_dir(fixtures("reports")).unwrap().map(|entry| entry.unwrap().file_name());
    let expected = expected.filter_map(|name| Some(name.to_str()?.strip_prefix("report.")?.to_owned()));
    assert_eq!(expected.collect::<BTreeSet<_>>(), formats().into_iter().collect());
}
