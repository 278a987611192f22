//! One element for each custom attribute, with its key and its formula.

use crate::{
    Fact, NewContent, Value,
    codec::{
        combine,
        element::Occurrence,
        record::{self, Field},
    },
};

pub(super) const DESCRIPTION: &str = "one element for each";

const FIELDS: &[Field] = &[("key", "key"), ("formula", "formula")];

pub(super) fn read<O: Occurrence>(elements: &[Vec<O>]) -> Option<Fact> {
    combine::all(elements, usize::MAX, |occurrence| Some(record::read(occurrence, FIELDS)))
}

pub(super) fn write(value: &Value, element_count: usize) -> Vec<Option<NewContent>> {
    record::write(value, FIELDS).only_in_first(element_count)
}
