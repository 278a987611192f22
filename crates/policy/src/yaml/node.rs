//! What a YAML text says, with the place of each part.

use std::{fmt, marker::PhantomData, ops::Deref};

use preauth_source::TextRange;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// Any YAML value, with the place of each part.
pub(crate) type YamlNode = Placed<YamlData>;

/// What a YAML value is.
#[derive(Clone, Debug)]
pub(crate) enum YamlData {
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
    List(Vec<YamlNode>),
    /// A mapping, in the order of the file.
    Map(Vec<(Placed<String>, YamlNode)>),
}

impl YamlData {
    /// The value of a key, if it is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&YamlNode> {
        self.entries().iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
    }

    /// Keys and values, if it is a mapping.
    pub(crate) fn entries(&self) -> &[(Placed<String>, YamlNode)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, in plain words.
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

/// Why something could not be read, and where.
#[derive(Debug)]
pub(crate) struct YamlError {
    /// The place.
    pub(crate) range: TextRange,
    /// What is wrong.
    pub(crate) message: String,
}

/// What makes a [`YamlData`] of what a deserializer has; `K` and `N` are the forms that its keys and values come in.
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
