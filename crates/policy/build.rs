#![allow(clippy::disallowed_methods, reason = "a build script reads files")]
//! Lists the built-in policies and parses them, so that a new policy is one new file in `policies/`, and no YAML is parsed
//! when the program starts.

#[allow(dead_code, unreachable_pub, reason = "the library uses more of it")]
#[path = "src/yaml/node.rs"]
mod node;
#[path = "src/yaml/parse.rs"]
mod parse;
#[path = "src/yaml/stored.rs"]
mod stored;

use std::{
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use node::YamlData;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=src/yaml");
    let mut files = Vec::new();
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
        let name = format!("policies/{}", name.to_string_lossy().replace('\\', "/"));
        let text = fs::read_to_string(&file).expect("a policy can be read");
        let parsed = parsed(&name, &text).escape_ascii().to_string();
        let file = file.display().to_string();
        writeln!(
            out,
            "    BuiltinPolicy {{ path: {name:?}, text: include_str!({file:?}), parsed: b\"{parsed}\" }},"
        )
        .expect("invariant: writing to a string succeeds");
    }
    out.push(']');
    let target = Path::new(&env::var("OUT_DIR").expect("invariant: cargo sets OUT_DIR")).join("builtin.rs");
    fs::write(target, out).expect("the list of built-in policies can be written");
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Parses a policy without its examples, which are read from the text when they are needed.
fn parsed(name: &str, text: &str) -> Vec<u8> {
    let mut node = parse::parse(text).unwrap_or_else(|error| {
        panic!("{name}, at byte {}: {}", u32::from(error.range.start()), error.message)
    });
    if let YamlData::Map(entries) = &mut node.value {
        entries.retain(|(key, _)| key.value != "examples");
    }
    let mut bytes = Vec::new();
    stored::store(&node, &mut bytes);
    bytes
}
