use std::ops::Range;

use preauth_source::{Diagnostic, Label, Location, Severity, SourceFile, TextRange, TextSize};
use serde_json::Value;

/// A JSON file whose values can be asked for their places.
///
/// Values are named by JSON pointers (`/packageDirectories/0/path`); the empty pointer is the whole.
pub(super) struct Json<'s> {
    source: &'s SourceFile<'s>,
    value: Value,
    /// What was found to be wrong so far.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'s> Json<'s> {
    /// Reads the text.
    ///
    /// # Errors
    /// The diagnostic of the place where the text stops being JSON.
    pub(super) fn parse(source: &'s SourceFile<'s>) -> Result<Self, Box<Diagnostic>> {
        let (bom, text) = split_bom(source.text);
        match serde_json::from_str(text) {
            Ok(value) => Ok(Self { source, value, diagnostics: Vec::new() }),
            Err(error) => {
                let at = bom + offset(text, error.line(), error.column());
                let width = source.text[at..].chars().next().map_or(0, char::len_utf8);
                let whole = error.to_string();
                let what = whole.split_once(" at line ").map_or(&*whole, |(what, _)| what);
                Err(Box::new(invalid(
                    source.at(text_range(at..at + width)),
                    format!("not valid JSON: {what}"),
                )))
            }
        }
    }

    /// The value; `None` also for a null.
    pub(super) fn get(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer).filter(|value| !value.is_null())
    }

    /// Where the value is.
    pub(super) fn place(&self, pointer: &str) -> Location {
        let (bom, text) = split_bom(self.source.text);
        let range = Scanner { text, at: 0 }.find(pointer);
        self.source.at(text_range(bom + range.start..bom + range.end))
    }

    /// Notes that something is wrong with a value.
    pub(super) fn wrong(&mut self, pointer: &str, message: impl Into<String>) {
        let diagnostic = invalid(self.place(pointer), message);
        self.diagnostics.push(diagnostic);
    }

    /// A text. Anything else is wrong.
    pub(super) fn text(&mut self, pointer: &str) -> Option<String> {
        match self.get(pointer)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.wrong(pointer, format!("`{}` is not a text", name(pointer)));
                None
            }
        }
    }

    /// The pointers to the items of a list. Anything else is wrong.
    pub(super) fn items(&mut self, pointer: &str) -> Vec<String> {
        match self.get(pointer) {
            None => Vec::new(),
            Some(Value::Array(items)) => (0..items.len()).map(|index| format!("{pointer}/{index}")).collect(),
            Some(_) => {
                self.wrong(pointer, format!("`{}` is not a list", name(pointer)));
                Vec::new()
            }
        }
    }
}

/// A diagnostic about the project file.
fn invalid(location: Location, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(crate::codes::PROJECT_INVALID, Severity::Error, message, Label::new(location, ""))
}

/// The pointer as people write it.
pub(super) fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

fn split_bom(text: &str) -> (usize, &str) {
    text.strip_prefix('\u{feff}').map_or((0, text), |rest| (text.len() - rest.len(), rest))
}

fn text_range(range: Range<usize>) -> TextRange {
    let at = |offset| TextSize::try_from(offset).unwrap_or_default();
    TextRange::new(at(range.start), at(range.end))
}

/// The offset of a line and column as `serde_json` counts them: both from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(before + column.saturating_sub(1))
}

/// Finds its way in a text that is known to be valid JSON.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    /// The bytes of the value that the pointer names, or of the deepest one on the way to it that is there.
    fn find(mut self, pointer: &str) -> Range<usize> {
        let mut start = self.next_value();
        for step in pointer.split('/').skip(1) {
            let Some(next) = self.child(step) else { break };
            start = next;
            self.at = next;
        }
        self.at = start;
        self.skip();
        start..self.at
    }

    /// Where the child of the container at the current place starts. Of equal keys the last one counts, as it does
    /// to `serde_json`.
    fn child(&mut self, step: &str) -> Option<usize> {
        let is_object = match self.peek()? {
            b'{' => true,
            b'[' => false,
            _ => return None,
        };
        let mut found = None;
        self.at += 1;
        for index in 0.. {
            let start = self.next_value();
            if matches!(self.peek()?, b'}' | b']') {
                break;
            }
            self.skip();
            let is_it = if is_object {
                let key: Option<String> = serde_json::from_str(&self.text[start..self.at]).ok();
                self.next_value();
                key.as_deref() == Some(step)
            } else {
                step.parse() == Ok(index)
            };
            if is_it {
                found = Some(if is_object { self.at } else { start });
            }
            if is_object {
                self.skip();
            }
        }
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on to the next value, over what separates values, and tells where that is.
    fn next_value(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b':')) {
            self.at += 1;
        }
        self.at
    }

    /// Goes on to the end of the value at the current place.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => self.skip_word(),
            }
            if depth == 0 {
                break;
            }
        }
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }

    /// Goes over a number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn at(text: &str, pointer: &str, expected: &str) {
        assert_eq!(&text[Scanner { text, at: 0 }.find(pointer)], expected);
    }

    #[test]
    fn values_are_found_by_pointer() {
        let text = r#" {"a" : [1, {"b":"x\"]}"} , -2.5e+3,[]], "c":{"d":null}} "#;
        at(text, "/a/0", "1");
        at(text, "/a/1", r#"{"b":"x\"]}"}"#);
        at(text, "/a/1/b", r#""x\"]}""#);
        at(text, "/a/2", "-2.5e+3");
        at(text, "/a/3", "[]");
        at(text, "/c/d", "null");
        at(text, "", text.trim());
    }

    #[test]
    fn what_is_not_there_is_at_its_parent() {
        at(r#"{"a": {"b": 1}}"#, "/a/c/d", r#"{"b": 1}"#);
        at(r#"{"a": [1]}"#, "/a/1", "[1]");
        at(r#"{"a": 1}"#, "/a/b", "1");
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        at(r#"{"a": 1, "\u0061": 2}"#, "/a", "2");
    }

    #[test]
    fn an_offset_is_counted_in_bytes() {
        assert_eq!(offset("é\nab", 2, 2), 4);
        assert_eq!(offset("é", 1, 2), 0);
        assert_eq!(offset("a", 1, 9), 1);
        assert_eq!(offset("a\n", 2, 0), 2);
    }
}
