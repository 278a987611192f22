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

macro_rules! declared {
    ($($name:literal $ty:expr, $doc:literal;)*) => {
        /// The attributes of an app that the register declares.
        pub(crate) static DECLARED: &[AttributeDef] =
            &[$(AttributeDef::new(concat!("declared.", $name), $ty, $doc)),*];

        /// The same attributes of an entry of the register.
        pub(crate) static DECLARED_IN_ENTRY: &[AttributeDef] = &[$(AttributeDef::new($name, $ty, $doc)),*];
    };
}

declared! {
    "flow" Type::Enum(FLOWS), "The OAuth flow of the app, from the register.";
    "owner" Type::Text, "Who is responsible for the app.";
    "purpose" Type::Text, "The purpose of the app.";
    "audience" Type::Enum(AUDIENCES), "The people who use the app.";
    "vendor" Type::Text, "The company that makes the client.";
    "criticality" Type::Enum(CRITICALITIES), "How much damage a failure or an abuse of the app can do.";
    "networks" TEXTS, "The networks that the client runs in.";
    "redirectUris" TEXTS, "The redirect URIs that the client sends.";
    "calls" Type::List(&Type::Enum(APIS)), "The APIs that the client calls.";
    "profile" Type::Text, "The profile of the client's user, as Setup shows it; the same as `user.profile`.";
    "user.profile" Type::Text, "The profile of the client's user, as Setup shows it.";
    "user.permissionSets" TEXTS, "The permission sets of the client's user, by label or API name.";
    "environment" Type::Enum(ENVIRONMENTS), "The kind of org that the app is for.";
    "migrated" Type::Bool, "Whether the connected app became the external client app of the same name.";
    "reviewed.on" Type::Date, "The day of the last review of the app.";
    "reviewed.by" Type::Text, "Who reviewed the app.";
    "reviewed.how" Type::Text, "What was reviewed, or where the result is.";
    "tested.on" Type::Date, "The day of the last test that the client works with these settings.";
    "tested.by" Type::Text, "Who tested it.";
    "tested.how" Type::Text, "How it was tested.";
    "monitored.on" Type::Date, "The day since which the use of the app is monitored.";
    "monitored.by" Type::Text, "Who monitors it.";
    "monitored.how" Type::Text, "How it is monitored.";
    "justify" Type::Record(&[]), "The justifications in the register, by topic: `reason`, `expires`.";
    "expect" Type::Record(&[]), "The values that the register expects, by attribute.";
}

const TEXTS: Type = Type::List(&Type::Text);

/// The kinds of org that an app can be for.
const ENVIRONMENTS: &[EnumLiteral] = &[
    EnumLiteral { name: "production", setup: "" },
    EnumLiteral { name: "sandbox", setup: "" },
    EnumLiteral { name: "development", setup: "" },
];

/// The people who use an app.
const AUDIENCES: &[EnumLiteral] = &[
    EnumLiteral { name: "administrators", setup: "" },
    EnumLiteral { name: "employees", setup: "" },
    EnumLiteral { name: "customers", setup: "" },
];

/// The damage that a failure or an abuse of an app can do.
const CRITICALITIES: &[EnumLiteral] = &[
    EnumLiteral { name: "low", setup: "" },
    EnumLiteral { name: "medium", setup: "" },
    EnumLiteral { name: "high", setup: "" },
    EnumLiteral { name: "critical", setup: "" },
];

/// The APIs that a client calls.
const APIS: &[EnumLiteral] = &[
    EnumLiteral { name: "rest", setup: "" },
    EnumLiteral { name: "soap", setup: "" },
    EnumLiteral { name: "mcp", setup: "" },
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
    /// Person or team responsible for the app.
    #[serde(default)]
    owner: Option<Placed<String>>,
    /// Purpose of the app.
    #[serde(default)]
    purpose: Option<Placed<String>>,
    /// The people who use it.
    #[serde(default)]
    #[schemars(schema_with = "audience_schema")]
    audience: Option<Placed<String>>,
    /// The company that makes the client.
    #[serde(default)]
    vendor: Option<Placed<String>>,
    /// Damage that a failure or an abuse of it can do.
    #[serde(default)]
    #[schemars(schema_with = "criticality_schema")]
    criticality: Option<Placed<String>>,
    /// The networks that the client runs in: `203.0.113.0/24`, an address, or `203.0.113.1-203.0.113.9`.
    #[serde(default)]
    networks: Option<Placed<Vec<Placed<String>>>>,
    /// The redirect URIs that the client sends.
    #[serde(default)]
    redirect_uris: Option<Placed<Vec<Placed<String>>>>,
    /// The APIs that the client calls.
    #[serde(default)]
    #[schemars(schema_with = "calls_schema")]
    calls: Option<Placed<Vec<Placed<String>>>>,
    /// The user that the client logs in as.
    #[serde(default)]
    user: Option<RawUser>,
    /// The profile of the client's user, as Setup shows it. The same as `profile` under `user`.
    #[serde(default)]
    profile: Option<Placed<String>>,
    /// What kind of org the app is for.
    #[serde(default)]
    #[schemars(schema_with = "environment_schema")]
    environment: Option<Placed<String>>,
    /// Whether the connected app became the external client app of the same name, and is only a read-only copy of it.
    #[serde(default)]
    migrated: Option<Placed<bool>>,
    /// The last review of it.
    #[serde(default)]
    reviewed: Option<RawEvidence>,
    /// The last test that the client works with the settings of it.
    #[serde(default)]
    tested: Option<RawEvidence>,
    /// Since when its use is monitored.
    #[serde(default)]
    monitored: Option<RawEvidence>,
    /// The expected values of attributes. `preauth check --fix` sets them.
    #[serde(default)]
    expect: YamlMap<YamlNode>,
    /// Justifications by topic, such as `ip-relaxation`.
    #[serde(default)]
    justify: YamlMap<RawJustification>,
}

/// The user that a client logs in as.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawUser {
    /// The profile, as Setup shows it.
    #[serde(default)]
    profile: Option<Placed<String>>,
    /// The permission sets, by label or API name.
    #[serde(default, rename = "permissionSets")]
    permission_sets: Option<Placed<Vec<Placed<String>>>>,
}

/// An action of somebody, with its day.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawEvidence {
    /// The day, such as 2026-11-30.
    on: Placed<String>,
    /// Person or team who did it.
    by: Placed<String>,
    /// Method, or place of the result.
    #[serde(default)]
    how: Option<Placed<String>>,
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

fn words_schema(words: &[EnumLiteral]) -> Schema {
    json_schema!({ "type": ["string", "null"], "enum": words.iter().map(|word| word.name).collect::<Vec<_>>() })
}

fn flow_schema(_: &mut SchemaGenerator) -> Schema {
    words_schema(FLOWS)
}

fn audience_schema(_: &mut SchemaGenerator) -> Schema {
    words_schema(AUDIENCES)
}

fn criticality_schema(_: &mut SchemaGenerator) -> Schema {
    words_schema(CRITICALITIES)
}

fn calls_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["array", "null"], "items": words_schema(APIS) })
}

fn environment_schema(_: &mut SchemaGenerator) -> Schema {
    words_schema(ENVIRONMENTS)
}

impl RawRegisterEntry {
    /// Returns what the entry declares under the names in [`DECLARED`].
    fn declared(&self) -> impl Iterator<Item = (&'static str, YamlNode)> {
        let user = self.user.as_ref();
        let profile = user.and_then(|user| user.profile.as_ref()).or(self.profile.as_ref());
        let mut texts = vec![
            ("flow", self.flow.as_ref()),
            ("owner", self.owner.as_ref()),
            ("purpose", self.purpose.as_ref()),
            ("audience", self.audience.as_ref()),
            ("vendor", self.vendor.as_ref()),
            ("criticality", self.criticality.as_ref()),
            ("profile", profile),
            ("user.profile", profile),
            ("environment", self.environment.as_ref()),
        ];
        let evidence = [
            (["reviewed.on", "reviewed.by", "reviewed.how"], &self.reviewed),
            (["tested.on", "tested.by", "tested.how"], &self.tested),
            (["monitored.on", "monitored.by", "monitored.how"], &self.monitored),
        ];
        for ([on, by, how], evidence) in evidence {
            let Some(evidence) = evidence else { continue };
            texts.extend([(on, Some(&evidence.on)), (by, Some(&evidence.by)), (how, evidence.how.as_ref())]);
        }
        let lists = [
            ("networks", self.networks.as_ref()),
            ("redirectUris", self.redirect_uris.as_ref()),
            ("calls", self.calls.as_ref()),
            ("user.permissionSets", user.and_then(|user| user.permission_sets.as_ref())),
        ];
        let text = |text: &Placed<String>| Placed::new(YamlData::Text(text.value.clone()), text.range);
        let list = |items: &Placed<Vec<Placed<String>>>| {
            Placed::new(YamlData::List(items.iter().map(text).collect()), items.range)
        };
        let migrated = self.migrated.as_ref().map(|flag| Placed::new(YamlData::Bool(flag.value), flag.range));
        let texts: Vec<_> =
            texts.into_iter().filter_map(|(name, value)| Some((name, text(value?)))).collect();
        let lists: Vec<_> =
            lists.into_iter().filter_map(|(name, value)| Some((name, list(value?)))).collect();
        texts.into_iter().chain(lists).chain(migrated.map(|flag| ("migrated", flag)))
    }
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
        for (name, node) in raw.declared() {
            let declared = DECLARED.iter().find(|row| row.name.strip_prefix("declared.") == Some(name));
            let row = declared.expect("invariant: the table has every key");
            match literal::read(&node, row.ty, &file) {
                Ok(value) => entry.facts.push((row.name.to_owned(), Fact::present(value, at(node.range)))),
                Err(error) => self.error(error.range, error.message, error.near.as_deref()),
            }
        }
        if let (Some(user), Some(alias)) =
            (raw.user.as_ref().and_then(|user| user.profile.as_ref()), &raw.profile)
        {
            let message = "`profile` and `profile` under `user` are the same: remove one".into();
            self.duplicate(message, &at(user.range), &at(alias.range));
        }
        for named in raw.networks.iter().flat_map(|networks| &networks.value) {
            if IpRange::parse(named).is_err() {
                let message = format!("`{}` is not a network: {NETWORK_FORMS}", named.value);
                self.error(named.range, message, None);
            }
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
