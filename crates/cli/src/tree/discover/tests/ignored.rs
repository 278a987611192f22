use super::*;

#[test]
fn hidden_files_and_node_modules_are_passed_by() {
    let disk = OnDisk::with(&[
        "app/A.profile",
        "app/.B.profile",
        "app/.backup/C.profile",
        "app/node_modules/x/D.profile",
        ".sf/orgs/E.profile",
    ])
    .project("", &["app"]);
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["app/A.profile"]);
    assert_eq!(tree.outside.count, 0);
}

#[test]
fn projects_in_node_modules_are_none() {
    let disk = OnDisk::with(&["A.profile"]).project("node_modules/x", &["app"]);
    assert_eq!(disk.tree(&[""]).root, disk.at(""));
}

#[test]
fn gitignored_files_are_passed_by() {
    let disk = OnDisk::with(&["app/A.profile", "app/B.profile", "app/out/C.profile", "tmp/D.profile"])
        .project("", &["app"])
        .and(".gitignore", "out/\ntmp\n")
        .and("app/.gitignore", "B.*\n");
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["app/A.profile"]);
    assert_eq!(tree.outside.count, 0);
}

#[test]
fn gitignore_files_count_up_to_the_root_of_the_repository() {
    let disk = OnDisk::with(&["repo/.git/", "repo/sf/app/A.profile", "repo/sf/app/B.profile"])
        .project("repo/sf", &["app"])
        .and(".gitignore", "A.profile\n")
        .and("repo/.gitignore", "B.profile\n");
    assert_eq!(files(&disk.tree(&["repo/sf"])), ["app/A.profile"]);
}

#[test]
fn a_path_that_is_gitignored_is_read_all_the_same() {
    let disk = OnDisk::with(&["app/A.profile", "retrieved/B.profile", "retrieved/x/C.profile"])
        .project("", &["app"])
        .and(".gitignore", "retrieved/**\n");
    assert_eq!(
        files(&disk.tree(&["retrieved"])),
        ["app/A.profile", "retrieved/B.profile", "retrieved/x/C.profile"]
    );
}

#[test]
fn a_package_directory_that_is_gitignored_is_read_all_the_same() {
    let disk = OnDisk::with(&["app/A.profile"]).project("", &["app"]).and(".gitignore", "app\n");
    assert_eq!(files(&disk.tree(&[""])), ["app/A.profile"]);
}

#[test]
fn forceignored_files_are_read_but_not_judged() {
    let disk = OnDisk::with(&["app/A.profile", "app/profiles/B.profile", "app/C.profile"])
        .project("", &["app"])
        .and(".forceignore", "profiles/\n*.profile\n!A.profile\n!B.profile\n");
    assert_eq!(files(&disk.tree(&[""])), ["app/A.profile", "(app/C.profile)", "(app/profiles/B.profile)"]);
}

#[test]
fn built_in_patterns_need_a_forceignore_file() {
    let disk = OnDisk::with(&["app/x.dup/A.profile"]).project("", &["app"]);
    assert_eq!(files(&disk.tree(&[""])), ["app/x.dup/A.profile"]);
    disk.write(".forceignore", "");
    assert_eq!(files(&disk.tree(&[""])), ["(app/x.dup/A.profile)"]);
}

#[test]
fn of_forceignore_files_only_the_nearest_above_the_package_directory_counts() {
    let disk = OnDisk::with(&["a/A.profile", "a/B.profile", "a/C.profile", "b/A.profile", "b/B.profile"])
        .project("", &["a", "b"])
        .and(".forceignore", "A.profile")
        .and("a/.forceignore", "/B.profile");
    assert_eq!(
        files(&disk.tree(&[""])),
        ["a/A.profile", "(a/B.profile)", "a/C.profile", "(b/A.profile)", "b/B.profile"]
    );
}

#[test]
fn a_forceignore_file_below_a_package_directory_is_without_effect() {
    let disk =
        OnDisk::with(&["app/main/A.profile"]).project("", &["app"]).and("app/main/.forceignore", "A.profile");
    assert_eq!(files(&disk.tree(&["app/main"])), ["app/main/A.profile"]);
}

#[test]
fn a_forceignore_file_above_the_project_counts() {
    let disk = OnDisk::with(&["crm/app/A.profile", "crm/app/B.profile"])
        .project("crm", &["app"])
        .and(".forceignore", "/crm/app/A.profile\n[z-a]");
    let tree = disk.tree(&["crm"]);
    assert_eq!(files(&tree), ["(app/A.profile)", "app/B.profile"]);
    assert_eq!(tree.diagnostics[0].primary.location.file.as_str(), "../.forceignore");
}

#[test]
fn ignored_files_are_judged_if_they_are_named_or_all_are() {
    let disk = OnDisk::with(&["app/profiles/A.profile", "app/B.profile", "app/C.profile"])
        .project("", &["app"])
        .and(".forceignore", "**/profiles/**\nB.profile\n");
    assert_eq!(files(&disk.tree(&["app"])), ["(app/B.profile)", "app/C.profile", "(app/profiles/A.profile)"]);
    assert_eq!(
        files(&disk.tree(&["app/profiles"])),
        ["(app/B.profile)", "app/C.profile", "app/profiles/A.profile"]
    );
    assert_eq!(
        files(&disk.tree(&["app/B.profile"])),
        ["app/B.profile", "app/C.profile", "(app/profiles/A.profile)"]
    );
    let all = discover(&[disk.at("")], true).unwrap();
    assert_eq!(files(&all[0]), ["app/B.profile", "app/C.profile", "app/profiles/A.profile"]);
}

#[test]
fn ignored_files_below_a_folder_that_is_named_are_judged_whatever_ignores_them() {
    for rules in ["A.profile", "*.profile", "profiles/", "app/main/profiles/**", "/app/main"] {
        let disk = OnDisk::with(&["app/main/profiles/A.profile", "app/B.permissionset"])
            .project("", &["app"])
            .and(".forceignore", rules);
        for named in ["app/main", "app/main/profiles", "app/main/profiles/A.profile"] {
            let judged = ["app/B.permissionset", "app/main/profiles/A.profile"];
            assert_eq!(files(&disk.tree(&[named])), judged, "{rules} {named}");
        }
        for named in ["", "app", "app/B.permissionset"] {
            let left_out = ["app/B.permissionset", "(app/main/profiles/A.profile)"];
            assert_eq!(files(&disk.tree(&[named])), left_out, "{rules} {named}");
        }
    }
}

#[test]
fn ignored_files_outside_the_package_directories_are_judged_if_their_folder_is_named() {
    let disk = OnDisk::with(&["app/B.profile", "manual/A.profile"])
        .project("", &["app"])
        .and(".forceignore", "*.profile");
    assert_eq!(files(&disk.tree(&["manual"])), ["(app/B.profile)", "manual/A.profile"]);
}
