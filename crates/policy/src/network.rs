//! Networks as people write them, and ranges of addresses in them.

use std::net::IpAddr;

use preauth_metadata::{Fact, Value};

/// A first and a last address, of one family.
pub(crate) type Range = (IpAddr, IpAddr);

/// How a network is written, as the end of "write …".
pub(crate) const FORMS: &str = "write `203.0.113.0/24`, an address, or two addresses with `-` between them";

/// The first and last address of a network (RFC 4632), of two addresses with `-` between them, or of one address.
pub(crate) fn range(text: &str) -> Option<Range> {
    let address = |text: &str| text.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical());
    if let Some((start, end)) = text.split_once('-') {
        let (start, end) = (address(start)?, address(end)?);
        return (start <= end && start.is_ipv4() == end.is_ipv4()).then_some((start, end));
    }
    if let Ok(network) = text.parse::<ipnet::IpNet>() {
        return Some((network.network(), network.broadcast()));
    }
    address(text).map(|address| (address, address))
}

/// The range that a value is: a record of `start` and `end`, or a text.
pub(crate) fn range_of(value: &Value) -> Option<Range> {
    let Value::Record(facts) = value else { return range(&value.to_string()) };
    let text = |name: &str| facts.get(name).and_then(Fact::value).map(ToString::to_string);
    range(&format!("{}-{}", text("start")?, text("end")?))
}

/// Whether a range lies in one of these networks.
pub(crate) fn lies_in((start, end): Range, networks: &[Range]) -> bool {
    networks.iter().any(|(first, last)| first.is_ipv4() == start.is_ipv4() && *first <= start && end <= *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_in_every_form() {
        for text in
            ["203.0.113.0/24", "203.0.113.7", "203.0.113.1-203.0.113.9", "2001:db8::/32", "2001:db8::1"]
        {
            assert!(range(text).is_some(), "{text}");
        }
        for text in [
            "",
            "203.0.113.0/40",
            "203.0.113.9-203.0.113.1",
            "203.0.113.1-2001:db8::1",
            "office",
            "300.0.0.0/8",
        ] {
            assert!(range(text).is_none(), "{text}");
        }
    }

    #[test]
    fn families_do_not_mix() {
        let networks = [range("203.0.113.0/24").unwrap(), range("2001:db8::/32").unwrap()];
        assert!(lies_in(range("203.0.113.7-203.0.113.9").unwrap(), &networks));
        assert!(lies_in(range("2001:db8::7").unwrap(), &networks));
        assert!(lies_in(range("::ffff:203.0.113.7").unwrap(), &networks));
        assert!(!lies_in(range("203.0.112.255-203.0.113.9").unwrap(), &networks));
    }
}
