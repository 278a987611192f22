//! One element with one value.

use crate::{
    Column, ElementText, Fact, FactState, Item, NewContent, NoLiteral, Value,
    codec::{combine, element::Occurrence},
};

pub(super) fn read<O: Occurrence>(item: Item, column: &Column, elements: &[Vec<O>]) -> Option<Fact> {
    combine::first(column, elements, |occurrence| {
        let text = occurrence.text();
        if text.is_empty() && item == Item::Text { FactState::None } else { item.read(occurrence, text) }
    })
}

/// The value is written where the app has one already.
pub(super) fn write(
    item: Item,
    value: &Value,
    existing: &[Vec<ElementText>],
) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    let text = item.write(value)?;
    let home = existing.iter().position(|found| !found.is_empty()).unwrap_or(0);
    let mut contents = vec![None; existing.len()];
    contents[home] = Some(NewContent::Text(text));
    Ok(contents)
}
