//! What git goes by when it tells files apart: its index, which is read as it is and left as it is.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use crate::{
    repository::{APP, APPS, App, Repository, SETS, app, git, none, reported, set},
    support::{preauth, stderr},
};

const ETERNAL: [&str; 1] = ["Order_Sync: refresh-token-never-expires"];

fn eternal() -> App {
    App { refresh_token: "infinite", ..App::default() }
}

/// Gives every file of the work tree another time and the same bytes.
fn touch(repository: &Repository) {
    let later = SystemTime::now() + Duration::from_secs(60);
    for path in repository.state().keys().filter(|path| !path.starts_with(".git/")) {
        fs::File::options()
            .write(true)
            .open(repository.root.join(path))
            .unwrap()
            .set_modified(later)
            .unwrap();
    }
}

#[test]
fn what_is_staged_is_judged_and_nothing_is_touched() {
    let repository = Repository::with_project();
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.git(&["add", "-A"]);
    // The work tree goes on: what is staged is worse, and what is not known to git does not count.
    repository.write_app(&App { ip_relaxation: "BYPASS", ..App::default() });
    repository.write(
        &format!("{APPS}/Other.connectedApp-meta.xml"),
        &app(&App { scopes: &["Full"], ..App::default() }),
    );
    let before = repository.state();
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&["--since", "HEAD", &path]), ["Order_Sync: ip-relaxation-unjustified"]);
    assert_eq!(before, repository.state(), "neither the work tree nor anything of git's own has changed");

    // What is only announced is not staged.
    repository.git(&["add", "-N", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);

    // A correction would be of the staged text, and is not written over another.
    let fix = repository.check(&["--staged", "--unsafe-fixes"]);
    let said = stderr(&fix);
    assert!(!said.contains("Corrected") || said.contains("changes that are not staged"), "{said}");
    assert_eq!(before.get(&path), repository.state().get(&path));
}

#[test]
fn files_that_are_only_touched_have_not_changed_and_the_index_stays() {
    let repository = Repository::with_project();
    repository.write_app(&eternal());
    repository.git(&["add", "-A"]);
    touch(&repository);
    let index = repository.root.join(".git/index");
    let looked_at = || (fs::read(&index).unwrap(), fs::metadata(&index).unwrap().modified().unwrap());
    let before = looked_at();
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    assert_eq!(repository.reported(&["--staged"]), ETERNAL);
    assert!(before == looked_at(), "the index was written");
    let fix = repository.check(&["--staged", "--unsafe-fixes"]);
    assert!(!stderr(&fix).contains("not staged"), "{}", stderr(&fix));
}

#[test]
fn what_git_is_told_to_take_for_unchanged_is_judged_as_it_is() {
    for told in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::with_project();
        repository.git(&["update-index", told, APP]);
        repository.write_app(&eternal());
        assert_eq!(repository.reported(&["--staged"]), none(), "{told}: the index has it as it was");
        assert_eq!(
            repository.reported(&["--since", "HEAD"]),
            ETERNAL,
            "{told}: the work tree has it changed"
        );
    }
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_as_it_was() {
    let repository = Repository::with_project();
    repository.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/force-app/main/default/permissionsets"]);
    assert!(!repository.root.join(SETS).exists());
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());
    repository.write_app(&eternal());
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    assert_eq!(repository.reported(&["--staged"]), ETERNAL);
    // What is left out can be staged all the same, and is.
    let object = repository.root.join("set.xml");
    fs::write(&object, set("Orders")).unwrap();
    let id = repository.git(&["hash-object", "-w", "set.xml"]);
    fs::remove_file(&object).unwrap();
    let path = format!("{SETS}/Order_Sync_User.permissionset-meta.xml");
    repository.git(&["update-index", "--cacheinfo", &format!("100644,{id},{path}")]);
    repository.git(&["update-index", "--skip-worktree", &path]);
    assert_eq!(
        repository.reported(&["--staged"]),
        ["Order_Sync: refresh-token-never-expires", "Order_Sync: grant-misspelt"]
    );
}

#[test]
fn what_is_deleted_from_the_index_only_is_not_staged() {
    let repository = Repository::with_project();
    let path = format!("{SETS}/Order_Sync_User.permissionset-meta.xml");
    repository.git(&["rm", "-q", "--cached", &path]);
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: grant-unresolved"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), none(), "it is on disk as it was");
    repository.git(&["reset", "-q"]);
    repository.remove(&path);
    assert_eq!(repository.reported(&["--staged"]), none());
    assert_eq!(repository.reported(&["--since", "HEAD"]), ["Order_Sync: grant-unresolved"]);
}

#[test]
fn a_conflict_is_said_before_anything_staged_is_judged() {
    let repository = Repository::with_project();
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write_app(&eternal());
    repository.commit("two");
    repository.git(&["checkout", "-q", "main"]);
    repository.write_app(&App { refresh_token: "zero", ..App::default() });
    repository.commit("three");
    assert!(!git(&repository.root, &["merge", "-q", "topic"]).status.success());
    let staged = repository.check(&["--staged"]);
    assert_eq!(staged.status.code(), Some(2));
    assert!(stderr(&staged).contains("is not merged: resolve the conflict"), "{}", stderr(&staged));
    // The work tree holds what git has made of both.
    let since = repository.check(&["--since", "HEAD", "--select", "malformed"]);
    assert_ne!(since.status.code(), Some(0), "{}", stderr(&since));
}

#[test]
#[cfg(unix)]
fn a_hook_judges_what_will_be_committed() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::with_project();
    repository.write(&format!("{APPS}/Other.connectedApp-meta.xml"), &app(&App::default()));
    repository.commit("two");
    let said = repository.folder.path().join("said");
    let hook = repository.root.join(".git/hooks/pre-commit");
    let script = format!(
        "#!/bin/sh\n'{}' check --staged --as-of=2026-01-01 --format=concise --select {} > '{}'\nexit 1\n",
        preauth().get_program().to_str().unwrap(),
        crate::repository::POLICIES,
        said.display()
    );
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let committing = |folder: &Path, args: &[&str]| {
        let mut output = git(folder, &[&["commit", "-q", "-m", "three"], args].concat());
        output.stdout = fs::read(&said).unwrap();
        reported(&output)
    };
    // Something is staged, something else is not: git gives the hook an index of its own for `--all` and for files.
    repository.write(
        &format!("{APPS}/Other.connectedApp-meta.xml"),
        &app(&App { scopes: &["Full"], ..App::default() }),
    );
    repository.git(&["add", "-A"]);
    repository.write_app(&eternal());
    let other = "Other: scope-full";
    let inside = repository.root.join(APPS);
    assert_eq!(committing(&inside, &["Order_Sync.connectedApp-meta.xml"]), ETERNAL);
    assert_eq!(committing(&repository.root, &["--all"]), ["Order_Sync: refresh-token-never-expires", other]);
}
