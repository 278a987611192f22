//! One element with values between commas.

use crate::{
    ElementText, Fact, Item, NewContent, NoLiteral, Value,
    codec::{combine, element::Occurrence},
};

pub(super) const DESCRIPTION: &str = "values between commas";
pub(super) const SEPARATOR: char = ',';

pub(super) fn read<O: Occurrence>(item: Item, elements: &[Vec<O>]) -> Option<Fact> {
    combine::all(elements, usize::MAX, |occurrence| {
        combine::parts(occurrence, &[SEPARATOR], |text| item.read_member(occurrence, text))
    })
}

/// A value stays in the file that lists it: each list may admit people of its own. New values go into the first list.
pub(super) fn write(
    item: Item,
    value: &Value,
    existing: &[Vec<ElementText>],
) -> Result<Vec<Option<NewContent>>, NoLiteral> {
    let wanted = item.write_members(value)?;
    let text = |found: &[ElementText]| found.first().map(|first| first.text().clone()).unwrap_or_default();
    let lists: Vec<Vec<String>> = existing.iter().map(|found| listed(&text(found))).collect();
    let is_listed = |name: &String| lists.iter().any(|list| list.contains(name));
    let mut first: Vec<String> = lists.first().cloned().unwrap_or_default();
    first.retain(|name| wanted.contains(name));
    for name in wanted.iter().filter(|name| !is_listed(name)) {
        insert(&mut first, name.clone());
    }
    let separator = match existing.first() {
        Some(found) if text(found).contains(", ") => ", ",
        _ => ",",
    };
    let rest = lists.iter().skip(1).map(|list| {
        let stay: Vec<String> = list.iter().filter(|name| wanted.contains(name)).cloned().collect();
        NewContent::joined(&stay, ",")
    });
    Ok(std::iter::once(NewContent::joined(&first, separator)).chain(rest).map(Some).collect())
}

/// The values that a text lists.
fn listed(text: &str) -> Vec<String> {
    match text {
        "" => Vec::new(),
        text => text.split(SEPARATOR).map(|part| part.trim().to_owned()).collect(),
    }
}

/// Inserts a name in alphabetical order; at the end, where the others are in no such order.
fn insert(names: &mut Vec<String>, name: String) {
    let index = if names.is_sorted() { names.partition_point(|other| *other < name) } else { names.len() };
    names.insert(index, name);
}
