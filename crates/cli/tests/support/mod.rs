//! Shared code for tests of whole commands.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    dead_code,
    reason = "tests read files and fail by panicking; not every test uses everything"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Returns a folder of fixtures.
pub(crate) fn fixtures(name: &str) -> PathBuf {
    root().join("fixtures").join(name)
}

/// Returns all source trees in the fixtures.
pub(crate) fn trees() -> Vec<PathBuf> {
    let mut trees: Vec<PathBuf> =
        fs::read_dir(fixtures("trees")).unwrap().map(|entry| entry.unwrap().path()).collect();
    trees.retain(|path| path.is_dir());
    trees.sort();
    trees
}

/// True if expected files are rewritten.
pub(crate) fn blessing() -> bool {
    std::env::var_os("PREAUTH_BLESS").is_some()
}

/// Returns a command of the program, without environment variables that change its output.
pub(crate) fn preauth() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("preauth"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "RAYON_NUM_THREADS"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    preauth().current_dir(folder).args(args).output().unwrap()
}

/// Copies a tree into a temporary folder.
pub(crate) fn copy(tree: &Path) -> tempfile::TempDir {
    let target = tempfile::tempdir().unwrap();
    copy_into(tree, target.path());
    target
}

/// Copies the files of a tree into a folder.
pub(crate) fn copy_into(tree: &Path, folder: &Path) {
    for (path, bytes) in files(tree) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Reads all files below a folder, by their relative paths.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Returns standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Returns standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Returns the name of every format of a report, from the help.
pub(crate) fn formats() -> Vec<String> {
    let help = stdout(&run(&root(), &["check", "-h"]));
    let (_, list) = help.split_once("--format").unwrap().1.split_once("[possible values: ").unwrap();
    let names = list.split_once(']').unwrap().0.split(',').map(|name| name.trim().to_owned());
    names.collect()
}
