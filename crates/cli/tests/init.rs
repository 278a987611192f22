//! What `preauth init` writes works, and nothing that is there is lost. Over every tree among the fixtures, and over
//! real ones in the folder that `PREAUTH_CORPUS` names.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{fs, path::Path};

use support::{copy, files, run, stderr, stdout, trees};

/// Writes a first configuration for a copy of a tree, judges by it, and writes it again.
fn begins(tree: &Path) {
    let folder = copy(tree);
    let _ = fs::remove_file(folder.path().join("preauth.yaml"));
    let before = run(folder.path(), &["check", "--format", "json"]).status.code();
    let begun = run(folder.path(), &["init"]);
    assert!(begun.status.success(), "{}: {}", tree.display(), stderr(&begun));
    let text = fs::read_to_string(folder.path().join("preauth.yaml")).unwrap();
    let inventory: serde_json::Value =
        serde_json::from_str(&stdout(&run(folder.path(), &["apps", "--json"]))).unwrap();
    let names = inventory["apps"].as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap());
    for name in names {
        let is_there = text.contains(&format!("- match: {name}\n")) || text.contains(name);
        assert!(is_there, "{}: {name} is not in the register", tree.display());
    }
    let checked = run(folder.path(), &["check", "--format", "concise"]);
    let said = stdout(&checked) + &stderr(&checked);
    assert!(!said.contains("config-invalid"), "{}: {said}\n{text}", tree.display());
    assert_eq!(checked.status.code() == Some(2), before == Some(2), "{}: {said}", tree.display());
    let written = files(folder.path());
    let again = run(folder.path(), &["init"]);
    assert!(again.status.success(), "{}: {}", tree.display(), stderr(&again));
    assert!(written == files(folder.path()), "{}: something was written over", tree.display());
}

#[test]
fn the_first_configuration_of_every_fixture_loads() {
    trees().iter().for_each(|tree| begins(tree));
}

#[test]
fn the_first_configuration_of_every_real_tree_loads() {
    let Some(corpus) = std::env::var_os("PREAUTH_CORPUS") else {
        eprintln!("skipped: PREAUTH_CORPUS names no folder of real trees");
        return;
    };
    for entry in fs::read_dir(corpus).unwrap() {
        let tree = entry.unwrap().path();
        // Some hold several projects, and init takes one.
        let one = tree.join("sfdx-project.json").is_file();
        if one && stdout(&run(&tree, &["apps", "--json"])).contains("\"name\"") {
            begins(&tree);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_hook_of_a_folder_with_a_space_runs() {
    let folder = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let output =
            std::process::Command::new("git").current_dir(folder.path()).args(args).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    };
    git(&["init", "--quiet"]);
    let project = folder.path().join("sales org");
    for (path, bytes) in files(&trees()[0]) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    fs::write(folder.path().join(".pre-commit-config.yaml"), "repos: []\n").unwrap();
    let said = stdout(&run(folder.path(), &["init", "sales org"]));
    let entry = said.lines().find_map(|line| line.trim().strip_prefix("entry: preauth ")).unwrap().to_owned();
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
fn a_project_inside_a_repository_is_checked_from_the_root_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let project = folder.path().join("org");
    for (path, bytes) in files(copy(&trees()[0]).path()) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    assert!(run(folder.path(), &["init", "org"]).status.success());
    let job = fs::read_to_string(folder.path().join(".github/workflows/preauth.yml")).unwrap();
    assert!(job.contains("\n          working-directory: org\n"), "{job}");
}
