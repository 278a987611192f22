pub(crate) mod defaults;
pub(crate) mod duration;
pub(crate) mod facts;
pub(crate) mod ip;
pub(crate) mod ip_list;
pub(crate) mod places;
pub(crate) mod refresh_token;

use std::fmt;

use jiff::civil::Date;
use preauth_source::{ArcStr, Location};

use crate::{Duration, Facts, List, Places, RefreshToken, Type};

/// A value of an attribute, as policies see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Free text, or a value of a closed set.
    Text(ArcStr),
    /// A span of time.
    Duration(Duration),
    /// A day.
    Date(Date),
    /// A refresh token policy.
    RefreshToken(RefreshToken),
    /// Values in the order of the source, each with its own places.
    List(List),
    /// Named values.
    Record(Facts),
}

impl Value {
    /// Creates a text value.
    pub fn text(text: impl Into<ArcStr>) -> Self {
        Self::Text(text.into())
    }

    /// Creates a value of a closed set.
    pub(crate) fn word(word: &str) -> Self {
        Self::text(word)
    }

    /// Reads a value of a type from the text that a policy would write; `None` when it is not a value of that type.
    pub fn read(ty: Type, text: &str) -> Option<Self> {
        match ty {
            Type::Bool => text.parse().ok().map(Self::Bool),
            Type::Number => text.parse().ok().map(Self::Number),
            Type::Text | Type::Any => Some(Self::text(text)),
            Type::Enum(words) => {
                words.iter().find(|word| word.name == text).map(|word| Self::word(word.name))
            }
            Type::Duration => text.parse().ok().map(Self::Duration),
            Type::Date => text.parse().ok().map(Self::Date),
            Type::RefreshToken => text.parse().ok().map(Self::RefreshToken),
            Type::List(_) | Type::Record(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The refresh token policy, if it is one.
    pub fn as_refresh_token(&self) -> Option<RefreshToken> {
        match self {
            Self::RefreshToken(policy) => Some(*policy),
            _ => None,
        }
    }

    /// The members, if it is a list.
    pub fn as_list(&self) -> Option<&[Fact]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the value as people read it: as a policy may write it, with periods in words, such as `after 365 days`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Duration(period) => period.in_words(),
            Self::RefreshToken(policy) => policy.in_words(),
            other => other.to_string(),
        }
    }

    /// Compares it to another number, duration or date.
    pub fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// True if both are the same value. Places are not compared, nor is the order of a list.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => {
                let within = |a: &[Fact], b: &[Fact]| {
                    a.iter()
                        .filter_map(Fact::value)
                        .all(|x| b.iter().filter_map(Fact::value).any(|y| x.same(y)))
                };
                within(a, b) && within(b, a)
            }
            (Self::Record(a), Self::Record(b)) => {
                a.iter().all(|(name, fact)| match (fact.value(), b.get(name).and_then(Fact::value)) {
                    (Some(x), Some(y)) => x.same(y),
                    (x, y) => x.is_none() && y.is_none(),
                })
            }
            (Self::Duration(a), Self::Duration(b)) => a == b,
            _ => self == other,
        }
    }
}

/// True if both are the same value, or neither is there.
pub fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// As a policy would write it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
            Self::Duration(value) => value.fmt(f),
            Self::Date(value) => value.fmt(f),
            Self::RefreshToken(value) => value.fmt(f),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().filter_map(Fact::value).enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Record(facts) => {
                f.write_str("{")?;
                let named = facts.iter().filter_map(|(name, fact)| Some((name, fact.value()?)));
                for (index, (name, value)) in named.enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{name}: {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// The state of an attribute. An attribute that is not in the source is unknown, not false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactState {
    /// The source states the value.
    Present(Value),
    /// The source does not state it, which at the file's API version means the platform's default.
    Default(&'static Value),
    /// It is known to have no value.
    None,
    /// The source does not show it. The text is the reason, as the end of "unknown: …".
    Unknown(ArcStr),
    /// The attribute does not apply. The text is the reason.
    NotApplicable(ArcStr),
    /// The source has this text, which is not a value of the attribute.
    Unreadable(ArcStr),
}

/// The state of an attribute, and the places that decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The state.
    pub state: FactState,
    /// The places, the decisive one first. A missing element has a place too: the element that it is missing from.
    pub places: Places,
}

impl Fact {
    /// Creates a fact with a value that the source states at `place`.
    pub fn present(value: Value, place: Location) -> Self {
        Self::new(FactState::Present(value), place)
    }

    /// Creates a fact with one place.
    pub fn new(state: FactState, place: Location) -> Self {
        Self { state, places: place.into() }
    }

    /// The value, stated or by default.
    pub fn value(&self) -> Option<&Value> {
        match &self.state {
            FactState::Present(value) => Some(value),
            FactState::Default(value) => Some(value),
            _ => None,
        }
    }

    /// The value, if the source states it.
    pub fn stated(&self) -> Option<&Value> {
        match &self.state {
            FactState::Present(value) => Some(value),
            _ => None,
        }
    }

    /// The decisive place.
    pub fn place(&self) -> Option<&Location> {
        self.places.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_is_as_small_as_a_number_and_its_tag() {
        assert_eq!(size_of::<FactState>(), 2 * size_of::<i64>());
    }

    #[test]
    fn order_of_lists_is_not_compared() {
        let place = Location::start_of("a".into());
        let list = |words: &[&str]| {
            Value::List(words.iter().map(|word| Fact::present(Value::text(*word), place.clone())).collect())
        };
        assert!(list(&["a", "b"]).same(&list(&["b", "a"])));
        assert!(!list(&["a", "b"]).same(&list(&["a"])));
    }
}
