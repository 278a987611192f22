//! Lists of ranges of IP addresses: of profiles, apps and the org.

use preauth_source::{Location, literal};

use crate::{AttributeDef, EnumLiteral, Fact, FactState, Facts, IpRange, Type, Value};

/// The kinds of list, with their names in Setup.
const LISTS: &[EnumLiteral] = &[
    EnumLiteral { name: "loginIpRanges", setup: "Login IP Ranges" },
    EnumLiteral { name: "ipRanges", setup: "Trusted IP Range for OAuth Web server flow" },
    EnumLiteral { name: "tokenIpRanges", setup: "Refresh token IP allow list" },
    EnumLiteral { name: "networkAccess", setup: "Network Access > Trusted IP Ranges" },
];

/// The attributes of a list of ranges.
pub const IP_RANGES: &[AttributeDef] = &[
    AttributeDef::new(
        "list",
        Type::Enum(LISTS),
        "The kind of list: the login IP ranges of a profile, the trusted ranges or the refresh token ranges of an app, \
         or the trusted ranges of the org.",
    ),
    AttributeDef::new("owner", Type::Text, "The profile or app that the list belongs to, or `org`."),
    AttributeDef::new("ranges", Type::List(&Type::Record(LISTED)), "The ranges, in the order of the source."),
];

/// The fields of a range in a list.
const LISTED: &[AttributeDef] = &[
    AttributeDef::new("start", Type::Text, "The first address."),
    AttributeDef::new("end", Type::Text, "The last address."),
    AttributeDef::new("description", Type::Text, "The description of the range."),
    AttributeDef::new(
        "problem",
        Type::Text,
        "The reason why it is not a valid range; none where it is valid.",
    ),
    AttributeDef::new(
        "prefix",
        Type::Number,
        "Its size, as the length of the prefix of a network of that size: 24 for `203.0.113.0/24`, 0 for all addresses.",
    ),
    AttributeDef::new(
        "overlaps",
        Type::Text,
        "A range of the same list that contains it, or that has common addresses with it.",
    ),
];

/// A list of ranges of addresses.
#[derive(Clone, Debug)]
pub struct IpList {
    /// The place of its beginning.
    pub home: Location,
    /// The values of its attributes ([`IP_RANGES`]).
    pub facts: Facts,
}

impl IpList {
    /// Creates the list that `fact` states; `None` where it states none. `list` is the kind of list.
    pub fn new(fact: &Fact, list: &'static str, owner: &str) -> Option<Self> {
        let items = fact.value().and_then(Value::as_list).filter(|items| !items.is_empty())?;
        let home = items.iter().find_map(Fact::place)?.clone();
        let mut facts = Facts::default();
        facts.insert("list", Fact::present(Value::text(list), home.clone()));
        facts.insert("owner", Fact::present(Value::text(owner), home.clone()));
        let ranges = Fact {
            state: FactState::Present(Value::List(with_findings_about_ranges(items).into())),
            places: fact.places.clone(),
        };
        facts.insert("ranges", ranges);
        Some(Self { home, facts })
    }

    /// Returns the text of `list` or `owner`.
    pub fn text(&self, name: &str) -> String {
        self.facts.get(name).and_then(Fact::value).map(ToString::to_string).unwrap_or_default()
    }
}

/// Reads a range from a record of `start` and `end`, or from a text; `None` when it is not a range.
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

/// Adds `problem`, `prefix` and `overlaps` to the ranges of a list.
fn with_findings_about_ranges(items: &[Fact]) -> Vec<Fact> {
    let ranges: Vec<Option<IpRange>> =
        items.iter().map(|item| item.value().and_then(|record| read(record).ok())).collect();
    let each = items.iter().enumerate().filter_map(|(index, item)| {
        let Some(value) = item.value() else { return Some(item.clone()) };
        let Value::Record(written) = value else { return None };
        let at = |state: FactState| Fact { state, places: item.places.clone() };
        let mut facts: Facts = written.iter().map(|(name, fact)| (name, fact.clone())).collect();
        let unread = || at(FactState::NotApplicable(literal!("it is not a range of addresses")));
        let (problem, prefix, overlaps) = match read(value) {
            Ok(range) => {
                let other = redundant_with(index, range, &ranges);
                let other =
                    other.map_or(FactState::None, |other| FactState::Present(Value::text(other.to_string())));
                (at(FactState::None), at(FactState::Present(Value::Number(range.prefix().into()))), at(other))
            }
            Err(problem) => (at(FactState::Present(Value::text(problem.to_string()))), unread(), unread()),
        };
        [("problem", problem), ("prefix", prefix), ("overlaps", overlaps)]
            .into_iter()
            .for_each(|(name, fact)| facts.insert(name, fact));
        Some(at(FactState::Present(Value::Record(facts))))
    });
    each.collect()
}

/// Finds the range that makes the one at `index` redundant, or that it overlaps: one that contains it, or else an earlier
/// one. Of two equal or partly overlapping ranges, only the later one is reported.
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

    /// Returns a field of each range; empty where it has no value.
    fn each(field: &str, ranges: &[(&str, &str)]) -> Vec<String> {
        let list = IpList::new(&list(ranges), "loginIpRanges", "Clerks").unwrap();
        let ranges = list.facts.get("ranges").and_then(Fact::value).and_then(Value::as_list).unwrap();
        let text = |range: &Fact| match range.value() {
            Some(Value::Record(facts)) => facts.get(field).and_then(Fact::value).map(ToString::to_string),
            _ => None,
        };
        ranges.iter().map(|range| text(range).unwrap_or_default()).collect()
    }

    fn overlaps(ranges: &[(&str, &str)]) -> Vec<String> {
        each("overlaps", ranges)
    }

    #[test]
    fn only_one_of_two_overlapping_ranges_is_reported() {
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
    fn adjacent_ranges_do_not_overlap() {
        assert_eq!(
            overlaps(&[("203.0.113.0", "203.0.113.127"), ("203.0.113.128", "203.0.113.255")]),
            ["", ""]
        );
    }

    #[test]
    fn invalid_range_explains_why_and_has_no_prefix() {
        let ranges = [("203.0.113.9", "203.0.113.1"), ("203.0.113.0", "203.0.113.255")];
        assert_eq!(each("problem", &ranges), ["it ends before it begins", ""]);
        assert_eq!(each("prefix", &ranges), ["", "24"]);
    }
}
