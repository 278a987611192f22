//! The built-in policies: they load without a mistake, hold to their published schema, and behave as their own
//! examples say.

use preauth_policy::{Config, PolicySet, run_examples};
use preauth_source::SourceFile;

fn builtin() -> PolicySet {
    let (set, diagnostics) = PolicySet::load(&[], &Config::default());
    assert_eq!(diagnostics, []);
    set
}

#[test]
fn every_example_behaves() {
    let set = builtin();
    let mistakes: Vec<String> = set
        .all()
        .iter()
        .flat_map(|policy| run_examples(&set, policy))
        .filter_map(|report| Some(format!("{} {}: {}", report.policy, report.example, report.mistake?)))
        .collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_policy_holds_to_the_schema_that_users_policies_are_held_to() {
    let set = builtin();
    for policy in set.all() {
        let text = set.text(&policy.location.file).unwrap();
        let renamed = text.replacen(&format!("id: {}\n", policy.id), "id: a-copy\n", 1);
        let (_, diagnostics) =
            PolicySet::load(&[SourceFile::new("copy.yaml".into(), &renamed)], &Config::default());
        assert_eq!(diagnostics, [], "{}", policy.id);
    }
}

#[test]
fn a_policy_is_in_the_file_of_its_name() {
    for policy in builtin().all() {
        assert_eq!(policy.location.file.name(), format!("{}.yaml", policy.id));
    }
}
