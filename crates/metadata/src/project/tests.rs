use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> (Project, Vec<Diagnostic>) {
    Project::parse(&SourceFile::new(Project::FILE.into(), text))
}

fn folders(text: &str) -> Vec<String> {
    let (project, diagnostics) = parse(text);
    assert_eq!(diagnostics, []);
    project.source_folders.into_iter().map(|folder| folder.path).collect()
}

/// Asserts that a text has one diagnostic, with this message at this place.
#[track_caller]
fn wrong(text: &str, message: &str, place: &str) -> Project {
    let (project, diagnostics) = parse(text);
    let [diagnostic] = &diagnostics[..] else { panic!("{diagnostics:?}") };
    assert_eq!(&*diagnostic.code, "project-invalid");
    assert_eq!((&*diagnostic.message, &text[diagnostic.primary.location.range]), (message, place));
    project
}

/// A project with one replacement.
fn replacing(replacement: &str) -> Project {
    let (project, diagnostics) =
        parse(&format!(r#"{{"packageDirectories": [{{"path": "."}}], "replacements": [{replacement}]}}"#));
    assert_eq!(diagnostics, []);
    project
}

#[test]
fn source_folders_are_the_package_directories_and_their_extras() {
    let text = r#"{"packageDirectories": [
        {"path": "./force-app/", "default": true, "unpackagedMetadata": {"path": "unpackaged"}},
        {"path": "a//b/../c", "seedMetadata": {"path": "seeds"}},
        {"path": "d\\e", "seedMetadata": "seeds/e"}
    ]}"#;
    assert_eq!(folders(text), ["force-app", "unpackaged", "a/c", "seeds", "d/e", "seeds/e"]);
}

#[test]
fn project_itself_may_be_the_package_directory() {
    assert_eq!(folders(r#"{"packageDirectories": [{"path": "./"}]}"#), [""]);
}

#[test]
fn source_folder_has_the_place_of_its_name() {
    let text = r#"{"packageDirectories": [{"path": "a"}, {"path": "b/"}]}"#;
    let place = parse(text).0.source_folders[1].location.range;
    assert_eq!(&text[place], r#""b/""#);
}

#[test]
fn project_holds_the_files_of_its_source_folders() {
    let (project, _) = parse(r#"{"packageDirectories": [{"path": "app"}]}"#);
    assert!(project.holds(&"app/X.profile".into()));
    assert!(!project.holds(&"application/X.profile".into()));
    assert!(Project::default().holds(&"X.profile".into()));
}

#[test]
fn other_properties_are_read() {
    let (project, diagnostics) = parse(
        r#"{"packageDirectories": [{"path": "a"}], "namespace": "acme", "sourceApiVersion": "66.0",
            "sourceBehaviorOptions": ["decomposePermissionSetBeta2"], "plugins": {}}"#,
    );
    assert_eq!(diagnostics, []);
    assert_eq!(project.namespace.as_deref(), Some("acme"));
    assert_eq!(project.source_api_version, Some(66));
    assert!(project.decomposes_permission_sets());
}

#[test]
fn empty_namespace_is_none() {
    let (project, _) = parse(r#"{"packageDirectories": [{"path": "a"}], "namespace": ""}"#);
    assert_eq!(project.namespace, None);
}

#[test]
fn older_key_of_presets_counts_too() {
    let (project, _) = parse(
        r#"{"packageDirectories": [{"path": "a"}], "registryPresets": ["decomposePermissionSetBeta"]}"#,
    );
    assert!(project.decomposes_permission_sets());
}

#[test]
fn other_presets_do_not_split_permission_sets() {
    let (project, _) = parse(
        r#"{"packageDirectories": [{"path": "a"}], "sourceBehaviorOptions": ["decomposeCustomLabelsBeta2"]}"#,
    );
    assert!(!project.decomposes_permission_sets());
}

#[test]
fn invalid_json_is_reported_at_its_place() {
    let project = wrong("{\n  \"namespace\": \"é\" x\n}", "not valid JSON: expected `,` or `}`", "x");
    assert!(project.source_folders.is_empty());
}

#[test]
fn incomplete_json_is_reported_at_its_end() {
    wrong("{\"a\": [", "not valid JSON: EOF while parsing a list", "[");
}

#[test]
fn project_must_be_an_object() {
    wrong("[]", "the project is not a JSON object", "[]");
}

#[test]
fn value_of_wrong_type_is_reported_and_the_rest_counts() {
    let text = r#"{"packageDirectories": [{"path": 7}, {"path": "a"}]}"#;
    let project = wrong(text, "`packageDirectories.0.path` is not a text", "7");
    assert_eq!(project.source_folders[0].path, "a");
    let text = r#"{"packageDirectories": {"path": "a"}, "sourceApiVersion": "65.0"}"#;
    let project = wrong(text, "`packageDirectories` is not a list", r#"{"path": "a"}"#);
    assert_eq!(project.source_api_version, Some(65));
}

#[test]
fn project_needs_a_package_directory() {
    wrong("{}", "the project has no package directory, so all its files are checked", "{}");
}

#[test]
fn package_directory_needs_a_path() {
    let text = r#"{"packageDirectories": [{"default": true}]}"#;
    wrong(text, "the package directory has no `path`", r#"{"default": true}"#);
}

#[test]
fn source_folder_must_be_inside_the_project() {
    for path in ["../common", "a/../../b", "/srv/app", "C:/app"] {
        let text = format!(r#"{{"packageDirectories": [{{"path": "{path}"}}]}}"#);
        wrong(&text, &format!("`{path}` is not a path inside the project"), &format!("\"{path}\""));
    }
}

#[test]
fn api_version_must_be_a_number() {
    let text = r#"{"packageDirectories": [{"path": "a"}], "sourceApiVersion": "latest"}"#;
    wrong(text, "`latest` is not an API version such as `66.0`", r#""latest""#);
}

#[test]
fn places_count_the_byte_order_mark() {
    wrong("\u{feff}{\"packageDirectories\": 1}", "`packageDirectories` is not a list", "1");
    wrong("\u{feff}x", "not valid JSON: expected value", "x");
}

#[test]
fn replacement_covers_its_text_in_its_file() {
    let project = replacing(
        r#"{"filename": "apps/Portal.connectedApp-meta.xml", "stringToReplace": "KEY", "replaceWithEnv": "K"}"#,
    );
    let path = FilePath::from("force-app/apps/Portal.connectedApp-meta.xml");
    assert!(project.replaced(&path, "a KEY b"));
    assert!(!project.replaced(&path, "key"));
    assert!(!project.replaced(&"apps/Other.connectedApp-meta.xml".into(), "KEY"));
}

#[test]
fn file_name_may_start_at_the_project_root() {
    let project = replacing(r#"{"filename": "/app/A.profile", "stringToReplace": "KEY"}"#);
    assert!(project.replaced(&"app/A.profile".into(), "KEY"));
}

#[test]
fn glob_matches_from_any_folder() {
    let project = replacing(r#"{"glob": "connectedApps/*.connectedApp-meta.xml", "stringToReplace": "KEY"}"#);
    assert!(project.replaced(&"connectedApps/A.connectedApp-meta.xml".into(), "KEY"));
    assert!(project.replaced(&"x/y/connectedApps/A.connectedApp-meta.xml".into(), "KEY"));
    assert!(!project.replaced(&"connectedApps/b/A.connectedApp-meta.xml".into(), "KEY"));
}

#[test]
fn pattern_covers_matches_with_or_without_tags() {
    let project = replacing(r#"{"glob": "**", "regexToReplace": "<consumerKey>\\w+<\/consumerKey>"}"#);
    let path = FilePath::from("A.connectedApp-meta.xml");
    assert!(project.replaced(&path, "<consumerKey>abc</consumerKey>"));
    assert!(!project.replaced(&path, "<label>abc</label>"));
}

#[test]
fn unreadable_pattern_may_match_anything() {
    let project = replacing(r#"{"filename": "A.profile", "regexToReplace": "(?<=<label>)x"}"#);
    assert!(project.replaced(&"A.profile".into(), "y"));
    assert!(!project.replaced(&"B.profile".into(), "y"));
}

#[test]
fn replacement_needs_a_text_and_a_file() {
    for (replacement, message) in [
        (r#"{"filename": "a"}"#, "the replacement has neither `stringToReplace` nor `regexToReplace`"),
        (r#"{"stringToReplace": "a"}"#, "the replacement has neither `filename` nor `glob`"),
    ] {
        let text = format!(r#"{{"packageDirectories": [{{"path": "a"}}], "replacements": [{replacement}]}}"#);
        wrong(&text, message, replacement);
    }
}

#[test]
fn replacement_with_invalid_glob_is_reported() {
    let text = r#"{"packageDirectories": [{"path": "a"}], "replacements": [{"glob": "[z-a]", "stringToReplace": "b"}]}"#;
    wrong(text, "`replacements.0.glob` is not a glob: invalid range; 'z' > 'a'", r#""[z-a]""#);
}

#[test]
fn api_version_is_read_from_a_manifest() {
    let version = |text| api_version_of_manifest(&SourceFile::new("package.xml".into(), text));
    assert_eq!(version("<Package>\n<version>66.0</version></Package>"), Some(66));
    assert_eq!(version("<Package/>"), None);
    assert_eq!(version("<version>"), None);
    assert_eq!(version("<version>new</version>"), None);
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"[\[\]{}":,\\ a0é\n\u{feff}]{0,40}"#) {
        parse(&text);
    }

    #[test]
    fn any_value_in_any_place_is_read(
        key in "packageDirectories|path|replacements|glob|regexToReplace|namespace|sourceApiVersion",
        value in r#"null|1|""|"a"|"\[z-a"|\[\]|\[1, \{\}\]|\{\}"#,
    ) {
        let fields = format!(r#""path": "a", "glob": "b", "regexToReplace": "c", "{key}": {value}"#);
        parse(&format!(r#"{{"packageDirectories": [{{{fields}}}], "replacements": [{{{fields}}}], {fields}}}"#));
    }
}
