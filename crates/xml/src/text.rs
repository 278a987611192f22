use std::borrow::Cow;

use crate::check::resolve;

/// Decodes character data: references, CDATA sections and line ends; comments and processing instructions are left
/// out. A reference that stands for nothing stays as it is.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'<', b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr3(b'<', b'&', b'\r', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if let Some(section) = rest.strip_prefix("<![CDATA[") {
            let end = section.find("]]>").unwrap_or(section.len());
            out.push_str(&section[..end].replace("\r\n", "\n").replace('\r', "\n"));
            "<![CDATA[".len() + end + "]]>".len()
        } else if let Some(comment) = rest.strip_prefix("<!--") {
            comment.find("-->").map_or(rest.len(), |end| "<!--".len() + end + "-->".len())
        } else if rest.starts_with('<') {
            rest.find('>').map_or(rest.len(), |end| end + 1)
        } else if rest.starts_with('\r') {
            out.push('\n');
            if rest.starts_with("\r\n") { 2 } else { 1 }
        } else {
            let reference = rest.find(';').and_then(|end| Some((resolve(&rest[1..end])?, end + 1)));
            out.push(reference.map_or('&', |(c, _)| c));
            reference.map_or(1, |(_, taken)| taken)
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes a text so that it can stand between tags.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_data_is_decoded() {
        for (raw, text) in [
            ("plain", "plain"),
            ("R&amp;D &lt;a&gt; &#65;&#x42; &quot;&apos;", "R&D <a> AB \"'"),
            ("a<![CDATA[ <b> & ]]>c", "a <b> & c"),
            ("a<!-- & <b> -->b", "ab"),
            ("a<?pi x?>b", "ab"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("&nbsp; &", "&nbsp; &"),
        ] {
            assert_eq!(decode(raw), text, "{raw}");
        }
    }

    #[test]
    fn what_is_escaped_decodes_again() {
        for text in ["", "R&D", "a < b > c", "]]>", "\r\n", "\"'"] {
            assert_eq!(decode(&escape(text)), text);
        }
    }
}
