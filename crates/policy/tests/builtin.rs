//! The built-in policies are valid by the published schema, and behave as their examples say.

use std::collections::BTreeSet;

use preauth_policy::{
    Config, PolicySet, config_schema, diagnostic_codes, policy_index, policy_schema, run_examples,
};
use preauth_source::SourceFile;

fn builtin() -> PolicySet {
    let (set, diagnostics) = PolicySet::load(&[], &Config::default());
    assert_eq!(diagnostics, []);
    set
}

#[test]
fn every_policy_example_behaves() {
    let set = builtin();
    let errors: Vec<String> = set
        .all()
        .iter()
        .flat_map(|policy| run_examples(&set, policy))
        .filter_map(|report| Some(format!("{} {}: {}", report.policy, report.example, report.error?)))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn every_builtin_policy_is_valid_as_a_user_policy() {
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
fn policy_files_are_named_by_policy_id() {
    for policy in builtin().all() {
        assert_eq!(policy.location.file.name(), format!("{}.yaml", policy.id));
    }
}

/// An editor reports no errors in built-in policies.
#[test]
fn every_builtin_policy_is_valid_by_the_editor_schema() {
    let validator = jsonschema::validator_for(&policy_schema()).unwrap();
    let set = builtin();
    for policy in set.all() {
        let text = set.text(&policy.location.file).unwrap();
        let value: serde_json::Value = serde_saphyr::from_str(text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, [] as [String; 0], "{}", policy.id);
    }
}

#[test]
fn editor_schema_knows_attributes_and_their_values() {
    let validator = jsonschema::validator_for(&policy_schema()).unwrap();
    let holds = |test: &str| {
        let text = format!("{{ id: a, title: b, severity: info, why: c, select: App, require: [{test}] }}");
        validator.is_valid(&serde_saphyr::from_str::<serde_json::Value>(&text).unwrap())
    };
    assert!(holds("{ path: permittedUsers, equals: adminApproved }"));
    assert!(holds("{ path: permittedUsers, equals: $declared.purpose }"));
    assert!(holds("{ path: oauthConfig/isAdminApproved, equals: adminAproved }"));
    assert!(!holds("{ path: permittedUsers, equals: adminAproved }"));
    assert!(!holds("{ path: app.scopes, contains: [Ful] }"));
    assert!(!holds("{ path: refreshToken, one_of: [30 DAYS] }"));
}

#[test]
fn editor_schema_knows_rules_and_expected_values() {
    let validator = jsonschema::validator_for(&config_schema()).unwrap();
    let holds = |text: &str| validator.is_valid(&serde_saphyr::from_str::<serde_json::Value>(text).unwrap());
    assert!(holds("rules: { scope-full: \"off\", acme-own: error }"));
    assert!(holds("rules: { ip-relaxation-unjustified: { longest: 14 DAYS } }"));
    assert!(!holds("rules: { scope-full: of }"));
    assert!(!holds("rules: { ip-relaxation-unjustified: { longes: 14 DAYS } }"));
    assert!(holds(
        "apps: [{ match: a, expect: { ipRelaxation: enforce, grants: { profiles: [b] }, startUrl: null } }]"
    ));
    assert!(!holds("apps: [{ match: a, expect: { ipRelaxation: enforced } }]"));
    assert!(!holds("apps: [{ match: a, expect: { ipRelaxtion: enforce } }]"));
}

#[test]
fn every_code_is_in_one_table_and_documented() {
    let set = builtin();
    let mut codes: Vec<&str> = diagnostic_codes().collect();
    codes.extend(set.all().iter().map(|policy| &*policy.id));
    let distinct: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(distinct.len(), codes.len(), "a code is used twice");
    let index = policy_index(&set);
    for code in codes {
        assert!(index.contains(&format!("`{code}`")), "`{code}` is not in the index of policies");
    }
}
