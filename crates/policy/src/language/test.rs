//! Tests: words about paths, put together, and what they come to.

use std::borrow::Cow;

use jiff::civil::Date;
use preauth_metadata::{Fact, FactState, Value};
use preauth_source::TextRange;

use crate::language::{path::AttributePath, predicate::Predicate};

/// A test: a word about what a path leads to, or tests put together.
#[derive(Clone, Debug)]
pub enum Test {
    /// A word about one path.
    Predicate(Box<PredicateTest>),
    /// All of these hold.
    All(Vec<Test>),
    /// Any of these holds.
    Any(Vec<Test>),
    /// This does not hold.
    Not(Box<Test>),
    /// Every attribute for which the register expects a value has it; stands for as many tests of `equals`.
    AsExpected(TextRange),
}

/// A word about one path.
#[derive(Clone, Debug)]
pub struct PredicateTest {
    /// What is looked at.
    pub path: AttributePath,
    /// What is said about it.
    pub predicate: Predicate,
    /// Where the policy says so.
    pub range: TextRange,
    /// What an unknown value is taken for.
    pub if_unknown: Option<bool>,
}

/// What a test comes to. What is unknown or does not apply is neither true nor false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// True.
    Holds,
    /// False.
    Fails,
    /// The source does not tell.
    Unknown,
    /// The question does not arise.
    NotApplicable,
}

impl Verdict {
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    fn not(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
            neither => neither,
        }
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// What is neither true nor false.
    pub(crate) fn decided(self) -> Result<bool, Self> {
        match self {
            Self::Holds => Ok(true),
            Self::Fails => Ok(false),
            neither => Err(neither),
        }
    }

    /// The verdict on several: `decisive` decides, then what is unknown, then what does not apply.
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

/// A test of one word that was put to one fact, and what came of it.
#[derive(Clone, Debug)]
pub struct Observation<'s> {
    /// The test.
    pub test: &'s PredicateTest,
    /// What it was put to.
    pub fact: Cow<'s, Fact>,
    /// What came of it.
    pub verdict: Verdict,
}

/// What tests are put to: a subject, or a member of a list.
pub trait FactSource {
    /// What is known at the end of a path.
    fn fact(&self, path: &AttributePath) -> Cow<'_, Fact>;
    /// Whether a component of this kind and name exists.
    fn component(&self, kind: preauth_metadata::Kind, name: &str) -> Verdict;
    /// The day that is judged at.
    fn as_of(&self) -> Date;
}

/// A member of a list, inside the subject that the list belongs to.
pub(crate) struct Member<'l> {
    pub(crate) fact: &'l Fact,
    pub(crate) of: &'l dyn FactSource,
}

impl FactSource for Member<'_> {
    fn fact(&self, path: &AttributePath) -> Cow<'_, Fact> {
        if path.attribute.is_empty() {
            into_fields(Cow::Borrowed(self.fact), &path.fields)
        } else {
            self.of.fact(path)
        }
    }

    fn component(&self, kind: preauth_metadata::Kind, name: &str) -> Verdict {
        self.of.component(kind, name)
    }

    fn as_of(&self) -> Date {
        self.of.as_of()
    }
}

/// Follows fields into a value.
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
                || FactState::NotApplicable("the policy does not count".into()),
                |period| FactState::Present(Value::Duration(period)),
            ),
        }),
        Some(_) => inside(FactState::None),
        None => Cow::Borrowed(fact),
    }
}

impl PredicateTest {
    fn verdict(&self, fact: &Fact, look: &dyn FactSource) -> Verdict {
        match (self.predicate.judge(fact, look), self.if_unknown) {
            (Verdict::Unknown | Verdict::NotApplicable, Some(holds)) => Verdict::of(holds),
            (verdict, _) => verdict,
        }
    }
}

impl Test {
    /// Puts the test to a subject; what was looked at on the way goes into `seen`.
    pub fn judge<'s>(&'s self, look: &'s dyn FactSource, seen: &mut Vec<Observation<'s>>) -> Verdict {
        match self {
            Self::All(tests) => {
                let verdicts: Vec<_> = tests.iter().map(|test| test.judge(look, seen)).collect();
                Verdict::together(verdicts, Verdict::Fails)
            }
            Self::Any(tests) => {
                let verdicts: Vec<_> = tests.iter().map(|test| test.judge(look, seen)).collect();
                Verdict::together(verdicts, Verdict::Holds)
            }
            Self::Not(test) => test.judge(look, seen).not(),
            Self::AsExpected(_) => Verdict::Holds,
            Self::Predicate(test) => {
                let fact = look.fact(&test.path);
                let verdict = test.verdict(&fact, look);
                seen.push(Observation { test, fact, verdict });
                verdict
            }
        }
    }

    /// What the test comes to, when nobody wants to know what was looked at.
    pub(crate) fn verdict(&self, look: &dyn FactSource) -> Verdict {
        let verdicts = |tests: &[Self], decisive| {
            Verdict::together(tests.iter().map(|test| test.verdict(look)), decisive)
        };
        match self {
            Self::All(tests) => verdicts(tests, Verdict::Fails),
            Self::Any(tests) => verdicts(tests, Verdict::Holds),
            Self::Not(test) => test.verdict(look).not(),
            Self::AsExpected(_) => Verdict::Holds,
            Self::Predicate(test) => test.verdict(&look.fact(&test.path), look),
        }
    }

    /// What the test comes to for a member of a list.
    pub(crate) fn verdict_on(&self, member: &Member<'_>) -> Verdict {
        match self {
            // Lists are long, and what is said of a member is most often said of itself.
            Self::Predicate(test) if test.path.text.is_empty() => test.verdict(member.fact, member),
            test => test.verdict(member),
        }
    }

    /// What the test says, as the end of "must …".
    pub fn sentence(&self) -> String {
        let joined = |tests: &[Test], word: &str| {
            tests.iter().map(Test::sentence).collect::<Vec<_>>().join(&format!(" {word} "))
        };
        match self {
            Self::All(tests) => joined(tests, "and"),
            Self::Any(tests) => format!("either {}", joined(tests, "or")),
            Self::Not(test) => format!("not ({})", test.sentence()),
            Self::AsExpected(_) => "every attribute is what the register expects".into(),
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

    /// The place of the test in its policy.
    pub fn range(&self) -> TextRange {
        match self {
            Self::Predicate(test) => test.range,
            Self::AsExpected(range) => *range,
            Self::Not(test) => test.range(),
            Self::All(tests) | Self::Any(tests) => tests.first().map(Test::range).unwrap_or_default(),
        }
    }

    /// What would make the test hold: an attribute and the value it would need (`None`: no value), for each word
    /// that fails. `None` when the test does not say what to write.
    pub fn repair(&self, look: &dyn FactSource) -> Option<Vec<(&AttributePath, Option<Value>)>> {
        match self {
            Self::Predicate(test) => {
                let fact = look.fact(&test.path);
                if test.predicate.judge(&fact, look) == Verdict::Holds {
                    return Some(Vec::new());
                }
                let repaired = test.predicate.repair(&fact, look)?;
                test.path.fields.is_empty().then(|| vec![(&test.path, repaired)])
            }
            Self::All(tests) => {
                tests.iter().map(|test| test.repair(look)).try_fold(Vec::new(), |mut all, one| {
                    all.extend(one?);
                    Some(all)
                })
            }
            Self::Any(_) | Self::Not(_) | Self::AsExpected(_) => None,
        }
    }

    /// Every path that the test looks at.
    pub(crate) fn paths<'p>(&'p self, paths: &mut Vec<&'p AttributePath>) {
        match self {
            Self::Predicate(test) => paths.push(&test.path),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.paths(paths)),
            Self::Not(test) => test.paths(paths),
            Self::AsExpected(_) => {}
        }
    }
}
