//! Only findings that a change causes are reported: `--since`, `--staged`, baselines and standard input, in
//! repositories made with git.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod configuration;
mod conversions;
mod destructive;
mod index;
mod places;
mod repository;
#[path = "../support/mod.rs"]
mod support;

use std::{fs, io::Write, path::Path, process::Stdio};

use repository::{
    APP, APPS, App, NARROW, POLICIES, PROFILES, PROJECT, REGISTER, Repository, SETS, app, check, git, none,
    profile, reported, set,
};
use support::{preauth, stderr, stdout};

#[test]
fn each_commit_reports_only_the_findings_it_causes() {
    let repository = Repository::with_project();
    assert_eq!(repository.reported(&[]), none(), "the first commit has findings");
    let last = |message: &str| {
        repository.commit(message);
        repository.reported(&["--since", "HEAD~1"])
    };

    // Refresh tokens never expire.
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    assert_eq!(last("two"), ["Order_Sync: refresh-token-never-expires"]);

    // Another change in the same file: findings of the earlier commit are not reported again.
    repository.write_app(&App {
        refresh_token: "infinite",
        before: "    <!-- orders -->\n\n",
        ..App::default()
    });
    assert_eq!(last("three"), none());

    // A fix.
    repository.write_app(&App::default());
    assert_eq!(last("four"), none());
    let four = stderr(&repository.check(&["--since", "HEAD~1"]));
    assert!(four.contains("0 existing findings are not shown, 1 is fixed."), "{four}");

    // A grant is broken by another file: the permission set gets a new label, and the app's file is unchanged.
    repository.write(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"), &set("Orders"));
    assert_eq!(last("five"), ["Order_Sync: grant-misspelt"]);

    // The grant uses the new label.
    repository.write_app(&App { set: Some("Orders"), ..App::default() });
    assert_eq!(last("six"), none());

    // The last permission set is deleted.
    fs::remove_file(repository.root.join(format!("{SETS}/Order_Sync_User.permissionset-meta.xml"))).unwrap();
    assert_eq!(last("seven"), ["Order_Sync: grant-unresolved"]);

    // It is restored, and the app moves to another folder.
    repository.write(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"), &set("Orders"));
    repository.write("force-app/integration/.keep", "");
    repository.git(&[
        "mv",
        &format!("{APPS}/Order_Sync.connectedApp-meta.xml"),
        "force-app/integration/Order_Sync.connectedApp-meta.xml",
    ]);
    assert_eq!(last("eight"), none());

    // The moved app gets all changes at once. Included findings are not reported separately.
    repository.write(
        "force-app/integration/Order_Sync.connectedApp-meta.xml",
        &app(&App { admin_approved: false, scopes: &["Full"], set: None, ..App::default() }),
    );
    let nine = last("nine");
    assert!(nine.iter().all(|line| line.starts_with("Order_Sync: ")), "{nine:?}");
    assert!(nine.iter().any(|line| line.contains("self-authorize")), "{nine:?}");

    // A change of the register is a change too.
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}\n", "rules:\n  self-authorize-server-flow: off\n  self-authorize: off\n  scope-full: off\n  broad-combination: off\n  toxic-combination: off\n"));
    assert_eq!(last("ten"), none());
    repository.write("preauth.yaml", REGISTER);
    assert_eq!(last("eleven"), nine, "findings of a restored demand are reported again");

    // All commits together, compared with the first one.
    assert_eq!(repository.reported(&["--since", "HEAD~10"]), nine);
}

#[test]
fn wider_login_ranges_of_a_profile_are_reported() {
    let repository = Repository::with_project();
    repository.write("policies/narrow.yaml", NARROW);
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}", "policies: [policies]"));
    repository.write(&format!("{PROFILES}/Robot.profile-meta.xml"), &profile(None));
    repository.commit("two");
    repository.write(&format!("{PROFILES}/Integration.profile-meta.xml"), &profile(None));
    repository.commit("three");
    let select = ["--select", "narrow-profiles"];
    assert_eq!(repository.reported(&select), ["Integration: narrow-profiles", "Robot: narrow-profiles"]);
    let since = [&select[..], &["--since", "HEAD~1"]].concat();
    assert_eq!(repository.reported(&since), ["Integration: narrow-profiles"]);
}

#[test]
fn branch_is_compared_with_its_merge_base() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("two");
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("notes.md", "orders\n");
    repository.commit("three");
    repository.git(&["checkout", "-q", "main"]);
    repository.write_app(&App::default());
    repository.commit("four");
    repository.git(&["checkout", "-q", "topic"]);
    assert_eq!(repository.reported(&["--since", "main"]), none(), "fixes in main are not part of the branch");
}

#[test]
fn fix_applies_only_to_findings_of_the_change() {
    let repository = Repository::with_project();
    let text = app(&App { refresh_token: "infinite", ..App::default() });
    let declared = REGISTER.to_owned()
        + "    expect: { refreshToken: afterLifetime 30 DAYS }\n  - match: Old\n    flow: web-server\n    owner: a@example.com\n    purpose: b\n    environment: production\n    expect: { refreshToken: afterLifetime 30 DAYS }\n";
    repository.write("preauth.yaml", &declared);
    repository.write(&format!("{APPS}/Old.connectedApp-meta.xml"), &text.replace("Order Sync<", "Old<"));
    repository.commit("two");
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("three");
    repository.check(&["--since", "HEAD~1", "--fix"]);
    assert_eq!(repository.git(&["status", "--short"]), format!("M {APPS}/Order_Sync.connectedApp-meta.xml"));
}

#[test]
fn everything_is_new_before_the_first_commit() {
    let repository = Repository::new();
    repository.write("sfdx-project.json", PROJECT);
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.git(&["add", "-A"]);
    let found = repository.reported(&["--staged"]);
    assert!(found.contains(&"Order_Sync: refresh-token-never-expires".into()), "{found:?}");
    let since = repository.check(&["--since", "HEAD"]);
    assert_eq!(since.status.code(), Some(2));
    assert!(stderr(&since).contains("the branch has no commit yet"), "{}", stderr(&since));
}

#[test]
fn unknown_reference_is_an_error() {
    let repository = Repository::with_project();
    let message = |folder: &Path, args: &[&str]| {
        let output = check(folder, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        stderr(&output)
    };
    assert!(
        message(&repository.root, &["--since", "origin/main"]).contains("commit `origin/main` not found")
    );
    assert!(message(&repository.root, &["--since", "--fix"]).contains("--since"));
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit("other");
    assert!(message(&repository.root, &["--since", "main"]).contains("have no common ancestor"));

    let apart = tempfile::tempdir().unwrap();
    fs::write(apart.path().join("A.connectedApp"), app(&App::default())).unwrap();
    assert!(message(apart.path(), &["--since", "HEAD"]).contains("is not in a git repository"));
    assert!(message(apart.path(), &["--staged"]).contains("is not in a git repository"));
}

#[test]
fn shallow_clone_explains_how_to_fetch_more() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("two");
    let first = repository.git(&["rev-parse", "HEAD~1"]);
    let url = format!("file://{}", repository.root.display());
    let target = repository.folder.path().join("shallow");
    let clone =
        git(repository.folder.path(), &["clone", "-q", "--depth", "1", &url, target.to_str().unwrap()]);
    assert!(clone.status.success(), "{}", stderr(&clone));
    let since = check(&target, &["--since", &first]);
    assert_eq!(since.status.code(), Some(2));
    assert!(stderr(&since).contains("the clone is shallow"), "{}", stderr(&since));
    assert!(stderr(&since).contains("fetch-depth: 0"), "{}", stderr(&since));
    git(&target, &["fetch", "-q", "--unshallow"]);
    assert_eq!(reported(&check(&target, &["--since", &first])), ["Order_Sync: refresh-token-never-expires"]);
}

#[test]
fn worktrees_and_submodules_are_supported() {
    let repository = Repository::with_project();
    let tree = repository.folder.path().join("tree");
    repository.git(&["worktree", "add", "-q", "-b", "topic", tree.to_str().unwrap()]);
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    fs::write(tree.join(&path), app(&App { refresh_token: "infinite", ..App::default() })).unwrap();
    assert_eq!(reported(&check(&tree, &["--since", "main"])), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());

    // The project is a submodule of another repository.
    let outer = Repository::new();
    let url = format!("file://{}", repository.root.display());
    outer.git(&["submodule", "--quiet", "add", &url, "crm"]);
    outer.commit("one");
    let inner = outer.root.join("crm");
    fs::write(inner.join(&path), app(&App { refresh_token: "infinite", ..App::default() })).unwrap();
    assert_eq!(reported(&check(&inner, &["--since", "HEAD"])), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(
        reported(&check(&outer.root, &["--since", "HEAD"])),
        ["Order_Sync: refresh-token-never-expires"]
    );
    // Run from the outer repository, its recorded commit counts.
    assert!(git(&inner, &["commit", "-q", "-a", "-m", "two"]).status.success());
    assert_eq!(reported(&check(&inner, &["--since", "HEAD"])), none());
    assert_eq!(
        reported(&check(&outer.root, &["--since", "HEAD"])),
        ["Order_Sync: refresh-token-never-expires"]
    );
    assert_eq!(reported(&check(&outer.root, &["--staged"])), none());
    outer.git(&["add", "-A"]);
    assert_eq!(reported(&check(&outer.root, &["--staged"])), ["Order_Sync: refresh-token-never-expires"]);
    // A repository inside another one that is not a submodule stands alone.
    let apart = outer.root.join("apart");
    outer.write(".gitignore", "apart\n");
    assert!(git(&outer.root, &["clone", "-q", &url, apart.to_str().unwrap()]).status.success());
    fs::write(apart.join(&path), app(&App { refresh_token: "infinite", ..App::default() })).unwrap();
    assert_eq!(
        reported(&check(&outer.root, &["--since", "main", "apart"])),
        ["Order_Sync: refresh-token-never-expires"]
    );
}

#[test]
fn source_in_a_submodule_is_compared_with_the_recorded_commit() {
    let shared = Repository::new();
    shared.write("Order_Sync.connectedApp-meta.xml", &app(&App::default()));
    shared.write("Order_Sync_User.permissionset-meta.xml", &set("Order Sync User"));
    shared.commit("one");
    let project = Repository::new();
    project.write("sfdx-project.json", PROJECT);
    project.write("preauth.yaml", REGISTER);
    let url = format!("file://{}", shared.root.display());
    project.git(&["submodule", "--quiet", "add", &url, "force-app/shared"]);
    project.commit("one");
    assert_eq!(project.reported(&["--since", "HEAD"]), none());
    let inner = project.root.join("force-app/shared");
    let worse = app(&App { refresh_token: "infinite", ..App::default() });
    fs::write(inner.join("Order_Sync.connectedApp-meta.xml"), worse).unwrap();
    assert_eq!(project.reported(&["--since", "HEAD"]), ["Order_Sync: refresh-token-never-expires"]);
    assert!(git(&inner, &["commit", "-q", "-a", "-m", "two"]).status.success());
    project.git(&["add", "-A"]);
    assert_eq!(project.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);
}

#[test]
fn baseline_drops_fixed_findings_and_reports_replaced_ones() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    let baseline = ["--baseline", "baseline.json"];
    let write = [&baseline[..], &["--write-baseline", "--as-of=2026-01-01"]].concat();
    let written = preauth().current_dir(&repository.root).arg("check").args(&write).output().unwrap();
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert_eq!(repository.reported(&baseline), none());

    // Lines move, the folder changes, and another app is added.
    let moved = app(&App { refresh_token: "infinite", before: "    <!-- orders -->\n\n", ..App::default() });
    fs::remove_file(repository.root.join(format!("{APPS}/Order_Sync.connectedApp-meta.xml"))).unwrap();
    repository.write("force-app/integration/Order_Sync.connectedApp-meta.xml", &moved);
    assert_eq!(repository.reported(&baseline), none());

    // The number of findings is the same, but one is different.
    let swapped = app(&App { ip_relaxation: "BYPASS", ..App::default() });
    repository.write("force-app/integration/Order_Sync.connectedApp-meta.xml", &swapped);
    assert_eq!(repository.reported(&baseline), ["Order_Sync: ip-relaxation-unjustified"]);
    let said = stderr(&repository.check(&baseline));
    assert!(said.contains("1 baseline finding is fixed"), "{said}");
    let pruned = preauth().current_dir(&repository.root).arg("check").args(&write).output().unwrap();
    assert!(stderr(&pruned).contains("1 new, 1 pruned"), "{}", stderr(&pruned));
}

#[test]
fn baseline_is_not_written_after_a_partial_read() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    let write = || {
        let args = ["check", "--baseline", "baseline.json", "--write-baseline"];
        preauth().current_dir(&repository.root).args(args).output().unwrap()
    };
    assert_eq!(write().status.code(), Some(0));
    let written = fs::read(repository.root.join("baseline.json")).unwrap();
    let refused = |why: &str| {
        let output = write();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
        assert_eq!(fs::read(repository.root.join("baseline.json")).unwrap(), written);
    };
    fs::write(repository.root.join(APP), b"<ConnectedApp>\xFF</ConnectedApp>").unwrap();
    refused("1 file could not be read");
    fs::remove_dir_all(repository.root.join("force-app")).unwrap();
    refused("no metadata files found");
}

#[test]
fn standard_input_replaces_a_file() {
    let repository = Repository::with_project();
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    let with = |text: &str, args: &[&str]| {
        let mut all = vec!["check", "--as-of=2026-01-01", "--stdin-filename", &path];
        all.extend(args);
        let mut command = preauth();
        command.current_dir(&repository.root).args(all);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let worse = app(&App { refresh_token: "infinite", ..App::default() });
    let output = with(&worse, &["-", "--format=concise", "--select", POLICIES]);
    assert_eq!(reported(&output), ["Order_Sync: refresh-token-never-expires"]);
    // The rest of the tree is unchanged, so the grant resolves.
    assert_eq!(
        reported(&with(&app(&App::default()), &["-", "--format=concise", "--select", POLICIES])),
        none()
    );
    let fixed = with(&worse, &["-", "--fix", "--unsafe-fixes"]);
    assert!(stdout(&fixed).starts_with("<?xml"), "{}", stdout(&fixed));
    assert_eq!(fs::read_to_string(repository.root.join(&path)).unwrap(), app(&App::default()));
    let nameless = preauth().current_dir(&repository.root).args(["check", "-"]).output().unwrap();
    assert_eq!(nameless.status.code(), Some(2));
    assert!(stderr(&nameless).contains("--stdin-filename"));
}

#[test]
fn new_finding_is_reported_even_if_an_existing_one_would_include_it() {
    let repository = Repository::with_project();
    repository.write(
        "policies/speaker.yaml",
        "id: speaker\ntitle: Apps are not for the API\nseverity: error\nwhy: To see who speaks for whom.\n\
         select: App\nrequire:\n  - { path: scopes, every: { none_of: [Api] } }\nsubsume: [refresh-token-never-expires]\n\
         examples: { fail: [], pass: [] }\n",
    );
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}", "policies: [policies]"));
    repository.commit("two");
    let since = ["--select", "speaker,refresh-token-never-expires", "--since", "HEAD"];
    assert_eq!(repository.reported(&since[..2]), ["Order_Sync: speaker"]);
    assert_eq!(repository.reported(&since), none());
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    assert_eq!(repository.reported(&since), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&since[..2]), ["Order_Sync: speaker"]);
    repository.commit("three");
    assert_eq!(repository.reported(&since), none());
}
