//! What policies can name: the subjects they judge, and the attributes of each.

use std::{collections::HashMap, fmt, iter, sync::LazyLock};

use preauth_metadata::{
    ATTRIBUTES, AttributeDef, CERTIFICATE, COMPONENT, COMPUTED, EnumLiteral, FLOW_STATES, FLOWS, Fact, GRANT,
    IP_RANGES, Kind, RANGES, RefreshTokenPolicy, SETTINGS, SOURCE, Sensitivity, Type, Value, masked,
};

/// What a policy judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Select {
    /// Every connected app and external client app.
    App,
    /// Every profile or permission set that an app names.
    Grant,
    /// Every certificate that an app holds.
    Certificate,
    /// Every profile, permission set and permission set group.
    Component,
    /// Every profile.
    Profile,
    /// Every permission set.
    PermissionSet,
    /// Every list of ranges of IP addresses: of a profile, an app or the org.
    IpRanges,
    /// The settings of the org.
    Org,
    /// Every entry of the register.
    RegisterEntry,
    /// Every file.
    File,
    /// Every file of one metadata type; paths are XML paths.
    Type(Kind),
}

impl Select {
    /// What is an app or a part of one.
    pub(crate) const OF_APP: [Self; 3] = [Self::App, Self::Grant, Self::Certificate];

    /// The names that `select` takes before it is a metadata type.
    pub(crate) const NAMED: &[(&'static str, Self)] = &[
        ("App", Self::App),
        ("Grant", Self::Grant),
        ("Certificate", Self::Certificate),
        ("Component", Self::Component),
        ("Profile", Self::Profile),
        ("PermissionSet", Self::PermissionSet),
        ("IpRanges", Self::IpRanges),
        ("Org", Self::Org),
        ("RegisterEntry", Self::RegisterEntry),
        ("File", Self::File),
    ];

    /// Everything that `select` takes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().map(|(name, _)| *name).chain(Kind::all().map(Kind::name))
    }

    /// The subject of this name.
    pub fn named(name: &str) -> Option<Self> {
        let own = Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, select)| *select);
        own.or_else(|| Kind::named(name).map(Self::Type))
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type(kind) => kind.name(),
            other => Self::NAMED.iter().find(|(_, select)| *select == other).map_or("", |(name, _)| name),
        }
    }

    /// Whether it is an app or a part of one, and so judged with it.
    pub(crate) fn is_of_app(self) -> bool {
        Self::OF_APP.contains(&self)
    }

    /// The kind of the files of which it is one; those have XML paths beside their attributes.
    pub(crate) fn file_kind(self) -> Option<Kind> {
        match self {
            Self::Profile => Some(Kind::Profile),
            Self::PermissionSet => Some(Kind::PermissionSet),
            Self::Type(kind) => Some(kind),
            _ => None,
        }
    }

    fn has_xml_paths(self) -> bool {
        self.file_kind().is_some()
    }

    /// The attributes of the subject, each with the prefix it is named with.
    pub fn attributes(self) -> Box<dyn Iterator<Item = (&'static str, &'static AttributeDef)>> {
        fn under(
            prefix: &'static str,
            rows: impl Iterator<Item = &'static AttributeDef>,
        ) -> impl Iterator<Item = (&'static str, &'static AttributeDef)> {
            rows.map(move |row| (prefix, row))
        }
        let of_app = || {
            let written = ATTRIBUTES.iter().map(|row| &row.def);
            written.chain(COMPUTED).chain(FLOW_STATES).chain(DECLARED).chain(CIRCUMSTANCES)
        };
        let of_source = || SOURCE.iter().chain(SETTINGS.iter().map(|row| &row.def));
        match self {
            Self::App => Box::new(under("", of_app()).chain(under("org.", of_source()))),
            Self::Grant => Box::new(under("", GRANT.iter()).chain(under("app.", of_app()))),
            Self::Certificate => {
                Box::new(under("", CERTIFICATE.iter().chain(DAYS_LEFT)).chain(under("app.", of_app())))
            }
            Self::Component | Self::Profile | Self::PermissionSet => Box::new(under("", COMPONENT.iter())),
            Self::IpRanges => Box::new(under("", IP_RANGES.iter())),
            Self::Org => Box::new(under("", of_source().chain(ORG))),
            Self::RegisterEntry => Box::new(under("", REGISTER_ENTRY.iter())),
            Self::File => Box::new(under("", FILE.iter())),
            Self::Type(_) => Box::new(iter::empty()),
        }
    }

    /// The attribute of this name, with the prefix that it is named with.
    fn attribute(self, name: &str) -> Option<&'static AttributeDef> {
        static BY_NAME: LazyLock<HashMap<Select, HashMap<String, &'static AttributeDef>>> =
            LazyLock::new(|| {
                let by_name = |select: Select| {
                    let named =
                        select.attributes().map(|(prefix, row)| (format!("{prefix}{}", row.name), row));
                    (select, named.collect())
                };
                Select::NAMED.iter().map(|(_, select)| by_name(*select)).collect()
            });
        BY_NAME.get(&self)?.get(name).copied()
    }
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What depends on the day that a certificate is judged at.
const DAYS_LEFT: &[AttributeDef] = &[AttributeDef::new(
    "daysLeft",
    Type::Number,
    "How many days the certificate is still valid; below zero, it has expired.",
)];

const ENVIRONMENTS: &[EnumLiteral] = &[
    EnumLiteral { name: "production", setup: "" },
    EnumLiteral { name: "sandbox", setup: "" },
    EnumLiteral { name: "development", setup: "" },
];

/// What the register says of an app.
pub(crate) static DECLARED: &[AttributeDef] = &[
    AttributeDef::new("declared.flow", Type::Enum(FLOWS), "The flow that the register says the app is for."),
    AttributeDef::new("declared.owner", Type::Text, "Who answers for the app."),
    AttributeDef::new("declared.purpose", Type::Text, "What the app is for."),
    AttributeDef::new("declared.networks", Type::List(&Type::Text), "The networks that the client runs in."),
    AttributeDef::new(
        "declared.profile",
        Type::Text,
        "The profile that the client's user has, as Setup shows it.",
    ),
    AttributeDef::new("declared.environment", Type::Enum(ENVIRONMENTS), "What kind of org the app is for."),
    AttributeDef::new(
        "declared.justify",
        Type::Record(&[]),
        "What the register justifies, by topic: `reason`, `expires`.",
    ),
    AttributeDef::new(
        "declared.expect",
        Type::Record(&[]),
        "What the register says the app should be, by attribute.",
    ),
];

/// What is known of an app only with the register, or with the state before a change.
pub(crate) static CIRCUMSTANCES: &[AttributeDef] = &[
    AttributeDef::new(
        "flows.declared",
        FLOW_STATES[0].ty,
        "Whether the flow that the register declares is possible.",
    ),
    AttributeDef::new(
        "loginProfiles",
        Type::List(&Type::Record(LOGIN_PROFILE)),
        "The profiles that users of the app have: the one that the register names, or else those it is assigned to. \
         Unknown where any user may have it, or users have it through permission sets.",
    ),
    AttributeDef::new(
        "ipEnforced",
        Type::Bool,
        "Whether the login IP ranges of a user's profile bind the app. The JWT bearer and SAML bearer flows are bound \
         by them whatever the app's IP relaxation says.",
    ),
    AttributeDef::new(
        "isNew",
        Type::Bool,
        "Whether the change that is judged adds the app; the question does not arise without a change.",
    ),
];

/// What policies see of a profile that users of an app have.
const LOGIN_PROFILE: &[AttributeDef] = &[
    AttributeDef::new("name", Type::Text, "The profile's name, as Setup shows it."),
    AttributeDef::new(
        "loginIpRanges",
        RANGES,
        "The addresses that its users may log in from; none means any.",
    ),
];

/// What policies see of the org, beside its settings.
pub(crate) static ORG: &[AttributeDef] = &[AttributeDef::new(
    "appsWithoutLoginIpRanges",
    Type::List(&Type::Text),
    "The active apps that enforce IP restrictions, while no profile that their users have has login IP ranges: \
     nothing is restricted.",
)];

/// What policies see of an entry of the register.
static REGISTER_ENTRY: &[AttributeDef] = &[
    AttributeDef::new("match", Type::Text, "The name, label or pattern that says which apps it is about."),
    AttributeDef::new("apps", Type::List(&Type::Text), "The developer names of the apps that it is about."),
    AttributeDef::new("flow", Type::Enum(FLOWS), "The flow that its apps are for."),
    AttributeDef::new("owner", Type::Text, "Who answers for its apps."),
    AttributeDef::new("purpose", Type::Text, "What its apps are for."),
    AttributeDef::new("networks", Type::List(&Type::Text), "The networks that its clients run in."),
    AttributeDef::new("profile", Type::Text, "The profile that its clients' user has, as Setup shows it."),
    AttributeDef::new("environment", Type::Enum(ENVIRONMENTS), "What kind of org its apps are for."),
];

/// What policies see of a file.
static FILE: &[AttributeDef] = &[
    AttributeDef::new("path", Type::Text, "The path inside the tree."),
    AttributeDef::new("type", Type::Text, "The metadata type."),
    AttributeDef::new("name", Type::Text, "The name of the component, as the file name gives it."),
    AttributeDef::new(
        "privateKey",
        Type::Text,
        "What kind of private key, or store of them, the file of an app holds, also in comments; none when there is none.",
    ),
];

/// The way to a fact: an attribute of the subject, and fields inside its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePath {
    /// As the policy writes it.
    pub text: String,
    /// The attribute, with its prefix; empty for the member of a list itself.
    pub attribute: String,
    /// Fields inside the value.
    pub fields: Vec<String>,
    /// The type of what is there.
    pub ty: Type,
    /// How much of it may be shown.
    pub sensitivity: Sensitivity,
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchPath {
    /// What is wrong.
    pub message: String,
    /// What may have been meant.
    pub near: Option<String>,
}

/// The fields of a refresh token policy.
const REFRESH_TOKEN_FIELDS: &[AttributeDef] = &[
    AttributeDef::new("policy", Type::Enum(RefreshTokenPolicy::LITERALS), "The policy without its period."),
    AttributeDef::new(
        "period",
        Type::Duration,
        "How long a token lives; none where the policy does not count.",
    ),
];

pub(crate) fn fields_of(ty: Type) -> &'static [AttributeDef] {
    match ty {
        Type::Record(fields) => fields,
        Type::RefreshToken => REFRESH_TOKEN_FIELDS,
        _ => &[],
    }
}

impl AttributePath {
    /// Looks a path up among the attributes of a subject.
    ///
    /// # Errors
    /// [`NoSuchPath`] when no attribute has that name, or its value no such field.
    pub fn of(select: Select, text: &str) -> Result<Self, NoSuchPath> {
        if select.has_xml_paths() && (matches!(select, Select::Type(_)) || text.contains(['/', '['])) {
            return preauth_xml::Path::parse(text)
                .map(|_| Self {
                    text: text.into(),
                    attribute: text.into(),
                    fields: Vec::new(),
                    ty: Type::Text,
                    sensitivity: Sensitivity::of_element(last_step(text)),
                })
                .map_err(|error| NoSuchPath { message: error.to_string(), near: None });
        }
        if let Some(path) = declared_part(select, text) {
            return Ok(path);
        }
        let mut ends = iter::once(text.len()).chain(text.rmatch_indices('.').map(|(at, _)| at));
        let found = ends.find_map(|end| Some((end, select.attribute(&text[..end])?)));
        let Some((end, row)) = found else {
            let known: Vec<String> =
                select.attributes().map(|(prefix, row)| format!("{prefix}{}", row.name)).collect();
            let near = preauth_source::nearest(text, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(NoSuchPath { message: format!("`{select}` has no attribute `{text}`"), near });
        };
        let rest = text[end..].split('.').filter(|step| !step.is_empty());
        Self::into_fields(text, text[..end].to_owned(), row.ty, row.sensitivity, rest)
    }

    /// Looks a path up inside the members of a list; the empty path is the member itself.
    ///
    /// # Errors
    /// [`NoSuchPath`] when a member has no such field.
    pub fn within(member: Type, text: &str) -> Result<Self, NoSuchPath> {
        let steps = text.split('.').filter(|step| !step.is_empty());
        Self::into_fields(text, String::new(), member, Sensitivity::Public, steps)
    }

    /// True if a value of this path must not be shown in full.
    pub(crate) fn is_secret(&self) -> bool {
        self.sensitivity.is_confidential()
    }

    /// A value of this path as it may be shown: never a secret, and of a consumer key only its start.
    pub fn show(&self, value: &Value) -> String {
        let text = named(value);
        let in_one_line = || masked(&text).lines().collect::<Vec<_>>().join(" ");
        self.sensitivity.mask(&text).unwrap_or_else(in_one_line)
    }

    /// A value of this path in Setup's words, where it has words of its own.
    pub fn in_setup(&self, value: &Value) -> Option<&'static str> {
        let text = value.to_string();
        self.ty
            .literals()
            .iter()
            .find(|word| word.name == text && !word.setup.is_empty())
            .map(|word| word.setup)
    }

    fn into_fields<'p>(
        text: &str,
        attribute: String,
        ty: Type,
        sensitivity: Sensitivity,
        steps: impl Iterator<Item = &'p str>,
    ) -> Result<Self, NoSuchPath> {
        let mut path = Self { text: text.to_owned(), attribute, fields: Vec::new(), ty, sensitivity };
        for step in steps {
            let fields = fields_of(path.ty);
            let Some(field) = fields.iter().find(|field| field.name == step) else {
                let near = preauth_source::nearest(step, fields.iter().map(|field| field.name));
                let message = if path.attribute.ends_with("declared.justify") {
                    "of a topic there are `declared.justify.TOPIC.reason` and `declared.justify.TOPIC.expires`".to_owned()
                } else if fields.is_empty() {
                    format!("`{}` has no fields: it is {}", path.attribute, path.ty.describe())
                } else {
                    let whole = if path.attribute.is_empty() {
                        "a member"
                    } else {
                        &*format!("`{}`", path.attribute)
                    };
                    format!("{whole} has no field `{step}`")
                };
                return Err(NoSuchPath { message, near: near.map(str::to_owned) });
            };
            path.fields.push(step.to_owned());
            path.ty = field.ty;
        }
        Ok(path)
    }
}

/// The name of the last element of an XML path.
fn last_step(path: &str) -> &str {
    path.rsplit(['/', '.']).next().unwrap_or_default()
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A list as text. A member with a comma in it stands in quotes, so that it is not taken for two.
pub(crate) fn listed(members: impl Iterator<Item = String>) -> String {
    let quoted = |member: String| if member.contains(", ") { format!("\"{member}\"") } else { member };
    format!("[{}]", members.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A value as text: of a record that has a name its name, of a range of addresses its ends.
fn named(value: &Value) -> String {
    match value {
        Value::List(items) => listed(items.iter().filter_map(Fact::value).map(named)),
        Value::Record(facts) => {
            let text = |name: &str| facts.get(name).and_then(Fact::value).map(ToString::to_string);
            match (text("name"), text("start"), text("end")) {
                (Some(name), ..) => name,
                (None, Some(start), Some(end)) if start == end => start,
                (None, Some(start), Some(end)) => format!("{start}-{end}"),
                _ => value.to_string(),
            }
        }
        other => other.to_string(),
    }
}

/// `declared.justify.<topic>.reason` and `.expires`, whose topics are the register's own.
fn declared_part(select: Select, text: &str) -> Option<AttributePath> {
    let own = match select {
        Select::App => text,
        Select::Grant | Select::Certificate => text.strip_prefix("app.")?,
        _ => return None,
    };
    let (topic, field) = own.strip_prefix("declared.justify.")?.rsplit_once('.')?;
    let ty = match field {
        "reason" => Type::Text,
        "expires" => Type::Date,
        _ => return None,
    };
    (!topic.is_empty()).then(|| AttributePath {
        text: text.into(),
        attribute: text.into(),
        fields: Vec::new(),
        ty,
        sensitivity: Sensitivity::Public,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_attribute_wins() {
        let path = AttributePath::of(Select::App, "grants.profiles").unwrap();
        assert_eq!((path.attribute.as_str(), path.fields.len()), ("grants.profiles", 0));
        let path = AttributePath::of(Select::App, "refreshToken.period").unwrap();
        assert_eq!((path.attribute.as_str(), path.ty), ("refreshToken", Type::Duration));
    }

    #[test]
    fn what_is_not_there_is_named_with_what_may_be_meant() {
        let error = AttributePath::of(Select::App, "permitedUsers").unwrap_err();
        assert_eq!(error.near.as_deref(), Some("permittedUsers"));
        let error = AttributePath::of(Select::App, "refreshToken.perod").unwrap_err();
        assert_eq!(error.near.as_deref(), Some("period"));
        assert!(
            AttributePath::of(Select::App, "permittedUsers.x").unwrap_err().message.contains("has no fields")
        );
    }

    #[test]
    fn a_grant_sees_its_app_and_its_component() {
        assert!(AttributePath::of(Select::Grant, "app.permittedUsers").is_ok());
        assert!(AttributePath::of(Select::Grant, "component.permissions").is_ok());
        assert!(AttributePath::of(Select::Grant, "app.declared.justify.ip-relaxation.expires").is_ok());
    }

    #[test]
    fn a_metadata_type_has_xml_paths() {
        let select = Select::named("ConnectedApp").unwrap();
        assert!(AttributePath::of(select, "oauthConfig/isAdminApproved").is_ok());
        assert!(AttributePath::of(select, "oauthConfig[/").is_err());
    }
}
