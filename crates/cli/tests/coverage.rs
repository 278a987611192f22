//! Every file of a type that the program knows is judged, or counted with the reason why it is not.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write files, and fail by panicking"
)]

mod support;

use std::{collections::BTreeSet, fs};

use proptest::{collection::btree_set, prelude::*, sample::select};
use serde_json::Value;
use support::{run, stderr, stdout};

const FOLDERS: &[&str] = &[
    "",
    "connectedApps/",
    "force-app/main/connectedApps/",
    "force-app/extlClntAppPolicies/",
    "manual/",
    "demo/force-app/",
    "demo/notes/",
];

/// Files with a suffix that is known, or like those of external client apps.
const NAMES: &[&str] = &[
    "Tariff_Feed.connectedApp-meta.xml",
    "Crane_Log.connectedApp",
    "Crane_Log.connectedapp",
    "Berth_Planner.eca-meta.xml",
    "Berth_Planner.Eca-meta.xml",
    "Berth_Planner_plcy.ecaPlcy-meta.xml",
    "Berth_Planner_plcy.ecaPolicy-meta.xml",
    "Berth_Planner_global.ecaGlobalOauth",
    "Berth_Planner_plcy.ecaPlcy.xml",
    "Berth_Planner_plcy.ecaPlcy-meta.xml.xml",
    "Berth_Planner_plcy.ecaPlcy2-meta.xml",
    "Crane_Log.connectedApps-meta.xml",
    "Crane_Log.conectedApp-meta.xml",
    "Crane_Log.connectedApp.xml",
    "Dispatch.profile-meta.xml",
    "Dispatch.Profile-meta.xml",
];

const OTHERS: &[&str] = &["README.md", "Crane.cls", "Crane.app", "notes.xml", "pic.ecap", "eca.ecard"];

const PROJECTS: &[&str] = &["sfdx-project.json", "demo/sfdx-project.json"];

const IGNORED: &[&str] =
    &["**/connectedApps/**\n", "*.connectedApp*\n", "force-app\n!force-app/main\n", "/manual/*.eca*\n"];

const SECRET: &str = "<consumerSecret>0123456789ABCDEF0123456789ABCDEF</consumerSecret>";

/// Returns the text of a file with this name. Apps have a secret.
fn text(name: &str) -> String {
    let root = match name.to_ascii_lowercase() {
        name if name.contains(".connectedapp") || name.contains(".conectedapp") => {
            return format!("<ConnectedApp>{SECRET}<label>L</label></ConnectedApp>");
        }
        name if name.contains(".eca-") => "ExternalClientApplication",
        name if name.contains("plcy") => "ExtlClntAppConfigurablePolicies",
        name if name.contains("global") => "ExtlClntAppGlobalOauthSettings",
        _ => "Profile",
    };
    format!("<{root}><externalClientApplication>Berth_Planner</externalClientApplication></{root}>")
}

fn paths(names: &'static [&'static str]) -> Vec<String> {
    FOLDERS.iter().flat_map(|folder| names.iter().map(move |name| format!("{folder}{name}"))).collect()
}

/// Returns a project with one app in `force-app/main/connectedApps`, and folders with other files.
fn project_with_other_folders() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("sfdx-project.json", r#"{"packageDirectories": [{"path": "force-app"}]}"#),
        (
            "force-app/main/connectedApps/Crane_Log.connectedApp-meta.xml",
            "<ConnectedApp><label>L</label></ConnectedApp>",
        ),
        ("force-app/main/lwc/crane/crane.js-meta.xml", "<a/>"),
        ("docs/README.md", "# Docs"),
        ("docs/index.md", "# Index"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn folders_without_metadata_are_not_without_findings() {
    let folder = project_with_other_folders();
    for paths in
        [&["docs"][..], &["force-app/main/lwc"], &["docs", "force-app/main/lwc"], &["docs", "docs/index.md"]]
    {
        for command in ["check", "apps"] {
            let output = run(folder.path(), &[&[command, "--no-config"], paths].concat());
            let messages = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command} {paths:?}");
            assert!(messages.contains("no metadata file was judged"), "{messages}");
            assert!(paths.iter().any(|path| messages.contains(&format!("`{path}`"))), "{messages}");
            assert!(!messages.contains("No findings"), "{messages}");
        }
    }
}

#[test]
fn files_of_other_types_may_be_named() {
    let folder = project_with_other_folders();
    for paths in [&["docs/README.md"][..], &["docs/README.md", "docs/index.md"], &["docs", "force-app"]] {
        let output = run(folder.path(), &[&["check", "--no-config", "--exit-zero"], paths].concat());
        assert_eq!(output.status.code(), Some(0), "{paths:?}: {}", stderr(&output));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_file_is_judged_or_counted(
        metadata in btree_set(select(paths(NAMES)), 1..12),
        others in btree_set(select(paths(OTHERS)), 0..4),
        projects in btree_set(select(PROJECTS), 0..=2),
        ignored in proptest::option::of(select(IGNORED)),
        all in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        metadata.iter().for_each(|path| write(path, &text(path.rsplit('/').next().unwrap())));
        others.iter().for_each(|path| write(path, "<a/>"));
        projects.iter().for_each(|path| write(path, r#"{"packageDirectories": [{"path": "force-app"}]}"#));
        ignored.iter().for_each(|rules| write(".forceignore", rules));
        fs::create_dir_all(folder.path().join("force-app")).unwrap();

        let mut args = vec!["check", "--no-config", "--as-of", "2026-01-01", "--json"];
        args.extend(all.then_some("--all"));
        let output = run(folder.path(), &args);
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let count = |name: &str| report["coverage"][name].as_u64().unwrap();
        let counted = count("files") + count("ignored") + count("outside") + count("misnamed");
        prop_assert_eq!(counted, metadata.len() as u64, "{}", report["coverage"]);
        if all {
            prop_assert_eq!((count("ignored"), count("outside")), (0, 0));
        }

        // Every app is searched for a secret unless it is outside.
        let findings = report["findings"].as_array().unwrap();
        let found = |code: &str| -> BTreeSet<&str> {
            let of_code = findings.iter().filter(|finding| finding["code"] == code);
            of_code.map(|finding| finding["file"].as_str().unwrap()).collect()
        };
        let (secrets, misnamed) = (found("consumer-secret-in-source"), found("file-unknown"));
        prop_assert_eq!(misnamed.len() as u64, count("misnamed"));
        let apps = metadata.iter().filter(|path| text(path).contains(SECRET));
        // A report about one project has paths from its folder.
        let is_searched = |path: &&String| secrets.iter().any(|file| {
            path.strip_suffix(file).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        });
        let unsearched = apps.filter(|path| !is_searched(path));
        prop_assert!(unsearched.count() as u64 <= count("outside"));
        let judged_apps = count("apps") > 0;
        let nothing = output.status.code() == Some(2);
        let left_out = ["ignoredApps", "outsideApps"].iter()
            .any(|apps| !report["coverage"][apps].as_array().unwrap().is_empty());
        prop_assert_eq!(nothing, count("files") == 0 || (!judged_apps && left_out));
    }
}
