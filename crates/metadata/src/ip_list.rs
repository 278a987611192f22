//! The ranges of a list of addresses, each as something that can be judged by itself.

use preauth_source::Location;

use crate::{Described, Fact, Facts, IpRange, State, Type, Value, Word};

/// Where a list of ranges is kept, and what Setup calls it.
const LISTS: &[Word] = &[
    Word { name: "loginIpRanges", setup: "Login IP Ranges" },
    Word { name: "ipRanges", setup: "Trusted IP Range for OAuth Web server flow" },
    Word { name: "tokenIpRanges", setup: "Refresh token IP allow list" },
    Word { name: "networkAccess", setup: "Network Access > Trusted IP Ranges" },
];

/// What policies see of a range of addresses.
pub const IP_RANGE: &[Described] = &[
    Described::new(
        "list",
        Type::Word(LISTS),
        "Which list it is in: the login IP ranges of a profile, the trusted ranges or the refresh token ranges of an \
         app, or the trusted ranges of the org.",
    ),
    Described::new("owner", Type::Text, "The profile or app that the list belongs to, or `org`."),
    Described::new("start", Type::Text, "The first address."),
    Described::new("end", Type::Text, "The last address."),
    Described::new("description", Type::Text, "What people say the range is for."),
    Described::new("problem", Type::Text, "Why it is no range of addresses; nothing where it is one."),
    Described::new(
        "prefix",
        Type::Number,
        "How large it is, as the length of the prefix of a network of that size: 24 for `203.0.113.0/24`, 0 for every \
         address there is.",
    ),
    Described::new(
        "overlaps",
        Type::Text,
        "A range of the same list that holds it, or that it shares addresses with.",
    ),
];

/// One range of a list.
#[derive(Clone, Debug)]
pub struct ListedRange {
    /// Where it stands.
    pub place: Location,
    /// What policies see of it: [`IP_RANGE`].
    pub facts: Facts,
}

/// The range that a value is: a record of `start` and `end`, or a text. `None` when it is none.
pub fn as_ip_range(value: &Value) -> Option<IpRange> {
    match value {
        Value::Record(_) => read(value).ok(),
        other => IpRange::parse(&other.to_string()).ok(),
    }
}

fn read(record: &Value) -> Result<IpRange, crate::IpProblem> {
    IpRange::between(&text(record, "start"), &text(record, "end"))
}

fn text(record: &Value, field: &str) -> String {
    let Value::Record(facts) = record else { return String::new() };
    facts.get(field).and_then(Fact::value).map(ToString::to_string).unwrap_or_default()
}

/// The ranges that `fact` lists, in the order of the source. `list` is one of the words of [`IP_RANGE`]'s `list`.
pub fn listed_ranges(fact: &Fact, list: &'static str, owner: &str) -> Vec<ListedRange> {
    let items = fact.value().and_then(Value::as_list).unwrap_or_default();
    let records: Vec<(&Value, &Location)> =
        items.iter().filter_map(|item| Some((item.value()?, item.place()?))).collect();
    let ranges: Vec<Option<IpRange>> = records.iter().map(|(record, _)| read(record).ok()).collect();
    let each = records.iter().enumerate().map(|(index, (record, place))| {
        let at = |state: State| Fact::new(state, (*place).clone());
        let stated = |text: &str| at(State::Present(Value::text(text)));
        let mut facts = Facts::default();
        facts.insert("list", stated(list));
        facts.insert("owner", stated(owner));
        if let Value::Record(written) = record {
            written.iter().for_each(|(name, fact)| facts.insert(name, fact.clone()));
        }
        let unread = || at(State::NotApplicable("it is no range of addresses".into()));
        match read(record) {
            Ok(range) => {
                facts.insert("problem", at(State::None));
                facts.insert("prefix", at(State::Present(Value::Number(range.prefix().into()))));
                let other = redundant_with(index, range, &ranges);
                let other = other.map_or(State::None, |other| State::Present(Value::text(other.to_string())));
                facts.insert("overlaps", at(other));
            }
            Err(problem) => {
                facts.insert("problem", stated(&problem.to_string()));
                facts.insert("prefix", unread());
                facts.insert("overlaps", unread());
            }
        }
        ListedRange { place: (*place).clone(), facts }
    });
    each.collect()
}

/// The range that makes the one at `index` redundant, or that it overlaps: one that holds it, else an earlier one.
/// Of two that are the same, or that overlap in part, only the later one has it.
fn redundant_with(index: usize, range: IpRange, ranges: &[Option<IpRange>]) -> Option<IpRange> {
    let others = || {
        ranges
            .iter()
            .enumerate()
            .filter_map(move |(at, other)| Some((at, (*other)?)))
            .filter(|(at, _)| *at != index)
    };
    let holds = |(at, other): &(usize, IpRange)| other.contains(range) && (*at < index || *other != range);
    let meets =
        |(at, other): &(usize, IpRange)| *at < index && other.overlaps(range) && !range.contains(*other);
    others().find(holds).or_else(|| others().find(meets)).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ranges: &[(&str, &str)]) -> Fact {
        let place = |at: usize| {
            let at = u32::try_from(at).unwrap().into();
            Location::new("a.profile".into(), preauth_source::TextRange::empty(at))
        };
        let record = |(at, (start, end)): (usize, &(&str, &str))| {
            let fields = [("start", start), ("end", end)];
            let facts = fields.map(|(name, text)| (name, Fact::present(Value::text(*text), place(at))));
            Fact::present(Value::Record(facts.into_iter().collect()), place(at))
        };
        Fact::present(Value::List(ranges.iter().enumerate().map(record).collect()), place(0))
    }

    /// What each range overlaps; empty where it overlaps none.
    fn overlaps(ranges: &[(&str, &str)]) -> Vec<String> {
        let text = |range: ListedRange| {
            range.facts.get("overlaps").and_then(Fact::value).map(ToString::to_string).unwrap_or_default()
        };
        listed_ranges(&list(ranges), "loginIpRanges", "Clerks").into_iter().map(text).collect()
    }

    #[test]
    fn of_two_ranges_that_meet_one_is_said_to() {
        let (a, b, c) = (
            ("203.0.113.0", "203.0.113.255"),
            ("203.0.113.16", "203.0.113.31"),
            ("203.0.113.128", "203.0.114.0"),
        );
        let whole = "203.0.113.0-203.0.113.255";
        assert_eq!(overlaps(&[a, b]), ["", whole]);
        assert_eq!(overlaps(&[b, a]), [whole, ""]);
        assert_eq!(overlaps(&[a, c]), ["", whole]);
        assert_eq!(overlaps(&[a, a]), ["", whole]);
    }

    #[test]
    fn ranges_side_by_side_do_not_overlap() {
        assert_eq!(
            overlaps(&[("203.0.113.0", "203.0.113.127"), ("203.0.113.128", "203.0.113.255")]),
            ["", ""]
        );
    }

    #[test]
    fn what_is_no_range_says_why_and_has_no_size() {
        let ranges = listed_ranges(&list(&[("203.0.113.9", "203.0.113.1")]), "loginIpRanges", "Clerks");
        let fact = |name: &str| ranges[0].facts.get(name).unwrap().clone();
        assert_eq!(fact("problem").value().unwrap().to_string(), "it ends before it begins");
        assert!(matches!(fact("prefix").state, State::NotApplicable(_)));
    }
}
