//! One element for each value.

use crate::{
    Fact, Item, NewContent, NoLiteral, Value,
    codec::{combine, element::Occurrence},
};

pub(super) const DESCRIPTION: &str = "one element for each value";

pub(super) fn read<O: Occurrence>(item: Item, elements: &[Vec<O>]) -> Option<Fact> {
    combine::all(elements, usize::MAX, |occurrence| {
        let text = occurrence.text();
        (!text.is_empty()).then(|| Fact {
            state: item.read_member(occurrence, text),
            places: occurrence.place().into_iter().collect(),
        })
    })
}

pub(super) fn write(
    item: Item,
    value: &Value,
    element_count: usize,
) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    Ok(NewContent::Texts(item.write_members(value)?).only_in_first(element_count))
}
