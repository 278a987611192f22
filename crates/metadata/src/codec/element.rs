//! The content of elements, as codecs read and write it.

use std::{fmt, ops::Range};

use preauth_source::{ArcStr, Location, literal};

use crate::FactState;

/// One occurrence of an element: in a file, or its text by itself.
pub(super) trait Occurrence {
    /// The text without surrounding white space; empty when there are child elements.
    fn text(&self) -> &ArcStr;

    /// The text of the first child element of this name that has only text.
    fn child(&self, name: &str) -> Option<&ArcStr>;

    /// The place of that text.
    fn place_of_child(&self, name: &str) -> Option<Location>;

    /// The place of the text.
    fn place(&self) -> Option<Location>;

    /// A function that gives the place of a part of the text.
    fn places_of_parts(&self) -> impl Fn(Range<usize>) -> Option<Location>;

    /// True if a tool replaces this text before it is deployed.
    fn is_replaced(&self, text: &str) -> bool;

    /// True if a tool replaces something of the element itself.
    fn is_element_replaced(&self) -> bool;
}

/// The content of one occurrence of an element, outside of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementText {
    /// Text.
    Text(ArcStr),
    /// Child elements that have only text, each with its name.
    Children(Vec<(&'static str, ArcStr)>),
}

static NO_TEXT: ArcStr = ArcStr::new();

impl Occurrence for ElementText {
    fn text(&self) -> &ArcStr {
        match self {
            Self::Text(text) => text,
            Self::Children(_) => &NO_TEXT,
        }
    }

    fn child(&self, name: &str) -> Option<&ArcStr> {
        match self {
            Self::Text(_) => None,
            Self::Children(children) => {
                children.iter().find(|(known, _)| *known == name).map(|(_, text)| text)
            }
        }
    }

    fn place_of_child(&self, _: &str) -> Option<Location> {
        None
    }

    fn place(&self) -> Option<Location> {
        None
    }

    fn places_of_parts(&self) -> impl Fn(Range<usize>) -> Option<Location> {
        |_| None
    }

    fn is_replaced(&self, _: &str) -> bool {
        false
    }

    fn is_element_replaced(&self) -> bool {
        false
    }
}

/// The state of a text that a deployment replaces.
pub(crate) fn replaced_later() -> FactState {
    FactState::Unknown(literal!("a placeholder that is replaced on deployment"))
}

/// The state of a text that looks like a placeholder, although no deployment with `sf` replaces it.
pub(crate) fn unreplaced_placeholder() -> FactState {
    FactState::Unknown(literal!(
        "it looks like a placeholder, and no `replacements` in sfdx-project.json replace it"
    ))
}

/// The content that an element shall have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewContent {
    /// No such element.
    Nothing,
    /// One element with this text.
    Text(String),
    /// One element for each text.
    Texts(Vec<String>),
    /// One element for each record of child elements.
    Records(Vec<Vec<(&'static str, String)>>),
}

impl NewContent {
    /// One element with these texts, or none.
    pub(super) fn joined(texts: &[String], separator: &str) -> Self {
        if texts.is_empty() { Self::Nothing } else { Self::Text(texts.join(separator)) }
    }

    /// The content of the first element, and nothing in the others, whose values are part of the same list.
    pub(super) fn only_in_first(self, element_count: usize) -> Vec<Option<Self>> {
        let others = std::iter::repeat_n(Some(Self::Nothing), element_count.saturating_sub(1));
        std::iter::once(Some(self)).chain(others).collect()
    }

    /// The occurrences of the element that have this content.
    pub(super) fn occurrences(self) -> Vec<ElementText> {
        let text = |text: String| ElementText::Text(text.into());
        match self {
            Self::Nothing => Vec::new(),
            Self::Text(one) => vec![text(one)],
            Self::Texts(texts) => texts.into_iter().map(text).collect(),
            Self::Records(records) => {
                let children = |record: Vec<(&'static str, String)>| {
                    record.into_iter().map(|(name, text)| (name, text.into())).collect()
                };
                records.into_iter().map(|record| ElementText::Children(children(record))).collect()
            }
        }
    }
}

/// A value that a kind of app cannot express, as policies write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLiteral(pub String);

impl fmt::Display for NoLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no literal for this kind of app", self.0)
    }
}
