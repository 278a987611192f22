//! The characters, names and references of XML 1.0 (fifth edition).

/// True if XML allows a character (production 2, `Char`).
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// True if a character is white space to XML (production 3, `S`); a no-break space is not.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// A text without the white space around it.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The first character that XML does not allow, and where it is.
pub(crate) fn illegal(text: &str) -> Option<(usize, char)> {
    // Only control characters and U+FFFE and U+FFFF (EF BF BE, EF BF BF) can be illegal. Whole blocks without any
    // of these bytes are passed over first, which the compiler makes fast.
    const BLOCK: usize = 4096;
    let odd = |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || *byte == 0xEF;
    for (index, block) in text.as_bytes().chunks(BLOCK).enumerate() {
        if !block.iter().fold(false, |any, byte| any | odd(byte)) {
            continue;
        }
        for (offset, _) in block.iter().enumerate().filter(|(_, byte)| odd(byte)) {
            let at = index * BLOCK + offset;
            if let Some(c) = text[at..].chars().next().filter(|c| !is_char(*c)) {
                return Some((at, c));
            }
        }
    }
    None
}

/// True if a text is a name (production 5, `Name`).
pub(crate) fn is_name(name: &str) -> bool {
    // Nearly all names are plain, and every tag has one.
    if plain_name(name.as_bytes()) == Some(name.len()) {
        return true;
    }
    let mut chars = name.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}

/// The length of the plain name that bytes begin with: one of nothing but ASCII, up to a byte that cannot be in it.
pub(crate) fn plain_name(bytes: &[u8]) -> Option<usize> {
    const PLAIN: [bool; 256] = among(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:-.");
    bytes.first().filter(|byte| PLAIN[usize::from(**byte)] && !matches!(byte, b'0'..=b'9' | b'-' | b'.'))?;
    let length = bytes.iter().position(|byte| !PLAIN[usize::from(*byte)]).unwrap_or(bytes.len());
    bytes.get(length).is_none_or(u8::is_ascii).then_some(length)
}

/// For each byte, whether it is one of these.
pub(crate) const fn among(these: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest = these;
    while let [byte, behind @ ..] = rest {
        table[*byte as usize] = true;
        rest = behind;
    }
    table
}

fn starts_name(c: char) -> bool {
    matches!(c,
        'a'..='z' | 'A'..='Z' | '_' | ':' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The character that a reference stands for, by what is between its `&` and `;`: one of the five names that XML
/// knows, or a number.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_illegal_character_is_found_wherever_it_is() {
        assert_eq!(illegal("a\u{1}\u{0}"), Some((1, '\u{1}')));
        assert_eq!(illegal("a\u{FFFD}\u{FF21}\u{FFFE}"), Some((7, '\u{FFFE}')));
        let far = "x".repeat(5000) + "\u{FFFF}";
        assert_eq!(illegal(&far), Some((5000, '\u{FFFF}')));
    }

    #[test]
    fn white_space_and_high_characters_are_legal() {
        assert_eq!(illegal("\t\n\r \u{7F}\u{85}é\u{FEFF}\u{FFFD}\u{1F600}\u{10FFFF}"), None);
    }

    #[test]
    fn names() {
        for name in ["a", "_a", "isAdminApproved", "xsi:nil", "a-b.c1", "é", "\u{4E00}"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", ".a", "<<<<<<<", "a b", "a/b", "a\u{A0}", "\u{D7}", "\u{37E}"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn references_stand_for_characters_that_are_legal() {
        assert_eq!(resolve("amp"), Some('&'));
        assert_eq!(resolve("#65"), Some('A'));
        assert_eq!(resolve("#x1F600"), Some('\u{1F600}'));
        for name in ["", "nbsp", "AMP", "#", "#x", "#X41", "#0", "#xFFFF", "#xD800", "#x110000", "#+65"] {
            assert_eq!(resolve(name), None, "{name}");
        }
    }
}
