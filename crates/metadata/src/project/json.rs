use std::ops::Range;

use preauth_source::{Diagnostic, Label, Location, Severity, SourceFile, TextRange, TextSize};
use serde_json::Value;

/// A JSON file with the places of its values.
///
/// Values are named by JSON pointers (`/packageDirectories/0/path`); the empty pointer is the whole.
pub(super) struct Json<'s> {
    source: &'s SourceFile<'s>,
    value: Value,
    /// The problems that were found so far.
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

    /// Returns the value; `None` also for a null.
    pub(super) fn get(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer).filter(|value| !value.is_null())
    }

    /// Returns the place of a value.
    pub(super) fn place(&self, pointer: &str) -> Location {
        let (bom, text) = split_bom(self.source.text);
        let range = JsonScanner { text, at: 0 }.find(pointer);
        self.source.at(text_range(bom + range.start..bom + range.end))
    }

    /// Reports a problem of a value.
    pub(super) fn report(&mut self, pointer: &str, message: impl Into<String>) {
        let diagnostic = invalid(self.place(pointer), message);
        self.diagnostics.push(diagnostic);
    }

    /// Returns a text; reports any other value.
    pub(super) fn text(&mut self, pointer: &str) -> Option<String> {
        match self.get(pointer)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.report(pointer, format!("`{}` is not a text", name(pointer)));
                None
            }
        }
    }

    /// Returns the pointers to the items of a list; reports any other value.
    pub(super) fn items(&mut self, pointer: &str) -> Vec<String> {
        match self.get(pointer) {
            None => Vec::new(),
            Some(Value::Array(items)) => (0..items.len()).map(|index| format!("{pointer}/{index}")).collect(),
            Some(_) => {
                self.report(pointer, format!("`{}` is not a list", name(pointer)));
                Vec::new()
            }
        }
    }
}

/// A diagnostic about the project file.
fn invalid(location: Location, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(crate::codes::PROJECT_INVALID, Severity::Error, message, Label::new(location, ""))
}

/// Returns the pointer as messages show it.
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

/// Returns the offset of a line and column of `serde_json`: both from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(before + column.saturating_sub(1))
}

/// A cursor in a text that is valid JSON.
struct JsonScanner<'t> {
    text: &'t str,
    at: usize,
}

impl JsonScanner<'_> {
    /// Finds the value that the pointer names, or the deepest existing one on the way to it.
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

    /// Finds the start of a child of the container at the cursor. Of equal keys the last one counts, as in `serde_json`.
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

    /// Moves to the next value and returns its offset.
    fn next_value(&mut self) -> usize {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b':')) {
            self.at += 1;
        }
        self.at
    }

    /// Moves to the end of the value at the cursor.
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

    /// Moves behind a number, `true`, `false` or `null`.
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
        assert_eq!(&text[JsonScanner { text, at: 0 }.find(pointer)], expected);
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
    fn missing_value_has_the_place_of_its_parent() {
        at(r#"{"a": {"b": 1}}"#, "/a/c/d", r#"{"b": 1}"#);
        at(r#"{"a": [1]}"#, "/a/1", "[1]");
        at(r#"{"a": 1}"#, "/a/b", "1");
    }

    #[test]
    fn last_of_equal_keys_counts() {
        at(r#"{"a": 1, "\u0061": 2}"#, "/a", "2");
    }

    #[test]
    fn offsets_are_in_bytes() {
        assert_eq!(offset("é\nab", 2, 2), 4);
        assert_eq!(offset("é", 1, 2), 0);
        assert_eq!(offset("a", 1, 9), 1);
        assert_eq!(offset("a\n", 2, 0), 2);
    }
}
