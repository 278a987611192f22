//! Ranges of IP addresses as intervals, for IPv4 and IPv6.

use std::{fmt, net::IpAddr};

/// The forms of a network, as advice.
pub const NETWORK_FORMS: &str = "write `203.0.113.0/24`, an address, or two addresses with `-` between them";

/// A range of IP addresses of one family: from its first address to its last. An IPv4 address in its IPv6 form
/// (`::ffff:203.0.113.7`, RFC 4291) is an IPv4 address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpRange {
    family: AddressFamily,
    first: u128,
    last: u128,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum AddressFamily {
    V4,
    V6,
}

impl AddressFamily {
    fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    fn address(self, number: u128) -> IpAddr {
        match self {
            Self::V4 => IpAddr::V4(u32::try_from(number).expect("invariant: an IPv4 address").into()),
            Self::V6 => IpAddr::V6(number.into()),
        }
    }
}

/// The reason why two texts are not a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IpProblem {
    /// This is not an address.
    NotAnAddress(String),
    /// One is an IPv4 address, the other an IPv6 address.
    MixedFamilies,
    /// The last address comes before the first.
    Reversed,
}

/// The texts are values of the attribute `problem`, so they are part of fingerprints: do not reword them.
impl fmt::Display for IpProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress(text) if text.is_empty() => f.write_str("an address is missing"),
            Self::NotAnAddress(text) => write!(f, "`{text}` is no IP address"),
            Self::MixedFamilies => {
                f.write_str("it begins with an address of one IP version and ends with one of the other")
            }
            Self::Reversed => f.write_str("it ends before it begins"),
        }
    }
}

fn number(address: IpAddr) -> (AddressFamily, u128) {
    match address {
        IpAddr::V4(address) => (AddressFamily::V4, u32::from(address).into()),
        IpAddr::V6(address) => (AddressFamily::V6, address.into()),
    }
}

fn address(text: &str) -> Result<(AddressFamily, u128), IpProblem> {
    let text = text.trim();
    let parsed: Result<IpAddr, _> = text.parse();
    parsed.map(|address| number(address.to_canonical())).map_err(|_| IpProblem::NotAnAddress(text.into()))
}

impl IpRange {
    /// Creates the range from `start` to `end`, both included.
    ///
    /// # Errors
    /// The reason why the texts are not a range.
    pub fn between(start: &str, end: &str) -> Result<Self, IpProblem> {
        let ((family, first), (other, last)) = (address(start)?, address(end)?);
        if family != other {
            return Err(IpProblem::MixedFamilies);
        }
        if last < first { Err(IpProblem::Reversed) } else { Ok(Self { family, first, last }) }
    }

    /// Reads a network (RFC 4632), two addresses with `-` between them, or one address.
    ///
    /// # Errors
    /// The reason why the text is not a range.
    pub fn parse(text: &str) -> Result<Self, IpProblem> {
        if let Some((start, end)) = text.split_once('-') {
            return Self::between(start, end);
        }
        if let Ok(network) = text.trim().parse::<ipnet::IpNet>() {
            let ends = [network.network(), network.broadcast()].map(|end| number(end.to_canonical()));
            if let [(family, first), (other, last)] = ends
                && family == other
            {
                return Ok(Self { family, first, last });
            }
            let ((family, first), (_, last)) = (number(network.network()), number(network.broadcast()));
            return Ok(Self { family, first, last });
        }
        let (family, number) = address(text)?;
        Ok(Self { family, first: number, last: number })
    }

    /// The length of the prefix of a network of this size: 24 for `203.0.113.0/24`, 0 for all addresses of a family.
    /// Of sizes that no network has, that of the next larger network.
    pub fn prefix(self) -> u32 {
        let beyond_first = self.last - self.first;
        self.family.bits() - (u128::BITS - beyond_first.leading_zeros())
    }

    /// True if every address of `other` is in the range.
    pub fn contains(self, other: Self) -> bool {
        self.family == other.family && self.first <= other.first && other.last <= self.last
    }

    /// True if the ranges have a common address.
    pub fn overlaps(self, other: Self) -> bool {
        self.family == other.family && self.first <= other.last && other.first <= self.last
    }
}

/// As its first and last address; a single address as itself.
impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = |number| self.family.address(number);
        match self.first == self.last {
            true => address(self.first).fmt(f),
            false => write!(f, "{}-{}", address(self.first), address(self.last)),
        }
    }
}

impl fmt::Debug for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Addresses: those of several ranges together. What lies side by side is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpSet(Vec<IpRange>);

impl FromIterator<IpRange> for IpSet {
    fn from_iter<I: IntoIterator<Item = IpRange>>(ranges: I) -> Self {
        let mut ranges: Vec<IpRange> = ranges.into_iter().collect();
        ranges.sort_unstable();
        let mut joined: Vec<IpRange> = Vec::new();
        for range in ranges {
            match joined.last_mut() {
                Some(before)
                    if before.family == range.family && range.first <= before.last.saturating_add(1) =>
                {
                    before.last = before.last.max(range.last);
                }
                _ => joined.push(range),
            }
        }
        Self(joined)
    }
}

impl IpSet {
    /// Finds the lowest address of a range that is not in the set; `None` when all are.
    pub fn first_missing(&self, range: IpRange) -> Option<IpAddr> {
        let holds = |known: &&IpRange| {
            known.family == range.family && (known.first..=known.last).contains(&range.first)
        };
        match self.0.iter().find(holds) {
            None => Some(range.family.address(range.first)),
            Some(known) if range.last <= known.last => None,
            Some(known) => Some(range.family.address(known.last + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(text: &str) -> IpRange {
        IpRange::parse(text).unwrap()
    }

    #[test]
    fn networks_are_read_in_every_form() {
        for (text, shown) in [
            ("203.0.113.0/24", "203.0.113.0-203.0.113.255"),
            ("203.0.113.9/24", "203.0.113.0-203.0.113.255"),
            (" 203.0.113.7 ", "203.0.113.7"),
            ("203.0.113.1 - 203.0.113.9", "203.0.113.1-203.0.113.9"),
            ("2001:db8::/127", "2001:db8::-2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:203.0.113.0/120", "203.0.113.0-203.0.113.255"),
            ("::ffff:203.0.113.1-203.0.113.2", "203.0.113.1-203.0.113.2"),
        ] {
            assert_eq!(range(text).to_string(), shown);
        }
    }

    #[test]
    fn invalid_range_explains_why() {
        let why = |text: &str| IpRange::parse(text).unwrap_err();
        assert_eq!(why("203.0.113.9-203.0.113.1"), IpProblem::Reversed);
        assert_eq!(why("203.0.113.1-2001:db8::1"), IpProblem::MixedFamilies);
        assert_eq!(why("office"), IpProblem::NotAnAddress("office".into()));
        assert_eq!(why("203.0.113.0/40"), IpProblem::NotAnAddress("203.0.113.0/40".into()));
        assert_eq!(why("010.0.0.1"), IpProblem::NotAnAddress("010.0.0.1".into()));
        assert_eq!(why("203.0.113.1-"), IpProblem::NotAnAddress(String::new()));
    }

    #[test]
    fn prefix_is_that_of_the_smallest_network_of_the_size() {
        for (text, prefix) in [
            ("0.0.0.0-255.255.255.255", 0),
            ("10.0.0.0/8", 8),
            ("10.0.0.0-11.0.0.0", 7),
            ("203.0.113.7", 32),
            ("203.0.113.7-203.0.113.8", 31),
            ("203.0.113.7-203.0.113.9", 30),
            ("::/0", 0),
            ("2001:db8::/32", 32),
            ("2001:db8::1", 128),
        ] {
            assert_eq!(range(text).prefix(), prefix, "{text}");
        }
    }

    #[test]
    fn adjacent_ranges_are_joined() {
        let set: IpSet = ["203.0.113.0/25", "203.0.113.128/25"].map(range).into_iter().collect();
        assert_eq!(set.first_missing(range("203.0.113.0/24")), None);
        let gap: IpSet = ["203.0.113.0/25", "203.0.113.129-203.0.113.255"].map(range).into_iter().collect();
        assert_eq!(gap.first_missing(range("203.0.113.0/24")), "203.0.113.128".parse().ok());
    }

    #[test]
    fn ip_versions_are_not_mixed() {
        let set: IpSet = ["0.0.0.0/0", "2001:db8::/32"].map(range).into_iter().collect();
        assert_eq!(set.first_missing(range("::")), "::".parse().ok());
        assert_eq!(set.first_missing(range("2001:db8::7")), None);
        assert!(!range("::/0").contains(range("203.0.113.7")));
        assert!(!range("::/0").overlaps(range("203.0.113.7")));
    }

    #[test]
    fn last_possible_address_has_no_successor() {
        let all: IpSet = [range("::/0")].into_iter().collect();
        assert_eq!(all.first_missing(range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), None);
    }

    /// Ranges within the last byte of 203.0.113.0/24, or of 2001:db8::/120.
    fn small() -> impl Strategy<Value = (bool, u8, u8)> {
        (any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(v6, a, b)| (v6, a.min(b), a.max(b)))
    }

    fn written((v6, first, last): (bool, u8, u8)) -> IpRange {
        match v6 {
            true => range(&format!("2001:db8::{first:x}-2001:db8::{last:x}")),
            false => range(&format!("203.0.113.{first}-203.0.113.{last}")),
        }
    }

    proptest! {
        /// The model looks at each address by itself.
        #[test]
        fn first_missing_address_agrees_with_counting(
            ranges in prop::collection::vec(small(), 0..8),
            wanted in small(),
        ) {
            let set: IpSet = ranges.iter().copied().map(written).collect();
            let (v6, first, last) = wanted;
            let is_in = |byte: u8| ranges.iter().any(|(of, a, b)| *of == v6 && (*a..=*b).contains(&byte));
            let counted = (first..=last).find(|byte| !is_in(*byte));
            let expected = counted.map(|byte| match v6 {
                true => format!("2001:db8::{byte:x}").parse::<IpAddr>().unwrap(),
                false => format!("203.0.113.{byte}").parse().unwrap(),
            });
            prop_assert_eq!(set.first_missing(written(wanted)), expected);
        }

        /// The model looks at each address by itself.
        #[test]
        fn contains_and_overlaps_agree_with_counting(a in small(), b in small()) {
            let is_in = |(v6, first, last): (bool, u8, u8), of: bool, byte: u8| v6 == of && (first..=last).contains(&byte);
            let addresses = |range: (bool, u8, u8)| (range.1..=range.2).map(move |byte| (range.0, byte));
            let contains = addresses(b).all(|(of, byte)| is_in(a, of, byte));
            let overlaps = addresses(b).any(|(of, byte)| is_in(a, of, byte));
            prop_assert_eq!(written(a).contains(written(b)), contains);
            prop_assert_eq!(written(a).overlaps(written(b)), overlaps);
        }
    }
}
