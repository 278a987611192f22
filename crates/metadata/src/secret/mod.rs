//! Finding and masking texts that must not be shown.

pub(crate) mod encoded;
pub(crate) mod placeholder;
pub(crate) mod url_credentials;

use std::ops::Range;

use memchr::memmem;

use crate::{
    Sensitivity,
    secret::{
        encoded::{MIN_LINE_BYTES, armoured, armoured_private_keys, bare_private_keys},
        url_credentials::credentials,
    },
};

/// A part of a text that must not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its bytes.
    pub range: Range<usize>,
    /// True if it opens something on its own. A consumer key does not: it is an identifier, but should not appear in
    /// logs.
    pub opens: bool,
}

/// Finds secrets in any text, well-formed or not, also in comments and in YAML: consumer secrets and keys, private
/// keys and key stores, in PEM armour (RFC 7468) or bare, and credentials in URLs. In doubt, a text is a secret. The
/// secrets are sorted and do not overlap.
pub fn secrets(text: &str) -> Vec<Secret> {
    // A text that has none of these characters, and is too short for a key, has no secret.
    if text.len() < MIN_LINE_BYTES && !text.bytes().any(|byte| b":<>/-=".contains(&byte)) {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (name, sensitivity) in Sensitivity::confidential_elements() {
        let opens = sensitivity == Sensitivity::Secret;
        let name = name.to_ascii_lowercase();
        let mut from = 0;
        while let Some(at) = memmem::find(&lower.as_bytes()[from..], name.as_bytes()).map(|at| from + at) {
            let behind = at + name.len();
            from = behind;
            let before = lower[..at].chars().next_back();
            let after = lower[behind..].chars().next();
            let is_word =
                |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
            if is_word(before) || is_word(after) || before == Some('/') || closes(&lower[..at]) {
                continue;
            }
            // Prose may contain the name of an element.
            let is_space = after.is_some_and(char::is_whitespace);
            if is_space && !matches!(before, Some('<' | ':')) {
                continue;
            }
            let rest = &lower[behind..];
            let line = rest.find('\n').unwrap_or(rest.len());
            let end = match after {
                Some(':') => line,
                Some('>' | '/' | ' ' | '\t' | '\r' | '\n') => {
                    let close = rest.match_indices("</").find(|(at, _)| {
                        let end = &rest[at + 2..];
                        let local = end.split(['>', ' ', '\n']).next().unwrap_or_default();
                        local.rsplit(':').next() == Some(&name)
                    });
                    let open = rest.find('>').map_or(rest.len(), |open| open + 1);
                    match close {
                        _ if rest[..open].ends_with("/>") => open - 2,
                        Some((close, _)) => close,
                        None => line.max(open),
                    }
                }
                _ => continue,
            };
            let start = behind + usize::from(matches!(after, Some('>' | ':')));
            let range = start..(behind + end).max(start);
            from = range.end;
            if !text[range.clone()].trim().is_empty() {
                found.push(Secret { range, opens });
            }
        }
    }
    let keys = armoured(text).into_iter().filter(|block| block.label.contains("PRIVATE KEY"));
    found.extend(keys.map(|block| Secret { range: block.body, opens: true }));
    found.extend(bare_private_keys(text).into_iter().map(|(range, _)| Secret { range, opens: true }));
    found.extend(credentials(text).into_iter().map(|range| Secret { range, opens: true }));
    found.sort_by_key(|secret| secret.range.start);
    found.dedup_by(|next, secret| {
        let overlap = next.range.start < secret.range.end;
        if overlap {
            secret.range.end = secret.range.end.max(next.range.end);
            secret.opens |= next.opens;
        }
        overlap
    });
    found
}

/// Finds private keys and key stores in a text, also in comments, each with its description (with an article). Armour
/// around a placeholder is not a key.
pub fn private_keys(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found: Vec<_> = armoured_private_keys(text).collect();
    for (range, content) in bare_private_keys(text) {
        if !found.iter().any(|(known, _)| known.start <= range.start && range.end <= known.end) {
            found.push((range, content));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found.into_iter().map(|(range, content)| (range, content.describe())).collect()
}

/// True if the text ends with the beginning of an end tag and a namespace prefix.
fn closes(before: &str) -> bool {
    before.strip_suffix(':').is_some_and(|before| {
        before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).ends_with("</")
    })
}

/// Masks every secret of a text byte for byte, so that offsets and line breaks stay the same.
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
    fn secrets_are_masked_in_every_form() {
        for (text, shown) in [
            ("<consumerSecret>AB12</consumerSecret>", "<consumerSecret>****</consumerSecret>"),
            (
                "<consumerSecret\n  >AB\u{e9}</consumerSecret\n>",
                "<consumerSecret\n*******</consumerSecret\n>",
            ),
            ("<m:consumerSecret>AB</m:consumerSecret>", "<m:consumerSecret>**</m:consumerSecret>"),
            ("<ConsumerSecret>AB</ConsumerSecret>", "<ConsumerSecret>**</ConsumerSecret>"),
            (
                "<consumerSecret>A<!-- </x> -->B</consumerSecret>",
                "<consumerSecret>***************</consumerSecret>",
            ),
            ("consumerSecret>AB</consumerSecret>", "consumerSecret>**</consumerSecret>"),
            ("<consumerSecret of=\"AB\"/><a>b</a>", "<consumerSecret********/><a>b</a>"),
            ("consumerSecret: [AB]\nowner: c", "consumerSecret:*****\nowner: c"),
            ("-----BEGIN PRIVATE KEY-----AB-----END", "-----BEGIN PRIVATE KEY-----**-----END"),
            (
                "<passwordPolicies><a>b</a></passwordPolicies>",
                "<passwordPolicies><a>b</a></passwordPolicies>",
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
            (
                "<callbackUrl>https://sync:AB@client.example.com/cb?code=AB&amp;a=b</callbackUrl>",
                "<callbackUrl>https://sync:**@client.example.com/cb?code=**&amp;a=b</callbackUrl>",
            ),
            ("/cb?token=consumerSecret:AB CD\n", "/cb?token=********************\n"),
            ("-----BEGIN CERTIFICATE-----\nAB\n-----END", "-----BEGIN CERTIFICATE-----\nAB\n-----END"),
        ] {
            assert_eq!(masked(text), shown);
            assert_eq!(masked(text).len(), text.len());
        }
    }

    #[test]
    fn prose_about_passwords_is_not_masked() {
        let text = "The flow hands a user's password to the client.";
        assert_eq!(masked(text), text);
    }

    #[test]
    fn consumer_key_alone_opens_nothing() {
        assert!(!secrets("<consumerKey>AB</consumerKey>")[0].opens);
        assert!(secrets("<consumerSecret>AB</consumerSecret>")[0].opens);
    }
}
