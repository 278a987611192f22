//! The register: the purpose and owner of each app, and the expected values of its attributes.

use jiff::civil::Date;
use preauth_metadata::{
    App, AttributeDef, EnumLiteral, FLOWS, Fact, FactState, IpRange, NETWORK_FORMS, Type, Value,
};
use preauth_source::{Location, TextRange};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{pattern::NamePattern, reader::ConfigReader};
use crate::{
    compile::literal,
    yaml::{Placed, YamlData, YamlMap, YamlNode},
};

/// The attributes of an app that the register declares.
pub(crate) static DECLARED: &[AttributeDef] = &[
    AttributeDef::new("declared.flow", Type::Enum(FLOWS), "The OAuth flow of the app, from the register."),
    AttributeDef::new("declared.owner", Type::Text, "Who is responsible for the app."),
    AttributeDef::new("declared.purpose", Type::Text, "The purpose of the app."),
    AttributeDef::new("declared.networks", Type::List(&Type::Text), "The networks that the client runs in."),
    AttributeDef::new("declared.profile", Type::Text, "The profile of the client's user, as Setup shows it."),
    AttributeDef::new(
        "declared.environment",
        Type::Enum(ENVIRONMENTS),
        "The kind of org that the app is for.",
    ),
    AttributeDef::new(
        "declared.migrated",
        Type::Bool,
        "Whether the connected app became the external client app of the same name.",
    ),
    AttributeDef::new(
        "declared.justify",
        Type::Record(&[]),
        "The justifications in the register, by topic: `reason`, `expires`.",
    ),
    AttributeDef::new(
        "declared.expect",
        Type::Record(&[]),
        "The values that the register expects, by attribute.",
    ),
];

/// The kinds of org that an app can be for.
pub(crate) const ENVIRONMENTS: &[EnumLiteral] = &[
    EnumLiteral { name: "production", setup: "" },
    EnumLiteral { name: "sandbox", setup: "" },
    EnumLiteral { name: "development", setup: "" },
];

/// Returns the type of `declared.justify.TOPIC.reason` or `.expires`, whose topics the user chooses.
pub(crate) fn justification_type(name: &str) -> Option<Type> {
    let (topic, field) = name.strip_prefix("declared.justify.")?.rsplit_once('.')?;
    match field {
        _ if topic.is_empty() => None,
        "reason" => Some(Type::Text),
        "expires" => Some(Type::Date),
        _ => None,
    }
}

/// An entry for one app, or for all apps that a pattern matches.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RawEntry")]
pub(super) struct RawRegisterEntry {
    /// The developer name or label of the app, or a pattern such as `MuleSoft_*`.
    #[serde(rename = "match")]
    matches: Placed<String>,
    /// The OAuth flow that the app is for.
    #[serde(default)]
    #[schemars(schema_with = "flow_schema")]
    flow: Option<Placed<String>>,
    /// Who is responsible for the app.
    #[serde(default)]
    owner: Option<Placed<String>>,
    /// What the app is for.
    #[serde(default)]
    purpose: Option<Placed<String>>,
    /// The networks that the client runs in: `203.0.113.0/24`, an address, or `203.0.113.1-203.0.113.9`.
    #[serde(default)]
    networks: Option<Placed<Vec<Placed<String>>>>,
    /// The profile of the client's user, as Setup shows it.
    #[serde(default)]
    profile: Option<Placed<String>>,
    /// What kind of org the app is for.
    #[serde(default)]
    #[schemars(schema_with = "environment_schema")]
    environment: Option<Placed<String>>,
    /// Whether the connected app became the external client app of the same name, and is only a read-only copy of it.
    #[serde(default)]
    migrated: Option<Placed<bool>>,
    /// The expected values of attributes. `preauth check --fix` sets them.
    #[serde(default)]
    expect: YamlMap<YamlNode>,
    /// Justifications by topic, such as `ip-relaxation`.
    #[serde(default)]
    justify: YamlMap<RawJustification>,
}

/// A reason, and the last day on which it is valid.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawJustification {
    /// The reason.
    reason: Placed<String>,
    /// The last day on which it is valid, such as 2027-03-31.
    expires: Placed<String>,
}

fn words_schema(words: &[&str]) -> Schema {
    json_schema!({ "type": ["string", "null"], "enum": words })
}

fn flow_schema(_: &mut SchemaGenerator) -> Schema {
    words_schema(&FLOWS.iter().map(|word| word.name).collect::<Vec<_>>())
}

fn environment_schema(_: &mut SchemaGenerator) -> Schema {
    words_schema(&["production", "sandbox", "development"])
}

/// The register: the purpose and owner of each app, and the expected values of its attributes.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// The entries, in the order of the file.
    pub entries: Vec<RegisterEntry>,
}

/// An entry for the apps that a name or pattern matches.
#[derive(Clone, Debug)]
pub struct RegisterEntry {
    /// The name, label or pattern of its apps.
    pub pattern: NamePattern,
    /// The place of the entry.
    pub location: Location,
    facts: Vec<(String, Fact)>,
    /// The expected values.
    pub expect: Vec<ExpectedAttribute>,
}

/// The expected value of an attribute.
#[derive(Clone, Debug)]
pub struct ExpectedAttribute {
    /// The attribute's name.
    pub attribute: &'static str,
    /// The value; `None`: it should not be set.
    pub value: Option<Value>,
    /// The place of the value.
    pub location: Location,
}

impl RegisterEntry {
    /// Returns a fact of `declared.…`. If the entry does not have it, it is known not to be declared.
    pub fn fact(&self, name: &str) -> Fact {
        let stated = self.facts.iter().find(|(known, _)| known == name).map(|(_, fact)| fact.clone());
        stated.unwrap_or_else(|| Fact::new(FactState::None, self.location.clone()))
    }

    /// Returns the justifications: the topic, the last day, and the place of the day.
    pub(crate) fn justifications(&self) -> impl Iterator<Item = (&str, Date, Location)> {
        self.facts.iter().filter_map(|(name, fact)| {
            let topic = name.strip_prefix("declared.justify.")?.strip_suffix(".expires")?;
            let Some(Value::Date(day)) = fact.value() else { return None };
            Some((topic, *day, fact.place().unwrap_or(&self.location).clone()))
        })
    }

    /// Returns the expected value of an attribute.
    pub fn expects(&self, attribute: &str) -> Option<&ExpectedAttribute> {
        self.expect.iter().find(|expected| expected.attribute == attribute)
    }
}

impl Register {
    /// Merges the register of a later configuration into this one. Its entries replace those with the same name or pattern.
    pub(super) fn merged_with(mut self, later: Self) -> Self {
        self.entries.retain(|entry| !later.entries.iter().any(|new| new.pattern.text == entry.pattern.text));
        self.entries.extend(later.entries);
        self
    }

    /// True if an entry is the one of an app, or one of several that match it equally well.
    pub(crate) fn has(&self, entry: &RegisterEntry, app: &App) -> bool {
        let is_entry = |other: &&RegisterEntry| std::ptr::eq(*other, entry);
        entry.pattern.is_app(app)
            && self
                .of(app)
                .map_or_else(|several| several.iter().any(is_entry), |one| one.as_ref().is_some_and(is_entry))
    }

    /// Returns the entry of an app. An exact name or label takes precedence over a pattern, then the extending configuration
    /// over the extended one.
    ///
    /// # Errors
    /// The entries that match equally well, if there are several.
    pub fn of(&self, app: &App) -> Result<Option<&RegisterEntry>, Vec<&RegisterEntry>> {
        let matching = || self.entries.iter().filter(|entry| entry.pattern.is_app(app));
        let exact: Vec<&RegisterEntry> = matching().filter(|entry| entry.pattern.is_exact()).collect();
        let mut best = if exact.is_empty() { matching().collect() } else { exact };
        if let Some(last) = best.last().map(|entry| &entry.location.file) {
            let last = last.clone();
            best.retain(|entry| entry.location.file == last);
        }
        match best.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(best),
        }
    }
}

impl ConfigReader<'_, '_> {
    /// Reads the register. Duplicates are errors.
    pub(super) fn register(&mut self, raw: &[RawRegisterEntry]) -> Register {
        let entries: Vec<RegisterEntry> = raw.iter().filter_map(|entry| self.entry(entry)).collect();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(first) =
                entries[..index].iter().find(|first| first.pattern.text == entry.pattern.text)
            {
                self.duplicate(
                    format!("`{}` has two entries under `apps`", entry.pattern.text),
                    &first.location,
                    &entry.location,
                );
            }
        }
        Register { entries }
    }

    fn entry(&mut self, raw: &RawRegisterEntry) -> Option<RegisterEntry> {
        let file = self.source.path.clone();
        let at = |range: TextRange| Location::new(file.clone(), range);
        let pattern = self.apps(&raw.matches)?;
        let mut entry =
            RegisterEntry { pattern, location: at(raw.matches.range), facts: Vec::new(), expect: Vec::new() };
        let words = [("declared.flow", &raw.flow), ("declared.environment", &raw.environment)];
        for (name, word) in words {
            let Some(word) = word else { continue };
            let ty = DECLARED.iter().find(|row| row.name == name).map_or(Type::Text, |row| row.ty);
            let node = Placed::new(YamlData::Text(word.value.clone()), word.range);
            match literal::read(&node, ty, &file) {
                Ok(value) => entry.facts.push((name.to_owned(), Fact::present(value, at(word.range)))),
                Err(error) => self.error(error.range, error.message, error.near.as_deref()),
            }
        }
        let texts = [
            ("declared.owner", &raw.owner),
            ("declared.purpose", &raw.purpose),
            ("declared.profile", &raw.profile),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                let value = Value::text(text.value.as_str());
                entry.facts.push((name.to_owned(), Fact::present(value, at(text.range))));
            }
        }
        if let Some(migrated) = &raw.migrated {
            let fact = Fact::present(Value::Bool(migrated.value), at(migrated.range));
            entry.facts.push(("declared.migrated".into(), fact));
        }
        if let Some(networks) = &raw.networks {
            let items = networks.iter().map(|named| {
                if IpRange::parse(named).is_err() {
                    let message = format!("`{}` is not a network: {NETWORK_FORMS}", named.value);
                    self.error(named.range, message, None);
                }
                Fact::present(Value::text(named.value.as_str()), at(named.range))
            });
            let value = Value::List(items.collect());
            entry.facts.push(("declared.networks".into(), Fact::present(value, at(networks.range))));
        }
        for (topic, justification) in raw.justify.iter() {
            let name = |field: &str| format!("declared.justify.{}.{field}", topic.value);
            let reason = &justification.reason;
            if reason.trim().is_empty() {
                self.error(reason.range, "the justification needs a reason".into(), None);
                continue;
            }
            entry
                .facts
                .push((name("reason"), Fact::present(Value::text(reason.value.as_str()), at(reason.range))));
            if let Some(date) = self.date(&justification.expires) {
                let fact = Fact::present(Value::Date(date), at(justification.expires.range));
                entry.facts.push((name("expires"), fact));
            }
        }
        let (mut expected, errors) = literal::assignments(raw.expect.iter(), &file);
        expected.retain(|expected| {
            let name = expected.attribute.def.name;
            let secret = expected.attribute.def.sensitivity.is_confidential() && expected.value.is_some();
            if secret {
                let message = format!(
                    "`{name}` is secret and must not be in a configuration: write `null` to expect no value"
                );
                self.error(expected.range, message, None);
            }
            !secret
        });
        entry.expect = expected
            .into_iter()
            .map(|expected| ExpectedAttribute {
                attribute: expected.attribute.def.name,
                value: expected.value,
                location: at(expected.range),
            })
            .collect();
        for error in errors {
            self.error(error.range, error.message, error.near.as_deref());
        }
        Some(entry)
    }
}

/// Returns the fact of an app that is not in the register: it is known not to be declared.
pub(crate) fn undeclared(app: &App) -> Fact {
    Fact::new(FactState::None, app.home.clone())
}
