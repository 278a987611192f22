use crate::{AppKind, Codec, Kind, Polarity, RefreshTokenPolicy, Sensitivity};

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
                let [forever, never, inactivity, lifetime] =
                    RefreshTokenPolicy::ALL.map(RefreshTokenPolicy::name);
                format!(
                    "`{forever}`, `{never}`, or `{inactivity}` or `{lifetime}` with a period such as `30 DAYS`"
                )
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
    /// How much of its values may be shown.
    pub sensitivity: Sensitivity,
    /// What it means, in a sentence.
    pub doc: &'static str,
    /// Where people find it in Setup; empty if they do not.
    pub setup: &'static str,
}

impl AttributeDef {
    /// A public attribute that no page of Setup shows.
    pub const fn new(name: &'static str, ty: Type, doc: &'static str) -> Self {
        Self { name, ty, sensitivity: Sensitivity::Public, doc, setup: "" }
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
    /// The direction in which a change moves access.
    pub polarity: Polarity,
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

impl Attribute {
    /// Where this kind of app keeps the attribute; `None` when it has no such attribute.
    pub fn column(&self, kind: AppKind) -> Option<&Column> {
        match kind {
            AppKind::ConnectedApp => self.connected_app.as_ref(),
            AppKind::ExternalClientApp => self.external_client_app.as_ref(),
        }
    }

    /// Where people find the attribute in Setup, as a click path; `None` where no page shows it.
    pub fn setup(&self, kind: AppKind) -> Option<String> {
        let element = self.column(kind)?.elements.first()?;
        let field = self.def.setup;
        (!field.is_empty()).then(|| format!("{} > {field}", setup_page(element)))
    }
}

/// The page of Setup that shows an element.
fn setup_page(element: &ElementRef) -> &'static str {
    match element.kind {
        Kind::ConnectedApp
            if [
                "oauthPolicy/",
                "sessionPolicy/",
                "profileName",
                "permissionSetName",
                "oauthConfig/isAdminApproved",
                "oauthConfig/oauthClientCredentialUser",
            ]
            .iter()
            .any(|prefix| element.path.starts_with(prefix)) =>
        {
            "Manage Connected Apps > (app) > Edit Policies"
        }
        Kind::ConnectedApp => "App Manager > (app) > Edit",
        Kind::ExtlClntAppOauthConfigurablePolicies
        | Kind::ExtlClntAppConfigurablePolicies
        | Kind::ExtlClntAppSamlConfigurablePolicies => "External Client App Manager > (app) > Policies",
        _ => "External Client App Manager > (app) > Settings",
    }
}

impl ElementRef {
    /// The name of the element: the last step of its path.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}
