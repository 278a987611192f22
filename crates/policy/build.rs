#![allow(clippy::disallowed_methods, reason = "a build script reads files")]
//! Lists the built-in policies, so that a new file in `policies/` is all that a new policy takes.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    let entries =
        |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for area in entries(&root).filter(|path| path.is_dir()) {
        println!("cargo::rerun-if-changed={}", area.display());
        files.extend(
            entries(&area).filter(|path| path.extension().is_some_and(|extension| extension == "yaml")),
        );
    }
    files.sort();
    let mut out = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&root).expect("invariant: the file was found below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(
            out,
            "    ({:?}, include_str!({:?})),",
            format!("policies/{name}"),
            file.display().to_string()
        )
        .expect("invariant: writing to a string succeeds");
    }
    out.push(']');
    let target = Path::new(&env::var("OUT_DIR").expect("invariant: cargo sets OUT_DIR")).join("builtin.rs");
    fs::write(target, out).expect("the list of built-in policies can be written");
}
