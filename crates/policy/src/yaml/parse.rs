//! Parses YAML to [`YamlNode`]s. Only this module uses the YAML library.

use preauth_source::{TextRange, TextSize};
use serde::{Deserialize, Deserializer};
use serde_saphyr::{Options, Spanned};

use super::node::{Placed, YamlData, YamlDataVisitor, YamlError, YamlNode};

/// Parses a text.
///
/// # Errors
/// The syntax error with its place.
pub(crate) fn parse(text: &str) -> Result<YamlNode, YamlError> {
    let read = serde_saphyr::from_str_with_options::<Parsed<YamlData>>(text, options());
    read.map(|parsed| parsed.0).map_err(|error| {
        let error = error.without_snippet();
        let range = error.location().map(|location| precise(text, &location)).unwrap_or_default();
        let message = error.to_string();
        // The library appends the place, which is separate here, and advice to programmers.
        let message = [" at line ", ", set "]
            .iter()
            .fold(message.as_str(), |message, end| message.split(end).next().unwrap_or(message));
        YamlError { range, message: message.to_owned() }
    })
}

fn range_of(location: &serde_saphyr::Location) -> TextRange {
    let span = location.span();
    let size = |n: Option<u64>| TextSize::new(n.and_then(|n| u32::try_from(n).ok()).unwrap_or_default());
    TextRange::at(size(span.byte_offset()), size(span.byte_len()))
}

/// Returns the options of the YAML library: only the booleans of YAML 1.2, so that `no` and `off` are texts.
fn options() -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

/// Returns the place of an error. Some errors have only line and column.
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

/// A value that the library has read.
struct Parsed<T>(Placed<T>);

impl<T> From<Parsed<T>> for Placed<T> {
    fn from(parsed: Parsed<T>) -> Self {
        parsed.0
    }
}

impl<'de> Deserialize<'de> for Parsed<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self(Placed::new(spanned.value, range_of(&spanned.referenced))))
    }
}

impl<'de> Deserialize<'de> for Parsed<YamlData> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value(YamlData);

        impl<'de> Deserialize<'de> for Value {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let parts = YamlDataVisitor::<Parsed<String>, Parsed<YamlData>>::default();
                deserializer.deserialize_any(parts).map(Self)
            }
        }

        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self(Placed::new(spanned.value.0, range_of(&spanned.referenced))))
    }
}
