//! Rules for single policies, for all apps or for some.

use preauth_metadata::App;
use preauth_source::{FilePath, Location, Severity};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{pattern::NamePattern, reader::ConfigReader};
use crate::{
    form::retired::successor,
    yaml::{Placed, YamlData, YamlMap, YamlNode},
};

#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct RawRule(YamlNode);

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
                        "severity": { "description": "The severity of a finding.", "type": "string", "enum": ["info", "warning", "error"] }
                    },
                    "additionalProperties": {
                        "description": "A parameter of the policy; `preauth explain` shows the meaning and the allowed values.",
                        "type": ["string", "number", "boolean", "array"],
                        "items": { "type": ["string", "number"] }
                    }
                }
            ]
        })
    }
}

/// Other rules for some apps.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOverride {
    /// Developer names or labels of apps, or patterns such as `Sandbox_*`.
    apps: Placed<Vec<Placed<String>>>,
    /// Policies by id, as in the top-level `rules`.
    rules: YamlMap<RawRule>,
}

/// The configuration of one policy.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The policy's id.
    pub id: String,
    /// The place.
    pub location: Location,
    /// True if the policy is switched off.
    pub off: bool,
    /// The severity, if it is changed.
    pub severity: Option<Severity>,
    /// The values of parameters.
    pub(crate) params: Vec<ParamArgument>,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub(crate) struct ParamArgument {
    /// The parameter's name.
    pub(crate) name: Placed<String>,
    /// Its value.
    pub(crate) value: YamlNode,
    /// The file that has it.
    pub(crate) file: FilePath,
}

/// Rules for some apps.
#[derive(Clone, Debug)]
pub struct Override {
    /// The apps, each with its place.
    pub apps: Vec<(NamePattern, Location)>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// True if it is in the project's own configuration. Others may be about apps of other projects.
    pub is_own: bool,
}

impl Override {
    /// True if it is about an app.
    pub fn is_about(&self, app: &App) -> bool {
        self.apps.iter().any(|(pattern, _)| pattern.is_app(app))
    }
}

impl Rule {
    /// Merges a later rule into this one. The later one takes precedence.
    pub(crate) fn merged_with(&self, later: &Self) -> Self {
        let mut params = self.params.clone();
        params.retain(|argument| !later.params.iter().any(|new| new.name.value == argument.name.value));
        params.extend(later.params.iter().cloned());
        Self { severity: later.severity.or(self.severity), params, ..later.clone() }
    }
}

impl ConfigReader<'_, '_> {
    pub(super) fn rules(&mut self, raw: YamlMap<RawRule>) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        let is_retired = |id: &Placed<String>| successor(id).is_some();
        let (retired, present): (Vec<_>, Vec<_>) = raw.0.into_iter().partition(|(id, _)| is_retired(id));
        for (id, rule) in present.into_iter().chain(retired) {
            let rule = self.rule(&id, rule.0);
            // The rule of a retired id does not replace that of its successor.
            if !rules.iter().any(|known| known.id == rule.id) {
                rules.push(rule);
            }
        }
        rules
    }

    fn rule(&mut self, id: &Placed<String>, node: YamlNode) -> Rule {
        let word = node.as_text().or_else(|| node.get("severity")?.as_text());
        let mut rule = Rule {
            id: self.policy_id(id),
            location: self.source.at(id.range),
            off: node.as_text() == Some("off"),
            severity: word.and_then(|word| word.parse().ok()),
            params: Vec::new(),
        };
        if let YamlData::Map(entries) = node.value {
            let params = entries.into_iter().filter(|(key, _)| key.value != "severity");
            let file = || self.source.path.clone();
            rule.params = params.map(|(name, value)| ParamArgument { name, value, file: file() }).collect();
        }
        rule
    }

    pub(super) fn overriding(&mut self, raw: RawOverride) -> Option<Override> {
        if raw.apps.is_empty() {
            self.error(raw.apps.range, "the override is about no apps: `apps` is empty".into(), None);
        }
        let apps = raw.apps.iter();
        let apps: Vec<(NamePattern, Location)> =
            apps.filter_map(|text| Some((self.apps(text)?, self.source.at(text.range)))).collect();
        let rules = self.rules(raw.rules);
        (!apps.is_empty()).then_some(Override { apps, rules, is_own: self.is_own })
    }
}
