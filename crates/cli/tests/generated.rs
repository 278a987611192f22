//! Generated files are current: schemas, pages of policies and attributes, and the help. `just bless` rewrites
//! them.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{collections::BTreeMap, fs};

use preauth_policy::{Config, PolicySet, attribute_pages, explain, policy_index};
use support::{blessing, root, run, stdout};

fn generated() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let here = root();
    for of in ["policy", "config", "report", "apps", "trace", "policies", "policy-tests"] {
        files.insert(format!("schemas/{of}.schema.json"), stdout(&run(&here, &["schema", of])));
    }
    let (set, _) = PolicySet::load(&[], &Config::default());
    for id in set.ids() {
        files.insert(format!("docs/policies/{id}.md"), explain(&set, id).unwrap());
    }
    files.insert("docs/policies/index.md".into(), policy_index(&set));
    for (name, page) in attribute_pages(&set) {
        files.insert(format!("docs/attributes/{name}"), page);
    }
    let mut help = String::from("# The command line\n");
    for command in
        ["", "check", "apps", "explain", "policy list", "policy test", "init", "schema", "completions", "man"]
    {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let text = stdout(&run(&here, &args));
        let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        help.push_str(&format!("\n## `{}`\n\n```text\n{text}```\n", format!("preauth {command}").trim()));
    }
    files.insert("docs/cli.md".into(), help);
    files
}

#[test]
fn generated_files_are_current() {
    let mut stale = Vec::new();
    let generated = generated();
    for (path, text) in &generated {
        let file = root().join(path);
        if blessing() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        } else if fs::read_to_string(&file).ok().as_deref() != Some(text) {
            stale.push(path.as_str());
        }
    }
    for folder in ["docs/policies", "docs/attributes"] {
        let pages = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        for page in pages.map(|name| format!("{folder}/{}", name.to_str().unwrap())) {
            // `crates/policy/tests/generated.rs` writes this page.
            if generated.contains_key(&page) || page == "docs/policies/coverage.md" {
                continue;
            }
            if blessing() {
                fs::remove_file(root().join(&page)).unwrap();
            } else {
                stale.push("a page of a removed policy or attribute");
            }
        }
    }
    assert!(stale.is_empty(), "stale, run `just bless`: {}", stale.join(", "));
}
