#![allow(clippy::disallowed_methods, reason = "tests write the files that they read")]

use std::fs;

use tempfile::TempDir;

use super::*;

mod ignored;
#[cfg(unix)]
mod links;

/// A folder on disk that holds the files of one test.
struct OnDisk {
    folder: TempDir,
}

impl OnDisk {
    /// Empty files with these paths; a path that ends with `/` is a folder.
    fn with(paths: &[&str]) -> Self {
        let disk = Self { folder: TempDir::new().unwrap() };
        for path in paths {
            match path.strip_suffix('/') {
                Some(folder) => fs::create_dir_all(disk.at(folder)).unwrap(),
                None => disk.write(path, ""),
            }
        }
        disk
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts a project there with these package directories.
    fn project(self, folder: &str, package_directories: &[&str]) -> Self {
        let list: Vec<String> =
            package_directories.iter().map(|path| format!(r#"{{"path": "{path}"}}"#)).collect();
        let text = format!(r#"{{"packageDirectories": [{}], "sourceApiVersion": "66.0"}}"#, list.join(", "));
        self.and(Utf8Path::new(folder).join(Project::FILE).as_str(), &text)
    }

    /// Puts one more file there.
    fn and(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    fn at(&self, path: &str) -> Utf8PathBuf {
        assert!(!path.starts_with('/'), "a path that is not in the folder: {path}");
        let root = Utf8Path::from_path(self.folder.path()).unwrap().canonicalize_utf8().unwrap();
        if path.is_empty() { root } else { root.join(path) }
    }

    fn trees(&self, paths: &[&str]) -> Vec<ProjectTree> {
        let paths: Vec<_> = paths.iter().map(|path| self.at(path)).collect();
        discover(&paths, false).unwrap()
    }

    /// The only tree of the paths.
    #[track_caller]
    fn tree(&self, paths: &[&str]) -> ProjectTree {
        let mut trees = self.trees(paths);
        assert_eq!(trees.len(), 1, "{trees:?}");
        trees.remove(0)
    }
}

/// The files of the tree, those that are ignored in brackets.
fn files(tree: &ProjectTree) -> Vec<String> {
    let shown = |file: &FoundFile| match file.status {
        FileStatus::Judged => file.path.to_string(),
        FileStatus::Ignored => format!("({})", file.path),
        FileStatus::Misnamed => format!("?{}", file.path),
    };
    tree.files.iter().map(shown).collect()
}

/// The messages and places of the tree's diagnostics.
fn problems(tree: &ProjectTree) -> Vec<(&str, &str)> {
    tree.diagnostics
        .iter()
        .map(|problem| (&*problem.message, problem.primary.location.file.as_str()))
        .collect()
}

#[test]
fn both_formats_in_any_folder_are_source() {
    let disk = OnDisk::with(&[
        "app/main/default/profiles/Admin.profile-meta.xml",
        "app/odd/place/Portal.connectedApp",
        "app/classes/Portal.cls",
        "app/profiles/README.md",
    ])
    .project("", &["app"]);
    let tree = disk.tree(&[""]);
    assert_eq!(
        files(&tree),
        ["app/main/default/profiles/Admin.profile-meta.xml", "app/odd/place/Portal.connectedApp"]
    );
    assert_eq!(tree.files[1].kind, Kind::ConnectedApp);
    assert_eq!(tree.project_file, Some(Project::FILE.into()));
    assert_eq!(tree.api_version, Some(66));
    assert_eq!(problems(&tree), []);
}

#[test]
fn what_is_outside_the_package_directories_is_counted() {
    let disk = OnDisk::with(&["a/A.profile", "b/c/B.profile", "backup/A.profile", "A.profile", "notes.txt"])
        .project("", &["a", "b/c"]);
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["a/A.profile", "b/c/B.profile"]);
    assert_eq!(tree.outside.count, 2);
}

#[test]
fn all_makes_everything_source() {
    let disk = OnDisk::with(&["a/A.profile", "backup/A.profile"]).project("", &["a"]);
    let trees = discover(&[disk.at("")], true).unwrap();
    assert_eq!(files(&trees[0]), ["a/A.profile", "backup/A.profile"]);
    assert_eq!(trees[0].outside.count, 0);
}

#[test]
fn unpackaged_and_seed_metadata_is_source() {
    let disk = OnDisk::with(&["a/A.profile", "unpackaged/B.profile", "seed/C.profile"]).and(
        Project::FILE,
        r#"{"packageDirectories": [
            {"path": "a", "unpackagedMetadata": {"path": "unpackaged"}, "seedMetadata": {"path": "seed"}}
        ]}"#,
    );
    assert_eq!(files(&disk.tree(&[""])), ["a/A.profile", "seed/C.profile", "unpackaged/B.profile"]);
}

#[test]
fn a_package_directory_that_is_not_there_is_pointed_at() {
    let disk = OnDisk::with(&["a/A.profile"]).project("", &["a", "b"]);
    let tree = disk.tree(&[""]);
    assert_eq!(problems(&tree), [("the folder `b` does not exist", Project::FILE)]);
    assert_eq!(tree.diagnostics[0].severity, Severity::Warning);
}

#[test]
fn a_project_file_that_is_broken_leaves_everything_to_be_judged() {
    let disk = OnDisk::with(&["a/A.profile"]).and(Project::FILE, "{");
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["a/A.profile"]);
    assert_eq!(&*tree.diagnostics[0].code, "project-invalid");
}

#[test]
fn a_project_is_found_from_below_and_the_path_is_the_scope() {
    let disk = OnDisk::with(&["a/x/A.profile", "a/y/B.profile"]).project("", &["a"]);
    for (path, scope) in [("a/x", "a/x"), ("a/x/A.profile", "a/x/A.profile")] {
        let tree = disk.tree(&[path]);
        assert_eq!(tree.root, disk.at(""));
        assert_eq!(tree.scope, [scope]);
        assert_eq!(files(&tree), ["a/x/A.profile", "a/y/B.profile"]);
    }
}

#[test]
fn the_whole_of_a_project_is_no_scope() {
    let disk = OnDisk::with(&["a/A.profile"]).project("", &["a"]);
    assert_eq!(disk.tree(&[""]).scope, [""; 0]);
    assert_eq!(disk.tree(&["a", ""]).scope, [""; 0]);
}

#[test]
fn paths_in_one_project_share_its_tree() {
    let disk = OnDisk::with(&["a/x/A.profile", "a/y/B.profile"]).project("", &["a"]);
    assert_eq!(disk.tree(&["a/y/B.profile", "a/x", "a/x"]).scope, ["a/x", "a/y/B.profile"]);
}

#[test]
fn a_path_outside_the_package_directories_is_source() {
    let disk = OnDisk::with(&["a/A.profile", "backup/B.profile", "backup/old/C.profile"]).project("", &["a"]);
    let tree = disk.tree(&["backup/old"]);
    assert_eq!(files(&tree), ["a/A.profile", "backup/old/C.profile"]);
    assert_eq!((tree.scope.as_slice(), tree.outside.count), (["backup/old".to_owned()].as_slice(), 1));
}

#[test]
fn a_path_that_holds_package_directories_adds_nothing_to_them() {
    let disk = OnDisk::with(&["packages/a/A.profile", "packages/b/B.profile"]).project("", &["packages/a"]);
    assert_eq!(files(&disk.tree(&["packages"])), ["packages/a/A.profile"]);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let disk = OnDisk::with(&["a/A.profile"]).project("", &["a"]);
    let missing = disk.at("a/B.profile");
    let error = discover(std::slice::from_ref(&missing), false).unwrap_err();
    assert_eq!(error.to_string(), format!("`{missing}` does not exist"));
}

#[test]
fn projects_below_are_trees_of_their_own() {
    let disk = OnDisk::with(&["crm/app/A.profile", "hr/app/B.profile"])
        .project("crm", &["app"])
        .project("hr", &["app"]);
    let trees = disk.trees(&[""]);
    let roots: Vec<_> = trees.iter().map(|tree| &tree.root).collect();
    assert_eq!(roots, [&disk.at("crm"), &disk.at("hr")]);
    assert_eq!(files(&trees[1]), ["app/B.profile"]);
    assert_eq!(trees[1].scope, [""; 0]);
}

#[test]
fn paths_in_several_projects_give_several_trees() {
    let disk = OnDisk::with(&["crm/app/A.profile", "hr/app/B.profile"])
        .project("crm", &["app"])
        .project("hr", &["app"]);
    let scopes: Vec<_> =
        disk.trees(&["hr/app", "crm/app/A.profile"]).into_iter().map(|tree| tree.scope).collect();
    assert_eq!(scopes, [["app/A.profile"], ["app"]]);
}

#[test]
fn a_project_in_another_belongs_to_it() {
    let disk = OnDisk::with(&["app/nested/app/A.profile", "tools/app/B.profile"])
        .project("", &["app"])
        .project("app/nested", &["app"])
        .project("tools", &["app"]);
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["app/nested/app/A.profile"]);
    assert_eq!(tree.outside.count, 1);
}

#[test]
fn of_projects_below_the_outermost_count() {
    let disk = OnDisk::with(&[])
        .project("crm", &["app"])
        .project("crm/app/nested", &["app"])
        .project("crm-2", &["app"]);
    let roots: Vec<_> = disk.trees(&[""]).into_iter().map(|tree| tree.root).collect();
    assert_eq!(roots, [disk.at("crm"), disk.at("crm-2")]);
}

#[test]
fn a_folder_without_project_is_source_as_a_whole() {
    let disk = OnDisk::with(&["src/profiles/A.profile", "unpackaged/B.permissionset"])
        .and("src/package.xml", "<Package><version>58.0</version></Package>")
        .and("src/old/package.xml", "<Package><version>30.0</version></Package>");
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["src/profiles/A.profile", "unpackaged/B.permissionset"]);
    assert_eq!((tree.project_file, tree.api_version), (None, Some(58)));
}

#[test]
fn a_file_without_project_is_in_the_folder_of_its_manifest() {
    let disk = OnDisk::with(&["src/package.xml", "src/profiles/A.profile", "src/apps/B.connectedApp"]);
    let tree = disk.tree(&["src/profiles/A.profile"]);
    assert_eq!(tree.root, disk.at("src"));
    assert_eq!(tree.scope, ["profiles/A.profile"]);
    assert_eq!(files(&tree), ["apps/B.connectedApp", "profiles/A.profile"]);
}

#[test]
fn a_file_without_project_and_manifest_is_in_its_folder() {
    let disk = OnDisk::with(&["x/A.profile", "x/B.profile", "C.profile"]);
    let tree = disk.tree(&["x/A.profile"]);
    assert_eq!(
        (tree.root.clone(), tree.scope.as_slice()),
        (disk.at("x"), ["A.profile".to_owned()].as_slice())
    );
    assert_eq!(files(&tree), ["A.profile", "B.profile"]);
}

#[test]
fn a_manifest_of_a_project_states_no_version() {
    let disk = OnDisk::with(&["app/A.profile"])
        .and(Project::FILE, r#"{"packageDirectories": [{"path": "app"}]}"#)
        .and("manifest/package.xml", "<Package><version>58.0</version></Package>");
    assert_eq!(disk.tree(&[""]).api_version, None);
}

#[test]
fn a_project_file_that_is_no_text_is_pointed_at() {
    let disk = OnDisk::with(&["app/A.profile"]);
    fs::write(disk.at(Project::FILE), b"{\"packageDirectories\": [{\"path\": \"app\"}], \"name\": \"\xFF\"}")
        .unwrap();
    let tree = disk.tree(&[""]);
    assert_eq!(problems(&tree), [("this file is not UTF-8 text", Project::FILE)]);
    assert_eq!(tree.project.source_folders.len(), 1);
}

#[test]
fn paths_between_folders() {
    let between = |root: &str, path: &str| relative(root.into(), path.into());
    assert_eq!(between("/a/b", "/a/b/c/d"), "c/d");
    assert_eq!(between("/a/b", "/a/b"), "");
    assert_eq!(between("/a/b", "/a/c"), "../c");
    assert_eq!(between("/a/b", "/x"), "../../x");
}

#[test]
fn files_around_projects_are_a_tree_of_their_own() {
    let disk = OnDisk::with(&["a/app/A.profile", "b/B.profile", "a/C.profile", "node_modules/D.profile"])
        .project("a", &["app"]);
    let trees = disk.trees(&[""]);
    let found: Vec<_> = trees.iter().map(|tree| (tree.root.clone(), files(tree))).collect();
    assert_eq!(
        found,
        [(disk.at(""), vec!["b/B.profile".to_owned()]), (disk.at("a"), vec!["app/A.profile".to_owned()])]
    );
    assert!(trees[0].project.has_projects_below);
    assert_eq!((trees[0].outside.count, trees[1].outside.count), (0, 1));
}

#[test]
fn folder_around_projects_without_files_is_not_a_tree() {
    let disk =
        OnDisk::with(&["a/A.profile", "b/B.profile", "notes.md"]).project("a", &["."]).project("b", &["."]);
    let roots: Vec<_> = disk.trees(&[""]).into_iter().map(|tree| tree.root).collect();
    assert_eq!(roots, [disk.at("a"), disk.at("b")]);
}

#[test]
fn file_with_an_unknown_suffix_is_told_from_others() {
    let disk = OnDisk::with(&[
        "app/A.ecaPolicy-meta.xml",
        "app/B.Profile-meta.xml",
        "app/C.cls-meta.xml",
        "X.ecaPolicy",
    ])
    .project("", &["app"]);
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["?app/A.ecaPolicy-meta.xml"]);
    let misnamed: Vec<_> = tree.misnamed.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
    assert_eq!(
        misnamed,
        [
            ("app/A.ecaPolicy-meta.xml", Kind::ExtlClntAppConfigurablePolicies),
            ("app/B.Profile-meta.xml", Kind::Profile)
        ]
    );
    assert_eq!(tree.outside.count, 1);
}
