use preauth_source::ArcStr;

use crate::{
    Fact, FactState, Type, Value,
    codec::{
        NoLiteral, Spelling,
        element::{Occurrence, replaced_later, unreplaced_placeholder},
    },
    secret::placeholder::is_placeholder,
};

/// The way in which one text is one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// One of these whole numbers.
    NumberOf(&'static [&'static str]),
    /// The text itself.
    Text,
    /// The name of an enum literal and its literal in the file.
    Enum(&'static [(&'static str, &'static str)]),
    /// The same, where Salesforce is not consistent in upper and lower case.
    EnumOfAnyCase(&'static [(&'static str, &'static str)]),
}

impl Item {
    /// Reads the text of an occurrence, or a part of it. A text that a tool replaces later is unknown.
    pub(super) fn read<O: Occurrence>(self, occurrence: &O, text: &ArcStr) -> FactState {
        let value = match self {
            Self::Flag => match &**text {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Number => text.parse().ok().map(Value::Number),
            Self::NumberOf(numbers) => {
                let number = numbers.contains(&&**text).then(|| text.parse().ok()).flatten();
                number.map(Value::Number)
            }
            Self::Text => Some(Value::Text(text.clone())),
            Self::Enum(literals) => named(literals, |literal| literal == &**text),
            Self::EnumOfAnyCase(literals) => named(literals, |literal| literal.eq_ignore_ascii_case(text)),
        };
        state(occurrence, text, value)
    }

    /// Reads one member of a list. A text is taken as it is, also where a tool replaces it later: the member exists.
    pub(super) fn read_member<O: Occurrence>(self, occurrence: &O, text: &ArcStr) -> FactState {
        match self {
            Self::Text => FactState::Present(Value::Text(text.clone())),
            other => other.read(occurrence, text),
        }
    }

    /// The text of a value.
    pub(super) fn write(self, value: &Value) -> Result<String, NoLiteral> {
        let text = value.to_string();
        match self {
            Self::NumberOf(numbers) if !numbers.contains(&&*text) => Err(NoLiteral(text)),
            Self::Flag | Self::Number | Self::NumberOf(_) | Self::Text => Ok(text),
            Self::Enum(literals) | Self::EnumOfAnyCase(literals) => literals
                .iter()
                .find(|(name, _)| *name == text)
                .map(|(_, literal)| (*literal).to_owned())
                .ok_or(NoLiteral(text)),
        }
    }

    /// The text of each member of a list.
    pub(super) fn write_members(self, list: &Value) -> Result<Vec<String>, NoLiteral> {
        let members = list.as_list().unwrap_or_default().iter().filter_map(Fact::value);
        members.map(|member| self.write(member)).collect()
    }

    /// The literals that a file may hold; empty for any text.
    pub(super) fn literals(self) -> Vec<&'static str> {
        match self {
            Self::Flag => vec!["true", "false"],
            Self::Enum(literals) | Self::EnumOfAnyCase(literals) => {
                literals.iter().map(|(_, literal)| *literal).collect()
            }
            Self::NumberOf(numbers) => numbers.to_vec(),
            Self::Number | Self::Text => Vec::new(),
        }
    }

    /// The values of a closed set with their literals.
    pub(super) fn spellings(self, ty: Type) -> Vec<Spelling> {
        let (Self::Enum(literals) | Self::EnumOfAnyCase(literals)) = self else { return Vec::new() };
        let setup =
            |name: &str| ty.literals().iter().find(|known| known.name == name).map(|known| known.setup);
        let spelling = |(name, literal): &(&'static str, &'static str)| Spelling {
            value: (*name).to_owned(),
            literal: (*literal).to_owned(),
            setup: setup(name).unwrap_or_default(),
        };
        literals.iter().map(spelling).collect()
    }
}

/// The state of an element with this text, which was read as `value`.
pub(super) fn state<O: Occurrence>(occurrence: &O, text: &ArcStr, value: Option<Value>) -> FactState {
    let is_any_text = matches!(value, None | Some(Value::Text(_)));
    // A replacement often names the element together with its text.
    let is_replaced = || occurrence.is_replaced(text) || occurrence.is_element_replaced();
    if is_any_text && is_replaced() {
        return replaced_later();
    }
    if is_any_text && is_placeholder(text) {
        return unreplaced_placeholder();
    }
    value.map_or_else(|| FactState::Unreadable(text.clone()), FactState::Present)
}

/// The enum literal whose literal in the file satisfies `is_meant`.
fn named(literals: &[(&str, &str)], is_meant: impl Fn(&str) -> bool) -> Option<Value> {
    literals.iter().find(|(_, literal)| is_meant(literal)).map(|(name, _)| Value::word(name))
}
