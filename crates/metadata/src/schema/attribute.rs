use crate::{AppKind, Codec, Kind, Polarity, RefreshTokenPolicy, Sensitivity};

/// A value of a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumLiteral {
    /// The name in policies.
    pub name: &'static str,
    /// The name in Setup; empty where Setup shows the name in policies.
    pub setup: &'static str,
}

/// The type of an attribute's values. It decides which tests a policy may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Number,
    /// Free text.
    Text,
    /// One of a closed set of values.
    Enum(&'static [EnumLiteral]),
    /// A span of time, such as `90 DAYS`.
    Duration,
    /// A day, such as `2027-01-31`.
    Date,
    /// A refresh token policy, such as `afterInactivity 30 DAYS`; has `policy` and `period`.
    RefreshToken,
    /// Several values of one type.
    List(&'static Type),
    /// Named values.
    Record(&'static [AttributeDef]),
    /// The type of the attribute of that name.
    Any,
}

impl Type {
    /// The literals of a closed set, also of a list of them; empty for other types.
    pub fn literals(self) -> &'static [EnumLiteral] {
        match self {
            Self::Enum(literals) => literals,
            Self::List(item) => item.literals(),
            _ => &[],
        }
    }

    /// Describes the type for documentation and error messages.
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

/// An attribute as policies see it: its name, its type and its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeDef {
    /// The name in policies. It may contain dots.
    pub name: &'static str,
    /// The type of its values.
    pub ty: Type,
    /// The part of its values that may be shown.
    pub sensitivity: Sensitivity,
    /// The meaning, in a sentence.
    pub doc: &'static str,
    /// The name of the field in Setup; empty if Setup does not show it.
    pub setup: &'static str,
}

impl AttributeDef {
    /// A public attribute that no page of Setup shows.
    pub const fn new(name: &'static str, ty: Type, doc: &'static str) -> Self {
        Self { name, ty, sensitivity: Sensitivity::Public, doc, setup: "" }
    }
}

/// The worst effect that a change of an attribute can have on users of the app. It limits the applicability of a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The attribute decides who may log in: only the register can ask for a change.
    Admission,
    /// The attribute decides from where, how long or for what the app may be used: a change may cut off a working client.
    Reach,
    /// No access depends on the attribute.
    Neutral,
}

/// An attribute of an app: one row of the table by which both kinds of app are read and written.
#[derive(Debug)]
pub struct Attribute {
    /// Its name, type and meaning.
    pub def: AttributeDef,
    /// The effect that a change can have.
    pub effect: Effect,
    /// The direction in which a change moves access.
    pub polarity: Polarity,
    /// The column of ConnectedApps.
    pub connected_app: Option<Column>,
    /// The column of external client apps.
    pub external_client_app: Option<Column>,
}

/// The place and the form of an attribute in one kind of app.
#[derive(Debug)]
pub struct Column {
    /// The elements, the decisive one first.
    pub elements: &'static [ElementRef],
    /// The form of a value in these elements.
    pub codec: Codec,
    /// The first API version that has the element.
    pub since: u32,
    /// The meaning of a missing element, in a file of that version or later.
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

/// The meaning of a missing element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The platform's default, as a policy would write it.
    Default(&'static str),
    /// There is none.
    None,
    /// The value is unknown.
    Unknown,
}

impl Attribute {
    /// Returns the column of a kind of app; `None` when it has no such attribute.
    pub fn column(&self, kind: AppKind) -> Option<&Column> {
        match kind {
            AppKind::ConnectedApp => self.connected_app.as_ref(),
            AppKind::ExternalClientApp => self.external_client_app.as_ref(),
        }
    }

    /// Returns the click path to the attribute in Setup; `None` where no page shows it.
    pub fn setup(&self, kind: AppKind) -> Option<String> {
        let element = self.column(kind)?.elements.first()?;
        let field = self.def.setup;
        (!field.is_empty()).then(|| format!("{} > {field}", setup_page(element)))
    }
}

/// Returns the page of Setup that shows an element.
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
