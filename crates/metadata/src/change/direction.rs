//! The direction in which a change of a value changes access.

use crate::{Fact, IpRange, IpSet, Polarity, RefreshToken, Value, as_ip_range};

/// The effect of a difference on those who use an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Somebody may do more than before, may do it for longer, or from more places.
    More,
    /// Somebody may do less.
    Less,
    /// Neither is known.
    Other,
}

impl Polarity {
    /// The direction of a change between two known values; `None` is an attribute without a value.
    pub fn direction(self, before: Option<&Value>, after: Option<&Value>) -> Direction {
        let wider = match (self, before, after) {
            (Self::Demand, _, Some(Value::Bool(on))) => Some(!on),
            (Self::Permission, _, Some(Value::Bool(on))) => Some(*on),
            (Self::AllowList, ..) => Some(has_new_member(before, after)),
            (Self::Fence, ..) => Some(admits_more(before, after)),
            (Self::Ranked(ranks), Some(before), Some(after)) => {
                let rank = |value: &Value| {
                    ranks.iter().find(|(name, _)| Some(*name) == value.as_text()).map(|(_, rank)| *rank)
                };
                Some(rank(after) > rank(before))
            }
            (Self::Lifetime, Some(Value::RefreshToken(before)), Some(Value::RefreshToken(after))) => {
                let (before, after) = (max_hours(*before), max_hours(*after));
                (before != after).then_some(after > before)
            }
            _ => None,
        };
        match wider {
            Some(true) => Direction::More,
            Some(false) => Direction::Less,
            None => Direction::Other,
        }
    }
}

fn members(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_list).unwrap_or_default().iter().filter_map(Fact::value)
}

fn has_new_member(before: Option<&Value>, after: Option<&Value>) -> bool {
    let before: Vec<String> = members(before).map(ToString::to_string).collect();
    members(after).any(|member| !before.contains(&member.to_string()))
}

/// True if ranges admit an address that was not admitted before.
fn admits_more(before: Option<&Value>, after: Option<&Value>) -> bool {
    let ranges = |list| -> Vec<IpRange> { members(list).filter_map(as_ip_range).collect() };
    let (before, after) = (ranges(before), ranges(after));
    if before.is_empty() || after.is_empty() {
        return after.is_empty();
    }
    let before: IpSet = before.into_iter().collect();
    after.into_iter().any(|range| before.first_missing(range).is_some())
}

/// The longest life of a refresh token in hours: if it is used all the time, and if it is never used.
fn max_hours(policy: RefreshToken) -> (u64, u64) {
    match policy {
        RefreshToken::ExpireImmediately => (0, 0),
        RefreshToken::AfterLifetime(period) => (period.hours(), period.hours()),
        RefreshToken::AfterInactivity(period) => (u64::MAX, period.hours()),
        RefreshToken::UntilRevoked => (u64::MAX, u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::Location;

    use super::*;
    use crate::attribute;

    fn direction(name: &str, [before, after]: [Value; 2]) -> Direction {
        attribute(name).unwrap().polarity.direction(Some(&before), Some(&after))
    }

    #[test]
    fn fewer_demands_and_higher_ranks_are_more() {
        let text = |word: &str| Value::text(word);
        assert_eq!(
            direction("permittedUsers", [text("adminApproved"), text("selfAuthorize")]),
            Direction::More
        );
        assert_eq!(direction("ipRelaxation", [text("relax"), text("enforce")]), Direction::Less);
        assert_eq!(direction("ipRelaxation", [text("enforce"), text("relaxActivated")]), Direction::More);
        assert_eq!(direction("pkceRequired", [Value::Bool(true), Value::Bool(false)]), Direction::More);
        assert_eq!(direction("deviceFlow", [Value::Bool(true), Value::Bool(false)]), Direction::Less);
    }

    #[test]
    fn tokens_that_live_longer_are_more() {
        let policy = |text: &str| Value::RefreshToken(text.parse().unwrap());
        let more =
            |before, after| direction("refreshToken", [policy(before), policy(after)]) == Direction::More;
        assert!(more("afterLifetime 30 DAYS", "afterLifetime 2 MONTHS"));
        assert!(more("afterInactivity 30 DAYS", "untilRevoked"));
        assert!(more("afterLifetime 90 DAYS", "afterInactivity 1 DAYS"), "it lives for ever if it is used");
        assert!(!more("untilRevoked", "expireImmediately"));
    }

    #[test]
    fn removing_all_ranges_is_more() {
        let fact = |text: &&str| Fact::present(Value::text(*text), Location::start_of("a".into()));
        let ranges = |ranges: &[&str]| Value::List(ranges.iter().map(fact).collect());
        let between =
            |before: &[&str], after: &[&str]| direction("tokenIpRanges", [ranges(before), ranges(after)]);
        assert_eq!(between(&["203.0.113.0/24"], &[]), Direction::More);
        assert_eq!(between(&[], &["203.0.113.0/24"]), Direction::Less);
        assert_eq!(between(&["203.0.113.0/24"], &["203.0.113.0/25"]), Direction::Less);
        assert_eq!(between(&["203.0.113.0/25"], &["203.0.113.0/24"]), Direction::More);
    }
}
