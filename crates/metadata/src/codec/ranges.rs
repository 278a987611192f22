//! One element for each range of IP addresses, with child elements for its start, its end and its description.

use crate::{
    Fact, FactState, NewContent, Value,
    codec::{
        combine,
        element::{Occurrence, replaced_later, unreplaced_placeholder},
        record::{self, Field},
    },
    file::structure::range_names::other_name,
    secret::placeholder::is_placeholder,
};

pub(super) const DESCRIPTION: &str = "one element for each";

fn fields(start: &'static str, end: &'static str) -> [Field; 3] {
    [("start", start), ("end", end), ("description", "description")]
}

pub(super) fn read<O: Occurrence>(
    start: &'static str,
    end: &'static str,
    elements: &[Vec<O>],
) -> Option<Fact> {
    combine::all(elements, usize::MAX, |occurrence| {
        let ends = || [start, end].into_iter().filter_map(|name| occurrence.child(name));
        let unknown = |state: FactState| Fact { state, places: occurrence.place().into_iter().collect() };
        let other =
            [start, end].into_iter().filter_map(other_name).find(|name| occurrence.child(name).is_some());
        Some(if let Some(other) = other {
            unknown(FactState::Unknown(format!("it has `{other}`, which is the name in another type").into()))
        } else if ends().any(|text| occurrence.is_replaced(text)) {
            unknown(replaced_later())
        } else if ends().any(|text| is_placeholder(text)) {
            unknown(unreplaced_placeholder())
        } else {
            record::read(occurrence, &fields(start, end))
        })
    })
}

pub(super) fn write(
    start: &'static str,
    end: &'static str,
    value: &Value,
    element_count: usize,
) -> Vec<Option<NewContent>> {
    record::write(value, &fields(start, end)).only_in_first(element_count)
}
