//! What holds of every run, over every tree among the fixtures; and over real trees, in the folder that
//! `PREAUTH_CORPUS` names, where there is one.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{fs, path::PathBuf, process::Command};

use support::{copy, files, preauth, run, stderr, stdout, trees};

const AS_OF: &str = "--as-of=2026-01-01";

/// Every format of a report, read from the help.
fn formats() -> Vec<String> {
    let help = stdout(&run(&support::root(), &["check", "-h"]));
    let (_, list) = help.split_once("--format").unwrap().1.split_once("[possible values: ").unwrap();
    let names = list.split_once(']').unwrap().0.split(',').map(|name| name.trim().to_owned());
    names.collect()
}

#[test]
fn one_thread_and_many_say_the_same() {
    for tree in trees() {
        for format in &formats() {
            let with = |threads: &str| {
                let args = ["check", AS_OF, "--format", format, "--show", "undecided"];
                let output = preauth()
                    .current_dir(&tree)
                    .env("RAYON_NUM_THREADS", threads)
                    .args(args)
                    .output()
                    .unwrap();
                (stdout(&output), stderr(&output), output.status.code())
            };
            assert_eq!(with("1"), with("7"), "{}", tree.display());
        }
    }
}

#[test]
fn several_reports_are_each_as_they_are_alone() {
    let tree = copy(&support::fixtures("trees/acme"));
    let alone = run(tree.path(), &["check", AS_OF, "--format", "sarif"]);
    let args = ["check", AS_OF, "-f", "sarif=out.sarif", "-f", "concise", "-f", "junit=out.xml"];
    let several = run(tree.path(), &args);
    assert_eq!(several.status.code(), alone.status.code());
    assert_eq!(fs::read_to_string(tree.path().join("out.sarif")).unwrap(), stdout(&alone));
    let concise = run(tree.path(), &["check", AS_OF, "--format", "concise"]);
    assert_eq!(stdout(&several), stdout(&concise));
    assert!(tree.path().join("out.xml").is_file());
    let clash = run(tree.path(), &["check", AS_OF, "-f", "sarif", "-f", "concise"]);
    assert_eq!(clash.status.code(), Some(2));
}

#[test]
fn two_reports_do_not_go_to_one_file_however_it_is_written() {
    let tree = copy(&support::fixtures("trees/clean"));
    let both = |one: &str, other: &str| {
        let output = run(
            tree.path(),
            &["check", AS_OF, "-f", &format!("sarif={one}"), "-f", &format!("json={other}")],
        );
        (output.status.code(), stderr(&output).contains("two reports cannot both go to"))
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

#[test]
fn the_exit_code_does_not_depend_on_the_format() {
    for tree in trees() {
        let code = |format: &str| run(&tree, &["check", AS_OF, "--format", format]).status.code();
        for format in &formats() {
            assert_eq!(code("text"), code(format), "{format}: {}", tree.display());
        }
    }
}

/// The texts of elements of this name in all files of a tree, read without our own reader.
fn texts_of(tree: &std::path::Path, element: &str) -> Vec<String> {
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

#[test]
fn secrets_are_never_shown() {
    let mut seen = 0;
    for tree in trees() {
        let secrets = texts_of(&tree, "consumerSecret");
        let keys = texts_of(&tree, "consumerKey");
        seen += secrets.len();
        let commands: &[&[&str]] = &[
            &["explain", "consumer-secret-in-source", "--app", "Legacy_ETL"],
            &["explain", "consumer-key-in-source", "--app", "Legacy_ETL", "--json"],
            &["check", AS_OF, "--show", "undecided"],
            &["check", AS_OF, "--diff", "--unsafe-fixes"],
            &["apps"],
            &["apps", "--json"],
        ];
        let formats = formats();
        let reports: Vec<Vec<&str>> = formats
            .iter()
            .map(|format| vec!["check", AS_OF, "--show", "undecided,waived", "--format", format])
            .collect();
        for args in commands.iter().copied().chain(reports.iter().map(Vec::as_slice)) {
            let output = run(&tree, args);
            let said = stdout(&output) + &stderr(&output);
            let in_diff = args.contains(&"--diff");
            for hidden in secrets.iter().chain(keys.iter().filter(|_| !in_diff)) {
                assert!(!said.contains(hidden.as_str()), "{args:?} on {} shows a secret", tree.display());
            }
        }
    }
    assert!(seen > 0, "a fixture holds a secret");
}

/// Every report on a tree, and the inventory of it.
fn everything_said(tree: &std::path::Path) -> Vec<(String, String)> {
    let formats = formats();
    let reports = formats.iter().map(|format| vec!["--show", "undecided,waived", "--format", format]);
    let checks = reports.chain([vec!["--diff", "--unsafe-fixes"]]);
    let mut commands: Vec<Vec<&str>> = checks.map(|args| [&["check", AS_OF], &*args].concat()).collect();
    commands.push(vec!["apps", "--json"]);
    let said = |args: &Vec<&str>| {
        let output = run(tree, args);
        (args.join(" "), stdout(&output) + &stderr(&output))
    };
    commands.iter().map(said).collect()
}

#[test]
fn policies_cannot_make_secrets_shown() {
    for (command, said) in everything_said(&support::fixtures("cases/secret-policy.in")) {
        assert!(!said.contains("SUPERSECRETSUPERSECRET"), "{command} shows a secret:\n{said}");
    }
}

#[test]
fn credentials_in_urls_are_never_shown() {
    let tree = copy(&support::fixtures("cases/url-credentials.in"));
    for (command, said) in everything_said(tree.path()) {
        assert!(!said.contains("CREDENTIAL"), "{command} shows a credential:\n{said}");
    }
    let config = tree.path().join("preauth.yaml");
    let mistaken = fs::read_to_string(&config).unwrap().replace("expires: 2027-01-01", "expires: *sso");
    let mistaken = mistaken.replace("value: ", "value: &sso ");
    fs::write(config, mistaken).unwrap();
    for (command, said) in everything_said(tree.path()) {
        assert!(!said.contains("CREDENTIAL"), "{command} shows a credential:\n{said}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_hidden_in_what_is_said() {
    let tree = copy(&support::fixtures("trees/clean"));
    let apps = tree.path().join("force-app/main/default/connectedApps");
    fs::create_dir_all(&apps).unwrap();
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
            <label>Night\u{202E}Shift\u{9B}8m</label>\n    \
            <oauthConfig>\n        <callbackUrl>http://example.com/\u{2066}</callbackUrl>\n    </oauthConfig>\n\
        </ConnectedApp>\n";
    fs::write(apps.join("Night\u{202E}\u{1B}[8mShift.connectedApp-meta.xml"), text).unwrap();
    let hidden = |c: char| matches!(c, '\u{1B}' | '\u{9B}' | '\u{202E}' | '\u{2066}');
    for (command, said) in everything_said(tree.path()) {
        assert!(command.contains("--diff") || said.contains("\\u202E"), "{command}: {said}");
        assert!(!said.contains(hidden), "{command}: {said}");
    }
    for args in
        [["apps"].as_slice(), &["init", "--dry-run"], &["check", AS_OF, "--color", "never", "missing\u{1B}"]]
    {
        let output = run(tree.path(), args);
        assert!(!(stdout(&output) + &stderr(&output)).contains(hidden), "{args:?}");
    }
}

#[test]
fn a_diff_that_is_applied_is_the_correction() {
    for tree in trees() {
        let (fixed, patched) = (copy(&tree), copy(&tree));
        let diff = run(patched.path(), &["check", AS_OF, "--diff", "--unsafe-fixes"]);
        let corrected = run(fixed.path(), &["check", AS_OF, "--unsafe-fixes"]);
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
        let withheld = stderr(&diff);
        let (by_fix, by_diff) = (files(fixed.path()), files(patched.path()));
        for (path, bytes) in &by_fix {
            let left_out =
                withheld.lines().any(|line| line.contains(path.as_str()) && line.contains("left out"));
            assert!(left_out || by_diff[path] == *bytes, "{}: {path}", tree.display());
        }
        let before = files(fixed.path());
        run(fixed.path(), &["check", AS_OF, "--unsafe-fixes"]);
        assert_eq!(before, files(fixed.path()), "a second run has nothing to do: {}", tree.display());
        let again = run(fixed.path(), &["check", AS_OF, "--diff", "--unsafe-fixes"]);
        assert_eq!(stdout(&again), "", "{}", tree.display());
        drop(corrected);
    }
}

#[test]
fn a_diff_takes_the_place_of_a_report() {
    let tree = support::fixtures("trees/acme");
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
fn a_large_profile_is_read_to_its_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let profiles = folder.path().join("profiles");
    fs::create_dir_all(&profiles).unwrap();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n",
    );
    let mut lines = 2;
    while text.len() < 10_000_000 {
        text.push_str("    <fieldPermissions>\n        <editable>true</editable>\n        <field>Robot__c.Serial__c</field>\n        <readable>true</readable>\n    </fieldPermissions>\n");
        lines += 5;
    }
    let whole = text.clone() + "</Profile>\n";
    fs::write(profiles.join("Operator.profile-meta.xml"), &whole).unwrap();
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
    text.push_str("    <fieldPermissions>\n        <editable>true</readable>\n");
    fs::write(profiles.join("Operator.profile-meta.xml"), &text).unwrap();
    let output = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains(&format!(":{}:23: error[xml-malformed]", lines + 2)),
        "{}",
        stdout(&output)
    );
}

#[test]
fn what_is_shown_of_a_large_profile_stands_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Operator.profile-meta.xml");
    let filler = "    <userPermissions>\n        <enabled>true</enabled>\n        <name>RunFlow</name>\n    </userPermissions>\n";
    // In small steps over the parts that such a file is read in.
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
fn every_shell_is_completed_and_every_command_has_a_page() {
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
fn a_reader_that_stops_reading_is_no_failure() {
    let tree = support::fixtures("trees/acme");
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
fn real_trees_are_judged() {
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
