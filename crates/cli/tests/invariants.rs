//! Properties of every run, over all trees in `fixtures/trees`; and over real trees, if `PREAUTH_CORPUS` names a folder of
//! them.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use support::{copy, files, fixtures, formats, preauth, run, stderr, stdout, trees};

const AS_OF: &str = "--as-of=2026-01-01";

/// Runs `check` once and returns its output, and the report in each format.
fn reports(command: &mut Command, tree: &Path, args: &[&str]) -> (Output, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().unwrap();
    command.current_dir(tree).args(["check", AS_OF, "--show", "undecided,waived"]).args(args);
    for format in formats() {
        command.arg("--format").arg(format!("{format}={}", folder.path().join(&format).display()));
    }
    let output = command.output().unwrap();
    let reports = files(folder.path()).into_iter();
    (output, reports.map(|(format, bytes)| (format, String::from_utf8(bytes).unwrap())).collect())
}

#[test]
fn number_of_threads_does_not_change_reports() {
    for tree in trees() {
        let with_threads = |threads: &str| {
            let (output, reports) = reports(preauth().env("RAYON_NUM_THREADS", threads), &tree, &[]);
            (output.status.code(), stdout(&output), stderr(&output), reports)
        };
        assert_eq!(with_threads("1"), with_threads("7"), "{}", tree.display());
    }
}

#[test]
fn reports_of_one_run_are_equal_to_reports_of_single_runs() {
    let tree = fixtures("trees/acme");
    let (output, reports) = reports(&mut preauth(), &tree, &[]);
    assert_eq!(reports.keys().cloned().collect::<Vec<_>>(), {
        let mut formats = formats();
        formats.sort();
        formats
    });
    for (format, report) in reports {
        let single = run(&tree, &["check", AS_OF, "--show", "undecided,waived", "--format", &format]);
        assert_eq!(stdout(&single), report, "{format}");
        assert_eq!(single.status.code(), output.status.code(), "{format}");
    }
}

#[test]
fn only_one_report_goes_to_standard_output() {
    let tree = copy(&fixtures("trees/clean"));
    let alone = run(tree.path(), &["check", AS_OF, "--format", "concise"]);
    let args = ["check", AS_OF, "-f", "sarif=out.sarif", "-f", "concise", "-f", "junit=out.xml"];
    assert_eq!(stdout(&run(tree.path(), &args)), stdout(&alone));
    assert!(tree.path().join("out.sarif").is_file() && tree.path().join("out.xml").is_file());
    let conflict = run(tree.path(), &["check", AS_OF, "-f", "sarif", "-f", "concise"]);
    assert_eq!(conflict.status.code(), Some(2));
}

#[test]
fn two_reports_cannot_go_to_one_file_by_any_spelling_of_its_path() {
    let tree = copy(&fixtures("trees/clean"));
    let both = |one: &str, other: &str| {
        let output = run(
            tree.path(),
            &["check", AS_OF, "-f", &format!("sarif={one}"), "-f", &format!("json={other}")],
        );
        (output.status.code(), stderr(&output).contains("two reports cannot be written to"))
    };
    assert_eq!(both("out.json", "./out.json"), (Some(2), true));
    assert_eq!(both("out.json", "force-app/../out.json"), (Some(2), true));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(".", tree.path().join("reports")).unwrap();
        assert_eq!(both("out.json", "reports/out.json"), (Some(2), true));
    }
    assert!(!tree.path().join("out.json").exists());
    assert_eq!(both("out.json", "other.json"), (Some(0), false));
    let nowhere = run(tree.path(), &["check", AS_OF, "-f", "sarif=missing/out.sarif"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(stderr(&nowhere).contains("cannot write `missing/out.sarif`"), "{}", stderr(&nowhere));
}

/// One tree for each exit code of a check in the default format.
#[test]
fn exit_code_does_not_depend_on_the_format() {
    let by_code: BTreeMap<Option<i32>, PathBuf> =
        trees().into_iter().map(|tree| (run(&tree, &["check", AS_OF]).status.code(), tree)).collect();
    assert!(by_code.len() > 1, "fixtures have only one exit code: {by_code:?}");
    for (code, tree) in by_code {
        for format in formats() {
            let with_format = run(&tree, &["check", AS_OF, "--format", &format]).status.code();
            assert_eq!(with_format, code, "{format}: {}", tree.display());
        }
    }
}

/// Returns the texts of all elements of this name in a tree, without the reader under test.
fn texts_of(tree: &Path, element: &str) -> Vec<String> {
    let all = files(tree).into_values().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    all.flat_map(|text| {
        let found: Vec<String> = text
            .split(&format!("<{element}>"))
            .skip(1)
            .filter_map(|rest| rest.split("</").next().map(|text| text.trim().to_owned()))
            .filter(|text| text.len() > 8)
            .collect();
        found
    })
    .collect()
}

/// Returns the name and the output of every report on a tree, of the diff, of the list of apps, and of more commands.
fn all_output(tree: &Path, more: &[&[&str]]) -> Vec<(String, String)> {
    let (output, reports) = reports(&mut preauth(), tree, &[]);
    let mut all = vec![("check".to_owned(), stdout(&output) + &stderr(&output))];
    all.extend(reports);
    let commands: [&[&str]; 3] =
        [&["check", AS_OF, "--diff", "--unsafe-fixes"], &["apps"], &["apps", "--json"]];
    for args in commands.iter().chain(more) {
        let output = run(tree, args);
        all.push((args.join(" "), stdout(&output) + &stderr(&output)));
    }
    all
}

#[test]
fn secrets_never_appear_in_output() {
    let mut secrets_checked = 0;
    for tree in trees() {
        let secrets = texts_of(&tree, "consumerSecret");
        let keys = texts_of(&tree, "consumerKey");
        if secrets.is_empty() && keys.is_empty() {
            continue;
        }
        secrets_checked += secrets.len();
        let explain: [&[&str]; 2] = [
            &["explain", "consumer-secret-in-source", "--app", "Legacy_ETL"],
            &["explain", "consumer-key-in-source", "--app", "Legacy_ETL", "--json"],
        ];
        for (command, output) in all_output(&tree, &explain) {
            let in_diff = command.contains("--diff");
            for secret in secrets.iter().chain(keys.iter().filter(|_| !in_diff)) {
                assert!(!output.contains(secret.as_str()), "{command} on {} shows a secret", tree.display());
            }
        }
    }
    assert!(secrets_checked > 0, "no fixture has a consumer secret");
}

#[test]
fn policies_cannot_reveal_secrets() {
    for (command, output) in all_output(&fixtures("cases/secret-policy.in"), &[]) {
        assert!(!output.contains("SUPERSECRETSUPERSECRET"), "{command} shows a secret:\n{output}");
    }
}

#[test]
fn credentials_in_urls_never_appear_in_output() {
    let tree = copy(&fixtures("cases/url-credentials.in"));
    for (command, output) in all_output(tree.path(), &[]) {
        assert!(!output.contains("CREDENTIAL"), "{command} shows a credential:\n{output}");
    }
    let config = tree.path().join("preauth.yaml");
    let invalid = fs::read_to_string(&config).unwrap().replace("expires: 2027-01-01", "expires: *sso");
    let invalid = invalid.replace("value: ", "value: &sso ");
    fs::write(config, invalid).unwrap();
    for (command, output) in all_output(tree.path(), &[]) {
        assert!(!output.contains("CREDENTIAL"), "{command} shows a credential:\n{output}");
    }
}

#[cfg(unix)]
#[test]
fn control_characters_are_visible_in_output() {
    let tree = copy(&fixtures("trees/clean"));
    let apps = tree.path().join("force-app/main/default/connectedApps");
    fs::create_dir_all(&apps).unwrap();
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
            <label>Night\u{202E}Shift\u{9B}8m</label>\n    \
            <oauthConfig>\n        <callbackUrl>http://example.com/\u{2066}</callbackUrl>\n    </oauthConfig>\n\
        </ConnectedApp>\n";
    fs::write(apps.join("Night\u{202E}\u{1B}[8mShift.connectedApp-meta.xml"), text).unwrap();
    let is_control = |c: char| matches!(c, '\u{1B}' | '\u{9B}' | '\u{202E}' | '\u{2066}');
    for (command, output) in all_output(tree.path(), &[]) {
        let may_omit = command == "check" || command.contains("--diff");
        assert!(may_omit || output.contains("\\u202E"), "{command}: {output}");
        assert!(!output.contains(is_control), "{command}: {output}");
    }
    let text = run(tree.path(), &["check", AS_OF]);
    assert!(!(stdout(&text) + &stderr(&text)).contains(is_control));
    for args in
        [["apps"].as_slice(), &["init", "--dry-run"], &["check", AS_OF, "--color", "never", "missing\u{1B}"]]
    {
        let output = run(tree.path(), args);
        assert!(!(stdout(&output) + &stderr(&output)).contains(is_control), "{args:?}");
    }
}

#[test]
fn applying_a_diff_equals_fixing() {
    for tree in trees() {
        let (fixed, patched) = (copy(&tree), copy(&tree));
        let diff = run(patched.path(), &["check", AS_OF, "--diff", "--unsafe-fixes"]);
        run(fixed.path(), &["check", AS_OF, "--fix", "--unsafe-fixes"]);
        if !diff.stdout.is_empty() {
            let patch = tempfile::NamedTempFile::new().unwrap();
            fs::write(patch.path(), &diff.stdout).unwrap();
            let git = Command::new("git")
                .current_dir(patched.path())
                .arg("apply")
                .arg(patch.path())
                .output()
                .unwrap();
            assert!(git.status.success(), "{}: {}", tree.display(), stderr(&git));
        }
        let messages = stderr(&diff);
        let (by_fix, by_diff) = (files(fixed.path()), files(patched.path()));
        for (path, bytes) in &by_fix {
            let left_out =
                messages.lines().any(|line| line.contains(path.as_str()) && line.contains("not shown"));
            assert!(left_out || by_diff[path] == *bytes, "{}: {path}", tree.display());
        }
        let before = files(fixed.path());
        run(fixed.path(), &["check", AS_OF, "--fix", "--unsafe-fixes"]);
        assert_eq!(before, files(fixed.path()), "a second run changes something: {}", tree.display());
        let second_diff = run(fixed.path(), &["check", AS_OF, "--diff", "--unsafe-fixes"]);
        assert_eq!(stdout(&second_diff), "", "{}", tree.display());
    }
}

#[test]
fn diff_replaces_the_report() {
    let tree = fixtures("trees/acme");
    let code = |more: &[&str]| run(&tree, &[&["check", AS_OF, "--diff"], more].concat()).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--exit-zero"]), Some(0));
    for report in [["--format", "sarif"].as_slice(), &["--json"], &["--show", "waived"]] {
        let output = run(&tree, &[&["check", AS_OF, "--diff"], report].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("cannot be used with"), "{}", stderr(&output));
    }
}

#[test]
fn large_profile_is_read_to_its_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let profiles = folder.path().join("profiles");
    fs::create_dir_all(&profiles).unwrap();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n",
    );
    let mut line_count = 2;
    while text.len() < 10_000_000 {
        text.push_str("    <fieldPermissions>\n        <editable>true</editable>\n        <field>Robot__c.Serial__c</field>\n        <readable>true</readable>\n    </fieldPermissions>\n");
        line_count += 5;
    }
    let whole = text.clone() + "</Profile>\n";
    fs::write(profiles.join("Operator.profile-meta.xml"), &whole).unwrap();
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
    text.push_str("    <fieldPermissions>\n        <editable>true</readable>\n");
    fs::write(profiles.join("Operator.profile-meta.xml"), &text).unwrap();
    let output = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains(&format!(":{}:23: error[xml-malformed]", line_count + 2)),
        "{}",
        stdout(&output)
    );
}

#[test]
fn excerpts_of_a_large_profile_have_the_right_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Operator.profile-meta.xml");
    let filler = "    <userPermissions>\n        <enabled>true</enabled>\n        <name>RunFlow</name>\n    </userPermissions>\n";
    // In small steps across the windows that such a file is read in.
    for before in (0..1_000).step_by(37) {
        let mut text = "<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n".to_owned();
        text.push_str(&filler.repeat(before));
        text.push_str("    <description>F\u{fc}r alle</description>\n    <!-- consumerSecret: AB12 -->\n");
        let line = text.lines().count() + 1;
        text.push_str("    <loginIpRanges>\n        <description>\u{d6}ffnet</description>\n        ");
        text.push_str(
            "<endAddress>255.255.255.255</endAddress>\n        <startAddress>0.0.0.0</startAddress>\n",
        );
        text.push_str("    </loginIpRanges>\n");
        text.push_str(&filler.repeat(1_000 - before));
        fs::write(&file, text + "</Profile>\n").unwrap();
        let shown = stdout(&run(folder.path(), &["check", AS_OF]));
        let lines = [
            format!("[Operator.profile-meta.xml:{line}:5]"),
            format!("{} \u{2502}     <!-- consumerSecret:*********", line - 1),
            format!("{line} \u{2502}     <loginIpRanges>"),
            format!("{} \u{2502}         <description>\u{d6}ffnet</description>", line + 1),
        ];
        for line in lines {
            assert!(shown.contains(&line), "{line} in {shown}");
        }
    }
}

#[test]
fn every_shell_has_completions_and_every_command_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(folder.path(), &["completions", shell]);
        assert!(stdout(&script).contains("baseline"), "{shell}");
    }
    assert_eq!(run(folder.path(), &["man", "pages"]).status.code(), Some(0));
    let pages = files(&folder.path().join("pages"));
    assert!(pages.contains_key("preauth.1") && pages.contains_key("preauth-check.1"), "{:?}", pages.keys());
    let check = String::from_utf8(pages["preauth-check.1"].clone()).unwrap();
    assert!(check.contains("\\-\\-since"));
}

#[test]
fn closed_standard_output_is_not_an_error() {
    let tree = fixtures("trees/acme");
    let mut child = preauth()
        .current_dir(tree)
        .args(["check", AS_OF])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn real_trees_are_checked() {
    let Some(corpus) = std::env::var_os("PREAUTH_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: PREAUTH_CORPUS names no folder of source trees");
        return;
    };
    for entry in fs::read_dir(corpus).unwrap() {
        let tree = entry.unwrap().path();
        for args in [["check", "--all"].as_slice(), &["apps", "--all", "--json"]] {
            let output = run(&tree, args);
            assert!(matches!(output.status.code(), Some(0..=2)), "{}", tree.display());
            assert!(!stderr(&output).contains("panicked"), "{}: {}", tree.display(), stderr(&output));
        }
    }
}
