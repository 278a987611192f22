//! Comparison with the configuration of the earlier state.

use crate::repository::{
    APP, App, NARROW, PROFILES, PROJECT, REGISTER, Repository, app, none, profile, reported,
};

const SETTLED: &str = "\
id: settled-apps
title: Apps that have been there for long are described
severity: error
why: Nobody remembers what they are for.
select: App
where:
  - { path: isNew, equals: false }
require:
  - { path: description, present: true }
examples:
  fail: []
  pass: []
";

const ETERNAL: [&str; 1] = ["Order_Sync: refresh-token-never-expires"];

fn eternal() -> Repository {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("two");
    repository
}

fn with_rule(severity: &str) -> String {
    REGISTER.replace("rules: {}\n", &format!("rules:\n  refresh-token-never-expires: {severity}\n"))
}

#[test]
fn finding_with_a_higher_severity_is_reported() {
    let repository = eternal();
    repository.write("preauth.yaml", &with_rule("info"));
    repository.commit("three");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), none(), "it weighs less");
    repository.write("preauth.yaml", &with_rule("error"));
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    assert_eq!(repository.check(&["--since", "HEAD"]).status.code(), Some(1));
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), ETERNAL);
    repository.commit("four");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), ETERNAL);
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());
}

#[test]
fn finding_is_reported_when_its_waiver_is_removed() {
    let repository = eternal();
    let waived = REGISTER.to_owned()
        + "waivers:\n  - { rule: refresh-token-never-expires, app: Order_Sync, value: untilRevoked, reason: until the vendor rotates, owner: a@example.com, expires: 2026-06-30 }\n";
    repository.write("preauth.yaml", &waived);
    repository.commit("three");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), none());
    repository.write("preauth.yaml", REGISTER);
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    repository.commit("four");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), ETERNAL);
}

#[test]
fn no_waivers_option_applies_to_both_states() {
    let repository = eternal();
    let waived = REGISTER.to_owned()
        + "waivers:\n  - { rule: refresh-token-never-expires, app: Order_Sync, value: untilRevoked, reason: until the vendor rotates, owner: a@example.com, expires: 2026-06-30 }\n";
    repository.write("preauth.yaml", &waived);
    repository.commit("three");
    repository.write("notes.md", "orders\n");
    repository.commit("four");
    assert_eq!(repository.reported(&["--since", "HEAD~1", "--no-waivers"]), none());
}

#[test]
fn findings_of_a_new_policy_are_reported() {
    let repository = Repository::with_project();
    repository.write(&format!("{PROFILES}/Robot.profile-meta.xml"), &profile(None));
    repository.commit("two");
    repository.write("policies/narrow.yaml", NARROW);
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}", "policies: [policies]"));
    let narrow = ["--select", "narrow-profiles", "--since"];
    let since = |from: &str| repository.reported(&[&narrow[..], &[from]].concat());
    assert_eq!(since("HEAD"), ["Robot: narrow-profiles"], "before git knows it");
    repository.commit("three");
    assert_eq!(since("HEAD~1"), ["Robot: narrow-profiles"]);
    assert_eq!(since("HEAD"), none());
}

#[test]
fn existing_app_is_new_in_neither_state() {
    let repository = Repository::with_project();
    repository.write("policies/settled.yaml", SETTLED);
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}", "policies: [policies]"));
    repository.commit("two");
    repository.write_app(&App { scopes: &["Api"], ..App::default() });
    assert_eq!(repository.reported(&["--select", "settled-apps", "--since", "HEAD"]), none());
}

#[test]
fn configuration_above_the_project_is_read_from_the_old_commit() {
    let repository = Repository::new();
    let app = app(&App { refresh_token: "infinite", ..App::default() });
    repository.write("crm/sfdx-project.json", PROJECT);
    repository.write(&format!("crm/{APP}"), &app);
    repository.write("preauth.yaml", &with_rule("off"));
    repository.commit("one");
    fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
        [&["--select", "refresh-token-never-expires"], args].concat()
    }
    repository.remove("preauth.yaml");
    repository.write("shared.yml", "extends: [recommended]\n");
    repository.write("preauth.yaml", "extends: [shared.yml]\n");
    assert_eq!(repository.reported(&with(&["--since", "HEAD"])), ETERNAL);
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&with(&["--staged"])), ETERNAL);

    // If the configuration is new, the earlier state had none of its rules.
    repository.git(&["rm", "-q", "--cached", "preauth.yaml"]);
    repository.git(&["commit", "-q", "-m", "two"]);
    repository.write("preauth.yaml", &with_rule("error"));
    assert_eq!(repository.reported(&with(&["--since", "HEAD"])), ETERNAL);
}

#[test]
fn error_in_a_staged_configuration_has_its_location() {
    let repository = Repository::new();
    repository.write("crm/sfdx-project.json", PROJECT);
    repository.write(&format!("crm/{APP}"), &app(&App::default()));
    let stale = REGISTER.to_owned()
        + "waivers:\n  - { rule: scope-full, app: Order_Sync, reason: a, owner: a@example.com, expires: 2025-06-30 }\n";
    repository.write("preauth.yaml", &stale);
    repository.git(&["add", "-A"]);
    repository.write("preauth.yaml", REGISTER);
    let output = repository.check(&["--staged", "--select", "waiver-expired"]);
    assert_eq!(reported(&output), ["preauth: waiver-expired"]);
    assert!(crate::support::stdout(&output).starts_with("preauth.yaml:"), "{output:?}");
}
