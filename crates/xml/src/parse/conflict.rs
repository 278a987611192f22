use std::ops::Range;

use crate::error::XmlError;

/// The merge-conflict markers that git writes at the start of a line, `|||||||` with the `diff3` style only.
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The first line in `range` that is a merge-conflict marker, as the offset of its start.
pub(crate) fn marker(text: &str, range: Range<usize>) -> Option<usize> {
    let bytes = &text.as_bytes()[range.clone()];
    let mut at = if is_line_start(text, range.start) { 0 } else { next_line(bytes, 0)? };
    loop {
        if is_marker(&text[range.start + at..]) {
            return Some(range.start + at);
        }
        at = next_line(bytes, at)?;
    }
}

/// The mistake of having a merge-conflict marker at `at`.
pub(crate) fn mistake(text: &str, at: usize) -> XmlError {
    let line = text[at..].lines().next().unwrap_or_default();
    XmlError::new(at..at + line.trim_end().len(), "this file holds merge-conflict markers")
        .label("left by a merge")
        .help("resolve the conflict: keep one of the two versions, and remove the lines with the markers")
}

fn is_line_start(text: &str, at: usize) -> bool {
    let before = &text[..at];
    before.is_empty() || before == "\u{FEFF}" || before.ends_with('\n')
}

/// The start of the next line that is not yet the end.
fn next_line(bytes: &[u8], from: usize) -> Option<usize> {
    let newline = memchr::memchr(b'\n', &bytes[from..])?;
    Some(from + newline + 1).filter(|start| *start < bytes.len())
}

fn is_marker(rest: &str) -> bool {
    MARKERS.iter().any(|marker| {
        let after = rest.strip_prefix(marker);
        after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\r', '\n']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_stand_at_the_start_of_a_line() {
        for (text, at) in [
            ("<<<<<<< HEAD", Some(0)),
            ("\u{FEFF}<<<<<<< HEAD", Some(3)),
            ("a\r\n=======\r\nb", Some(3)),
            ("a\n\n>>>>>>> feature/x\n", Some(3)),
            ("a\n||||||| 1a2b3c4", Some(2)),
            (" =======", None),
            ("========", None),
            ("<<<<<<<HEAD", None),
            ("a\n", None),
        ] {
            let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
            assert_eq!(marker(text, start..text.len()), at, "{text}");
        }
    }

    #[test]
    fn a_range_that_starts_within_a_line_starts_no_line() {
        assert_eq!(marker("ab=======\n", 2..10), None);
        assert_eq!(marker("a\n=======\n", 2..10), Some(2));
    }
}
