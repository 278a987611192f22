//! One element with a value on each line.

use crate::{
    Fact, Item, NewContent, NoLiteral, Value,
    codec::{combine, element::Occurrence},
};

pub(super) const DESCRIPTION: &str = "a value on each line";
pub(super) const SEPARATOR: char = '\n';

/// A line may be a placeholder, of whose value nothing is known.
pub(super) fn read<O: Occurrence>(item: Item, elements: &[Vec<O>]) -> Option<Fact> {
    combine::all(elements, usize::MAX, |occurrence| {
        combine::parts(occurrence, &[SEPARATOR, '\r'], |text| item.read(occurrence, text))
    })
}

pub(super) fn write(
    item: Item,
    value: &Value,
    element_count: usize,
) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    Ok(NewContent::joined(&item.write_members(value)?, "\n").only_in_first(element_count))
}
