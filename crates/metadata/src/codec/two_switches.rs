//! Two switches in two places, the developer's and the admin's: off if either is off.

use crate::{
    Column, Fact, FactState, Item, NewContent, NoLiteral, Value,
    codec::{combine, element::Occurrence},
};

pub(super) const DESCRIPTION: &str = "two switches: it is off if either is off";

/// Off if either switch is off, otherwise what the developer's switch is.
pub(super) fn read<O: Occurrence>(column: &Column, elements: &[Vec<O>]) -> Option<Fact> {
    let switch = |index: usize| {
        combine::first(column, elements.get(index..=index)?, |occurrence| {
            Item::Flag.read(occurrence, occurrence.text())
        })
    };
    let (developer, admin) = (switch(0), switch(1));
    let is_off =
        |fact: &Option<Fact>| fact.as_ref().is_some_and(|fact| fact.value() == Some(&Value::Bool(false)));
    let is_unreadable = |fact: &Option<Fact>| {
        fact.as_ref().is_some_and(|fact| matches!(fact.state, FactState::Unreadable(_)))
    };
    if is_unreadable(&admin) && !is_off(&developer) {
        admin
    } else if is_off(&developer) || !is_off(&admin) {
        developer.map(|developer| with_places_of(&developer, admin.as_ref()))
    } else {
        admin.map(|admin| with_places_of(&admin, developer.as_ref()))
    }
}

/// The decisive switch, with the places of the other behind its own.
fn with_places_of(decisive: &Fact, other: Option<&Fact>) -> Fact {
    let others = other.into_iter().flat_map(|fact| fact.places.iter());
    Fact { places: decisive.places.iter().chain(others).cloned().collect(), state: decisive.state.clone() }
}

/// On takes both switches, off takes one.
pub(super) fn write(value: &Value, element_count: usize) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    let on = value.as_bool().ok_or_else(|| NoLiteral(value.to_string()))?;
    let content = |index: usize| (on || index == 0).then(|| NewContent::Text(on.to_string()));
    Ok((0..element_count).map(content).collect())
}

pub(super) fn literals() -> Vec<String> {
    Item::Flag.literals().into_iter().map(str::to_owned).collect()
}
