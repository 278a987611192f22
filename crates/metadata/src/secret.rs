//! Finding what must never be shown.

use std::ops::Range;

/// Bytes of a text that must not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The bytes.
    pub range: Range<usize>,
    /// Whether it opens something on its own. A consumer key does not: it is an identifier, but no business of
    /// whoever reads a log.
    pub opens: bool,
}

/// Elements whose text must not be shown, and whether it opens something on its own.
const ELEMENTS: &[(&str, bool)] =
    &[("consumerSecret", true), ("password", true), ("signingKey", true), ("consumerKey", false)];

/// Finds secrets in any text, well-formed or not, also in comments: consumer secrets and keys, and private keys in
/// PEM armour (RFC 7468). Sorted; they do not overlap.
pub fn secrets(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    for (name, opens) in ELEMENTS {
        let mut from = 0;
        while let Some(at) = find(text, from, &format!("<{name}")) {
            let Some(open) = find(text, at, ">") else { break };
            from = open;
            // An element of a longer name, or one that holds nothing.
            let tag = &text[at + 1 + name.len()..open - 1];
            if !(tag.is_empty() || tag.starts_with(|c: char| c.is_ascii_whitespace())) || tag.ends_with('/') {
                continue;
            }
            let rest = &text[open..];
            let end = rest.find("</").or_else(|| rest.find('\n')).unwrap_or(rest.len());
            from = open + end;
            if !rest[..end].trim().is_empty() {
                found.push(Secret { range: open..open + end, opens: *opens });
            }
        }
    }
    let mut from = 0;
    while let Some(header) = find(text, from, "-----BEGIN ") {
        let line = text[header..].lines().next().unwrap_or_default();
        from = header + line.len();
        if line.contains("PRIVATE KEY-----") {
            let end = text[from..].find("-----END").map_or(text.len(), |end| from + end);
            found.push(Secret { range: from..end, opens: true });
            from = end;
        }
    }
    found.sort_by_key(|secret| secret.range.start);
    let mut end = 0;
    found.retain(|secret| {
        let apart = secret.range.start >= end;
        end = end.max(secret.range.end);
        apart
    });
    found
}

/// The place behind the next `what` in `text`.
fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    let at = from + text.get(from..)?.find(what)?;
    Some(if what == ">" || what.starts_with("-----") { at + what.len() } else { at })
}

/// The text with every secret masked, byte for byte, so that places stay what they are; line breaks stay too.
pub fn masked(text: &str) -> String {
    let secrets = secrets(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        out.push_str(&text[at..secret.range.start]);
        for c in text[secret.range.clone()].chars() {
            if c == '\n' || c == '\r' {
                out.push(c);
            } else {
                out.extend(std::iter::repeat_n('*', c.len_utf8()));
            }
        }
        at = secret.range.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        for (text, shown) in [
            ("<consumerSecret>AB12</consumerSecret>", "<consumerSecret>****</consumerSecret>"),
            (
                "<consumerSecret\n  >AB\u{e9}</consumerSecret\n>",
                "<consumerSecret\n  >****</consumerSecret\n>",
            ),
            ("<!-- <consumerKey>AB</consumerKey> -->", "<!-- <consumerKey>**</consumerKey> -->"),
            ("<consumerSecret>AB12\n<x>", "<consumerSecret>****\n<x>"),
            ("<consumerSecret/><a>b</a>", "<consumerSecret/><a>b</a>"),
            (
                "<consumerSecretOptional>x</consumerSecretOptional>",
                "<consumerSecretOptional>x</consumerSecretOptional>",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nAB\nCD\n-----END",
                "-----BEGIN RSA PRIVATE KEY-----\n**\n**\n-----END",
            ),
            ("-----BEGIN CERTIFICATE-----\nAB\n-----END", "-----BEGIN CERTIFICATE-----\nAB\n-----END"),
        ] {
            assert_eq!(masked(text), shown);
            assert_eq!(masked(text).len(), text.len());
        }
    }

    #[test]
    fn a_consumer_key_opens_nothing_on_its_own() {
        assert!(!secrets("<consumerKey>AB</consumerKey>")[0].opens);
        assert!(secrets("<consumerSecret>AB</consumerSecret>")[0].opens);
    }
}
