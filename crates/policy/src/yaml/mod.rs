//! Reads YAML with the place of every key and value.

mod node;
mod parse;
mod read;
mod stored;

use preauth_source::{Diagnostic, Label, Severity, SourceFile};
use serde::de::DeserializeOwned;

use node::YamlError;
pub(crate) use node::{Placed, YamlData, YamlNode};
pub(crate) use read::{Deferred, YamlMap};
pub(crate) use stored::stored;

/// Reads any YAML as a tree.
///
/// # Errors
/// A diagnostic with `code`, at the place of the syntax error.
pub(crate) fn tree(source: &SourceFile<'_>, code: &'static str) -> Result<YamlNode, Box<Diagnostic>> {
    parse::parse(source.text).map_err(|error| diagnostic(source, code, error))
}

/// Reads a tree as a value of a type.
///
/// # Errors
/// A diagnostic with `code`, at the place of the value that is not of that type.
pub(crate) fn read<T: DeserializeOwned>(
    source: &SourceFile<'_>,
    node: YamlNode,
    code: &'static str,
) -> Result<T, Box<Diagnostic>> {
    read::read(node).map_err(|error| diagnostic(source, code, error))
}

fn diagnostic(source: &SourceFile<'_>, code: &'static str, error: YamlError) -> Box<Diagnostic> {
    let label = Label::new(source.at(error.range), "here");
    Box::new(Diagnostic::new(code, Severity::Error, error.message, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<YamlNode, Box<Diagnostic>> {
        tree(&SourceFile::new("a.yaml".into(), text), "config-invalid")
    }

    #[test]
    fn every_value_has_its_place() {
        let text = "a:\n  - b: ümlaut\n    c: [1, true]\n";
        let node = parse(text).unwrap();
        let YamlData::List(items) = &node.get("a").unwrap().value else { panic!() };
        let value = items[0].get("b").unwrap();
        assert_eq!(&text[value.range], "ümlaut");
        let YamlData::List(inner) = &items[0].get("c").unwrap().value else { panic!() };
        assert_eq!(&text[inner[1].range], "true");
        let (key, _) = &items[0].entries()[1];
        assert_eq!(&text[key.range], "c");
    }

    #[test]
    fn no_and_off_are_texts() {
        let node = parse("a: no\nb: off\nc: 017\nd: 1_000\n").unwrap();
        for key in ["a", "b", "c", "d"] {
            assert!(node.get(key).unwrap().as_text().is_some(), "{key}");
        }
    }

    #[test]
    fn duplicate_key_is_an_error_at_the_second() {
        let text = "a: 1\nb: 2\na: 3\n";
        let error = parse(text).unwrap_err();
        assert_eq!(usize::from(error.primary.location.range.start()), text.rfind("a:").unwrap());
    }

    #[test]
    fn syntax_error_has_its_place() {
        let text = "a: 1\nb: [1, 2\nc: 3\n";
        let error = parse(text).unwrap_err();
        assert!(usize::from(error.primary.location.range.start()) > 5, "{error:?}");
    }
}
