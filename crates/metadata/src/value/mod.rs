pub(crate) mod facts;
pub(crate) mod interned;
pub(crate) mod ip;
pub(crate) mod ip_list;
pub(crate) mod places;

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use preauth_source::{ArcStr, Location};

use crate::{Facts, List, Places};

/// A value of an attribute, as policies speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Free text, or a word of a closed set.
    Text(ArcStr),
    /// A span of time.
    Duration(Duration),
    /// A day.
    Date(Date),
    /// What becomes of refresh tokens.
    RefreshToken(RefreshToken),
    /// Values in the order of the source, each with its own places.
    List(List),
    /// Named values.
    Record(Facts),
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<ArcStr>) -> Self {
        Self::Text(text.into())
    }

    /// A word of a closed set.
    pub(crate) fn word(word: &str) -> Self {
        Self::Text(interned::word(word))
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

    /// The members, if it is a list.
    pub fn as_list(&self) -> Option<&[Fact]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// How it compares to another number, duration or date.
    pub fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Whether both say the same, wherever they stand: places are not compared, nor is the order of a list.
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

/// Whether both say the same, or neither says anything.
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

/// What is known of an attribute. Three values and more: what is not in the source is unknown, not false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactState {
    /// The source says so.
    Present(Value),
    /// The source says nothing, and at the file's API version that means the platform's default.
    Default(&'static Value),
    /// It is known that there is none.
    None,
    /// The source does not tell. The text says why, as the end of "unknown: …".
    Unknown(ArcStr),
    /// The question does not arise. The text says why.
    NotApplicable(ArcStr),
    /// Something stands there that nobody can read; the text is what stands there.
    Unreadable(ArcStr),
}

/// What is known of an attribute, and where that is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is known.
    pub state: FactState,
    /// Where: the decisive place first. Something that is missing has a place too: what it is missing from.
    pub places: Places,
}

impl Fact {
    /// A value that the source states at `place`.
    pub fn present(value: Value, place: Location) -> Self {
        Self::new(FactState::Present(value), place)
    }

    /// A fact with one place.
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

/// The units in which Salesforce counts the life of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
    /// Months; compared as 30 days.
    Months,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Hours, Self::Days, Self::Months];

    /// The word in a ConnectedApp: `HOURS`, `DAYS`, `MONTHS`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hours => "HOURS",
            Self::Days => "DAYS",
            Self::Months => "MONTHS",
        }
    }

    /// The word in an external client app: `Hours`, `Days`, `Months`.
    pub fn title_case(self) -> &'static str {
        match self {
            Self::Hours => "Hours",
            Self::Days => "Days",
            Self::Months => "Months",
        }
    }

    fn hours(self) -> u64 {
        match self {
            Self::Hours => 1,
            Self::Days => 24,
            Self::Months => 24 * 30,
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| {
            unit.as_str().eq_ignore_ascii_case(word)
                || unit.as_str().trim_end_matches('S').eq_ignore_ascii_case(word)
        })
    }
}

/// A span of time in one unit. Compared by length: a month counts 30 days.
#[derive(Clone, Copy, Debug)]
pub struct Duration {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

impl Duration {
    /// A span of so many units, written in digits; `None` when it is no number, or nothing.
    pub fn new(amount: &str, unit: Unit) -> Option<Self> {
        let digits = amount.bytes().all(|byte| byte.is_ascii_digit());
        let amount = amount.parse().ok().filter(|amount| digits && *amount > 0)?;
        Some(Self { amount, unit })
    }

    /// The day that lies so far after another; the last day that there is, if it lies beyond. Hours that are no whole
    /// day do not count.
    pub fn after(self, day: Date) -> Date {
        let days = i64::try_from(self.hours() / 24).unwrap_or(i64::MAX);
        jiff::Span::new().try_days(days).ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(Date::MAX)
    }

    /// The length in hours.
    pub fn hours(self) -> u64 {
        u64::from(self.amount) * self.unit.hours()
    }
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.hours() == other.hours()
    }
}

impl Eq for Duration {}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Duration {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.hours().cmp(&other.hours())
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.as_str())
    }
}

impl FromStr for Duration {
    type Err = ();

    /// Reads `90 DAYS`, in any case, with or without the plural.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (amount, unit) = text.trim().split_once(char::is_whitespace).ok_or(())?;
        let unit = Unit::from_word(unit.trim()).ok_or(())?;
        Self::new(amount, unit).ok_or(())
    }
}

/// What becomes of an app's refresh tokens.
///
/// Source: Metadata API, `ConnectedAppOauthPolicy.refreshTokenPolicy` and
/// `ExtlClntAppOauthConfigurablePolicies.refreshTokenPolicyType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshToken {
    /// Valid until somebody revokes it.
    UntilRevoked,
    /// Never usable.
    ExpireImmediately,
    /// Expires when it has not been used for this long.
    AfterInactivity(Duration),
    /// Expires this long after it was issued.
    AfterLifetime(Duration),
}

impl RefreshToken {
    /// The name of the policy without its period.
    pub fn policy(self) -> &'static str {
        match self {
            Self::UntilRevoked => "untilRevoked",
            Self::ExpireImmediately => "expireImmediately",
            Self::AfterInactivity(_) => "afterInactivity",
            Self::AfterLifetime(_) => "afterLifetime",
        }
    }

    /// How long a token lives, where the policy counts.
    pub fn period(self) -> Option<Duration> {
        match self {
            Self::UntilRevoked | Self::ExpireImmediately => None,
            Self::AfterInactivity(period) | Self::AfterLifetime(period) => Some(period),
        }
    }
}

/// As a policy writes it: `untilRevoked`, `afterInactivity 30 DAYS`.
impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.policy())?;
        self.period().map_or(Ok(()), |period| write!(f, " {period}"))
    }
}

impl FromStr for RefreshToken {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        match text.split_once(char::is_whitespace) {
            None if text == "untilRevoked" => Ok(Self::UntilRevoked),
            None if text == "expireImmediately" => Ok(Self::ExpireImmediately),
            Some(("afterInactivity", period)) => Ok(Self::AfterInactivity(period.parse()?)),
            Some(("afterLifetime", period)) => Ok(Self::AfterLifetime(period.parse()?)),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_an_attribute_takes_no_more_room_than_a_number_and_its_kind() {
        assert_eq!(size_of::<FactState>(), 2 * size_of::<i64>());
    }

    #[test]
    fn durations_compare_by_length() {
        let of = |text: &str| text.parse::<Duration>().unwrap();
        assert!(of("90 DAYS") > of("2 months"));
        assert_eq!(of("1 month"), of("720 HOURS"));
        assert!("ninety days".parse::<Duration>().is_err());
        assert!("90".parse::<Duration>().is_err());
    }

    #[test]
    fn a_day_lies_so_far_after_another() {
        let of =
            |text: &str| text.parse::<Duration>().unwrap().after(jiff::civil::date(2026, 1, 1)).to_string();
        assert_eq!(of("60 DAYS"), "2026-03-02");
        assert_eq!(of("1 month"), "2026-01-31");
        assert_eq!(of("47 HOURS"), "2026-01-02");
        assert_eq!(of("4294967295 MONTHS"), "9999-12-31");
    }

    #[test]
    fn refresh_token_policies_read_back() {
        for text in
            ["untilRevoked", "expireImmediately", "afterInactivity 30 DAYS", "afterLifetime 12 MONTHS"]
        {
            assert_eq!(text.parse::<RefreshToken>().unwrap().to_string(), text);
        }
        assert!("afterLifetime".parse::<RefreshToken>().is_err());
        assert!("SPECIFIC_LIFETIME".parse::<RefreshToken>().is_err());
    }

    #[test]
    fn lists_are_the_same_in_any_order() {
        let place = Location::start_of("a".into());
        let list = |words: &[&str]| {
            Value::List(words.iter().map(|word| Fact::present(Value::text(*word), place.clone())).collect())
        };
        assert!(list(&["a", "b"]).same(&list(&["b", "a"])));
        assert!(!list(&["a", "b"]).same(&list(&["a"])));
    }
}
