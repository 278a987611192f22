//! The rules of XML for markup that is neither element nor text.

use std::ops::Range;

use quick_xml::errors::SyntaxError;

use crate::{
    attributes::{self, attributes},
    chars::{is_name, is_space},
    error::XmlError,
};

pub(crate) fn comment(text: &str, range: Range<usize>) -> Result<(), XmlError> {
    // With the first dash of its end: a comment may not end with `--->`.
    let inside = range.start + "<!--".len()..range.end - "->".len();
    match text[inside.clone()].find("--").map(|at| inside.start + at) {
        Some(at) => Err(XmlError::new(at..at + 2, "`--` is not allowed in a comment")),
        None => Ok(()),
    }
}

/// The XML declaration: `version`, and after it maybe `encoding` and `standalone`. The encoding is not looked at:
/// the text has been decoded.
pub(crate) fn declaration(text: &str, range: Range<usize>) -> Result<(), XmlError> {
    if !matches!(&text[..range.start], "" | "\u{FEFF}") {
        let mistake = XmlError::new(range, "the XML declaration must stand at the very start of the file");
        return Err(mistake.help("remove everything before it, blank lines too"));
    }
    let inside = range.start + "<?xml".len()..range.end - "?>".len();
    let mut expected = ["version", "encoding", "standalone"].into_iter();
    let mut versioned = false;
    for attribute in attributes(text, inside) {
        let attribute = attribute?;
        let (name, value) = (&text[attribute.name.clone()], &text[attribute.value.clone()]);
        if !expected.any(|expected| expected == name) || !(versioned || name == "version") {
            let message = "the XML declaration has `version`, `encoding` and `standalone`, in this order";
            return Err(XmlError::new(attribute.name, message));
        }
        versioned = true;
        if !is_declared(name, value) {
            return Err(XmlError::new(attribute.value, format!("this is no value for `{name}`")));
        }
    }
    if versioned { Ok(()) } else { Err(XmlError::new(range, "the XML declaration has no `version`")) }
}

fn is_declared(name: &str, value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match name {
        "version" => value
            .strip_prefix("1.")
            .is_some_and(|minor| !minor.is_empty() && minor.chars().all(|c| c.is_ascii_digit())),
        "encoding" => value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.chars().all(plain),
        _ => matches!(value, "yes" | "no"),
    }
}

pub(crate) fn instruction(text: &str, range: Range<usize>) -> Result<(), XmlError> {
    let inner = &text[range.start + "<?".len()..range.end - "?>".len()];
    let target = inner.split(is_space).next().unwrap_or_default();
    if is_name(target) && !target.eq_ignore_ascii_case("xml") {
        return Ok(());
    }
    Err(XmlError::new(range, "`<?` starts no processing instruction here"))
}

pub(crate) fn is_doctype(rest: &str) -> bool {
    rest.get(.."<!DOCTYPE".len()).is_some_and(|word| word.eq_ignore_ascii_case("<!DOCTYPE"))
}

pub(crate) fn doctype(range: Range<usize>) -> XmlError {
    XmlError::new(range, "this file has a DOCTYPE, which is refused").label("refused").help(
        "remove it: Salesforce never writes one, and the entities that it defines could expand without end",
    )
}

/// Returns the error of markup at `start` that has no end.
pub(crate) fn unclosed(error: SyntaxError, text: &str, start: usize) -> XmlError {
    let rest = start..text.len();
    match error {
        SyntaxError::UnclosedComment => XmlError::new(rest, "this comment does not end"),
        SyntaxError::UnclosedCData => XmlError::new(rest, "this is no CDATA section, or it does not end"),
        SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => {
            XmlError::new(rest, "this `<?` has no `?>`")
        }
        // Nothing follows but a piece of one tag: the file was cut off in it.
        _ if !text[start + 1..].contains('<') => {
            XmlError::new(text.len()..text.len(), "the file ends inside a tag")
                .label("the file ends here")
                .help("it may have been cut off: retrieve it again")
        }
        SyntaxError::UnclosedSingleQuotedAttributeValue | SyntaxError::UnclosedDoubleQuotedAttributeValue => {
            let name_end = text[rest.clone()].find(is_space).map_or(rest.end, |at| start + at);
            attributes::check(text, name_end..rest.end).err().unwrap_or_else(|| no_tag(start))
        }
        _ => no_tag(start),
    }
}

fn no_tag(start: usize) -> XmlError {
    XmlError::new(start..start + 1, "`<` starts no tag here, or the tag does not end")
        .help("a `<` in a text must be written `&lt;`")
}
