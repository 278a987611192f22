//! The benchmark's trees have known flaws. `check` must find them and nothing else.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write files, and fail by panicking"
)]

mod support;

use preauth_bench::{
    Findings,
    tree::{self, Flaw, Size},
};
use support::run;

/// Returns the differences between the findings in a small tree and its planted flaws.
fn differences(broken: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let size = Size::named("tiny").unwrap();
    let truth = tree::write(size, tree::SEED, broken, folder.path()).unwrap();
    let report = run(folder.path(), &["check", "--as-of=2026-01-01", "--format=json"]).stdout;
    Findings::of_report(&report).unwrap().differences(&truth, &Flaw::ALL)
}

#[test]
fn benchmark_finds_exactly_the_planted_flaws() {
    assert_eq!(differences(0), [""; 0]);
}

#[test]
fn malformed_files_are_reported_at_the_right_line() {
    assert_eq!(differences(8), [""; 0]);
}
