//! The two ways in which occurrences of elements are combined into one fact.

use preauth_source::literal;

use crate::{Column, Fact, FactState, Value, codec::element::Occurrence};

/// The value of the first element that occurs; `None` when none does.
pub(super) fn first<O: Occurrence>(
    column: &Column,
    elements: &[Vec<O>],
    read: impl Fn(&O) -> FactState,
) -> Option<Fact> {
    let found = elements.iter().find(|found| !found.is_empty())?;
    let first = &found[0];
    let places = found.iter().filter_map(O::place).collect();
    if column.elements[0].path.starts_with("//") {
        // An element that counts at any depth must not occur at all, so one value is enough.
        let states: Vec<FactState> =
            found.iter().filter(|occurrence| !occurrence.text().is_empty()).map(read).collect();
        let stated = states.iter().find(|state| matches!(state, FactState::Present(_))).or(states.first());
        return Some(Fact { state: stated.cloned().unwrap_or(FactState::None), places });
    }
    let contradicted = found.iter().any(|other| other.text() != first.text());
    let state = if contradicted {
        FactState::Unknown(literal!("it is stated more than once, with different values"))
    } else {
        read(first)
    };
    Some(Fact { state, places })
}

/// The members that all occurrences of all elements hold; `None` when none of the elements occurs. The fact has the
/// places of at most `max_places` occurrences.
pub(super) fn all<O: Occurrence, Members: IntoIterator<Item = Fact>>(
    elements: &[Vec<O>],
    max_places: usize,
    read: impl Fn(&O) -> Members,
) -> Option<Fact> {
    let found = || elements.iter().flatten();
    found().next()?;
    let items = found().flat_map(read).collect();
    let places = found().take(max_places).filter_map(O::place).collect();
    Some(Fact { state: FactState::Present(Value::List(items)), places })
}

/// The parts of a text between separators, each with its own place.
pub(super) fn parts<O: Occurrence>(
    occurrence: &O,
    separators: &[char],
    read: impl Fn(&preauth_source::ArcStr) -> FactState,
) -> Vec<Fact> {
    let whole = occurrence.text();
    let place_of = occurrence.places_of_parts();
    let mut facts = Vec::new();
    for part in whole.split(separators) {
        let text = part.trim();
        if text.is_empty() {
            continue;
        }
        let offset = text.as_ptr() as usize - whole.as_ptr() as usize;
        let places = place_of(offset..offset + text.len()).into_iter().collect();
        facts.push(Fact { state: read(&text.into()), places });
    }
    facts
}
