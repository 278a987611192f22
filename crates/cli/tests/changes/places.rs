//! Where the repository is, where the project is in it, and where the program is run.

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
fn a_project_in_a_folder_with_any_name_is_compared_from_anywhere() {
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
    // A path narrows what is reported.
    assert_eq!(reported(&check(&root.join(SETS), &["--since", "HEAD", "."])), none());
    repository.git(&["add", "-A"]);
    fs::remove_file(root.join(format!("{SETS}/Büro \"1\".permissionset-meta.xml"))).unwrap();
    assert_eq!(reported(&check(&root.join(SETS), &["--staged", ".."])), ETERNAL);
}

#[test]
fn the_variables_of_a_hook_are_of_its_repository_alone() {
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
