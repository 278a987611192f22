//! YAML values, with their places.

use std::{fmt, marker::PhantomData, ops::Deref};

use preauth_source::TextRange;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// A YAML value with its place.
pub(crate) type YamlNode = Placed<YamlData>;

/// A YAML value.
#[derive(Clone, Debug)]
pub(crate) enum YamlData {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<YamlNode>),
    /// A mapping, in the order of the file.
    Map(Vec<(Placed<String>, YamlNode)>),
}

impl YamlData {
    /// Returns the value of a key, if this is a mapping that has the key.
    pub(crate) fn get(&self, key: &str) -> Option<&YamlNode> {
        self.entries().iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
    }

    /// Returns keys and values, if this is a mapping.
    pub(crate) fn entries(&self) -> &[(Placed<String>, YamlNode)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the text, if this is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Describes the value in plain words.
    pub(crate) fn describe(&self) -> String {
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
}

/// A value with its place in a file.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// The place. A mapping or sequence has only its start here: messages show its key.
    pub range: TextRange,
}

impl<T> Placed<T> {
    /// Gives a value a place.
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

/// An error in YAML, with its place.
#[derive(Debug)]
pub(crate) struct YamlError {
    /// The place.
    pub(crate) range: TextRange,
    /// The message.
    pub(crate) message: String,
}

/// A visitor that reads a [`YamlData`] from a deserializer; `K` and `N` are the types of its keys and values.
pub(crate) struct YamlDataVisitor<K, N>(PhantomData<(K, N)>);

impl<K, N> Default for YamlDataVisitor<K, N> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, K, N> Visitor<'de> for YamlDataVisitor<K, N>
where
    K: Deserialize<'de> + Into<Placed<String>>,
    N: Deserialize<'de> + Into<YamlNode>,
{
    type Value = YamlData;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<YamlData, E> {
        Ok(YamlData::Null)
    }

    fn visit_none<E>(self) -> Result<YamlData, E> {
        Ok(YamlData::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<YamlData, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<YamlData, E> {
        Ok(YamlData::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<YamlData, E> {
        Ok(YamlData::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<YamlData, E> {
        Ok(i64::try_from(value).map_or_else(|_| YamlData::Text(value.to_string()), YamlData::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<YamlData, E> {
        Ok(YamlData::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<YamlData, E> {
        Ok(YamlData::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<YamlData, E> {
        Ok(YamlData::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<YamlData, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<N>()? {
            list.push(item.into());
        }
        Ok(YamlData::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<YamlData, A::Error> {
        let mut map = Vec::new();
        while let Some((key, value)) = entries.next_entry::<K, N>()? {
            map.push((key.into(), value.into()));
        }
        Ok(YamlData::Map(map))
    }
}
