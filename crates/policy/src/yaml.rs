//! YAML that knows where it stands: every key and every value with its place. The only module that knows the
//! YAML library.

use std::{borrow::Cow, fmt, ops::Deref};

use preauth_source::{Diagnostic, Label, Severity, SourceFile, TextRange, TextSize};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{Options, Spanned};

/// A value and where it stands in its file.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands. Of a mapping or sequence only the start: show its key instead.
    pub range: TextRange,
}

impl<T> Placed<T> {
    /// A value at a place.
    pub fn new(value: T, range: TextRange) -> Self {
        Self { value, range }
    }
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { value: spanned.value, range: range_of(&spanned.referenced) })
    }
}

impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }
}

fn range_of(location: &serde_saphyr::Location) -> TextRange {
    let span = location.span();
    let size = |n: Option<u64>| TextSize::new(n.and_then(|n| u32::try_from(n).ok()).unwrap_or_default());
    TextRange::at(size(span.byte_offset()), size(span.byte_len()))
}

/// Any YAML value, with the place of each part.
pub(crate) type Node = Placed<Data>;

/// What a YAML value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Nothing.
    Null,
    /// `true` or `false`, and nothing else.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(Placed<String>, Node)>),
}

impl Data {
    /// The value of a key, if it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
    }

    /// Keys and values, if it is a mapping.
    pub fn entries(&self) -> &[(Placed<String>, Node)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, in plain words.
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "nothing".into(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Integer(value) => format!("the number {value}"),
            Self::Float(value) => format!("the number {value}"),
            Self::Text(text) => format!("the text `{text}`"),
            Self::List(_) => "a list".into(),
            Self::Map(_) => "a mapping".into(),
        }
    }

    /// The same value without its places.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(value) => value.as_str().into(),
            Self::List(items) => items.iter().map(|item| item.to_json()).collect(),
            Self::Map(entries) => entries
                .iter()
                .map(|(key, value)| (key.value.clone(), value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DataVisitor)
    }
}

struct DataVisitor;

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_none<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        Data::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Data, E> {
        Ok(Data::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Data, E> {
        Ok(Data::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Data, E> {
        Ok(i64::try_from(value).map_or_else(|_| Data::Text(value.to_string()), Data::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Data, E> {
        Ok(Data::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Data, E> {
        Ok(Data::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Data, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Data::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Data, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Data::Map(map))
    }
}

impl JsonSchema for Data {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }

    fn inline_schema() -> bool {
        true
    }
}

/// A mapping whose keys have their places, in the order of the file.
#[derive(Clone, Debug)]
pub struct Map<T>(pub Vec<(Placed<String>, T)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Map<T> {
    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&Placed<String>, &T)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Map<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<T>, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Map(map))
            }
        }

        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Map<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Map_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <std::collections::BTreeMap<String, T>>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

/// The settings of the YAML reader: YAML 1.2 words for booleans only, so that `no` and `off` stay words.
fn options() -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

/// Reads a value of one type.
///
/// # Errors
/// A diagnostic with `code` and the place where the text stops being YAML, or stops being of that type.
pub(crate) fn read<T: DeserializeOwned>(
    source: &SourceFile<'_>,
    code: &'static str,
) -> Result<T, Box<Diagnostic>> {
    serde_saphyr::from_str_with_options(source.text, options()).map_err(|error| {
        let error = error.without_snippet();
        let range = error.location().map(|location| precise(source.text, &location)).unwrap_or_default();
        let message = error.to_string();
        // The library adds the place, which is told apart from the message here, and advice to programmers.
        let message = [" at line ", ", set "]
            .iter()
            .fold(message.as_str(), |message, end| message.split(end).next().unwrap_or(message));
        let message = message.to_owned();
        Box::new(Diagnostic::new(code, Severity::Error, message, Label::new(source.at(range), "here")))
    })
}

/// The place of an error: errors of the scanner know line and column only.
fn precise(text: &str, location: &serde_saphyr::Location) -> TextRange {
    let range = range_of(location);
    if range.start() > TextSize::new(0) || location.line() <= 1 && location.column() <= 1 {
        return range;
    }
    let line = usize::try_from(location.line().saturating_sub(1)).unwrap_or_default();
    let column = usize::try_from(location.column().saturating_sub(1)).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let within: usize = rest.chars().take(column).map(char::len_utf8).sum();
    let offset = TextSize::try_from((start + within).min(text.len())).unwrap_or_default();
    TextRange::empty(offset)
}

/// Reads any YAML as a tree.
///
/// # Errors
/// As [`read`].
pub(crate) fn tree(source: &SourceFile<'_>, code: &'static str) -> Result<Node, Box<Diagnostic>> {
    read(source, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Node, Box<Diagnostic>> {
        tree(&SourceFile::new("a.yaml".into(), text), "config-invalid")
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "a:\n  - b: ümlaut\n    c: [1, true]\n";
        let node = parse(text).unwrap();
        let Data::List(items) = &node.get("a").unwrap().value else { panic!() };
        let value = items[0].get("b").unwrap();
        assert_eq!(&text[value.range], "ümlaut");
        let Data::List(inner) = &items[0].get("c").unwrap().value else { panic!() };
        assert_eq!(&text[inner[1].range], "true");
        let (key, _) = &items[0].entries()[1];
        assert_eq!(&text[key.range], "c");
    }

    #[test]
    fn words_stay_words() {
        let node = parse("a: no\nb: off\nc: 017\nd: 1_000\n").unwrap();
        for key in ["a", "b", "c", "d"] {
            assert!(node.get(key).unwrap().as_text().is_some(), "{key}");
        }
    }

    #[test]
    fn a_key_twice_is_an_error_at_the_second() {
        let text = "a: 1\nb: 2\na: 3\n";
        let error = parse(text).unwrap_err();
        assert_eq!(usize::from(error.primary.location.range.start()), text.rfind("a:").unwrap());
    }

    #[test]
    fn an_error_of_syntax_has_its_place() {
        let text = "a: 1\nb: [1, 2\nc: 3\n";
        let error = parse(text).unwrap_err();
        assert!(usize::from(error.primary.location.range.start()) > 5, "{error:?}");
    }
}
