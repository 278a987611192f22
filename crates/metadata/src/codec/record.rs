//! One element for each record, with a child element for each field.

use crate::{Fact, FactState, Facts, NewContent, Value, codec::element::Occurrence};

/// A field of a record, and the child element that holds it.
pub(super) type Field = (&'static str, &'static str);

/// Reads the record that one occurrence holds.
pub(super) fn read<O: Occurrence>(occurrence: &O, fields: &[Field]) -> Fact {
    let fact = |(name, element): &Field| {
        let (state, place) = match occurrence.child(element) {
            Some(text) => (FactState::Present(Value::Text(text.clone())), occurrence.place_of_child(element)),
            None => (FactState::None, occurrence.place()),
        };
        (*name, Fact { state, places: place.into_iter().collect() })
    };
    let facts: Facts = fields.iter().map(fact).collect();
    Fact { state: FactState::Present(Value::Record(facts)), places: occurrence.place().into_iter().collect() }
}

/// Writes the records of a list.
pub(super) fn write(list: &Value, fields: &[Field]) -> NewContent {
    let records = list.as_list().unwrap_or_default().iter().filter_map(Fact::value);
    let children = |record: &Value| match record {
        Value::Record(facts) => fields
            .iter()
            .filter_map(|(field, element)| Some((*element, facts.get(field)?.value()?.to_string())))
            .collect(),
        _ => Vec::new(),
    };
    NewContent::Records(records.map(children).collect())
}
