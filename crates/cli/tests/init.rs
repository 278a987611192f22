//! `preauth init` writes a valid configuration and changes no existing file. Run on all fixtures, and on real trees if
//! `PREAUTH_CORPUS` names a folder of them.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{fs, path::Path};

use support::{copy, copy_into, files, run, stderr, stdout, trees};

/// Runs `init` on a copy of a tree, checks the tree with the new configuration, and runs `init` a second time.
fn check_init(tree: &Path) {
    let folder = copy(tree);
    let _ = fs::remove_file(folder.path().join("preauth.yaml"));
    let before = run(folder.path(), &["check", "--format", "json"]).status.code();
    let first_run = run(folder.path(), &["init"]);
    assert!(first_run.status.success(), "{}: {}", tree.display(), stderr(&first_run));
    let text = fs::read_to_string(folder.path().join("preauth.yaml")).unwrap();
    let inventory: serde_json::Value =
        serde_json::from_str(&stdout(&run(folder.path(), &["apps", "--json"]))).unwrap();
    let names = inventory["apps"].as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap());
    for name in names {
        let is_registered = text.contains(&format!("- match: {name}\n")) || text.contains(name);
        assert!(is_registered, "{}: {name} is not in the register", tree.display());
    }
    let checked = run(folder.path(), &["check", "--format", "concise"]);
    let output = stdout(&checked) + &stderr(&checked);
    assert!(!output.contains("config-invalid"), "{}: {output}\n{text}", tree.display());
    assert_eq!(checked.status.code() == Some(2), before == Some(2), "{}: {output}", tree.display());
    let written = files(folder.path());
    let second_run = run(folder.path(), &["init"]);
    assert!(second_run.status.success(), "{}: {}", tree.display(), stderr(&second_run));
    assert!(written == files(folder.path()), "{}: a second run changed a file", tree.display());
}

#[test]
fn init_writes_a_valid_configuration_for_every_fixture() {
    trees().iter().for_each(|tree| check_init(tree));
}

#[test]
fn init_writes_a_valid_configuration_for_every_real_tree() {
    let Some(corpus) = std::env::var_os("PREAUTH_CORPUS") else {
        eprintln!("skipped: PREAUTH_CORPUS names no folder of real trees");
        return;
    };
    for entry in fs::read_dir(corpus).unwrap() {
        let tree = entry.unwrap().path();
        // Some trees have several projects, but `init` takes one.
        let is_project = tree.join("sfdx-project.json").is_file();
        if is_project && stdout(&run(&tree, &["apps", "--json"])).contains("\"name\"") {
            check_init(&tree);
        }
    }
}

#[cfg(unix)]
#[test]
fn hook_runs_in_a_folder_with_a_space() {
    let folder = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let output =
            std::process::Command::new("git").current_dir(folder.path()).args(args).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    };
    git(&["init", "--quiet"]);
    let project = folder.path().join("sales org");
    copy_into(&trees()[0], &project);
    fs::write(folder.path().join(".pre-commit-config.yaml"), "repos: []\n").unwrap();
    let output = stdout(&run(folder.path(), &["init", "sales org"]));
    let entry =
        output.lines().find_map(|line| line.trim().strip_prefix("entry: preauth ")).unwrap().to_owned();
    git(&["add", "--all"]);
    let program = assert_cmd::cargo::cargo_bin!("preauth");
    let hook = std::process::Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", &format!("'{}' {entry}", program.display())])
        .output()
        .unwrap();
    assert!(stderr(&hook).contains("Read "), "{}", stderr(&hook));
}

#[test]
fn project_inside_a_repository_is_checked_from_the_repository_root() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let project = folder.path().join("org");
    copy_into(&trees()[0], &project);
    assert!(run(folder.path(), &["init", "org"]).status.success());
    let job = fs::read_to_string(folder.path().join(".github/workflows/preauth.yml")).unwrap();
    assert!(job.contains("\n          working-directory: org\n"), "{job}");
}
