//! Spans of time in the units that Salesforce counts in.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

/// The units of the lifetime of a refresh token.
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
    pub(crate) const ALL: [Self; 3] = [Self::Hours, Self::Days, Self::Months];

    /// Returns the word in a ConnectedApp: `HOURS`, `DAYS`, `MONTHS`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hours => "HOURS",
            Self::Days => "DAYS",
            Self::Months => "MONTHS",
        }
    }

    /// Returns the word in an external client app: `Hours`, `Days`, `Months`.
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

    /// Finds the unit whose word, given by `word_of`, is `word`.
    pub(crate) fn find(word: &str, word_of: impl Fn(Self) -> &'static str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| word_of(*unit) == word)
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
    /// The number of units.
    pub amount: u32,
    /// The unit.
    pub unit: Unit,
}

impl Duration {
    /// Creates a span from a number in digits; `None` when it is not a number or zero.
    pub fn new(amount: &str, unit: Unit) -> Option<Self> {
        let digits = amount.bytes().all(|byte| byte.is_ascii_digit());
        let amount = amount.parse().ok().filter(|amount| digits && *amount > 0)?;
        Some(Self { amount, unit })
    }

    /// Returns the day that is this span after `day`, or the last possible day. Incomplete days do not count.
    pub fn after(self, day: Date) -> Date {
        let days = i64::try_from(self.hours() / 24).unwrap_or(i64::MAX);
        jiff::Span::new().try_days(days).ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(Date::MAX)
    }

    /// Returns the day that is this span before `day`, or the first possible day. Incomplete days do not count.
    pub fn before(self, day: Date) -> Date {
        let days = i64::try_from(self.hours() / 24).unwrap_or(i64::MAX);
        jiff::Span::new().try_days(days).ok().and_then(|span| day.checked_sub(span).ok()).unwrap_or(Date::MIN)
    }

    /// Returns the words for people: `1 day`, `30 days`. They read back.
    pub fn in_words(self) -> String {
        let units = self.unit.as_str().to_lowercase();
        format!("{} {}", self.amount, if self.amount == 1 { units.trim_end_matches('s') } else { &units })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_compare_by_length() {
        let duration = |text: &str| text.parse::<Duration>().unwrap();
        assert!(duration("90 DAYS") > duration("2 months"));
        assert_eq!(duration("1 month"), duration("720 HOURS"));
        assert!("ninety days".parse::<Duration>().is_err());
        assert!("90".parse::<Duration>().is_err());
        assert_eq!(duration("1 MONTHS").in_words(), "1 month");
        assert_eq!(duration("90 DAYS").in_words(), "90 days");
    }

    #[test]
    fn spans_are_added_to_days() {
        let day_after =
            |text: &str| text.parse::<Duration>().unwrap().after(jiff::civil::date(2026, 1, 1)).to_string();
        assert_eq!(day_after("60 DAYS"), "2026-03-02");
        assert_eq!(day_after("1 month"), "2026-01-31");
        assert_eq!(day_after("47 HOURS"), "2026-01-02");
        assert_eq!(day_after("4294967295 MONTHS"), "9999-12-31");
    }
}
