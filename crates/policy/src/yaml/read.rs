//! Reads [`YamlNode`]s as Rust types. An error has the place of the value that it is in.

use std::{borrow::Cow, fmt, marker::PhantomData};

use preauth_source::{TextRange, TextSize};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
        Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

use super::node::{Placed, YamlData, YamlDataVisitor, YamlError, YamlNode};

/// Reads a value of a type.
///
/// # Errors
/// The first value that is missing, or not of that type.
pub(crate) fn read<T: DeserializeOwned>(node: YamlNode) -> Result<T, YamlError> {
    let whole = node.range;
    T::deserialize(node)
        .map_err(|error| YamlError { range: error.range.unwrap_or(whole), message: error.message })
}

/// An error that may not have a place yet.
#[derive(Debug)]
pub(crate) struct YamlReadError {
    range: Option<TextRange>,
    message: String,
}

impl fmt::Display for YamlReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for YamlReadError {}

impl Error for YamlReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { range: None, message: message.to_string() }
    }
}

impl YamlReadError {
    fn at(range: TextRange) -> impl FnOnce(Self) -> Self {
        move |error| Self { range: error.range.or(Some(range)), ..error }
    }
}

/// The name with which [`Placed`] requests a value with its place: start, end, value.
const PLACED: &str = "preauth::Placed";

impl<'de> Deserializer<'de> for YamlNode {
    type Error = YamlReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, YamlReadError> {
        let read = match self.value {
            YamlData::Null => visitor.visit_unit(),
            YamlData::Bool(value) => visitor.visit_bool(value),
            YamlData::Integer(value) => visitor.visit_i64(value),
            YamlData::Float(value) => visitor.visit_f64(value),
            YamlData::Text(value) => visitor.visit_string(value),
            YamlData::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            YamlData::Map(entries) => visitor.visit_map(MapDeserializer::new(entries.into_iter())),
        };
        read.map_err(YamlReadError::at(self.range))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, YamlReadError> {
        match self.value {
            YamlData::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, YamlReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, YamlReadError> {
        if name == PLACED {
            visitor.visit_seq(PlacedParts::Start(self))
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, YamlReadError> {
        let read = match self.value {
            YamlData::Text(word) => visitor.visit_enum(word.into_deserializer()),
            other => Err(YamlReadError::custom(format!("expected a word, found {}", other.describe()))),
        };
        read.map_err(YamlReadError::at(self.range))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple map struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, YamlReadError> for YamlNode {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl IntoDeserializer<'_, YamlReadError> for Placed<String> {
    type Deserializer = YamlNode;

    fn into_deserializer(self) -> YamlNode {
        Placed::new(YamlData::Text(self.value), self.range)
    }
}

/// The next part of a placed value.
enum PlacedParts {
    Start(YamlNode),
    End(YamlNode),
    Value(YamlNode),
    None,
}

impl<'de> SeqAccess<'de> for PlacedParts {
    type Error = YamlReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, YamlReadError> {
        let offset = |offset: TextSize| u32::from(offset).into_deserializer();
        match std::mem::replace(self, Self::None) {
            Self::Start(node) => {
                let start = offset(node.range.start());
                *self = Self::End(node);
                seed.deserialize(start).map(Some)
            }
            Self::End(node) => {
                let end = offset(node.range.end());
                *self = Self::Value(node);
                seed.deserialize(end).map(Some)
            }
            Self::Value(node) => seed.deserialize(node).map(Some),
            Self::None => Ok(None),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlacedVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for PlacedVisitor<T> {
            type Value = Placed<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Placed<T>, A::Error> {
                let mut offset = || -> Result<TextSize, A::Error> {
                    parts.next_element::<u32>()?.map(TextSize::new).ok_or_else(|| Error::custom("no place"))
                };
                let range = TextRange::new(offset()?, offset()?);
                let value = parts.next_element()?.ok_or_else(|| Error::custom("no value"))?;
                Ok(Placed { value, range })
            }
        }

        deserializer.deserialize_tuple_struct(PLACED, 3, PlacedVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for YamlData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlDataVisitor::<Placed<String>, YamlNode>::default())
    }
}

impl YamlData {
    /// Returns the value without places.
    pub(crate) fn to_json(&self) -> serde_json::Value {
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

impl JsonSchema for YamlData {
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

/// A mapping with the places of its keys, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct YamlMap<T>(pub(crate) Vec<(Placed<String>, T)>);

impl<T> Default for YamlMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> YamlMap<T> {
    /// Returns keys and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Placed<String>, &T)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for YamlMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = YamlMap<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<YamlMap<T>, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(YamlMap(map))
            }
        }

        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for YamlMap<T> {
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

/// A part of a file that is not read here, but later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deferred<T>(PhantomData<T>);

impl<T> Default for Deferred<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T> Deserialize<'de> for Deferred<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self::default())
    }
}
