//! How much of a value may be shown.

use std::sync::LazyLock;

use crate::ATTRIBUTES;

/// The part of an attribute's value that may be shown in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// All of it.
    Public,
    /// Only its start. It identifies the client and opens nothing on its own, but should not appear in logs.
    Identifier,
    /// Nothing: it opens something on its own.
    Secret,
    /// Nothing, because an encoded certificate is of no use to a reader. It is not confidential.
    Certificate,
}

/// The number of characters of an identifier that are shown.
const SHOWN_CHARS: usize = 6;

/// Elements that hold something confidential but belong to no attribute.
const OTHER_ELEMENTS: [(&str, Sensitivity); 2] =
    [("password", Sensitivity::Secret), ("signingKey", Sensitivity::Secret)];

/// The elements with a value that is not public, by name.
static ELEMENTS: LazyLock<Vec<(&str, Sensitivity)>> = LazyLock::new(|| {
    let of_attributes = ATTRIBUTES.iter().filter(|row| row.def.sensitivity != Sensitivity::Public);
    let mut elements: Vec<_> = of_attributes
        .flat_map(|row| {
            let columns = [&row.connected_app, &row.external_client_app].into_iter().flatten();
            columns.flat_map(|column| column.elements).map(|element| (element.name(), row.def.sensitivity))
        })
        .chain(OTHER_ELEMENTS)
        .collect();
    elements.sort_by_key(|(name, _)| *name);
    elements.dedup();
    elements
});

impl Sensitivity {
    /// The sensitivity of an element of any file, by its name.
    pub fn of_element(name: &str) -> Self {
        ELEMENTS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(Self::Public, |(_, sensitivity)| *sensitivity)
    }

    /// The names of the elements whose text must be masked in any file, each with its sensitivity.
    pub(crate) fn confidential_elements() -> impl Iterator<Item = (&'static str, Self)> {
        ELEMENTS.iter().copied().filter(|(_, sensitivity)| sensitivity.is_confidential())
    }

    /// True for a value that must not be written into a configuration or shown in full.
    pub fn is_confidential(self) -> bool {
        matches!(self, Self::Identifier | Self::Secret)
    }

    /// The text that is shown instead of a value; `None` for a public one.
    pub fn mask(self, text: &str) -> Option<String> {
        match self {
            Self::Public => None,
            Self::Identifier => Some(format!("{}…", text.chars().take(SHOWN_CHARS).collect::<String>())),
            Self::Secret => Some("(secret)".to_owned()),
            Self::Certificate => Some("(certificate)".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_the_sensitivity_of_their_attribute() {
        let expected = [
            ("certificate", Sensitivity::Certificate),
            ("consumerKey", Sensitivity::Identifier),
            ("consumerSecret", Sensitivity::Secret),
            ("password", Sensitivity::Secret),
            ("signingKey", Sensitivity::Secret),
        ];
        assert_eq!(*ELEMENTS, expected);
        assert_eq!(Sensitivity::of_element("label"), Sensitivity::Public);
    }
}
