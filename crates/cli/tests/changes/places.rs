//! Locations of the repository, of the project in it, and of the working directory.

use std::fs;

use crate::{
    repository::{APP, App, PROJECT, Repository, SETS, app, check, git, none, reported, set},
    support::{preauth, stderr},
};

const ETERNAL: [&str; 1] = ["Order_Sync: refresh-token-never-expires"];

fn eternal() -> String {
    app(&App { refresh_token: "infinite", ..App::default() })
}

#[test]
fn project_in_a_folder_of_any_name_is_compared_from_any_folder() {
    let repository = Repository::new();
    let folder = if cfg!(windows) { "Vertrieb & Büro's" } else { "\"Vertrieb\" &\tBüro's" };
    let at = |path: &str| format!("{folder}/{path}");
    repository.write(&at("sfdx-project.json"), PROJECT);
    repository.write(&at(APP), &app(&App::default()));
    repository.write(&at(&format!("{SETS}/Büro \"1\".permissionset-meta.xml")), &set("Order Sync User"));
    repository.commit("one");
    repository.write(&at(APP), &eternal());
    let root = repository.root.join(folder);
    for here in [repository.root.clone(), root.clone(), root.join(SETS)] {
        let paths = [root.to_str().unwrap()];
        let since = [&["--since", "HEAD"], &paths[..]].concat();
        assert_eq!(reported(&check(&here, &since)), ETERNAL, "{}", here.display());
    }
    // A path argument limits the report.
    assert_eq!(reported(&check(&root.join(SETS), &["--since", "HEAD", "."])), none());
    repository.git(&["add", "-A"]);
    fs::remove_file(root.join(format!("{SETS}/Büro \"1\".permissionset-meta.xml"))).unwrap();
    assert_eq!(reported(&check(&root.join(SETS), &["--staged", ".."])), ETERNAL);
}

#[test]
fn git_variables_of_a_hook_apply_only_to_its_repository() {
    let repository = Repository::with_project();
    let other = Repository::with_project();
    repository.write(APP, &eternal());
    other.write(APP, &eternal());
    let with = |args: &[&str]| {
        let policies = crate::repository::POLICIES;
        let all = ["check", "--as-of=2026-01-01", "--format=concise", "--select", policies];
        let output = preauth()
            .current_dir(&repository.root)
            .env("GIT_DIR", ".git")
            .env("GIT_INDEX_FILE", ".git/index")
            .args([&all[..], args].concat())
            .output()
            .unwrap();
        reported(&output)
    };
    assert_eq!(with(&["--since", "HEAD"]), ETERNAL);
    assert_eq!(with(&["--since", "HEAD", other.root.to_str().unwrap()]), ETERNAL);
}

#[test]
fn separate_work_tree_is_found_through_git() {
    let repository = Repository::with_project();
    let apart = repository.folder.path().join("apart");
    repository.git(&["worktree", "add", "-q", "-b", "topic", apart.to_str().unwrap()]);
    // A folder named `.git` is not yet a repository.
    fs::create_dir(apart.join("force-app/.git")).unwrap();
    fs::write(apart.join(APP), eternal()).unwrap();
    assert_eq!(reported(&check(&apart, &["--since", "HEAD"])), ETERNAL);
    let inside = apart.join("force-app/main");
    assert_eq!(reported(&check(&inside, &["--since", "HEAD"])), ETERNAL);

    // The work tree of this repository is in another folder.
    let away = repository.folder.path().join("away");
    fs::create_dir(&away).unwrap();
    repository.git(&["config", "core.worktree", away.to_str().unwrap()]);
    let output = check(&repository.root, &["--since", "HEAD"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is not in a git repository"), "{}", stderr(&output));
}

#[test]
fn bare_repository_has_no_work_tree() {
    let repository = Repository::with_project();
    let bare = repository.folder.path().join("bare/.git");
    fs::create_dir(repository.folder.path().join("bare")).unwrap();
    git(
        repository.folder.path(),
        &["clone", "-q", "--bare", repository.root.to_str().unwrap(), bare.to_str().unwrap()],
    );
    let project = bare.parent().unwrap();
    fs::write(project.join("Order_Sync.connectedApp"), eternal()).unwrap();
    let output = check(project, &["--since", "HEAD"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("work tree"), "{}", stderr(&output));
}
