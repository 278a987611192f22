//! Finds policies that require contradictory values of the same subject.

use preauth_metadata::Value;
use preauth_source::{Diagnostic, Label, Location, Severity, TextRange};

use crate::{
    form::codes::POLICY_INVALID,
    language::{
        path::AttributePath,
        policy::Policy,
        predicate::{Operand, Predicate},
        test::Test,
    },
};

/// Returns an error for each pair of policies that cannot both hold.
pub(crate) fn contradictions<'p>(policies: impl Iterator<Item = &'p Policy>) -> Vec<Diagnostic> {
    let required: Vec<(&Policy, ValueBound<'_>)> = policies
        .flat_map(|policy| policy.require.iter().flat_map(bounds).map(move |bound| (policy, bound)))
        .collect();
    let mut diagnostics = Vec::new();
    for (index, (policy, bound)) in required.iter().enumerate() {
        for (other, other_bound) in &required[index + 1..] {
            let same = policy.select == other.select && bound.path.text == other_bound.path.text;
            if !same || bound.overlaps(other_bound) || excludes(policy, other) || excludes(other, policy) {
                continue;
            }
            let message = format!(
                "`{}` and `{}` contradict each other: one requires that `{}` {}, the other that it {}",
                policy.id, other.id, bound.path, bound.sentence, other_bound.sentence
            );
            let place = |policy: &Policy, bound: &ValueBound<'_>| {
                Location::new(policy.location.file.clone(), bound.range)
            };
            let label = Label::new(place(other, other_bound), "this contradicts the other policy");
            diagnostics.push(
                Diagnostic::new(POLICY_INVALID, Severity::Error, message, label)
                    .with_related(Label::new(place(policy, bound), "the other policy"))
                    .with_help(
                        "restrict one of them to other apps in `where` or `except`, or switch one off in `rules`",
                    ),
            );
        }
    }
    diagnostics
}

/// The values that a test allows for a path.
struct ValueBound<'t> {
    path: &'t AttributePath,
    allowed: AllowedValues<'t>,
    sentence: String,
    range: TextRange,
}

enum AllowedValues<'t> {
    OneOf(Vec<&'t Value>),
    NoneOf(Vec<&'t Value>),
    Absent,
    Present,
}

/// Returns the bounds of a test that must all hold.
fn bounds(test: &Test) -> Vec<ValueBound<'_>> {
    match test {
        Test::All(tests) => tests.iter().flat_map(bounds).collect(),
        Test::Predicate(test) => {
            let allowed = match &test.predicate {
                Predicate::Equals(operand) => literal(operand).map(|value| AllowedValues::OneOf(vec![value])),
                Predicate::OneOf(operands) => {
                    operands.iter().map(literal).collect::<Option<_>>().map(AllowedValues::OneOf)
                }
                Predicate::NoneOf(operands) => {
                    operands.iter().map(literal).collect::<Option<_>>().map(AllowedValues::NoneOf)
                }
                Predicate::Absent => Some(AllowedValues::Absent),
                Predicate::Present => Some(AllowedValues::Present),
                _ => None,
            };
            let bound = |allowed| ValueBound {
                path: &test.path,
                allowed,
                sentence: test.predicate.sentence(),
                range: test.range,
            };
            allowed.map(bound).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn literal(operand: &Operand) -> Option<&Value> {
    match operand {
        Operand::Literal(value) => Some(value),
        Operand::Path(_) | Operand::AsOf(_) => None,
    }
}

impl ValueBound<'_> {
    /// True if some value satisfies both bounds.
    fn overlaps(&self, other: &Self) -> bool {
        use AllowedValues::{Absent, NoneOf, OneOf, Present};
        let contains = |values: &[&Value], value: &Value| values.iter().any(|known| known.same(value));
        match (&self.allowed, &other.allowed) {
            (OneOf(a), OneOf(b)) => a.iter().any(|value| contains(b, value)),
            (OneOf(a), NoneOf(b)) | (NoneOf(b), OneOf(a)) => a.iter().any(|value| !contains(b, value)),
            (Absent, OneOf(_) | Present) | (OneOf(_) | Present, Absent) => false,
            _ => true,
        }
    }

    /// True if every value that satisfies this bound satisfies the other.
    fn implies(&self, other: &Self) -> bool {
        let AllowedValues::OneOf(values) = &self.allowed else { return false };
        match &other.allowed {
            AllowedValues::OneOf(others) => {
                values.iter().all(|value| others.iter().any(|known| known.same(value)))
            }
            AllowedValues::NoneOf(others) => {
                values.iter().all(|value| !others.iter().any(|known| known.same(value)))
            }
            AllowedValues::Present => true,
            AllowedValues::Absent => false,
        }
    }
}

/// True if the conditions of two policies show that they never apply to the same subject.
fn excludes(policy: &Policy, other: &Policy) -> bool {
    let conditions: Vec<ValueBound<'_>> = policy.applies.iter().flat_map(bounds).collect();
    let others: Vec<ValueBound<'_>> = other.applies.iter().flat_map(bounds).collect();
    let exceptions: Vec<ValueBound<'_>> = other.except.iter().flat_map(bounds).collect();
    conditions.iter().any(|condition| {
        let same_path = |bound: &&ValueBound<'_>| bound.path.text == condition.path.text;
        others.iter().filter(same_path).any(|other| !condition.overlaps(other))
            || exceptions.iter().filter(same_path).any(|other| condition.implies(other))
    })
}
