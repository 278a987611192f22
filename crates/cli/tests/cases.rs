//! Whole commands as data, one test a case: `fixtures/cases/NAME.toml` has the arguments, the tree to run them on and
//! the exit code; `NAME.stdout` and `NAME.stderr` have the expected output, and `NAME.out/` the expected files that the
//! command creates or changes. `PREAUTH_BLESS=1` rewrites the expected output and files, but not the exit codes.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use support::{blessing, copy_into, files, fixtures, run, stderr, stdout};

/// Fewer cases than this mean that the fixtures were not found.
const MIN_CASES: usize = 10;

fn main() -> ExitCode {
    let mut cases: Vec<_> =
        fs::read_dir(fixtures("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    cases.sort();
    assert!(cases.len() >= MIN_CASES, "fixtures/cases has only {} cases", cases.len());
    let trials = cases.into_iter().map(|case| {
        let name = case.file_stem().unwrap().to_str().unwrap().to_owned();
        Trial::test(name, move || check_case(&case))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// Runs the command of a case and compares the exit code, the output and the changed files.
fn check_case(case: &Path) -> Result<(), Failed> {
    let table: toml::Table = fs::read_to_string(case)?.parse()?;
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
    let args: Vec<&str> = table["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
    let status = table["status"].as_integer().unwrap();
    let tree = match text("tree") {
        Some(name) => fixtures("trees").join(name),
        None => case.with_extension("in"),
    };
    let before = files(&tree);
    // Some reports show the name of the folder.
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path().join(tree.file_name().unwrap());
    copy_into(&tree, &folder);
    let output = run(&folder.join(text("folder").unwrap_or(".")), &args);

    let mut differences = Vec::new();
    if output.status.code().map(i64::from) != Some(status) {
        let code = output.status.code();
        differences.push(format!("exit code {code:?}, expected {status}\n{}", stderr(&output)));
    }
    for (extension, printed) in [("stdout", stdout(&output)), ("stderr", stderr(&output))] {
        differences.extend(compare_text(&case.with_extension(extension), &printed));
    }
    let changed: BTreeMap<String, Vec<u8>> =
        files(&folder).into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes)).collect();
    differences.extend(compare_files(&case.with_extension("out"), &changed));
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n\n").into()) }
}

/// Returns how the text differs from the content of the file; no file means no text. Blessing rewrites the file.
fn compare_text(file: &Path, printed: &str) -> Option<String> {
    let expected = fs::read_to_string(file).unwrap_or_default();
    if printed == expected {
        return None;
    }
    if !blessing() {
        let name = file.file_name().unwrap().display();
        return Some(format!("output differs from {name}: got\n{printed}\nexpected\n{expected}"));
    }
    if printed.is_empty() {
        fs::remove_file(file).unwrap();
    } else {
        fs::write(file, printed).unwrap();
    }
    None
}

/// Returns how the changed files differ from those in the folder. Blessing rewrites the folder.
fn compare_files(folder: &Path, changed: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let expected = if folder.is_dir() { files(folder) } else { BTreeMap::new() };
    if *changed == expected {
        return None;
    }
    if !blessing() {
        let paths = changed.keys().chain(expected.keys().filter(|path| !changed.contains_key(*path)));
        let lines: Vec<String> = paths
            .filter_map(|path| match (changed.get(path), expected.get(path)) {
                (Some(_), None) => Some(format!("  {path}: changed, expected no change")),
                (None, _) => Some(format!("  {path}: no change, expected one")),
                (Some(bytes), Some(expected)) if bytes != expected => Some(format!(
                    "  {path}: got\n{}\nexpected\n{}",
                    String::from_utf8_lossy(bytes),
                    String::from_utf8_lossy(expected)
                )),
                _ => None,
            })
            .collect();
        let name = folder.file_name().unwrap().display();
        return Some(format!("changed files differ from {name}:\n{}", lines.join("\n")));
    }
    for path in expected.keys().filter(|path| !changed.contains_key(*path)) {
        fs::remove_file(folder.join(path)).unwrap();
    }
    for (path, bytes) in changed.iter().filter(|(path, bytes)| expected.get(*path) != Some(bytes)) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    None
}
