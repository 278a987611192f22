//! `preauth.yaml`: which policies count and how much, and the register of what each app is for.

use globset::{Glob, GlobMatcher};
use jiff::civil::Date;
use preauth_metadata::{App, FLOWS, Fact, IpRange, NETWORK_FORMS, State, Type, Value};
use preauth_source::{Diagnostic, Label, Location, Severity, SourceFile, TextRange};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::{
    literal,
    path::DECLARED,
    schema,
    yaml::{self, Data, Map, Node, Placed},
};

/// The code of every mistake in a configuration file.
pub(crate) const CODE: &str = "config-invalid";

/// The configuration file of a project.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawConfig {
    /// Policies by id: `off`, a severity, or a mapping with `severity` and the policy's own parameters.
    rules: Map<RawRule>,
    /// Files and folders with policies of your own, relative to this file.
    policies: Vec<Placed<String>>,
    /// The register: what each app is for, who owns it, and what it should be.
    apps: Vec<RawEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
struct RawRule(Node);

impl JsonSchema for RawRule {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "`off`, a severity, or a mapping with `severity` and the policy's own parameters.",
            "anyOf": [
                { "type": "string", "enum": ["off", "info", "warning", "error"] },
                {
                    "type": "object",
                    "properties": {
                        "severity": { "description": "How much a finding matters.", "type": "string", "enum": ["info", "warning", "error"] }
                    },
                    "additionalProperties": { "type": ["string", "number", "boolean"] }
                }
            ]
        })
    }
}

/// What the register says of one app, or of all apps that a pattern matches.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    /// The developer name or label of the app, or a pattern such as `MuleSoft_*`.
    #[serde(rename = "match")]
    matches: Placed<String>,
    /// The OAuth flow that the app is for.
    #[serde(default)]
    #[schemars(schema_with = "flow_schema")]
    flow: Option<Placed<String>>,
    /// Who answers for the app.
    #[serde(default)]
    owner: Option<Placed<String>>,
    /// What the app is for.
    #[serde(default)]
    purpose: Option<Placed<String>>,
    /// The networks that the client runs in: `203.0.113.0/24`, an address, or `203.0.113.1-203.0.113.9`.
    #[serde(default)]
    networks: Option<Placed<Vec<Placed<String>>>>,
    /// The profile that the client's user has, as Setup shows it.
    #[serde(default)]
    profile: Option<Placed<String>>,
    /// What kind of org the app is for.
    #[serde(default)]
    #[schemars(schema_with = "environment_schema")]
    environment: Option<Placed<String>>,
    /// What the app should be: any attribute and its value. `preauth check --fix` makes it so.
    #[serde(default)]
    expect: Map<Node>,
    /// What is justified, by topic, such as `ip-relaxation`.
    #[serde(default)]
    justify: Map<RawJustification>,
}

/// A reason, and the day until which it holds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawJustification {
    /// Why it is right.
    reason: Placed<String>,
    /// The last day on which it holds, such as 2027-03-31.
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

/// The configuration, ready for use.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What is said of single policies.
    pub rules: Vec<Rule>,
    /// Files and folders with policies, relative to the configuration file, with their places.
    pub policies: Vec<(String, Location)>,
    /// The register.
    pub register: Register,
}

/// What the configuration says of one policy.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The policy's id.
    pub id: String,
    /// Where it is said.
    pub location: Location,
    /// Whether the policy is switched off.
    pub off: bool,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Parameters, by name.
    pub(crate) params: Vec<(Placed<String>, Node)>,
}

impl Config {
    /// Reads a configuration file. What could be read is used, and every mistake is a diagnostic of code
    /// `config-invalid` at its place.
    pub fn read(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        let node = match yaml::tree(source, CODE) {
            Ok(node) => node,
            Err(diagnostic) => return (Self::default(), vec![*diagnostic]),
        };
        if matches!(node.value, Data::Null) {
            return (Self::default(), Vec::new());
        }
        let shape = schema::of::<RawConfig>("preauth.yaml", "config.schema.json");
        let mut diagnostics = schema::check(source, &node, &shape, CODE);
        if !diagnostics.is_empty() {
            return (Self::default(), diagnostics);
        }
        match yaml::read::<RawConfig>(source, node, CODE) {
            Ok(raw) => {
                let config = Reader { source, diagnostics: &mut diagnostics }.config(raw);
                (config, diagnostics)
            }
            Err(diagnostic) => (Self::default(), vec![*diagnostic]),
        }
    }
}

struct Reader<'r, 't> {
    source: &'r SourceFile<'t>,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn mistake(&mut self, range: TextRange, message: String, near: Option<&str>) {
        let label = Label::new(self.source.at(range), "here");
        let mut diagnostic = Diagnostic::new(CODE, Severity::Error, message, label);
        diagnostic.help.extend(near.map(|near| format!("did you mean `{near}`?")));
        self.diagnostics.push(diagnostic);
    }

    fn config(&mut self, raw: RawConfig) -> Config {
        let rules = raw.rules.0.into_iter().map(|(id, rule)| self.rule(&id, rule.0)).collect();
        let policies =
            raw.policies.into_iter().map(|path| (path.value.clone(), self.source.at(path.range))).collect();
        let entries: Vec<Entry> = raw.apps.into_iter().filter_map(|entry| self.entry(&entry)).collect();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(first) = entries[..index].iter().find(|first| first.pattern == entry.pattern) {
                let message = format!("`{}` is in the register twice", entry.pattern);
                let first = Label::new(first.location.clone(), "the first time");
                let diagnostic = Diagnostic::new(
                    CODE,
                    Severity::Error,
                    message,
                    Label::new(entry.location.clone(), "the second time"),
                );
                self.diagnostics.push(diagnostic.with_related(first));
            }
        }
        Config { rules, policies, register: Register { entries } }
    }

    fn rule(&mut self, id: &Placed<String>, node: Node) -> Rule {
        let mut rule = Rule {
            id: id.value.clone(),
            location: self.source.at(id.range),
            off: node.as_text() == Some("off"),
            severity: node
                .as_text()
                .or_else(|| node.get("severity")?.as_text())
                .and_then(|word| word.parse().ok()),
            params: Vec::new(),
        };
        if let Data::Map(entries) = node.value {
            rule.params = entries.into_iter().filter(|(key, _)| key.value != "severity").collect();
        }
        rule
    }

    fn entry(&mut self, raw: &RawEntry) -> Option<Entry> {
        let file = self.source.path.clone();
        let at = |range: TextRange| Location::new(file.clone(), range);
        let pattern = raw.matches.value.clone();
        let glob = match Glob::new(&pattern) {
            Ok(glob) => pattern.contains(['*', '?', '[', '{']).then(|| glob.compile_matcher()),
            Err(error) => {
                self.mistake(raw.matches.range, format!("`{pattern}` is no pattern: {}", error.kind()), None);
                return None;
            }
        };
        let mut entry =
            Entry { pattern, glob, location: at(raw.matches.range), facts: Vec::new(), expect: Vec::new() };
        let words = [("declared.flow", &raw.flow), ("declared.environment", &raw.environment)];
        for (name, word) in words {
            let Some(word) = word else { continue };
            let ty = DECLARED.iter().find(|row| row.name == name).map_or(Type::Text, |row| row.ty);
            let node = Placed::new(Data::Text(word.value.clone()), word.range);
            match literal::read(&node, ty, &file) {
                Ok(value) => entry.facts.push((name.to_owned(), Fact::present(value, at(word.range)))),
                Err(error) => self.mistake(error.range, error.message, error.near.as_deref()),
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
        if let Some(networks) = &raw.networks {
            let items = networks.iter().map(|named| {
                if IpRange::parse(named).is_err() {
                    let message = format!("`{}` is no network: {NETWORK_FORMS}", named.value);
                    self.mistake(named.range, message, None);
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
                self.mistake(reason.range, "a justification needs a reason".into(), None);
                continue;
            }
            entry
                .facts
                .push((name("reason"), Fact::present(Value::text(reason.value.as_str()), at(reason.range))));
            match justification.expires.parse::<Date>() {
                Ok(date) => {
                    let fact = Fact::present(Value::Date(date), at(justification.expires.range));
                    entry.facts.push((name("expires"), fact));
                }
                Err(_) => {
                    let message = format!(
                        "`{}` is no date: write one such as `2027-03-31`",
                        justification.expires.value
                    );
                    self.mistake(justification.expires.range, message, None);
                }
            }
        }
        let (mut expected, mistakes) = literal::assignments(raw.expect.iter(), &file);
        expected.retain(|expected| {
            let name = expected.attribute.described.name;
            let secret = matches!(name, "consumerKey" | "consumerSecret") && expected.value.is_some();
            if secret {
                let message =
                    format!("`{name}` has no place in a configuration: write `null` to expect none");
                self.mistake(expected.range, message, None);
            }
            !secret
        });
        entry.expect = expected
            .into_iter()
            .map(|expected| Expected {
                attribute: expected.attribute.described.name,
                value: expected.value,
                location: at(expected.range),
            })
            .collect();
        for mistake in mistakes {
            self.mistake(mistake.range, mistake.message, mistake.near.as_deref());
        }
        Some(entry)
    }
}

/// What each app is for, who owns it, and what it should be.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// What the register says of the apps that a name or pattern matches.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name, label or pattern.
    pub pattern: String,
    glob: Option<GlobMatcher>,
    /// Where the entry is.
    pub location: Location,
    facts: Vec<(String, Fact)>,
    /// What its apps should be.
    pub expect: Vec<Expected>,
}

/// What an attribute should be.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The attribute's name.
    pub attribute: &'static str,
    /// Its value; `None`: there should be none.
    pub value: Option<Value>,
    /// Where that is said.
    pub location: Location,
}

impl Entry {
    /// What it says: `declared.…` facts by name. What it does not say is known not to be declared.
    pub(crate) fn fact(&self, name: &str) -> Fact {
        let stated = self.facts.iter().find(|(known, _)| known == name).map(|(_, fact)| fact.clone());
        stated.unwrap_or_else(|| Fact::new(State::None, self.location.clone()))
    }

    /// What its apps should be in one attribute.
    pub fn expects(&self, attribute: &str) -> Option<&Expected> {
        self.expect.iter().find(|expected| expected.attribute == attribute)
    }

    fn is(&self, name: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(name),
            None => self.pattern == name,
        }
    }
}

impl Register {
    /// The entry of an app: an exact name or label beats a pattern.
    ///
    /// # Errors
    /// The entries that match equally well, when there are several.
    pub fn of(&self, app: &App) -> Result<Option<&Entry>, Vec<&Entry>> {
        let matching = || self.entries.iter().filter(|entry| entry.is(&app.name) || entry.is(app.label()));
        let exact: Vec<&Entry> = matching().filter(|entry| entry.glob.is_none()).collect();
        let best = if exact.is_empty() { matching().collect() } else { exact };
        match best.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(best),
        }
    }
}

/// A declared fact of an app that is not in the register: known not to be declared.
pub(crate) fn undeclared(app: &App) -> Fact {
    Fact::new(State::None, app.home.clone())
}

/// The JSON Schema of `preauth.yaml`.
pub fn config_schema() -> serde_json::Value {
    schema::of::<RawConfig>("preauth.yaml", "config.schema.json")
}
