//! Policies, configurations and samples of output in the documentation are valid.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::fs;

use preauth_policy::{Config, PolicySet, run_examples};
use preauth_source::SourceFile;
use support::root;

/// Returns the code blocks of a document with the info string `kind`.
fn blocks(document: &str, kind: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let fence = format!("```{kind}\n");
    let blocks = text.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned() + "\n");
    blocks.collect()
}

#[test]
fn policies_in_documents_load_and_behave() {
    let blocks = blocks("docs/writing-policies.md", "yaml policy");
    assert!(!blocks.is_empty());
    for (index, block) in blocks.iter().enumerate() {
        let source = SourceFile::new(format!("block-{index}.yaml").as_str().into(), block);
        let (set, diagnostics) = PolicySet::load(&[source], &Config::default());
        assert_eq!(diagnostics, [], "{block}");
        let own = set.all().iter().find(|policy| policy.location.file.name().starts_with("block-")).unwrap();
        for report in run_examples(&set, own) {
            assert_eq!(report.error, None, "{} {}", report.policy, report.example);
        }
    }
}

#[test]
fn configurations_in_documents_load() {
    let documents = ["docs/configuration.md", "docs/adopting.md"];
    let of = documents.map(|document| blocks(document, "yaml config"));
    assert!(of.iter().all(|blocks| !blocks.is_empty()));
    for block in of.into_iter().flatten() {
        let (config, diagnostics) = Config::read(&SourceFile::new("preauth.yaml".into(), &block));
        assert_eq!(diagnostics, [], "{block}");
        let (_, diagnostics) = PolicySet::load(&[], &config);
        assert_eq!(diagnostics, [], "{block}");
    }
}

#[test]
fn readme_samples_are_real_output() {
    let printed = fs::read_to_string(root().join("fixtures/cases/acme-text.stdout")).unwrap();
    let samples = blocks("README.md", "text");
    assert!(!samples.is_empty());
    for sample in samples {
        assert!(printed.contains(&sample), "the program prints nothing like\n{sample}");
    }
}
