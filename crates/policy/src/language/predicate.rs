//! The vocabulary: every word of the policy language, with how it is read, what it means (`holds`), how it sounds
//! (`sentence`) and what would make it true (`repair`). A new word is a variant here, and a field in `raw`.

use std::borrow::Cow;

use preauth_metadata::{
    Duration, Fact, FactState, IpRange, IpSet, Kind, NETWORK_FORMS, Type, Value, as_ip_range, masked, same,
};
use preauth_source::TextRange;

use crate::{
    compile::{
        compiler::{Compiler, PathRoot},
        raw,
    },
    language::{
        path::AttributePath,
        pattern::Pattern,
        test::{FactSource, Member, Test, Verdict},
    },
    yaml::{Placed, YamlNode},
};

/// The words.
#[derive(Clone, Debug)]
pub enum Predicate {
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
    Matches(Pattern),
    /// The text does not match.
    NotMatches(Pattern),
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
    /// Every address of these networks lies in it.
    Covers(Operand),
    /// It names a component of this kind.
    Names(Kind),
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A value that the policy writes, or a parameter of it.
    Literal(Value),
    /// Another attribute of the same subject.
    Path(AttributePath),
    /// The day that is judged at, or one that lies so far after it.
    AsOf(Option<Duration>),
}

/// The words that a test says, with their places.
pub(crate) fn said(raw: &raw::RawTest) -> Vec<(&'static str, TextRange)> {
    let node = |name, node: &Option<YamlNode>| node.as_ref().map(|node| (name, node.range));
    fn placed<T>(name: &'static str, placed: &Option<Placed<T>>) -> Option<(&'static str, TextRange)> {
        placed.as_ref().map(|placed| (name, placed.range))
    }
    [
        placed("present", &raw.present),
        placed("absent", &raw.absent),
        node("equals", &raw.equals),
        placed("one_of", &raw.one_of),
        placed("none_of", &raw.none_of),
        placed("matches", &raw.matches),
        placed("not_matches", &raw.not_matches),
        node("at_least", &raw.at_least),
        node("at_most", &raw.at_most),
        node("subset_of", &raw.subset_of),
        node("contains", &raw.contains),
        placed("unique", &raw.unique),
        placed("count", &raw.count),
        placed("some", &raw.some),
        placed("every", &raw.every),
        node("within", &raw.within),
        node("covers", &raw.covers),
        placed("names", &raw.names),
        placed("all", &raw.all),
        placed("any", &raw.any),
        placed("not", &raw.not),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Compiler<'_, '_> {
    /// Reads the word that a test says about `path`. The test has exactly one.
    pub(crate) fn predicate(
        &mut self,
        base: PathRoot,
        path: &AttributePath,
        raw: &raw::RawTest,
        range: TextRange,
    ) -> Option<Predicate> {
        let ty = path.ty;
        let member = match ty {
            Type::List(item) => *item,
            other => other,
        };
        let list = if matches!(ty, Type::List(_)) { ty } else { Type::Any };
        if let Some(flag) = raw.present.as_ref() {
            return Some(if flag.value { Predicate::Present } else { Predicate::Absent });
        }
        if let Some(flag) = raw.absent.as_ref() {
            return Some(if flag.value { Predicate::Absent } else { Predicate::Present });
        }
        if let Some(node) = &raw.equals {
            return Some(Predicate::Equals(self.operand(base, ty, node)?));
        }
        if let Some(nodes) = &raw.one_of {
            return Some(Predicate::OneOf(self.operands(base, ty, nodes)?));
        }
        if let Some(nodes) = &raw.none_of {
            return Some(Predicate::NoneOf(self.operands(base, ty, nodes)?));
        }
        if let Some(pattern) = &raw.matches {
            return Some(Predicate::Matches(self.pattern(pattern)?));
        }
        if let Some(pattern) = &raw.not_matches {
            return Some(Predicate::NotMatches(self.pattern(pattern)?));
        }
        if let Some(node) = &raw.at_least {
            return Some(Predicate::AtLeast(self.operand(base, ty, node)?));
        }
        if let Some(node) = &raw.at_most {
            return Some(Predicate::AtMost(self.operand(base, ty, node)?));
        }
        if let Some(node) = &raw.subset_of {
            return Some(Predicate::SubsetOf(self.operand(base, list, node)?));
        }
        if let Some(node) = &raw.contains {
            return Some(Predicate::Contains(self.operand(base, list, node)?));
        }
        if let Some(flag) = &raw.unique {
            if !flag.value {
                self.mistake(flag.range, "`unique` is `true`, or left out".into(), None);
                return None;
            }
            return Some(Predicate::Unique);
        }
        if let Some(count) = &raw.count {
            let mut bound = |node: Option<&YamlNode>| -> Option<Option<i64>> {
                let Some(node) = node else { return Some(None) };
                match self.operand(base, Type::Number, node)? {
                    Operand::Literal(Value::Number(number)) => Some(Some(number)),
                    _ => {
                        self.mistake(node.range, "a count is a number or a parameter".into(), None);
                        None
                    }
                }
            };
            let exactly = bound(count.equals.as_ref())?;
            let (least, most) = (bound(count.at_least.as_ref())?, bound(count.at_most.as_ref())?);
            if exactly.is_none() && least.is_none() && most.is_none() {
                self.mistake(range, "`count` needs `at_least`, `at_most` or `equals`".into(), None);
                return None;
            }
            let (least, most) = (exactly.or(least), exactly.or(most));
            if least.zip(most).is_some_and(|(least, most)| least > most) || most.is_some_and(|most| most < 0)
            {
                self.mistake(range, "no list has so many members".into(), None);
                return None;
            }
            return Some(Predicate::Count(least, most));
        }
        if let Some(test) = &raw.some {
            let base = PathRoot::Member(base.subject(), member);
            return Some(Predicate::Some(Box::new(self.test(base, test, test.range)?)));
        }
        if let Some(test) = &raw.every {
            let base = PathRoot::Member(base.subject(), member);
            return Some(Predicate::Every(Box::new(self.test(base, test, test.range)?)));
        }
        if let Some(node) = &raw.within {
            let networks = self.operand(base, Type::List(&Type::Text), node)?;
            return Some(Predicate::Within(self.networks(networks, node.range)?));
        }
        if let Some(node) = &raw.covers {
            let networks = self.operand(base, Type::List(&Type::Text), node)?;
            return Some(Predicate::Covers(self.networks(networks, node.range)?));
        }
        let kind = raw.names.as_ref().expect("invariant: a test with one word has it in one of these fields");
        match Kind::named(kind).filter(|kind| matches!(kind, Kind::Profile | Kind::PermissionSet)) {
            Some(kind) => Some(Predicate::Names(kind)),
            None => {
                self.mistake(
                    kind.range,
                    format!("`{}` is neither `Profile` nor `PermissionSet`", kind.value),
                    None,
                );
                None
            }
        }
    }

    /// Checks that what is written for networks is networks.
    fn networks(&mut self, operand: Operand, range: TextRange) -> Option<Operand> {
        let written = match &operand {
            Operand::Literal(value) => value.as_list().unwrap_or_default(),
            Operand::Path(_) | Operand::AsOf(_) => &[],
        };
        for value in written.iter().filter_map(Fact::value) {
            if IpRange::parse(&value.to_string()).is_err() {
                self.mistake(range, format!("`{value}` is no network: {NETWORK_FORMS}"), None);
                return None;
            }
        }
        Some(operand)
    }
}

impl Operand {
    /// Its value for a subject; what is unknown or does not apply is a verdict of its own.
    pub(crate) fn value<'o>(&'o self, look: &'o dyn FactSource) -> Result<Option<Cow<'o, Value>>, Verdict> {
        match self {
            Self::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Self::AsOf(ahead) => {
                let day = look.as_of();
                Ok(Some(Cow::Owned(Value::Date(ahead.map_or(day, |ahead| ahead.after(day))))))
            }
            Self::Path(path) => {
                let fact = look.fact(path);
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

    /// Its value as a list: of one value, if it is none.
    pub(crate) fn list<'o>(&'o self, look: &'o dyn FactSource) -> Result<Vec<Cow<'o, Value>>, Verdict> {
        Ok(match self.value(look)? {
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
            Self::Literal(value) => format!("`{}`", masked(&value.to_string())),
            Self::AsOf(None) => "today".into(),
            Self::AsOf(Some(ahead)) => format!("{ahead} from today"),
            Self::Path(path) => format!("`{path}`"),
        }
    }
}

impl Predicate {
    /// What the word comes to for a fact.
    pub(crate) fn judge(&self, fact: &Fact, look: &dyn FactSource) -> Verdict {
        match &fact.state {
            FactState::Unknown(_) | FactState::Unreadable(_) => Verdict::Unknown,
            FactState::NotApplicable(_) => Verdict::NotApplicable,
            FactState::Present(_) | FactState::Default(_) | FactState::None => {
                self.holds(fact.value(), look).map_or_else(|neither| neither, Verdict::of)
            }
        }
    }

    fn holds(&self, value: Option<&Value>, look: &dyn FactSource) -> Result<bool, Verdict> {
        let any = |operands: &[Operand]| -> Result<bool, Verdict> {
            for operand in operands {
                let is = match operand {
                    Operand::Literal(literal) => value.is_some_and(|value| value.same(literal)),
                    other => same(value, other.value(look)?.as_deref()),
                };
                if is {
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
                compare(value, operand.value(look)?.as_deref(), std::cmp::Ordering::is_ge)
            }
            Self::AtMost(operand) => {
                compare(value, operand.value(look)?.as_deref(), std::cmp::Ordering::is_le)
            }
            Self::SubsetOf(operand) => {
                let allowed = operand.list(look)?;
                every_item(items(), |item| allowed.iter().any(|allowed| allowed.same(item)))
            }
            Self::Contains(operand) => {
                let has = |wanted: &Value| {
                    let is = |item: &Fact| {
                        item.value().map_or(Verdict::Unknown, |item| Verdict::of(item.same(wanted)))
                    };
                    Verdict::together(items().iter().map(is), Verdict::Holds)
                };
                Verdict::together(operand.list(look)?.iter().map(|wanted| has(wanted)), Verdict::Fails)
                    .decided()
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
            Self::Some(test) => Verdict::together(members(test, items(), look), Verdict::Holds).decided(),
            Self::Every(test) => Verdict::together(members(test, items(), look), Verdict::Fails).decided(),
            Self::Within(operand) => {
                let networks: IpSet = ranges_of(&operand.list(look)?).collect();
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
                let wanted = operand.list(look)?;
                let covers = ranges_of(&wanted).all(|range| ranges.first_missing(range).is_none());
                let all_known = items().iter().all(|item| item.value().is_some());
                if covers || all_known { Ok(covers) } else { Err(Verdict::Unknown) }
            }
            Self::Names(kind) => match value {
                Some(Value::List(items)) => {
                    let names = items.iter().filter_map(Fact::value).map(ToString::to_string);
                    let each = names.map(|name| look.component(*kind, &name));
                    Verdict::together(each, Verdict::Fails).decided()
                }
                _ => look.component(*kind, &text().unwrap_or_default()).decided(),
            },
        }
    }

    /// What the value is compared with.
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
            Self::Matches(pattern) => format!("matches `{}`", pattern.as_str()),
            Self::NotMatches(pattern) => format!("does not match `{}`", pattern.as_str()),
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
            Self::Covers(operand) => format!("covers {}", operand.sentence()),
            Self::Names(kind) => format!("names a {}", kind.name()),
        }
    }

    /// The value that would make the word true (`None` inside: no value); `None` where it does not say which.
    pub(crate) fn repair(&self, fact: &Fact, look: &dyn FactSource) -> Option<Option<Value>> {
        let items = || fact.value().and_then(Value::as_list).unwrap_or_default();
        let listed = |operand: &Operand| match operand.value(look) {
            Ok(Some(value)) => value.as_list().map(<[Fact]>::to_vec),
            _ => None,
        };
        match self {
            Self::Equals(operand) => operand.value(look).ok().map(|value| value.map(Cow::into_owned)),
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

    /// Whether a type of value can be asked this.
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

/// What a test comes to for each member of a list.
fn members<'t>(test: &'t Test, items: &'t [Fact], look: &'t dyn FactSource) -> impl Iterator<Item = Verdict> {
    items.iter().map(move |fact| test.verdict_on(&Member { fact, of: look }))
}

/// The ranges of addresses among values.
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

/// Whether every member passes; a member that cannot be read decides only if no other fails.
fn every_item(items: &[Fact], passes: impl Fn(&Value) -> bool) -> Result<bool, Verdict> {
    let verdicts =
        items.iter().map(|item| item.value().map_or(Verdict::Unknown, |value| Verdict::of(passes(value))));
    Verdict::together(verdicts, Verdict::Fails).decided()
}

fn compare(
    value: Option<&Value>,
    other: Option<&Value>,
    holds: impl Fn(std::cmp::Ordering) -> bool,
) -> Result<bool, Verdict> {
    Ok(value.zip(other).and_then(|(value, other)| value.order(other)).is_some_and(holds))
}
