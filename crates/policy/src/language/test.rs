//! Tests: predicates on paths, alone or combined.

use std::borrow::Cow;

use jiff::civil::Date;
use preauth_metadata::{Fact, FactState, Value};
use preauth_source::TextRange;

use crate::language::{path::AttributePath, predicate::Predicate};

/// A test: a predicate on a path, or a combination of tests.
#[derive(Clone, Debug)]
pub enum Test {
    /// A predicate on one path.
    Predicate(Box<PredicateTest>),
    /// All of these hold.
    All(Vec<Test>),
    /// At least one of these holds.
    Any(Vec<Test>),
    /// This does not hold.
    Not(Box<Test>),
    /// Every attribute has the value that the register expects. It is expanded to a test for each.
    AsExpected(TextRange),
}

/// A predicate on one path.
#[derive(Clone, Debug)]
pub struct PredicateTest {
    /// The path to the fact.
    pub path: AttributePath,
    /// The predicate.
    pub predicate: Predicate,
    /// The place in the policy.
    pub range: TextRange,
    /// The result if the value is unknown.
    pub if_unknown: Option<bool>,
}

/// The result of a test. A value that is unknown or does not apply makes it neither true nor false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// True.
    Holds,
    /// False.
    Fails,
    /// The value is not in the source.
    Unknown,
    /// The attribute does not apply to the subject.
    NotApplicable,
}

impl Verdict {
    pub(crate) fn from_bool(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    fn not(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
            neither => neither,
        }
    }

    /// Returns whether it holds.
    ///
    /// # Errors
    /// The verdict itself if it is neither true nor false.
    pub(crate) fn decided(self) -> Result<bool, Self> {
        match self {
            Self::Holds => Ok(true),
            Self::Fails => Ok(false),
            neither => Err(neither),
        }
    }

    /// Combines verdicts: one that is `decisive` decides, then one that is unknown, then one that does not apply.
    pub(crate) fn together(verdicts: impl IntoIterator<Item = Self>, decisive: Self) -> Self {
        let mut result = decisive.not();
        for verdict in verdicts {
            match (verdict, result) {
                (verdict, _) if verdict == decisive => return decisive,
                (Self::Unknown, _) => result = Self::Unknown,
                (Self::NotApplicable, before) if before != Self::Unknown => result = Self::NotApplicable,
                _ => {}
            }
        }
        result
    }
}

/// The evaluation of a predicate on one fact.
#[derive(Clone, Debug)]
pub(crate) struct Observation<'s> {
    /// The test.
    pub test: &'s PredicateTest,
    /// The fact.
    pub fact: Cow<'s, Fact>,
    /// The result.
    pub verdict: Verdict,
}

/// A source of facts that tests are evaluated on: a subject, or a member of a list.
pub trait FactSource {
    /// Returns the fact of a path.
    fn fact(&self, path: &AttributePath) -> Cow<'_, Fact>;
    /// Evaluates whether a component of this kind and name exists.
    fn component(&self, kind: preauth_metadata::Kind, name: &str) -> Verdict;
    /// Returns the day of the check.
    fn as_of(&self) -> Date;
}

/// A member of a list, and the subject that has the list.
pub(crate) struct Member<'l> {
    pub(crate) fact: &'l Fact,
    pub(crate) owner: &'l dyn FactSource,
}

impl FactSource for Member<'_> {
    fn fact(&self, path: &AttributePath) -> Cow<'_, Fact> {
        if path.attribute.is_empty() {
            into_fields(Cow::Borrowed(self.fact), &path.fields)
        } else {
            self.owner.fact(path)
        }
    }

    fn component(&self, kind: preauth_metadata::Kind, name: &str) -> Verdict {
        self.owner.component(kind, name)
    }

    fn as_of(&self) -> Date {
        self.owner.as_of()
    }
}

/// Returns the fact of a field inside a value.
pub(crate) fn into_fields<'f>(fact: Cow<'f, Fact>, fields: &[String]) -> Cow<'f, Fact> {
    fields.iter().fold(fact, |fact, field| match fact {
        Cow::Borrowed(fact) => into_field(fact, field),
        Cow::Owned(fact) => Cow::Owned(into_field(&fact, field).into_owned()),
    })
}

fn into_field<'f>(fact: &'f Fact, field: &str) -> Cow<'f, Fact> {
    let inside = |state: FactState| Cow::Owned(Fact { state, places: fact.places.clone() });
    match fact.value() {
        Some(Value::Record(facts)) => facts.get(field).map_or_else(|| inside(FactState::None), Cow::Borrowed),
        Some(Value::RefreshToken(policy)) => inside(match field {
            "policy" => FactState::Present(Value::text(policy.policy().name())),
            _ => policy.period().map_or_else(
                || FactState::NotApplicable("the policy has no period".into()),
                |period| FactState::Present(Value::Duration(period)),
            ),
        }),
        Some(_) => inside(FactState::None),
        None => Cow::Borrowed(fact),
    }
}

impl PredicateTest {
    fn verdict(&self, fact: &Fact, facts: &dyn FactSource) -> Verdict {
        match (self.predicate.evaluate(fact, facts), self.if_unknown) {
            (Verdict::Unknown | Verdict::NotApplicable, Some(holds)) => Verdict::from_bool(holds),
            (verdict, _) => verdict,
        }
    }
}

impl Test {
    /// Evaluates the test, and adds every fact that it reads to `observations`.
    pub(crate) fn observe<'s>(
        &'s self,
        facts: &'s dyn FactSource,
        observations: &mut Vec<Observation<'s>>,
    ) -> Verdict {
        match self {
            Self::All(tests) => {
                let verdicts: Vec<_> = tests.iter().map(|test| test.observe(facts, observations)).collect();
                Verdict::together(verdicts, Verdict::Fails)
            }
            Self::Any(tests) => {
                let verdicts: Vec<_> = tests.iter().map(|test| test.observe(facts, observations)).collect();
                Verdict::together(verdicts, Verdict::Holds)
            }
            Self::Not(test) => test.observe(facts, observations).not(),
            Self::AsExpected(_) => Verdict::Holds,
            Self::Predicate(test) => {
                let fact = facts.fact(&test.path);
                let verdict = test.verdict(&fact, facts);
                observations.push(Observation { test, fact, verdict });
                verdict
            }
        }
    }

    /// Evaluates the test.
    pub(crate) fn verdict(&self, facts: &dyn FactSource) -> Verdict {
        let verdicts = |tests: &[Self], decisive| {
            Verdict::together(tests.iter().map(|test| test.verdict(facts)), decisive)
        };
        match self {
            Self::All(tests) => verdicts(tests, Verdict::Fails),
            Self::Any(tests) => verdicts(tests, Verdict::Holds),
            Self::Not(test) => test.verdict(facts).not(),
            Self::AsExpected(_) => Verdict::Holds,
            Self::Predicate(test) => test.verdict(&facts.fact(&test.path), facts),
        }
    }

    /// Evaluates the test on a member of a list.
    pub(crate) fn verdict_on(&self, member: &Member<'_>) -> Verdict {
        match self {
            // Lists are long, and most tests of members are about the member itself.
            Self::Predicate(test) if test.path.text.is_empty() => test.verdict(member.fact, member),
            test => test.verdict(member),
        }
    }

    /// Returns the test in words, as the end of "must …".
    pub fn sentence(&self) -> String {
        let joined = |tests: &[Test], word: &str| {
            tests.iter().map(Test::sentence).collect::<Vec<_>>().join(&format!(" {word} "))
        };
        match self {
            Self::All(tests) => joined(tests, "and"),
            Self::Any(tests) => format!("either {}", joined(tests, "or")),
            Self::Not(test) => format!("not ({})", test.sentence()),
            Self::AsExpected(_) => "every attribute has the value that preauth.yaml expects".into(),
            Self::Predicate(test) => {
                let path = if test.path.text.is_empty() { "it".into() } else { format!("`{}`", test.path) };
                let of_members = |which: &str, nested: &Test| match nested {
                    Self::Predicate(nested) if nested.path.text.is_empty() => {
                        format!("{which} of {path} {}", nested.predicate.sentence())
                    }
                    nested => format!("of {which} of {path}, {}", nested.sentence()),
                };
                match &test.predicate {
                    Predicate::Every(nested) => of_members("each", nested),
                    Predicate::Some(nested) => of_members("a member", nested),
                    word => format!("{path} {}", word.sentence()),
                }
            }
        }
    }

    /// Returns the place of the test in its policy.
    pub fn range(&self) -> TextRange {
        match self {
            Self::Predicate(test) => test.range,
            Self::AsExpected(range) => *range,
            Self::Not(test) => test.range(),
            Self::All(tests) | Self::Any(tests) => tests.first().map(Test::range).unwrap_or_default(),
        }
    }

    /// Returns the values that would make the test hold (`None` inside: no value), for each predicate that fails. `None`
    /// if several values would.
    pub fn repair(&self, facts: &dyn FactSource) -> Option<Vec<(&AttributePath, Option<Value>)>> {
        match self {
            Self::Predicate(test) => {
                let fact = facts.fact(&test.path);
                if test.predicate.evaluate(&fact, facts) == Verdict::Holds {
                    return Some(Vec::new());
                }
                let repaired = test.predicate.repair(&fact, facts)?;
                test.path.fields.is_empty().then(|| vec![(&test.path, repaired)])
            }
            Self::All(tests) => {
                tests.iter().map(|test| test.repair(facts)).try_fold(Vec::new(), |mut all, one| {
                    all.extend(one?);
                    Some(all)
                })
            }
            Self::Any(_) | Self::Not(_) | Self::AsExpected(_) => None,
        }
    }

    /// Adds every path that the test reads.
    pub(crate) fn paths<'p>(&'p self, paths: &mut Vec<&'p AttributePath>) {
        match self {
            Self::Predicate(test) => paths.push(&test.path),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.paths(paths)),
            Self::Not(test) => test.paths(paths),
            Self::AsExpected(_) => {}
        }
    }
}
