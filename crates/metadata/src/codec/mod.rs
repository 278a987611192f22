//! Codecs: the forms in which values of attributes are written in files. There is one file for each codec, with its reading, writing, literals and
//! description side by side.
//!
//! A codec needs no app. [`Column::decode`] reads a value from the texts of elements, and [`Column::encode`] gives the
//! texts of a value, so that a value that was read with the column of one kind of app can be written with the column
//! of the other. Reading an app's facts and writing edits of its files are built on the same functions.

mod column;
mod combine;
mod commas;
mod custom_attributes;
mod edits;
mod element;
mod enabled_names;
mod item;
mod lines;
mod one;
mod ranges;
pub(crate) mod read;
mod record;
mod refresh_token_literal;
mod refresh_token_triple;
mod repeated;
mod two_switches;
pub(crate) mod write;

pub use element::{ElementText, NewContent, NoLiteral};
pub use item::Item;

pub(crate) use element::{replaced_later, unreplaced_placeholder};

use crate::{Column, Fact, Type, Value, codec::element::Occurrence};

/// The way in which the texts of an attribute's elements are one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// One element, one value.
    One(Item),
    /// One element for each value.
    Repeated(Item),
    /// One element with values between commas.
    Commas(Item),
    /// One element with a value on each line.
    Lines(Item),
    /// Two switches in two places, the developer's first: off if either is off, otherwise what the developer's is.
    TwoSwitches,
    /// One element with the policy and its period, as a ConnectedApp has it: `specific_lifetime:90:DAYS`.
    RefreshTokenLiteral,
    /// Three elements: type, period, unit.
    RefreshTokenTriple,
    /// One element for each range, with children of these names for its start and its end.
    Ranges {
        /// The child that holds the first address.
        start: &'static str,
        /// The child that holds the last address.
        end: &'static str,
    },
    /// One element for each pair of `key` and `formula`.
    CustomAttributes,
    /// One element for each name, with `enabled` and `name`; only the enabled ones count.
    EnabledNames,
}

/// A value as policies write it, with its literal in a file and its name in Setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The value as policies write it.
    pub value: String,
    /// The text in the file; several elements are separated by commas.
    pub literal: String,
    /// The name in Setup; empty where Setup has none of its own.
    pub setup: &'static str,
}

impl Codec {
    /// Describes how several values are written; `None` for a codec of one value in one place.
    pub fn description(self) -> Option<&'static str> {
        match self {
            Self::One(_) | Self::RefreshTokenLiteral | Self::RefreshTokenTriple => None,
            Self::Repeated(_) => Some(repeated::DESCRIPTION),
            Self::Commas(_) => Some(commas::DESCRIPTION),
            Self::Lines(_) => Some(lines::DESCRIPTION),
            Self::TwoSwitches => Some(two_switches::DESCRIPTION),
            Self::Ranges { .. } => Some(ranges::DESCRIPTION),
            Self::CustomAttributes => Some(custom_attributes::DESCRIPTION),
            Self::EnabledNames => Some(enabled_names::DESCRIPTION),
        }
    }

    /// The literals that the decisive element may hold, or an example of each form; empty for any text.
    pub fn literals(self) -> Vec<String> {
        match self {
            Self::One(item) | Self::Repeated(item) | Self::Commas(item) | Self::Lines(item) => {
                item.literals().into_iter().map(str::to_owned).collect()
            }
            Self::TwoSwitches => two_switches::literals(),
            Self::RefreshTokenLiteral => refresh_token_literal::literals(),
            Self::RefreshTokenTriple => refresh_token_triple::literals(),
            Self::Ranges { .. } | Self::CustomAttributes | Self::EnabledNames => Vec::new(),
        }
    }

    /// The values of a closed set, each with its literal, or an example of each form; empty for other values.
    pub fn spellings(self, ty: Type) -> Vec<Spelling> {
        match self {
            Self::One(item) | Self::Repeated(item) | Self::Commas(item) | Self::Lines(item) => {
                item.spellings(ty)
            }
            Self::RefreshTokenLiteral => refresh_token_literal::spellings(),
            Self::RefreshTokenTriple => refresh_token_triple::spellings(),
            Self::TwoSwitches | Self::Ranges { .. } | Self::CustomAttributes | Self::EnabledNames => {
                Vec::new()
            }
        }
    }

    /// The text between the members of a list that is one element.
    pub fn separator(self) -> Option<char> {
        match self {
            Self::Commas(_) => Some(commas::SEPARATOR),
            Self::Lines(_) => Some(lines::SEPARATOR),
            _ => None,
        }
    }

    /// True if each occurrence of an element adds members to a list.
    fn is_list(self) -> bool {
        match self {
            Self::One(_) | Self::TwoSwitches | Self::RefreshTokenLiteral | Self::RefreshTokenTriple => false,
            Self::Repeated(_)
            | Self::Commas(_)
            | Self::Lines(_)
            | Self::Ranges { .. }
            | Self::CustomAttributes
            | Self::EnabledNames => true,
        }
    }
}

impl Column {
    /// Reads the occurrences of each of the column's elements; `None` where none of them decides a value.
    fn read<O: Occurrence>(&self, elements: &[Vec<O>]) -> Option<Fact> {
        match self.codec {
            Codec::One(item) => one::read(item, self, elements),
            Codec::Repeated(item) => repeated::read(item, elements),
            Codec::Commas(item) => commas::read(item, elements),
            Codec::Lines(item) => lines::read(item, elements),
            Codec::TwoSwitches => two_switches::read(self, elements),
            Codec::RefreshTokenLiteral => refresh_token_literal::read(self, elements),
            Codec::RefreshTokenTriple => refresh_token_triple::read(self, elements),
            Codec::Ranges { start, end } => ranges::read(start, end, elements),
            Codec::CustomAttributes => custom_attributes::read(elements),
            Codec::EnabledNames => enabled_names::read(elements),
        }
    }

    /// Gives the content of each of the column's elements that makes up the value; `None` leaves an element as it is.
    /// `existing` is what the elements hold now.
    fn write(
        &self,
        value: &Value,
        existing: &[Vec<ElementText>],
    ) -> Result<Vec<Option<NewContent>>, NoLiteral> {
        match self.codec {
            Codec::One(item) => one::write(item, value, existing),
            Codec::Repeated(item) => repeated::write(item, value, existing.len()),
            Codec::Commas(item) => commas::write(item, value, existing),
            Codec::Lines(item) => lines::write(item, value, existing.len()),
            Codec::TwoSwitches => two_switches::write(value, existing.len()),
            Codec::RefreshTokenLiteral => refresh_token_literal::write(value),
            Codec::RefreshTokenTriple => refresh_token_triple::write(value),
            Codec::Ranges { start, end } => Ok(ranges::write(start, end, value, existing.len())),
            Codec::CustomAttributes => Ok(custom_attributes::write(value, existing.len())),
            Codec::EnabledNames => Ok(enabled_names::write(value, existing.len())),
        }
    }
}
