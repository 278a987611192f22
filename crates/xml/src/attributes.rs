use std::{collections::HashSet, ops::Range};

use crate::{
    chars::{is_name, is_space, resolve},
    error::XmlError,
};

/// An attribute, as ranges of the text it was read from.
#[derive(Clone, Debug)]
pub(crate) struct XmlAttribute {
    /// The name with its prefix.
    pub(crate) name: Range<usize>,
    /// The value as it is written, without its quotes.
    pub(crate) value: Range<usize>,
    /// All of it, with the white space before it.
    pub(crate) whole: Range<usize>,
}

/// Reads the attributes in `range` of `text`: what stands between the name of a tag and its `>` or `/>`. The first
/// mistake is the last item.
pub(crate) fn attributes(
    text: &str,
    range: Range<usize>,
) -> impl Iterator<Item = Result<XmlAttribute, XmlError>> {
    let mut at = Some(range.start).filter(|start| *start < range.end);
    std::iter::from_fn(move || {
        let attribute = attribute(text, at?..range.end).transpose();
        at = attribute.as_ref().and_then(|read| read.as_ref().ok()).map(|read| read.whole.end);
        attribute
    })
}

/// The first mistake in the attributes of a tag. It takes time in proportion to their length, however many there are.
pub(crate) fn check(text: &str, range: Range<usize>) -> Result<(), XmlError> {
    // Most often there is but one.
    let (mut first, mut others) = (None, HashSet::new());
    for attribute in attributes(text, range) {
        let attribute = attribute?;
        let name = &text[attribute.name.clone()];
        if first.is_some_and(|first| name == first || !others.insert(name)) {
            return Err(XmlError::new(attribute.name, format!("the attribute `{name}` is there twice")));
        }
        first.get_or_insert(name);
        references(text, attribute.value)?;
    }
    Ok(())
}

fn attribute(text: &str, range: Range<usize>) -> Result<Option<XmlAttribute>, XmlError> {
    let is_space = |byte: &u8| is_space(char::from(*byte));
    let skip = |from: usize| {
        let rest = &text.as_bytes()[from..range.end];
        from + rest.iter().position(|byte| !is_space(byte)).unwrap_or(rest.len())
    };
    let start = skip(range.start);
    if start == range.end {
        return Ok(None);
    }
    if start == range.start {
        return Err(XmlError::new(start..range.end, "a space is missing before this attribute"));
    }
    let rest = &text.as_bytes()[start..range.end];
    let length = rest.iter().position(|byte| *byte == b'=' || is_space(byte)).unwrap_or(rest.len());
    let name = start..start + length;
    if !is_name(&text[name.clone()]) {
        return Err(XmlError::new(start..start + length.max(1), "this is no name for an attribute"));
    }
    let fail = |what: &str| {
        Err(XmlError::new(name.clone(), format!("the attribute `{}` {what}", &text[name.clone()])))
    };
    let equals = skip(name.end);
    if !text[equals..range.end].starts_with('=') {
        return fail("has no value");
    }
    let open = skip(equals + 1);
    let Some(quote) = text[open..range.end].chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return fail("has a value without quotes");
    };
    let Some(length) = text[open + 1..range.end].find(quote) else {
        return fail("has a value that does not end");
    };
    let value = open + 1..open + 1 + length;
    if text[value.clone()].contains('<') {
        return fail("has `<` in its value: write `&lt;` there, or end the value before it");
    }
    Ok(Some(XmlAttribute { name, whole: range.start..value.end + 1, value }))
}

/// The first mistake in the references of a value.
pub(crate) fn references(text: &str, range: Range<usize>) -> Result<(), XmlError> {
    let mut at = range.start;
    while let Some(start) = text[at..range.end].find('&').map(|found| at + found) {
        let end = text[start..range.end].find([';', '<']).map_or(range.end, |found| start + found + 1);
        reference(text, start..end)?;
        at = end;
    }
    Ok(())
}

/// Checks what starts with `&` and should be a reference: `range` is up to its `;`, or to where one was looked for.
pub(crate) fn reference(text: &str, range: Range<usize>) -> Result<(), XmlError> {
    let name = text[range.clone()].strip_prefix('&').and_then(|rest| rest.strip_suffix(';'));
    if name.and_then(resolve).is_some() {
        return Ok(());
    }
    let Some(name) = name.filter(|name| is_name(name) || name.starts_with('#')) else {
        let place = range.start..range.start + 1;
        return Err(XmlError::new(place, "`&` must be written `&amp;`").label("a bare `&`"));
    };
    Err(XmlError::new(range, "this reference stands for no character that XML knows").help(
        if name.starts_with('#') {
            "write the number of a character that XML allows"
        } else {
            "XML knows `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and numbers such as `&#160;`; a bare `&` is `&amp;`"
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_their_places() {
        let text = "<a b=\"1\"\n c:d = '>\"' >";
        let read: Vec<_> = attributes(text, 2..text.len() - 1).map_while(Result::ok).collect();
        let shown: Vec<_> = read
            .iter()
            .map(|read| (&text[read.name.clone()], &text[read.value.clone()], &text[read.whole.clone()]))
            .collect();
        assert_eq!(shown, [("b", "1", " b=\"1\""), ("c:d", ">\"", "\n c:d = '>\"'")]);
    }

    #[test]
    fn reading_ends_at_a_mistake() {
        let text = " a='1' b c='2'";
        assert_eq!(attributes(text, 0..text.len()).count(), 2);
    }

    #[test]
    fn many_attributes_take_time_in_proportion() {
        let text: String = (0..80_000).map(|index| format!(" a{index}='&amp;'")).collect();
        assert!(check(&text, 0..text.len()).is_ok());
    }
}
