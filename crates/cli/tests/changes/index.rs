//! The index of git: it is read, and never written.

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

/// Changes the time of every file in the work tree, but not the content.
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
fn staged_content_is_checked_without_changing_files() {
    let repository = Repository::with_project();
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.git(&["add", "-A"]);
    // The work tree changes after staging. The staged content has more findings, and untracked files do not count.
    repository.write_app(&App { ip_relaxation: "BYPASS", ..App::default() });
    repository.write(
        &format!("{APPS}/Other.connectedApp-meta.xml"),
        &app(&App { scopes: &["Full"], ..App::default() }),
    );
    let before = repository.state();
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&["--since", "HEAD", &path]), ["Order_Sync: ip-relaxation-unjustified"]);
    assert_eq!(before, repository.state(), "neither the work tree nor anything of git's own has changed");

    // `git add --intent-to-add` does not stage content.
    repository.git(&["add", "-N", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);

    // A fix of the staged text is not written over a different text in the work tree.
    let fix = repository.check(&["--staged", "--fix", "--unsafe-fixes"]);
    let message = stderr(&fix);
    assert!(!message.contains("Fixed") || message.contains("unstaged changes"), "{message}");
    assert_eq!(before.get(&path), repository.state().get(&path));
}

#[test]
fn touched_files_are_unchanged_and_the_index_is_not_written() {
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
    let fix = repository.check(&["--staged", "--fix", "--unsafe-fixes"]);
    assert!(!stderr(&fix).contains("not staged"), "{}", stderr(&fix));
}

#[test]
fn assume_unchanged_files_are_checked_as_they_are() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::with_project();
        repository.git(&["update-index", flag, APP]);
        repository.write_app(&eternal());
        assert_eq!(repository.reported(&["--staged"]), none(), "{flag}: the index has the old content");
        assert_eq!(
            repository.reported(&["--since", "HEAD"]),
            ETERNAL,
            "{flag}: the work tree has the new content"
        );
    }
}

#[test]
fn files_outside_a_sparse_checkout_are_unchanged() {
    let repository = Repository::with_project();
    repository.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/force-app/main/default/permissionsets"]);
    assert!(!repository.root.join(SETS).exists());
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());
    repository.write_app(&eternal());
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    assert_eq!(repository.reported(&["--staged"]), ETERNAL);
    // Files outside the sparse checkout can be staged too.
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
fn files_removed_from_the_index_are_not_staged() {
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
fn merge_conflict_is_reported_before_the_staged_check() {
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
    assert!(stderr(&staged).contains("has a merge conflict: resolve it"), "{}", stderr(&staged));
    // The work tree has the merge result of git.
    let since = repository.check(&["--since", "HEAD", "--select", "malformed"]);
    assert_ne!(since.status.code(), Some(0), "{}", stderr(&since));
}

#[test]
#[cfg(unix)]
fn hook_checks_the_content_to_be_committed() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::with_project();
    repository.write(&format!("{APPS}/Other.connectedApp-meta.xml"), &app(&App::default()));
    repository.commit("two");
    let printed = repository.folder.path().join("printed");
    let hook = repository.root.join(".git/hooks/pre-commit");
    let script = format!(
        "#!/bin/sh\n'{}' check --staged --as-of=2026-01-01 --format=concise --select {} > '{}'\nexit 1\n",
        preauth().get_program().to_str().unwrap(),
        crate::repository::POLICIES,
        printed.display()
    );
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let committing = |folder: &Path, args: &[&str]| {
        let mut output = git(folder, &[&["commit", "-q", "-m", "three"], args].concat());
        output.stdout = fs::read(&printed).unwrap();
        reported(&output)
    };
    // For `commit --all` and `commit FILE` git gives the hook a temporary index.
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
