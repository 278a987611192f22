//! What is measured is right: the flaws that are planted in the trees of the benchmark are found, and no others.
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

/// Where the findings in a small tree and what was planted there differ.
fn differences(broken: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let size = Size::named("tiny").unwrap();
    let truth = tree::write(size, tree::SEED, broken, folder.path()).unwrap();
    let report = run(folder.path(), &["check", "--as-of=2026-01-01", "--format=json"]).stdout;
    Findings::of_report(&report).unwrap().differences(&truth, &Flaw::ALL)
}

#[test]
fn planted_flaws_are_found_and_no_others() {
    assert_eq!(differences(0), [""; 0]);
}

#[test]
fn every_file_that_is_not_well_formed_is_told_at_its_line() {
    assert_eq!(differences(8), [""; 0]);
}
