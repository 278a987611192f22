//! Whole commands as data: `fixtures/cases/NAME.toml` says what is run on which tree and how it must end,
//! `NAME.stdout` and `NAME.stderr` what it must print, and `NAME.out/` which files it must have changed, and how.
//! `PREAUTH_BLESS=1` rewrites what is expected; the exit codes stay.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{collections::BTreeMap, fs, path::Path};

use support::{blessing, copy, files, fixtures, run, stderr, stdout};

#[test]
fn cases() {
    let mut wrong = Vec::new();
    let mut cases: Vec<_> =
        fs::read_dir(fixtures("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    cases.sort();
    assert!(cases.len() > 10, "the cases are there");
    for case in cases {
        wrong.extend(judge(&case).into_iter().map(|what| format!("{}: {what}", case.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn judge(case: &Path) -> Vec<String> {
    let table: toml::Table = fs::read_to_string(case).unwrap().parse().unwrap();
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
    let args: Vec<&str> = table["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
    let tree = match text("tree") {
        Some(name) => fixtures("trees").join(name),
        None => case.with_extension("in"),
    };
    let before = files(&tree);
    let folder = copy(&tree);
    let output = run(&folder.path().join(text("folder").unwrap_or(".")), &args);
    let mut wrong = Vec::new();
    let status = table["status"].as_integer().unwrap();
    if output.status.code().map(i64::from) != Some(status) {
        wrong.push(format!("exit code {:?}, expected {status}\n{}", output.status.code(), stderr(&output)));
    }
    let mut expect = |extension: &str, printed: String| {
        let path = case.with_extension(extension);
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if blessing() {
            if printed.is_empty() {
                let _ = fs::remove_file(&path);
            } else {
                fs::write(&path, printed).unwrap();
            }
        } else if printed != expected {
            wrong.push(format!("{extension} is\n{printed}\nexpected\n{expected}"));
        }
    };
    expect("stdout", stdout(&output));
    expect("stderr", stderr(&output));
    let changed: BTreeMap<String, Vec<u8>> =
        files(folder.path()).into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes)).collect();
    let out = case.with_extension("out");
    if blessing() {
        let _ = fs::remove_dir_all(&out);
        for (path, bytes) in &changed {
            let path = out.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    } else {
        let expected = if out.is_dir() { files(&out) } else { BTreeMap::new() };
        if changed != expected {
            let names =
                |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>().join(", ");
            wrong.push(format!(
                "changed: {}; expected (or with other content): {}",
                names(&changed),
                names(&expected)
            ));
        }
    }
    wrong
}
