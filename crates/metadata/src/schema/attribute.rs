use crate::Kind;

/// A word of a closed set, and what Setup calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumLiteral {
    /// As policies write it.
    pub name: &'static str,
    /// As Setup shows it; empty where Setup shows the name itself.
    pub setup: &'static str,
}

/// What kind of value an attribute has: it decides which tests a policy may put to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Number,
    /// Free text.
    Text,
    /// A word of a closed set.
    Enum(&'static [EnumLiteral]),
    /// A span of time, such as `90 DAYS`.
    Duration,
    /// A day, such as `2027-01-31`.
    Date,
    /// What becomes of refresh tokens, such as `afterInactivity 30 DAYS`; has `policy` and `period`.
    RefreshToken,
    /// Several values of one type.
    List(&'static Type),
    /// Named values.
    Record(&'static [AttributeDef]),
    /// Whatever the attribute of that name has.
    Any,
}

impl Type {
    /// The words of a closed set, also of a list of them; empty for other types.
    pub fn literals(self) -> &'static [EnumLiteral] {
        match self {
            Self::Enum(literals) => literals,
            Self::List(item) => item.literals(),
            _ => &[],
        }
    }

    /// The type in plain words, as documentation and error messages name it.
    pub fn describe(self) -> String {
        match self {
            Self::Bool => "true or false".into(),
            Self::Number => "a number".into(),
            Self::Text => "text".into(),
            Self::Enum(literals) => {
                let names: Vec<_> = literals.iter().map(|literal| format!("`{}`", literal.name)).collect();
                format!("one of {}", names.join(", "))
            }
            Self::Duration => "a duration such as `90 DAYS`".into(),
            Self::Date => "a date such as `2027-01-31`".into(),
            Self::RefreshToken => {
                "`untilRevoked`, `expireImmediately`, or `afterInactivity` or `afterLifetime` \
                                   with a period such as `30 DAYS`"
                    .into()
            }
            Self::List(item) => format!("a list, each {}", item.describe()),
            Self::Record(fields) => {
                let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
                format!("a record of {}", names.join(", "))
            }
            Self::Any => "a value of the attribute's own type".into(),
        }
    }
}

/// An attribute as policies see it: its name, its type and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeDef {
    /// The name in policies. A dot is a part of it.
    pub name: &'static str,
    /// The type of its values.
    pub ty: Type,
    /// What it means, in a sentence.
    pub doc: &'static str,
    /// Where people find it in Setup; empty if they do not.
    pub setup: &'static str,
}

impl AttributeDef {
    /// An attribute that no page of Setup shows.
    pub const fn new(name: &'static str, ty: Type, doc: &'static str) -> Self {
        Self { name, ty, doc, setup: "" }
    }
}

/// What a change of an attribute can do to those who use the app. It bounds how far a repair may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It decides who is admitted: only the register can demand a change.
    Admission,
    /// It decides whence, how long or for what: a change may cut off a client that works.
    Reach,
    /// Nobody's access depends on it.
    Neutral,
}

/// An attribute of an app: one row of the table that both kinds of app are read and written by.
#[derive(Debug)]
pub struct Attribute {
    /// What policies see.
    pub def: AttributeDef,
    /// What a change can do.
    pub effect: Effect,
    /// Where a ConnectedApp keeps it.
    pub connected_app: Option<Column>,
    /// Where an external client app keeps it.
    pub external_client_app: Option<Column>,
}

/// Where and how one kind of app keeps an attribute.
#[derive(Debug)]
pub struct Column {
    /// The elements, the decisive one first.
    pub elements: &'static [ElementRef],
    /// How their texts are one value.
    pub codec: Codec,
    /// The first API version that has the element.
    pub since: u32,
    /// What it means that the element is not there, in a file of that version.
    pub absence: Absence,
}

/// An element of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementRef {
    /// The kind of file.
    pub kind: Kind,
    /// The path below the root element; `//name` is an element anywhere in the file.
    pub path: &'static str,
}

/// What absence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The platform's default, as a policy would write it.
    Default(&'static str),
    /// There is none.
    None,
    /// Nothing can be said.
    Unknown,
}

/// How one text is one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// The text itself.
    Text,
    /// A word and its literal in the file.
    Words(&'static [(&'static str, &'static str)]),
    /// The same, where Salesforce is not consistent in upper and lower case.
    WordsOfAnyCase(&'static [(&'static str, &'static str)]),
}

/// How the texts of an attribute's elements are one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// One element, one value.
    One(Item),
    /// One element for each value.
    Repeated(Item),
    /// One element with values between commas.
    Commas(Item),
    /// One element with a value on each line.
    Lines(Item),
    /// Two switches in two places, the developer's first: off if either is off, otherwise what the developer says.
    TwoSwitches,
    /// `infinite`, `zero`, `specific_lifetime:N:UNIT`, `specific_inactivity:N:UNIT`.
    RefreshTokenLiteral,
    /// Three elements: type, period, unit.
    RefreshTokenTriple,
    /// One element for each range, with children of these names for its start and its end.
    Ranges {
        /// The child that holds the first address.
        start: &'static str,
        /// The child that holds the last address.
        end: &'static str,
    },
    /// One element for each pair of `key` and `formula`.
    Attributes,
    /// One element for each name, with `enabled` and `name`; only the enabled ones count.
    EnabledNames,
}

impl Column {
    /// The literals that the file may hold, where they are a closed set.
    pub fn literals(&self) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        match self.codec {
            Codec::One(item) | Codec::Repeated(item) | Codec::Commas(item) | Codec::Lines(item) => match item
            {
                Item::Flag => texts(&["true", "false"]),
                Item::Words(words) | Item::WordsOfAnyCase(words) => {
                    words.iter().map(|(_, literal)| (*literal).to_owned()).collect()
                }
                Item::Number | Item::Text => Vec::new(),
            },
            Codec::TwoSwitches => texts(&["true", "false"]),
            Codec::RefreshTokenLiteral => {
                texts(&["infinite", "zero", "specific_inactivity:30:DAYS", "specific_lifetime:90:DAYS"])
            }
            Codec::RefreshTokenTriple => {
                texts(&["Infinite", "Zero", "SpecificInactivity", "SpecificLifetime"])
            }
            Codec::Ranges { .. } | Codec::Attributes | Codec::EnabledNames => Vec::new(),
        }
    }
}
