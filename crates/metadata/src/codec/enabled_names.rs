//! One element for each name, with a switch: a name that is not enabled does not count.

use crate::{
    Fact, FactState, NewContent, Value,
    codec::{combine, element::Occurrence},
};

pub(super) const DESCRIPTION: &str = "one element for each";

/// There may be hundreds of names, each with its own place; the place of the first is enough for all of them together.
const MAX_PLACES: usize = 1;

pub(super) fn read<O: Occurrence>(elements: &[Vec<O>]) -> Option<Fact> {
    combine::all(elements, MAX_PLACES, |occurrence| {
        let is_enabled = occurrence.child("enabled").is_some_and(|text| &**text == "true");
        let name = occurrence.child("name").filter(|_| is_enabled);
        name.map(|name| Fact {
            state: FactState::Present(Value::Text(name.clone())),
            places: occurrence.place_of_child("name").into_iter().collect(),
        })
    })
}

pub(super) fn write(value: &Value, element_count: usize) -> Vec<Option<NewContent>> {
    let names = value.as_list().unwrap_or_default().iter().filter_map(Fact::value);
    let record = |name: &Value| vec![("enabled", "true".to_owned()), ("name", name.to_string())];
    NewContent::Records(names.map(record).collect()).only_in_first(element_count)
}
