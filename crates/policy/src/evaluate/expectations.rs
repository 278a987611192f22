//! What the register expects of an app, in the names that the app's own files use.

use std::collections::BTreeSet;

use preauth_metadata::{App, AppKind, Fact, GRANT, Grant, Kind, Resolution, Type, Value};
use preauth_source::TextRange;

use crate::{
    config::{ExpectedAttribute, RegisterEntry},
    evaluate::subject::Case,
    language::{
        path::{AttributePath, Select},
        predicate::{Operand, Predicate},
        test::{PredicateTest, Test},
    },
};

/// What an entry of the register expects of an app. The register may name a permission set in any way; a connected
/// app names it by its label, and what an external client app has already keeps the name that it has.
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

/// The test that an app is what is expected; `range` is where its policy says so.
pub(crate) fn test(app: &App, expected: &ExpectedAttribute, range: TextRange) -> Test {
    let path = AttributePath::of(Select::App, expected.attribute).expect("invariant: a row's name is a path");
    let word = match &expected.value {
        Some(value) => Predicate::Equals(Operand::Literal(value.clone())),
        None => Predicate::Absent,
    };
    let word_test = |path, word| {
        Test::Predicate(Box::new(PredicateTest { path, predicate: word, range, if_unknown: None }))
    };
    let same = word_test(path, word);
    if is_clear(app, expected) {
        return same;
    }
    // What an id stands for is not in the source: unless the names are the same, it cannot be told.
    let grants = AttributePath::of(Select::App, "grants").expect("invariant: an app has grants");
    let resolution =
        AttributePath::within(Type::Record(GRANT), "resolution").expect("invariant: a grant resolves");
    let told = Predicate::Every(Box::new(word_test(resolution, Predicate::Present)));
    Test::Any(vec![same, Test::Not(Box::new(word_test(grants, told)))])
}

/// What an attribute of grants names.
fn kind_of(attribute: &str) -> Option<Kind> {
    match attribute {
        "grants.profiles" => Some(Kind::Profile),
        "grants.permissionSets" => Some(Kind::PermissionSet),
        _ => None,
    }
}

/// The name that an app uses for what is named, if that is one component of the tree.
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

/// Whether names can be compared: those that only one side has stand for something in the source.
fn is_clear(app: &App, expected: &ExpectedAttribute) -> bool {
    let Some(kind) = kind_of(expected.attribute) else { return true };
    let wanted = expected.value.as_ref().and_then(Value::as_list).unwrap_or_default();
    let wanted: Vec<&str> = wanted.iter().filter_map(Fact::value).filter_map(Value::as_text).collect();
    let granted = || app.grants.iter().filter(|grant| grant.kind == kind).map(|grant| &*grant.name);
    let only_there = granted().filter(|name| !wanted.contains(name));
    let only_here = wanted.iter().copied().filter(|name| granted().all(|granted| granted != *name));
    !only_there.chain(only_here).any(Grant::is_opaque)
}
