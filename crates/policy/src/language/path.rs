//! Paths: how policies name a fact of a subject.

use std::fmt;

use preauth_metadata::{
    ATTRIBUTES, Attribute, AttributeDef, Fact, RefreshTokenPolicy, Sensitivity, Type, Value, masked,
};

/// A path to a fact: an attribute of the subject, and fields inside its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePath {
    /// The text in the policy.
    pub text: String,
    /// The attribute, with its prefix; empty for a member of a list.
    pub attribute: String,
    /// The fields inside the value.
    pub fields: Vec<String>,
    /// The type of the fact.
    pub ty: Type,
    /// The part of the value that may be shown.
    pub sensitivity: Sensitivity,
}

/// The reason why a path cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchPath {
    /// The error in one line.
    pub message: String,
    /// The most similar name.
    pub near: Option<String>,
}

/// The fields of a refresh token policy.
static REFRESH_TOKEN_FIELDS: &[AttributeDef] = &[
    AttributeDef::new("policy", Type::Enum(RefreshTokenPolicy::LITERALS), "The policy without its period."),
    AttributeDef::new(
        "period",
        Type::Duration,
        "The lifetime of a token; not set if the policy has no period.",
    ),
];

/// Returns the fields that values of a type have.
pub(crate) fn fields_of(ty: Type) -> &'static [AttributeDef] {
    match ty {
        Type::Record(fields) => fields,
        Type::RefreshToken => REFRESH_TOKEN_FIELDS,
        _ => &[],
    }
}

impl AttributePath {
    /// Reads an XML path.
    ///
    /// # Errors
    /// [`NoSuchPath`] if it is not one.
    pub(crate) fn xml(text: &str) -> Result<Self, NoSuchPath> {
        match preauth_xml::XmlPath::parse(text) {
            Ok(_) => {
                let element = text.rsplit(['/', '.']).next().unwrap_or_default();
                Ok(Self::without_fields(text, Type::Text, Sensitivity::of_element(element)))
            }
            Err(error) => Err(NoSuchPath { message: error.to_string(), near: None }),
        }
    }

    /// Makes the path of an attribute.
    pub(crate) fn without_fields(text: &str, ty: Type, sensitivity: Sensitivity) -> Self {
        Self { text: text.into(), attribute: text.into(), fields: Vec::new(), ty, sensitivity }
    }

    /// Resolves the fields behind an attribute, whose name ends at `end`.
    ///
    /// # Errors
    /// [`NoSuchPath`] if the value has no such field.
    pub(crate) fn with_fields(text: &str, end: usize, row: &AttributeDef) -> Result<Self, NoSuchPath> {
        let fields = text[end..].split('.').filter(|step| !step.is_empty());
        Self::into_fields(text, text[..end].to_owned(), row.ty, row.sensitivity, fields)
    }

    /// Resolves a path inside the members of a list; the empty path is the member itself.
    ///
    /// # Errors
    /// [`NoSuchPath`] if a member has no such field.
    pub fn within(member: Type, text: &str) -> Result<Self, NoSuchPath> {
        let fields = text.split('.').filter(|step| !step.is_empty());
        Self::into_fields(text, String::new(), member, Sensitivity::Public, fields)
    }

    /// True if the value must not be shown in full.
    pub(crate) fn is_secret(&self) -> bool {
        self.sensitivity.is_confidential()
    }

    /// Returns a value for people, in the form in which it may be shown: never a secret, and only the start of a consumer
    /// key.
    pub fn show(&self, value: &Value) -> String {
        self.masked(&value_text(value, &for_people))
    }

    /// Returns a value in the form that is a part of fingerprints and waivers, spelled as a policy writes it. It may be
    /// shown as well.
    pub(crate) fn identity(&self, value: &Value) -> String {
        self.masked(&value_text(value, &ToString::to_string))
    }

    fn masked(&self, text: &str) -> String {
        let in_one_line = || masked(text).lines().collect::<Vec<_>>().join(" ");
        self.sensitivity.mask(text).unwrap_or_else(in_one_line)
    }

    /// Returns the words that Setup has for a value.
    pub fn in_setup(&self, value: &Value) -> Option<&'static str> {
        let text = value.to_string();
        self.ty
            .literals()
            .iter()
            .find(|word| word.name == text && !word.setup.is_empty())
            .map(|word| word.setup)
    }

    /// Returns the rows of the table of attributes that the path reads: the one of its name, or those below it.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static Attribute> {
        let name = self.attribute.strip_prefix("app.").unwrap_or(&self.attribute);
        ATTRIBUTES.iter().filter(move |row| {
            row.def.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
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
                    "a topic has `declared.justify.TOPIC.reason` and `declared.justify.TOPIC.expires`"
                        .to_owned()
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

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Writes a list. A member with a comma in it is quoted, so that it does not look like two.
pub(crate) fn listed(members: impl Iterator<Item = String>) -> String {
    let quoted = |member: String| if member.contains(", ") { format!("\"{member}\"") } else { member };
    format!("[{}]", members.map(quoted).collect::<Vec<_>>().join(", "))
}

/// Writes an IP range of which an address is missing.
fn incomplete_range(record: &Value) -> String {
    let Value::Record(facts) = record else { return record.to_string() };
    let address = |name: &str| facts.get(name).and_then(Fact::value).map(ToString::to_string);
    match (address("start"), address("end")) {
        (None, None) => "(no address)".to_owned(),
        (start, end) => format!("{}-{}", start.as_deref().unwrap_or("?"), end.as_deref().unwrap_or("?")),
    }
}

/// Writes a value that has no other form: in words, or a range whose ends are not both known.
fn for_people(value: &Value) -> String {
    if matches!(value, Value::Record(_)) { incomplete_range(value) } else { value.in_words() }
}

/// Writes a value: a record by its name, an IP range by its ends, everything else by `spelling`.
fn value_text(value: &Value, spelling: &dyn Fn(&Value) -> String) -> String {
    match value {
        Value::List(items) => {
            listed(items.iter().filter_map(Fact::value).map(|item| value_text(item, spelling)))
        }
        Value::Record(facts) => {
            let text = |name: &str| facts.get(name).and_then(Fact::value).map(ToString::to_string);
            match (text("name"), text("start"), text("end")) {
                (Some(name), ..) => name,
                (None, Some(start), Some(end)) if start == end => start,
                (None, Some(start), Some(end)) => format!("{start}-{end}"),
                _ => spelling(value),
            }
        }
        other => spelling(other),
    }
}
