//! The vocabulary: every word of the policy language, with what it means (`holds`), how it reads (`sentence`) and
//! what would make it true (`repair`) side by side. A new word is a variant here and a field in `raw`.

use std::net::IpAddr;

use jiff::civil::Date;
use preauth_metadata::{Fact, State, Type, Value};
use preauth_source::TextRange;
use regex::Regex;

use crate::path::Path;

/// A test: a word about what a path leads to, or tests put together.
#[derive(Clone, Debug)]
pub enum Test {
    /// A word about one path.
    Word(Box<WordTest>),
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
pub struct WordTest {
    /// What is looked at.
    pub path: Path,
    /// What is said about it.
    pub word: Word,
    /// Where the policy says so.
    pub range: TextRange,
    /// What an unknown value is taken for.
    pub if_unknown: Option<bool>,
}

/// The words.
#[derive(Clone, Debug)]
pub enum Word {
    /// There is a value.
    Present,
    /// There is none.
    Absent,
    /// It is this.
    Equals(Operand),
    /// It is one of these.
    OneOf(Vec<Operand>),
    /// It is none of these.
    NoneOf(Vec<Operand>),
    /// The text matches.
    Matches(Regex),
    /// The text does not match.
    NotMatches(Regex),
    /// It is this or more.
    AtLeast(Operand),
    /// It is this or less.
    AtMost(Operand),
    /// Every member is one of these.
    SubsetOf(Operand),
    /// These are members.
    Contains(Operand),
    /// No member is there twice.
    Unique,
    /// The list has from so many to so many members.
    Count(Option<i64>, Option<i64>),
    /// A member passes.
    Some(Box<Test>),
    /// Every member passes.
    Every(Box<Test>),
    /// Every address lies in these networks.
    Within(Operand),
    /// It names a component of this kind.
    Names(preauth_metadata::Kind),
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A value that the policy writes, or a parameter of it.
    Literal(Value),
    /// Another attribute of the same subject.
    Path(Path),
    /// The day that is judged at.
    AsOf,
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
    fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    fn not(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
            neither => neither,
        }
    }

    /// The verdict on several: `decisive` decides, then what is unknown, then what does not apply.
    fn together(verdicts: impl IntoIterator<Item = Self>, decisive: Self) -> Self {
        let mut result = decisive.not();
        for verdict in verdicts {
            let rank = |verdict: Self| match verdict {
                verdict if verdict == decisive => 3,
                Self::Unknown => 2,
                Self::NotApplicable => 1,
                _ => 0,
            };
            if rank(verdict) > rank(result) {
                result = verdict;
            }
        }
        result
    }
}

/// A test of one word that was put to one fact, and what came of it.
#[derive(Clone, Debug)]
pub struct Seen<'p> {
    /// The test.
    pub test: &'p WordTest,
    /// What it was put to.
    pub fact: Fact,
    /// What came of it.
    pub verdict: Verdict,
}

/// What tests are put to: a subject, or a member of a list.
pub trait Look {
    /// What is known at the end of a path.
    fn fact(&self, path: &Path) -> Fact;
    /// Whether a component of this kind and name exists.
    fn component(&self, kind: preauth_metadata::Kind, name: &str) -> Verdict;
    /// The day that is judged at.
    fn as_of(&self) -> Date;
}

/// A member of a list, inside the subject that the list belongs to.
struct Member<'l> {
    fact: &'l Fact,
    of: &'l dyn Look,
}

impl Look for Member<'_> {
    fn fact(&self, path: &Path) -> Fact {
        if path.attribute.is_empty() {
            into_fields(self.fact.clone(), &path.fields)
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
pub(crate) fn into_fields(fact: Fact, fields: &[String]) -> Fact {
    fields.iter().fold(fact, |fact, field| {
        let inside = match fact.value() {
            Some(Value::Record(facts)) => facts.get(field).cloned(),
            Some(Value::RefreshToken(policy)) => {
                let state = match field.as_str() {
                    "policy" => State::Present(Value::text(policy.policy())),
                    _ => policy.period().map_or_else(
                        || State::NotApplicable("the policy does not count".into()),
                        |period| State::Present(Value::Duration(period)),
                    ),
                };
                Some(Fact { state, places: fact.places.clone() })
            }
            Some(_) => None,
            None => return fact,
        };
        inside.unwrap_or(Fact { state: State::None, places: fact.places })
    })
}

impl Test {
    /// Puts the test to a subject; what was looked at on the way goes into `seen`.
    pub fn judge<'p>(&'p self, look: &dyn Look, seen: &mut Vec<Seen<'p>>) -> Verdict {
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
            Self::Word(test) => {
                let fact = look.fact(&test.path);
                let verdict = match (test.word.judge(&fact, look), test.if_unknown) {
                    (Verdict::Unknown | Verdict::NotApplicable, Some(holds)) => Verdict::of(holds),
                    (verdict, _) => verdict,
                };
                seen.push(Seen { test, fact, verdict });
                verdict
            }
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
            Self::Word(test) if test.path.text.is_empty() => test.word.sentence(),
            Self::Word(test) => format!("`{}` {}", test.path, test.word.sentence()),
        }
    }

    /// The place of the test in its policy.
    pub fn range(&self) -> TextRange {
        match self {
            Self::Word(test) => test.range,
            Self::AsExpected(range) => *range,
            Self::Not(test) => test.range(),
            Self::All(tests) | Self::Any(tests) => tests.first().map(Test::range).unwrap_or_default(),
        }
    }

    /// What would make the test hold: an attribute and the value it would need (`None`: no value), for each word
    /// that fails. `None` when the test does not say what to write.
    pub fn repair(&self, look: &dyn Look) -> Option<Vec<(&Path, Option<Value>)>> {
        match self {
            Self::Word(test) => {
                let fact = look.fact(&test.path);
                if test.word.judge(&fact, look) == Verdict::Holds {
                    return Some(Vec::new());
                }
                let repaired = test.word.repair(&fact, look)?;
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
    pub(crate) fn paths<'p>(&'p self, paths: &mut Vec<&'p Path>) {
        match self {
            Self::Word(test) => paths.push(&test.path),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.paths(paths)),
            Self::Not(test) => test.paths(paths),
            Self::AsExpected(_) => {}
        }
    }
}

impl Operand {
    fn value(&self, look: &dyn Look) -> Result<Option<Value>, Verdict> {
        match self {
            Self::Literal(value) => Ok(Some(value.clone())),
            Self::AsOf => Ok(Some(Value::Date(look.as_of()))),
            Self::Path(path) => match look.fact(path).state {
                State::Present(value) | State::Default(value) => Ok(Some(value)),
                State::None => Ok(None),
                State::NotApplicable(_) => Err(Verdict::NotApplicable),
                State::Unknown(_) | State::Unreadable(_) => Err(Verdict::Unknown),
            },
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Literal(value) => format!("`{value}`"),
            Self::AsOf => "today".into(),
            Self::Path(path) => format!("`{path}`"),
        }
    }
}

impl Word {
    /// What the word comes to for a fact.
    fn judge(&self, fact: &Fact, look: &dyn Look) -> Verdict {
        match &fact.state {
            State::Unknown(_) | State::Unreadable(_) => Verdict::Unknown,
            State::NotApplicable(_) => Verdict::NotApplicable,
            State::None => self.holds(None, look).map_or_else(|neither| neither, Verdict::of),
            State::Present(value) | State::Default(value) => {
                self.holds(Some(value), look).map_or_else(|neither| neither, Verdict::of)
            }
        }
    }

    fn holds(&self, value: Option<&Value>, look: &dyn Look) -> Result<bool, Verdict> {
        let is = |operand: &Operand| -> Result<bool, Verdict> {
            let other = operand.value(look)?;
            Ok(match (value, &other) {
                (Some(a), Some(b)) => a.same(b),
                (a, b) => a.is_none() && b.is_none(),
            })
        };
        let any = |operands: &[Operand]| -> Result<bool, Verdict> {
            let verdicts: Vec<Result<bool, Verdict>> = operands.iter().map(is).collect();
            match verdicts.iter().find(|verdict| matches!(verdict, Ok(true) | Err(_))) {
                Some(decisive) => *decisive,
                None => Ok(false),
            }
        };
        let text = || value.map(ToString::to_string);
        let items = || value.and_then(Value::as_list).unwrap_or_default();
        let listed = |operand: &Operand| -> Result<Vec<Value>, Verdict> {
            Ok(match operand.value(look)? {
                Some(Value::List(items)) => items.iter().filter_map(Fact::value).cloned().collect(),
                Some(one) => vec![one],
                None => Vec::new(),
            })
        };
        match self {
            Self::Present => Ok(!is_empty(value)),
            Self::Absent => Ok(is_empty(value)),
            Self::Equals(operand) => is(operand),
            Self::OneOf(operands) => any(operands),
            Self::NoneOf(operands) => any(operands).map(|any| !any),
            Self::Matches(regex) => Ok(text().is_some_and(|text| regex.is_match(&text))),
            Self::NotMatches(regex) => Ok(!text().is_some_and(|text| regex.is_match(&text))),
            Self::AtLeast(operand) => compare(value, operand.value(look)?, std::cmp::Ordering::is_ge),
            Self::AtMost(operand) => compare(value, operand.value(look)?, std::cmp::Ordering::is_le),
            Self::SubsetOf(operand) => {
                let allowed = listed(operand)?;
                every_item(items(), |item| allowed.iter().any(|allowed| allowed.same(item)))
            }
            Self::Contains(operand) => {
                let have: Vec<&Value> = items().iter().filter_map(Fact::value).collect();
                Ok(listed(operand)?.iter().all(|wanted| have.iter().any(|item| item.same(wanted))))
            }
            Self::Unique => {
                let have: Vec<&Value> = items().iter().filter_map(Fact::value).collect();
                Ok(have
                    .iter()
                    .enumerate()
                    .all(|(index, item)| !have[..index].iter().any(|other| other.same(item))))
            }
            Self::Count(least, most) => {
                let count = i64::try_from(items().len()).unwrap_or(i64::MAX);
                Ok(least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most))
            }
            Self::Some(test) => {
                let members =
                    items().iter().map(|item| test.judge(&Member { fact: item, of: look }, &mut Vec::new()));
                match Verdict::together(members, Verdict::Holds) {
                    Verdict::Holds => Ok(true),
                    Verdict::Fails => Ok(false),
                    neither => Err(neither),
                }
            }
            Self::Every(test) => {
                let members =
                    items().iter().map(|item| test.judge(&Member { fact: item, of: look }, &mut Vec::new()));
                match Verdict::together(members, Verdict::Fails) {
                    Verdict::Holds => Ok(true),
                    Verdict::Fails => Ok(false),
                    neither => Err(neither),
                }
            }
            Self::Within(operand) => {
                let networks: Vec<(IpAddr, IpAddr)> =
                    listed(operand)?.iter().filter_map(|value| addresses(&value.to_string())).collect();
                let lies = |range: Option<(IpAddr, IpAddr)>| {
                    range.is_some_and(|(start, end)| {
                        networks.iter().any(|(a, b)| *a <= start && end <= *b && a.is_ipv4() == end.is_ipv4())
                    })
                };
                match value {
                    Some(Value::List(items)) => every_item(items, |item| lies(range_of(item))),
                    Some(value) => Ok(lies(range_of(value))),
                    None => Ok(true),
                }
            }
            Self::Names(kind) => match value {
                Some(Value::List(items)) => {
                    let names = items.iter().filter_map(Fact::value).map(ToString::to_string);
                    match Verdict::together(names.map(|name| look.component(*kind, &name)), Verdict::Fails) {
                        Verdict::Holds => Ok(true),
                        Verdict::Fails => Ok(false),
                        neither => Err(neither),
                    }
                }
                _ => match look.component(*kind, &text().unwrap_or_default()) {
                    Verdict::Holds => Ok(true),
                    Verdict::Fails => Ok(false),
                    neither => Err(neither),
                },
            },
        }
    }

    /// What the word says, as the end of "must …".
    pub fn sentence(&self) -> String {
        let listed =
            |operands: &[Operand]| operands.iter().map(Operand::sentence).collect::<Vec<_>>().join(", ");
        match self {
            Self::Present => "is set".into(),
            Self::Absent => "is not set".into(),
            Self::Equals(operand) => format!("is {}", operand.sentence()),
            Self::OneOf(operands) => format!("is one of {}", listed(operands)),
            Self::NoneOf(operands) => match operands.as_slice() {
                [one] => format!("is not {}", one.sentence()),
                several => format!("is none of {}", listed(several)),
            },
            Self::Matches(regex) => format!("matches `{regex}`"),
            Self::NotMatches(regex) => format!("does not match `{regex}`"),
            Self::AtLeast(operand) => format!("is {} or more", operand.sentence()),
            Self::AtMost(operand) => format!("is {} or less", operand.sentence()),
            Self::SubsetOf(operand) => format!("has no members but {}", operand.sentence()),
            Self::Contains(operand) => format!("contains {}", operand.sentence()),
            Self::Unique => "has no member twice".into(),
            Self::Count(least, most) => match (least, most) {
                (Some(least), Some(most)) if least == most => format!("has exactly {least}"),
                (Some(least), Some(most)) => format!("has {least} to {most}"),
                (Some(least), None) => format!("has {least} or more"),
                (None, Some(most)) => format!("has {most} or fewer"),
                (None, None) => "has any number".into(),
            },
            Self::Some(test) => format!("has a member that {}", test.sentence()),
            Self::Every(test) => format!("has only members that {}", test.sentence()),
            Self::Within(operand) => format!("lies in {}", operand.sentence()),
            Self::Names(kind) => format!("names a {}", kind.name()),
        }
    }

    /// The value that would make the word true (`None` inside: no value); `None` where it does not say which.
    fn repair(&self, fact: &Fact, look: &dyn Look) -> Option<Option<Value>> {
        let items = || fact.value().and_then(Value::as_list).unwrap_or_default();
        let listed = |operand: &Operand| match operand.value(look) {
            Ok(Some(Value::List(items))) => Some(items),
            _ => None,
        };
        match self {
            Self::Equals(operand) => operand.value(look).ok(),
            Self::Absent => Some(None),
            Self::SubsetOf(operand) => {
                let allowed = listed(operand)?;
                let stays = |item: &&Fact| {
                    item.value().is_some_and(|item| {
                        allowed.iter().filter_map(Fact::value).any(|allowed| allowed.same(item))
                    })
                };
                Some(Some(Value::List(items().iter().filter(stays).cloned().collect())))
            }
            Self::Contains(operand) => {
                let mut all = items().to_vec();
                let wanted = listed(operand)?;
                let missing = wanted.into_iter().filter(|wanted| {
                    let is = |item: &Value| wanted.value().is_some_and(|wanted| wanted.same(item));
                    !items().iter().filter_map(Fact::value).any(is)
                });
                all.extend(missing);
                Some(Some(Value::List(all)))
            }
            Self::Unique => {
                let mut kept: Vec<Fact> = Vec::new();
                for item in items() {
                    let there =
                        |item: &Value| kept.iter().filter_map(Fact::value).any(|kept| kept.same(item));
                    if !item.value().is_some_and(there) {
                        kept.push(item.clone());
                    }
                }
                Some(Some(Value::List(kept)))
            }
            _ => None,
        }
    }

    /// Whether a type of value can be asked this.
    pub(crate) fn suits(&self, ty: Type) -> bool {
        let list = matches!(ty, Type::List(_));
        match self {
            Self::Present | Self::Absent | Self::Equals(_) | Self::OneOf(_) | Self::NoneOf(_) => true,
            Self::Matches(_) | Self::NotMatches(_) => matches!(ty, Type::Text | Type::Word(_) | Type::Any),
            Self::AtLeast(_) | Self::AtMost(_) => {
                matches!(ty, Type::Number | Type::Duration | Type::Date | Type::Any)
            }
            Self::SubsetOf(_)
            | Self::Contains(_)
            | Self::Unique
            | Self::Count(..)
            | Self::Some(_)
            | Self::Every(_) => list,
            Self::Within(_) => list || matches!(ty, Type::Text | Type::Record(_)),
            Self::Names(_) => matches!(ty, Type::Text | Type::List(Type::Text)),
        }
    }
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None => true,
        Some(Value::List(items)) => items.is_empty(),
        Some(_) => false,
    }
}

/// Whether every member passes; a member that cannot be read decides only if no other fails.
fn every_item(items: &[Fact], passes: impl Fn(&Value) -> bool) -> Result<bool, Verdict> {
    let verdicts =
        items.iter().map(|item| item.value().map_or(Verdict::Unknown, |value| Verdict::of(passes(value))));
    match Verdict::together(verdicts, Verdict::Fails) {
        Verdict::Holds => Ok(true),
        Verdict::Fails => Ok(false),
        neither => Err(neither),
    }
}

fn compare(
    value: Option<&Value>,
    other: Option<Value>,
    holds: impl Fn(std::cmp::Ordering) -> bool,
) -> Result<bool, Verdict> {
    Ok(match (value, other) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => holds(a.cmp(&b)),
        (Some(Value::Duration(a)), Some(Value::Duration(b))) => holds(a.cmp(&b)),
        (Some(Value::Date(a)), Some(Value::Date(b))) => holds(a.cmp(&b)),
        _ => false,
    })
}

/// The first and last address of a network, a range or a single address.
fn addresses(text: &str) -> Option<(IpAddr, IpAddr)> {
    let address = |text: &str| text.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical());
    if let Some((start, end)) = text.split_once('-') {
        return Some((address(start)?, address(end)?));
    }
    if let Ok(network) = text.parse::<ipnet::IpNet>() {
        return Some((network.network(), network.broadcast()));
    }
    address(text).map(|address| (address, address))
}

fn range_of(value: &Value) -> Option<(IpAddr, IpAddr)> {
    match value {
        Value::Record(facts) => {
            let text = |name: &str| facts.get(name).and_then(Fact::value).map(ToString::to_string);
            addresses(&format!("{}-{}", text("start")?, text("end")?))
        }
        value => addresses(&value.to_string()),
    }
}
