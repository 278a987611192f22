//! What XML 1.0 asks of a well-formed document and `quick-xml` lets pass.

use std::{collections::HashSet, ops::Range};

/// Whether XML 1.0 allows a character (production 2, `Char`).
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// The first character that XML does not allow.
pub(crate) fn illegal_char(text: &str) -> Option<(usize, char)> {
    // Blocks first: a document of a gigabyte has none.
    const BLOCK: usize = 4096;
    let odd = |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || *byte == 0xEF;
    let bytes = text.as_bytes();
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        if !block.iter().fold(false, |any, byte| any | odd(byte)) {
            continue;
        }
        for (offset, byte) in block.iter().enumerate().filter(|(_, byte)| odd(byte)) {
            let at = index * BLOCK + offset;
            let illegal = if *byte == 0xEF { text[at..].chars().next() } else { Some(char::from(*byte)) };
            if let Some(c) = illegal.filter(|c| !is_char(*c)) {
                return Some((at, c));
            }
        }
    }
    None
}

/// Whether a text is a name (production 5, `Name`).
pub(crate) fn is_name(name: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_' || c == ':' || (c as u32) >= 0x2070;
    let rest =
        |c: char| start(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}');
    let mut chars = name.chars();
    chars.next().is_some_and(start) && chars.all(rest)
}

/// Whether the name between `&` and `;` stands for a character.
pub(crate) fn is_reference(name: &str) -> bool {
    resolve(name).is_some()
}

/// The character that a reference stands for: one of the five that XML knows, or a number.
pub(crate) fn resolve(name: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        let code = plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten()?;
        char::from_u32(code).filter(|c| is_char(*c))
    };
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with('x') => number(&hex[1..], 16),
            digits => number(digits, 10),
        },
    }
}

/// A mistake, with its range in the text that was looked at.
pub(crate) struct Mistake {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

fn mistake<T>(range: Range<usize>, message: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake { range, message: message.into() })
}

/// Checks the references in an attribute's value.
fn references(value: &str, base: usize) -> Result<(), Mistake> {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'&', &value.as_bytes()[from..]).map(|at| from + at) {
        let end = value[at..].find(';').map(|end| at + end);
        let known = end.is_some_and(|end| is_reference(&value[at + 1..end]));
        let Some(end) = end.filter(|_| known) else {
            return mistake(base + at..base + at + 1, "`&` starts no character reference that XML knows");
        };
        from = end + 1;
    }
    Ok(())
}

/// Checks the attributes of a tag: what stands between its name and `>` or `/>`. `base` is where that starts.
pub(crate) fn attributes(raw: &str, base: usize) -> Result<(), Mistake> {
    let bytes = raw.as_bytes();
    let mut seen = HashSet::new();
    let mut at = 0;
    let skip = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    loop {
        let start = skip(at);
        if start == bytes.len() {
            return Ok(());
        }
        if start == at {
            return mistake(base + start..base + start + 1, "white space is missing before an attribute");
        }
        let length =
            raw[start..].find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(raw.len() - start);
        let name = &raw[start..start + length];
        let place = base + start..base + start + length.max(1);
        if !is_name(name) {
            return mistake(place, format!("`{name}` is no name for an attribute"));
        }
        if !seen.insert(name) {
            return mistake(place, format!("the attribute `{name}` is there twice"));
        }
        let equals = skip(start + length);
        if bytes.get(equals) != Some(&b'=') {
            return mistake(place, format!("the attribute `{name}` has no value"));
        }
        let open = skip(equals + 1);
        let Some(quote) = bytes.get(open).copied().filter(|byte| matches!(byte, b'"' | b'\'')) else {
            return mistake(place, format!("the value of the attribute `{name}` is not in quotes"));
        };
        let Some(close) = memchr::memchr(quote, &bytes[open + 1..]).map(|close| open + 1 + close) else {
            return mistake(place, format!("the value of the attribute `{name}` does not end"));
        };
        let value = &raw[open + 1..close];
        if let Some(less) = value.find('<') {
            let less = base + open + 1 + less;
            return mistake(less..less + 1, "`<` in the value of an attribute must be written `&lt;`");
        }
        references(value, base + open + 1)?;
        at = close + 1;
    }
}

/// A merge-conflict marker that git leaves at the start of a line.
pub(crate) fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", ">>>>>>>", "|||||||"].iter().any(|marker| {
        line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']))
    }) || line.trim_end() == "======="
}
