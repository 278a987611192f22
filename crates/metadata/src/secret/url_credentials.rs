//! Credentials in URLs.

use std::ops::Range;

use memchr::memmem;

use crate::secret::placeholder::is_placeholder;

/// Endings of the names of query parameters that carry a credential, without hyphens, underscores and capitals:
/// `access_token` (RFC 6749, 5.1; RFC 6750, 2.3), `client_secret` and `password` (RFC 6749, 2.3.1 and 4.3.2),
/// `client_assertion` (RFC 7521, 4.2), and other common ones.
const ENDINGS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "assertion",
    "signature",
    "apikey",
    "accesskey",
    "secretkey",
    "subscriptionkey",
    "sessionid",
];

/// Names of parameters that carry a credential: `code` is an authorization code (RFC 6749, 4.1.2), or the key of a function in Azure;
/// `sid` is a session of Salesforce.
const NAMES: &[&str] = &["code", "codeverifier", "devicecode", "idtokenhint", "sid", "key", "pass", "sig"];

/// Finds the credentials in the URLs of any text: passwords before the host, and values of parameters. Placeholders are
/// not credentials.
pub(crate) fn credentials(text: &str) -> Vec<Range<usize>> {
    let schemes = memmem::find_iter(text.as_bytes(), "://");
    let mut found: Vec<_> = schemes.filter_map(|at| in_user_information(text, at + 3)).collect();
    found.extend(text.match_indices('=').filter_map(|(at, _)| in_parameter(text, at)));
    found.retain(|range| !range.is_empty() && !is_placeholder(&text[range.clone()]));
    found
}

/// Returns the credential in the user information (RFC 3986, 3.2.1) of the authority that begins at `start`: everything
/// after the first colon. A long word without a colon is a token, as git services accept them.
fn in_user_information(text: &str, start: usize) -> Option<Range<usize>> {
    let authority = &text[start..end(text, start, &['/', '?', '\\'])];
    let user = &authority[..authority.rfind('@')?];
    let token = || user.len() >= 20 && user.bytes().any(|byte| byte.is_ascii_digit());
    let hidden = match user.find(':') {
        Some(colon) => colon + 1,
        None if token() => 0,
        None => return None,
    };
    Some(start + hidden..start + user.len())
}

/// Returns the value of the parameter with this equals sign, if its name is that of a credential.
fn in_parameter(text: &str, equals: usize) -> Option<Range<usize>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = text[..equals].trim_end_matches(is_name);
    // Parameters are separated by these; in XML the separator may be written `&amp;`.
    if !before.ends_with(['?', '&', ';', '#']) {
        return None;
    }
    let name = text[before.len()..equals].to_ascii_lowercase().replace(['_', '-'], "");
    if !NAMES.contains(&name.as_str()) && !ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return None;
    }
    let start = equals + 1;
    let value = &text[start..end(text, start, &['&'])];
    Some(start..start + value.trim_end_matches([',', ']', ')', '.']).len())
}

/// Returns the end of the part of a URL that begins at `start`: before one of `ends`, before a fragment, or at the end of
/// the URL. A character that XML writes as a reference belongs to the part.
fn end(text: &str, start: usize, ends: &[char]) -> usize {
    let rest = &text[start..];
    let refers = |at: usize| {
        let name = rest[at + 1..].split_once(';').map_or("", |(name, _)| name);
        matches!(name, "lt" | "gt" | "quot" | "apos") || name.starts_with('#')
    };
    let closes = |(at, c): (usize, char)| match c {
        '&' => ends.contains(&c) && !refers(at),
        '#' => !rest[..at].ends_with('&'),
        '"' | '\'' | '`' | '<' | '>' => true,
        c => c.is_whitespace() || ends.contains(&c),
    };
    rest.char_indices().find(|&place| closes(place)).map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        credentials(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn password_before_the_host_is_found() {
        for (url, hidden) in [
            ("https://sync:AB12@client.example.com/callback", "AB12"),
            ("<a>https://sync:A@B:C@client.example.com</a>", "A@B:C"),
            ("https://sync:A&amp;B&#64;C@client.example.com", "A&amp;B&#64;C"),
            ("https://0123456789abcdefghij@client.example.com", "0123456789abcdefghij"),
        ] {
            assert_eq!(found(url), [hidden], "{url}");
        }
    }

    #[test]
    fn values_of_credential_parameters_are_found() {
        for (text, hidden) in [
            ("https://client.example.com/cb?client_secret=AB12", "AB12"),
            ("/cb?a=b&amp;access_token=AB&amp;c=d", "AB"),
            ("/cb?a=b&access_token=AB&c=d", "AB"),
            ("/cb?access_token=A&#66;C&amp;c=d", "A&#66;C"),
            ("/cb#access_token=AB<", "AB"),
            ("/cb?apiKey=AB#top", "AB"),
            ("/cb?X-Amz-Signature=AB", "AB"),
            ("[https://client.example.com/cb?code=AB, https://client.example.com]", "AB"),
            ("\u{e9}?sid=\u{e9}", "\u{e9}"),
        ] {
            assert_eq!(found(text), [hidden], "{text}");
        }
    }

    #[test]
    fn other_parts_of_urls_are_not_credentials() {
        for text in [
            "https://client.example.com/a:b@c",
            "https://client.example.com:8443/callback?to=a:b@example.com",
            "ssh://git@client.example.com/app",
            "https://:@client.example.com",
            "https://sync:{{PASSWORD}}@client.example.com",
            "/cb?client_secret={{SECRET}}&a=b",
            "/cb?client_secret=&a=b",
            "/cb?token_type=bearer&encoded=AB&keyword=AB",
            "code=AB",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
