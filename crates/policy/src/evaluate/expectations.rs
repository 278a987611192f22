//! The values that the register expects of an app, with the names that the app's own files use.

use std::collections::BTreeSet;

use preauth_metadata::{App, AppKind, Fact, GRANT, Grant, Kind, Resolution, Type, Value};
use preauth_source::TextRange;

use crate::{
    config::{ExpectedAttribute, RegisterEntry},
    evaluate::{
        context::Case,
        subject::{Select, Subject},
    },
    language::{
        path::AttributePath,
        predicate::{Operand, Predicate},
        test::{PredicateTest, Test},
    },
};

/// Returns the values that the register expects of the app of a subject.
pub(crate) fn expected_of_subject(subject: &Subject<'_>) -> Vec<ExpectedAttribute> {
    let app = subject.app().zip(subject.entry());
    app.map(|(app, entry)| expected(subject.case, app, entry)).unwrap_or_default()
}

/// Returns the values that an entry of the register expects of an app. The register can use any name of a permission set.
/// A connected app uses its label, and an external client app keeps the name that it has.
pub(crate) fn expected(case: Case<'_>, app: &App, entry: &RegisterEntry) -> Vec<ExpectedAttribute> {
    let of_app = |expected: &ExpectedAttribute| {
        let mut expected = expected.clone();
        if let (Some(kind), Some(Value::List(names))) = (kind_of(expected.attribute), &mut expected.value) {
            let in_words_of_app = |name: &Fact| {
                let known = name.value().and_then(Value::as_text);
                match (known.and_then(|name| known_as(case, app, kind, name)), name.place()) {
                    (Some(known), Some(place)) => Fact::present(Value::text(known), place.clone()),
                    _ => name.clone(),
                }
            };
            // The register may have named one thing in two ways.
            let mut seen = BTreeSet::new();
            let all = names.iter().map(in_words_of_app);
            *names = all.filter(|name| seen.insert(name.value().map(ToString::to_string))).collect();
        }
        expected
    };
    entry.expect.iter().map(of_app).collect()
}

/// Makes the test that an app has an expected value; `range` is the place of `$declared.expect.*` in the policy.
pub(crate) fn test(app: &App, expected: &ExpectedAttribute, range: TextRange) -> Test {
    let path = Select::APP.path(expected.attribute).expect("invariant: a row's name is a path");
    let word = match &expected.value {
        Some(value) => Predicate::Equals(Operand::Literal(value.clone())),
        None => Predicate::Absent,
    };
    let predicate_test = |path, predicate| {
        Test::Predicate(Box::new(PredicateTest { path, predicate, range, if_unknown: None }))
    };
    let same = predicate_test(path, word);
    if is_clear(app, expected) {
        return same;
    }
    // The source does not have the component of an id: unless the names are the same, the test is undecided.
    let grants = Select::APP.path("grants").expect("invariant: an app has grants");
    let resolution =
        AttributePath::within(Type::Record(GRANT), "resolution").expect("invariant: a grant resolves");
    let resolved = Predicate::Every(Box::new(predicate_test(resolution, Predicate::Present)));
    Test::Any(vec![same, Test::Not(Box::new(predicate_test(grants, resolved)))])
}

/// Returns the kind of component that an attribute names.
fn kind_of(attribute: &str) -> Option<Kind> {
    match attribute {
        "grants.profiles" => Some(Kind::Profile),
        "grants.permissionSets" => Some(Kind::PermissionSet),
        _ => None,
    }
}

/// Returns the name that an app uses for a component, if the name resolves to one component of the tree.
fn known_as(case: Case<'_>, app: &App, kind: Kind, name: &str) -> Option<String> {
    let one = |name: &str| match case.resolve(kind, name) {
        Resolution::One(component) => Some(component),
        _ => None,
    };
    let component = one(name)?;
    if app.kind == AppKind::ConnectedApp && kind == Kind::PermissionSet {
        return component.label().map(ToString::to_string);
    }
    let same = |grant: &&Grant| {
        let named = grant.resolution.component();
        grant.kind == kind && named.is_some_and(|named| named.name == component.name)
    };
    app.grants.iter().find(same).map(|grant| grant.name.to_string())
}

/// True if names can be compared: none of those that only one side has is an id.
fn is_clear(app: &App, expected: &ExpectedAttribute) -> bool {
    let Some(kind) = kind_of(expected.attribute) else { return true };
    let wanted = expected.value.as_ref().and_then(Value::as_list).unwrap_or_default();
    let wanted: Vec<&str> = wanted.iter().filter_map(Fact::value).filter_map(Value::as_text).collect();
    let granted = || app.grants.iter().filter(|grant| grant.kind == kind).map(|grant| &*grant.name);
    let only_there = granted().filter(|name| !wanted.contains(name));
    let only_here = wanted.iter().copied().filter(|name| granted().all(|granted| granted != *name));
    !only_there.chain(only_here).any(Grant::is_opaque)
}
