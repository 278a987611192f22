//! Predicates: what the policy language can say about a value. Each has its meaning (`holds`), its words (`sentence`) and
//! the value that would make it true (`repair`). A new one is a variant here, a field in `compile/raw.rs`, and how it
//! compiles in `compile/predicates.rs`.

use std::borrow::Cow;

use jiff::civil::Date;
use preauth_metadata::{
    Duration, Fact, FactState, IpRange, IpSet, Kind, Type, Value, as_ip_range, masked, same,
};

use crate::language::{
    path::AttributePath,
    pattern::Pattern,
    test::{FactSource, Member, Test, Verdict},
};

/// A statement about a value.
#[derive(Clone, Debug)]
pub enum Predicate {
    /// The value is set.
    Present,
    /// The value is not set.
    Absent,
    /// The value is this one.
    Equals(Operand),
    /// The value is one of these.
    OneOf(Vec<Operand>),
    /// The value is none of these.
    NoneOf(Vec<Operand>),
    /// The text matches.
    Matches(Pattern),
    /// The text does not match.
    NotMatches(Pattern),
    /// The value is this or more.
    AtLeast(Operand),
    /// The value is this or less.
    AtMost(Operand),
    /// Every member of the list is one of these.
    SubsetOf(Operand),
    /// These are members of the list.
    Contains(Operand),
    /// No member of the list occurs twice.
    Unique,
    /// The number of members is between these two.
    Count(Option<i64>, Option<i64>),
    /// A member passes the test.
    Some(Box<Test>),
    /// Every member passes the test.
    Every(Box<Test>),
    /// Every address lies in these networks.
    Within(Operand),
    /// Every address of these networks lies in one of the ranges.
    Covers(Operand),
    /// The text names a component of this kind.
    Names(Kind),
}

/// A value that another is compared with.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A value in the policy, or a parameter.
    Literal(Value),
    /// Another attribute of the same subject.
    Path(AttributePath),
    /// A day that is counted from the day of the check.
    AsOf(RelativeDay),
}

/// A day that is counted from another one.
#[derive(Clone, Copy, Debug)]
pub enum RelativeDay {
    /// The same day.
    Same,
    /// A later day.
    After(Duration),
    /// An earlier day.
    Before(Duration),
}

impl RelativeDay {
    fn from(self, day: Date) -> Date {
        match self {
            Self::Same => day,
            Self::After(time) => time.after(day),
            Self::Before(time) => time.before(day),
        }
    }

    fn sentence(self) -> String {
        match self {
            Self::Same => "today".into(),
            Self::After(time) => format!("{} from today", time.in_words()),
            Self::Before(time) => format!("{} before today", time.in_words()),
        }
    }
}

impl Operand {
    /// Returns the value for a subject.
    ///
    /// # Errors
    /// The verdict if the value is unknown or does not apply.
    pub(crate) fn value<'o>(&'o self, facts: &'o dyn FactSource) -> Result<Option<Cow<'o, Value>>, Verdict> {
        match self {
            Self::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Self::AsOf(day) => Ok(Some(Cow::Owned(Value::Date(day.from(facts.as_of()))))),
            Self::Path(path) => {
                let fact = facts.fact(path);
                match &fact.state {
                    FactState::NotApplicable(_) => Err(Verdict::NotApplicable),
                    FactState::Unknown(_) | FactState::Unreadable(_) => Err(Verdict::Unknown),
                    FactState::Present(_) | FactState::Default(_) | FactState::None => Ok(match fact {
                        Cow::Borrowed(fact) => fact.value().map(Cow::Borrowed),
                        Cow::Owned(fact) => fact.value().cloned().map(Cow::Owned),
                    }),
                }
            }
        }
    }

    /// Returns the value as a list. A single value is a list of one.
    ///
    /// # Errors
    /// The verdict if the value is unknown or does not apply.
    pub(crate) fn list<'o>(&'o self, facts: &'o dyn FactSource) -> Result<Vec<Cow<'o, Value>>, Verdict> {
        Ok(match self.value(facts)? {
            Some(Cow::Borrowed(Value::List(items))) => {
                items.iter().filter_map(Fact::value).map(Cow::Borrowed).collect()
            }
            Some(Cow::Owned(Value::List(items))) => {
                items.iter().filter_map(Fact::value).cloned().map(Cow::Owned).collect()
            }
            Some(one) => vec![one],
            None => Vec::new(),
        })
    }

    fn sentence(&self) -> String {
        match self {
            Self::Literal(value) => format!("`{}`", masked(&value.in_words())),
            Self::AsOf(day) => day.sentence(),
            Self::Path(path) => format!("`{path}`"),
        }
    }
}

impl Predicate {
    /// Evaluates the predicate on a fact.
    pub(crate) fn evaluate(&self, fact: &Fact, facts: &dyn FactSource) -> Verdict {
        match &fact.state {
            FactState::Unknown(_) | FactState::Unreadable(_) => Verdict::Unknown,
            FactState::NotApplicable(_) => Verdict::NotApplicable,
            FactState::Present(_) | FactState::Default(_) | FactState::None => {
                self.holds(fact.value(), facts).map_or_else(|neither| neither, Verdict::from_bool)
            }
        }
    }

    fn holds(&self, value: Option<&Value>, facts: &dyn FactSource) -> Result<bool, Verdict> {
        let any = |operands: &[Operand]| -> Result<bool, Verdict> {
            for operand in operands {
                let is_equal = match operand {
                    Operand::Literal(literal) => value.is_some_and(|value| value.same(literal)),
                    other => same(value, other.value(facts)?.as_deref()),
                };
                if is_equal {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let text = || {
            value.map(|value| match value {
                Value::Text(text) => Cow::Borrowed(&**text),
                other => Cow::Owned(other.to_string()),
            })
        };
        let items = || value.and_then(Value::as_list).unwrap_or_default();
        match self {
            Self::Present => Ok(!is_empty(value)),
            Self::Absent => Ok(is_empty(value)),
            Self::Equals(operand) => any(std::slice::from_ref(operand)),
            Self::OneOf(operands) => any(operands),
            Self::NoneOf(operands) => any(operands).map(|any| !any),
            Self::Matches(pattern) => Ok(text().is_some_and(|text| pattern.is_in(&text))),
            Self::NotMatches(pattern) => Ok(!text().is_some_and(|text| pattern.is_in(&text))),
            Self::AtLeast(operand) => {
                compare(value, operand.value(facts)?.as_deref(), std::cmp::Ordering::is_ge)
            }
            Self::AtMost(operand) => {
                compare(value, operand.value(facts)?.as_deref(), std::cmp::Ordering::is_le)
            }
            Self::SubsetOf(operand) => {
                let allowed = operand.list(facts)?;
                every_item(items(), |item| allowed.iter().any(|allowed| allowed.same(item)))
            }
            Self::Contains(operand) => {
                let has = |wanted: &Value| {
                    let is = |item: &Fact| {
                        item.value().map_or(Verdict::Unknown, |item| Verdict::from_bool(item.same(wanted)))
                    };
                    Verdict::together(items().iter().map(is), Verdict::Holds)
                };
                Verdict::together(operand.list(facts)?.iter().map(|wanted| has(wanted)), Verdict::Fails)
                    .decided()
            }
            Self::Unique => {
                let values: Vec<&Value> = items().iter().filter_map(Fact::value).collect();
                Ok(values
                    .iter()
                    .enumerate()
                    .all(|(index, item)| !values[..index].iter().any(|other| other.same(item))))
            }
            Self::Count(least, most) => {
                let count = i64::try_from(items().len()).unwrap_or(i64::MAX);
                Ok(least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most))
            }
            Self::Some(test) => Verdict::together(members(test, items(), facts), Verdict::Holds).decided(),
            Self::Every(test) => Verdict::together(members(test, items(), facts), Verdict::Fails).decided(),
            Self::Within(operand) => {
                let networks: IpSet = ranges_of(&operand.list(facts)?).collect();
                let lies = |value: &Value| {
                    as_ip_range(value).is_some_and(|range| networks.first_missing(range).is_none())
                };
                match value {
                    Some(Value::List(items)) => every_item(items, lies),
                    Some(value) => Ok(lies(value)),
                    None => Ok(true),
                }
            }
            Self::Covers(operand) => {
                let ranges: IpSet = items().iter().filter_map(Fact::value).filter_map(as_ip_range).collect();
                let wanted = operand.list(facts)?;
                let covers = ranges_of(&wanted).all(|range| ranges.first_missing(range).is_none());
                let all_known = items().iter().all(|item| item.value().is_some());
                if covers || all_known { Ok(covers) } else { Err(Verdict::Unknown) }
            }
            Self::Names(kind) => match value {
                Some(Value::List(items)) => {
                    let names = items.iter().filter_map(Fact::value).map(ToString::to_string);
                    let each = names.map(|name| facts.component(*kind, &name));
                    Verdict::together(each, Verdict::Fails).decided()
                }
                _ => facts.component(*kind, &text().unwrap_or_default()).decided(),
            },
        }
    }

    /// Returns the operands.
    pub(crate) fn operands(&self) -> Vec<&Operand> {
        match self {
            Self::Equals(one)
            | Self::AtLeast(one)
            | Self::AtMost(one)
            | Self::SubsetOf(one)
            | Self::Contains(one)
            | Self::Within(one)
            | Self::Covers(one) => vec![one],
            Self::OneOf(several) | Self::NoneOf(several) => several.iter().collect(),
            Self::Present
            | Self::Absent
            | Self::Matches(_)
            | Self::NotMatches(_)
            | Self::Unique
            | Self::Count(..)
            | Self::Some(_)
            | Self::Every(_)
            | Self::Names(_) => Vec::new(),
        }
    }

    /// Returns the predicate in words, as the end of "must …".
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
            Self::Matches(pattern) => format!("matches `{}`", pattern.as_str()),
            Self::NotMatches(pattern) => format!("does not match `{}`", pattern.as_str()),
            Self::AtLeast(operand) => format!("is {} or more", operand.sentence()),
            Self::AtMost(operand) => format!("is {} or less", operand.sentence()),
            Self::SubsetOf(operand) => format!("has no members but {}", operand.sentence()),
            Self::Contains(operand) => format!("contains {}", operand.sentence()),
            Self::Unique => "has no duplicate members".into(),
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
            Self::Covers(operand) => format!("covers {}", operand.sentence()),
            Self::Names(kind) => format!("names a {}", kind.name()),
        }
    }

    /// Returns the value that would make the predicate true (`Some(None)`: no value). `None` if there are several.
    pub(crate) fn repair(&self, fact: &Fact, facts: &dyn FactSource) -> Option<Option<Value>> {
        let items = || fact.value().and_then(Value::as_list).unwrap_or_default();
        let listed = |operand: &Operand| match operand.value(facts) {
            Ok(Some(value)) => value.as_list().map(<[Fact]>::to_vec),
            _ => None,
        };
        match self {
            Self::Equals(operand) => operand.value(facts).ok().map(|value| value.map(Cow::into_owned)),
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
                let missing = wanted.iter().filter(|wanted| {
                    let is = |item: &Value| wanted.value().is_some_and(|wanted| wanted.same(item));
                    !items().iter().filter_map(Fact::value).any(is)
                });
                all.extend(missing.cloned());
                Some(Some(Value::List(all.into())))
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
                Some(Some(Value::List(kept.into())))
            }
            _ => None,
        }
    }

    /// True if the predicate can be evaluated on values of a type.
    pub(crate) fn suits(&self, ty: Type) -> bool {
        let list = matches!(ty, Type::List(_));
        match self {
            Self::Present | Self::Absent | Self::Equals(_) | Self::OneOf(_) | Self::NoneOf(_) => true,
            Self::Matches(_) | Self::NotMatches(_) => matches!(ty, Type::Text | Type::Enum(_) | Type::Any),
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
            Self::Covers(_) => list,
            Self::Names(_) => matches!(ty, Type::Text | Type::List(Type::Text)),
        }
    }
}

/// Evaluates a test on each member of a list.
fn members<'t>(
    test: &'t Test,
    items: &'t [Fact],
    facts: &'t dyn FactSource,
) -> impl Iterator<Item = Verdict> {
    items.iter().map(move |fact| test.verdict_on(&Member { fact, owner: facts }))
}

/// Returns the IP ranges among values.
pub(crate) fn ranges_of<'v>(values: &'v [Cow<'v, Value>]) -> impl Iterator<Item = IpRange> {
    values.iter().filter_map(|value| as_ip_range(value))
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None => true,
        Some(Value::List(items)) => items.is_empty(),
        Some(_) => false,
    }
}

/// True if every member passes. A member without a known value counts only if no other fails.
fn every_item(items: &[Fact], passes: impl Fn(&Value) -> bool) -> Result<bool, Verdict> {
    let verdicts = items
        .iter()
        .map(|item| item.value().map_or(Verdict::Unknown, |value| Verdict::from_bool(passes(value))));
    Verdict::together(verdicts, Verdict::Fails).decided()
}

fn compare(
    value: Option<&Value>,
    other: Option<&Value>,
    holds: impl Fn(std::cmp::Ordering) -> bool,
) -> Result<bool, Verdict> {
    Ok(value.zip(other).and_then(|(value, other)| value.order(other)).is_some_and(holds))
}
