//! What a policy file says, before anything is looked up: its shape, from which `schemas/policy.schema.json` is
//! generated.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::language::rule_set::RuleSet;
use crate::yaml::{Deferred, Placed, YamlMap, YamlNode};

/// One policy: what it is about, when it applies, what must hold, why, and its own examples.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Policy")]
pub(crate) struct RawPolicy {
    /// The policy's name in reports, in `preauth.yaml` and in waivers: lower-case words with hyphens.
    #[schemars(regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Placed<String>,
    /// What the policy demands, in one line.
    pub title: Placed<String>,
    /// How much a violation matters.
    pub severity: Placed<RawSeverity>,
    /// Why it matters, in plain words, for somebody who knows Setup and not this tool.
    pub why: String,
    /// What to do about a violation, in Setup's words.
    #[serde(default)]
    pub help: Option<String>,
    /// Controls of security baselines that the policy checks.
    #[serde(default)]
    pub controls: Vec<String>,
    /// The smallest set that the policy belongs to.
    #[serde(default)]
    pub set: RuleSet,
    /// The kind of subject that the policy is about, or a metadata type by name, whose paths are then XML paths.
    pub select: Placed<String>,
    /// What `rules` in `preauth.yaml` may change: values by name, which tests use as `$name`.
    #[serde(default)]
    pub params: YamlMap<RawParam>,
    /// When the policy applies: all of these hold.
    #[serde(default, rename = "where")]
    pub applies: Vec<RawTest>,
    /// When it does not apply all the same: any of these holds.
    #[serde(default)]
    pub except: Vec<RawTest>,
    /// What must hold. Each test that does not is a finding.
    pub require: Vec<RawTest>,
    /// What a finding says. `{attribute}` puts a value in, `{culprit}` the members of a list that are wrong,
    /// `{counterexample}` a value that shows it, and `{count}` how many members the list has.
    #[serde(default)]
    pub message: Option<Placed<String>>,
    /// What a correction writes, where the requirement itself does not say.
    #[serde(default)]
    pub repair: Option<RawRepair>,
    /// How far a correction may be trusted at most. What a change can do to those who use the app bounds it too.
    #[serde(default)]
    pub fix: Option<Placed<RawApplicability>>,
    /// Policies whose findings on the same subject this one speaks for.
    #[serde(default)]
    pub subsume: Vec<Placed<String>>,
    /// Whether a waiver can silence it.
    #[serde(default = "yes")]
    pub waivable: bool,
    /// Sources that show what the policy finds and what it does not.
    #[serde(default)]
    #[allow(dead_code, reason = "`PolicySet::examples` reads them")]
    #[schemars(with = "RawExamples")]
    pub examples: Deferred<RawExamples>,
}

fn yes() -> bool {
    true
}

/// A parameter: its value, or a mapping with that and more.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct RawParam(pub YamlNode);

impl JsonSchema for RawParam {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Param".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let value = |about: &str| {
            json_schema!({
                "description": about,
                "type": ["string", "number", "boolean", "array"],
                "items": { "type": ["string", "number"] }
            })
        };
        let limit = |about: &str| json_schema!({ "description": about, "type": ["string", "number"] });
        json_schema!({
            "description": "A value: a number, a duration such as `30 DAYS`, a text, or a list of texts; or a mapping with the value as `default`, its limits, and what it is about.",
            "anyOf": [
                value("The value, unless `rules` gives another."),
                {
                    "type": "object",
                    "properties": {
                        "default": value("The value, unless `rules` gives another."),
                        "at_least": limit("The least that `rules` may give."),
                        "at_most": limit("The most that `rules` may give."),
                        "about": { "description": "What it means, in one sentence.", "type": "string" }
                    },
                    "required": ["default"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Severity")]
pub enum RawSeverity {
    /// Worth knowing.
    Info,
    /// Works, but should not stay so.
    Warning,
    /// Fails, or lets in whom it should not.
    Error,
}

impl From<RawSeverity> for preauth_source::Severity {
    fn from(severity: RawSeverity) -> Self {
        match severity {
            RawSeverity::Info => Self::Info,
            RawSeverity::Warning => Self::Warning,
            RawSeverity::Error => Self::Error,
        }
    }
}

/// How far a correction may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Applicability")]
pub enum RawApplicability {
    /// Shown, never made.
    DisplayOnly,
    /// Made on explicit demand.
    Unsafe,
    /// Made by `--fix`.
    Safe,
}

impl From<RawApplicability> for preauth_source::Applicability {
    fn from(applicability: RawApplicability) -> Self {
        match applicability {
            RawApplicability::DisplayOnly => Self::DisplayOnly,
            RawApplicability::Unsafe => Self::Unsafe,
            RawApplicability::Safe => Self::Safe,
        }
    }
}

/// What a correction writes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Repair")]
pub(crate) struct RawRepair {
    /// Attributes and the values they get.
    pub set: YamlMap<YamlNode>,
}

/// A test: a path and one word that says what must be true of it, or tests put together.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Test")]
pub(crate) struct RawTest {
    /// The attribute that is looked at. In `some` and `every`, a field of the member; left out for the member itself.
    pub path: Option<Placed<String>>,
    /// There is a value (`false`: there is none).
    pub present: Option<Placed<bool>>,
    /// There is no value (`false`: there is one).
    pub absent: Option<Placed<bool>>,
    /// The value is this one.
    pub equals: Option<YamlNode>,
    /// The value is one of these.
    pub one_of: Option<Placed<Vec<YamlNode>>>,
    /// The value is none of these.
    pub none_of: Option<Placed<Vec<YamlNode>>>,
    /// The text matches this regular expression somewhere.
    pub matches: Option<Placed<String>>,
    /// The text matches this regular expression nowhere.
    pub not_matches: Option<Placed<String>>,
    /// The number, date or duration is this or more.
    pub at_least: Option<YamlNode>,
    /// The number, date or duration is this or less.
    pub at_most: Option<YamlNode>,
    /// Every member of the list is one of these.
    pub subset_of: Option<YamlNode>,
    /// All of these are members of the list.
    pub contains: Option<YamlNode>,
    /// No member of the list stands in it twice.
    pub unique: Option<Placed<bool>>,
    /// How many members the list has.
    pub count: Option<Placed<RawCount>>,
    /// A member of the list passes this test.
    pub some: Option<Placed<Box<RawTest>>>,
    /// Every member of the list passes this test.
    pub every: Option<Placed<Box<RawTest>>>,
    /// Every address or range lies in these networks (`203.0.113.0/24` or `203.0.113.1-203.0.113.9`).
    pub within: Option<YamlNode>,
    /// Every address of these networks lies in one of the ranges of the list.
    pub covers: Option<YamlNode>,
    /// The text is the name of a component of this kind: `Profile` or `PermissionSet`.
    pub names: Option<Placed<String>>,
    /// All of these tests hold.
    pub all: Option<Placed<Vec<RawTest>>>,
    /// Any of these tests holds.
    pub any: Option<Placed<Vec<RawTest>>>,
    /// This test does not hold.
    pub not: Option<Placed<Box<RawTest>>>,
    /// What to take an unknown value for. Without it, nothing is concluded from what is not in the source.
    pub if_unknown: Option<Placed<RawIfUnknown>>,
}

/// What an unknown value is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "IfUnknown")]
pub(crate) enum RawIfUnknown {
    /// The test fails.
    Fail,
    /// The test passes.
    Pass,
}

/// How many members a list has.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Count")]
pub(crate) struct RawCount {
    /// So many or more: a number, or `$` and the name of a parameter.
    pub at_least: Option<YamlNode>,
    /// So many or fewer.
    pub at_most: Option<YamlNode>,
    /// Exactly so many.
    pub equals: Option<YamlNode>,
}

/// Sources that show what a policy finds and what it does not.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Examples")]
pub(crate) struct RawExamples {
    /// The policy fires on each of these.
    pub fail: Vec<Placed<RawExample>>,
    /// It does not fire on any of these.
    pub pass: Vec<Placed<RawExample>>,
    /// It cannot tell on any of these.
    pub undecided: Vec<Placed<RawExample>>,
}

/// A small source tree, in full (`files`) or as one app in short (`app`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Example")]
pub(crate) struct RawExample {
    /// What the example shows.
    pub about: Option<String>,
    /// Attributes of one app that is in order otherwise; `null` takes one away. The example holds for both kinds of
    /// app that have these attributes.
    pub app: Option<YamlNode>,
    /// The only kind of app that a short example is for: `connectedApp` or `externalClientApp`.
    pub kind: Option<Placed<String>>,
    /// What the register says of the app of a short example.
    pub declared: Option<YamlNode>,
    /// The files, by path.
    pub files: YamlMap<String>,
    /// The files that were there before the change that is judged, by path. Without it no change is judged.
    pub base: Option<YamlMap<String>>,
    /// The configuration, as in `preauth.yaml`.
    pub config: Option<String>,
    /// The day to judge at; without it 2026-01-01.
    pub as_of: Option<Placed<String>>,
}
