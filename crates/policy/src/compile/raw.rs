//! The contents of a policy file, before anything is resolved. `schemas/policy.schema.json` is generated from these types.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::language::rule_set::RuleSet;
use crate::yaml::{Deferred, Placed, YamlMap, YamlNode};

/// A policy: the kind of subject, the conditions, the requirements, the reason, and examples.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Policy")]
pub(crate) struct RawPolicy {
    /// The policy's name in reports, in `preauth.yaml` and in waivers: lower-case words with hyphens.
    #[schemars(regex(pattern = r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: Placed<String>,
    /// The requirement in one line.
    pub title: Placed<String>,
    /// The severity of a finding.
    pub severity: Placed<RawSeverity>,
    /// Cases in which a finding has another severity. The first one that holds counts; one that is not known does not hold.
    #[serde(default)]
    pub severities: Vec<RawSeverityCase>,
    /// The reason, in plain words, for somebody who knows Setup and not this tool.
    pub why: String,
    /// Advice for a finding, in Setup's words.
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
    /// Parameters, which `rules` in `preauth.yaml` can set: values by name, which tests use as `$name`.
    #[serde(default)]
    pub params: YamlMap<RawParam>,
    /// Conditions: the policy applies if all of these hold.
    #[serde(default, rename = "where")]
    pub applies: Vec<RawTest>,
    /// Exceptions: the policy does not apply if any of these holds.
    #[serde(default)]
    pub except: Vec<RawTest>,
    /// Requirements: each of these that does not hold is a finding.
    pub require: Vec<RawTest>,
    /// The message of a finding. `{attribute}` is replaced by a value, `{culprit}` by the members of a list that are wrong,
    /// `{counterexample}` by an example of what is wrong, and `{count}` by the number of members of the list.
    #[serde(default)]
    pub message: Option<Placed<String>>,
    /// The attribute where a finding is shown, if the requirement is about several: the one to change first. Without it, a
    /// finding is shown at the first one that is wrong.
    #[serde(default)]
    pub place: Option<Placed<String>>,
    /// The values that a fix writes, if the requirement itself does not say it.
    #[serde(default)]
    pub repair: Option<RawRepair>,
    /// The most that a fix is trusted. The attribute that it changes limits this too.
    #[serde(default)]
    pub fix: Option<Placed<RawApplicability>>,
    /// Policies whose findings on the same subject are included in those of this one.
    #[serde(default)]
    pub subsume: Vec<Placed<String>>,
    /// Whether findings can be waived.
    #[serde(default = "yes")]
    pub waivable: bool,
    /// Whether the policy also judges files that a `.forceignore` or a wrong suffix leaves out, because what it finds
    /// matters although they are never deployed.
    #[serde(default)]
    pub ignored_files: bool,
    /// Examples of sources in which the policy has findings, and in which it has none.
    #[serde(default)]
    #[allow(dead_code, reason = "`PolicySet::examples` reads them")]
    #[schemars(with = "RawExamples")]
    pub examples: Deferred<RawExamples>,
}

fn yes() -> bool {
    true
}

/// A case in which a finding has another severity.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SeverityCase")]
pub(crate) struct RawSeverityCase {
    /// The conditions: the case holds if all of these hold.
    pub when: Vec<RawTest>,
    /// The severity of a finding in this case.
    pub severity: Placed<RawSeverity>,
    /// The smallest set in which a finding in this case is reported, if it is smaller than that of the policy.
    #[serde(default)]
    pub set: Option<RuleSet>,
    /// The message of a finding in this case, if it differs.
    #[serde(default)]
    pub message: Option<Placed<String>>,
    /// Advice for a finding in this case, if it differs.
    #[serde(default)]
    pub help: Option<String>,
}

/// A parameter: its value, or a mapping with the value as `default`.
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
            "description": "A value: a number, a duration such as `30 DAYS`, a text, or a list of texts; or a mapping with the value as `default`, its limits, and its meaning.",
            "anyOf": [
                value("The value, unless `rules` sets another."),
                {
                    "type": "object",
                    "properties": {
                        "default": value("The value, unless `rules` sets another."),
                        "at_least": limit("The least value that `rules` can set."),
                        "at_most": limit("The greatest value that `rules` can set."),
                        "about": { "description": "The meaning, in one sentence.", "type": "string" }
                    },
                    "required": ["default"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Severity")]
pub enum RawSeverity {
    /// Good to know.
    Info,
    /// Works, but should be changed.
    Warning,
    /// Does not work, or gives access to the wrong people.
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

/// How far a fix is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Applicability")]
pub enum RawApplicability {
    /// Only shown.
    DisplayOnly,
    /// Applied by `--fix --unsafe-fixes`.
    Unsafe,
    /// Applied by `--fix`.
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

/// The values that a fix writes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Repair")]
pub(crate) struct RawRepair {
    /// Attributes with their new values.
    pub set: YamlMap<YamlNode>,
}

/// A test: a path and one statement about its value, or a combination of tests.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Test")]
pub(crate) struct RawTest {
    /// The attribute. In `some` and `every`, a field of the member; omit it for the member itself.
    pub path: Option<Placed<String>>,
    /// The value is set (`false`: it is not set).
    pub present: Option<Placed<bool>>,
    /// The value is not set (`false`: it is set).
    pub absent: Option<Placed<bool>>,
    /// The value is this one.
    pub equals: Option<YamlNode>,
    /// The value is one of these.
    pub one_of: Option<Placed<Vec<YamlNode>>>,
    /// The value is none of these.
    pub none_of: Option<Placed<Vec<YamlNode>>>,
    /// The text has a match of this regular expression.
    pub matches: Option<Placed<String>>,
    /// The text has no match of this regular expression.
    pub not_matches: Option<Placed<String>>,
    /// The number, date or duration is this or more.
    pub at_least: Option<YamlNode>,
    /// The number, date or duration is this or less.
    pub at_most: Option<YamlNode>,
    /// Every member of the list is one of these.
    pub subset_of: Option<YamlNode>,
    /// All of these are members of the list.
    pub contains: Option<YamlNode>,
    /// No member of the list occurs twice.
    pub unique: Option<Placed<bool>>,
    /// The number of members of the list.
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
    /// The result if the value is unknown. Without it, the policy is undecided if the value is not in the source.
    pub if_unknown: Option<Placed<RawIfUnknown>>,
}

/// The result of a test on an unknown value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "IfUnknown")]
pub(crate) enum RawIfUnknown {
    /// The test fails.
    Fail,
    /// The test passes.
    Pass,
}

/// The number of members of a list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Count")]
pub(crate) struct RawCount {
    /// This many or more: a number, or `$` and the name of a parameter.
    pub at_least: Option<YamlNode>,
    /// This many or fewer.
    pub at_most: Option<YamlNode>,
    /// Exactly this many.
    pub equals: Option<YamlNode>,
}

/// Examples of sources in which a policy has findings, and in which it has none.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Examples")]
pub(crate) struct RawExamples {
    /// The policy has a finding in each of these.
    pub fail: Vec<Placed<RawExample>>,
    /// The policy has no finding in any of these.
    pub pass: Vec<Placed<RawExample>>,
    /// The policy is undecided in each of these.
    pub undecided: Vec<Placed<RawExample>>,
}

/// A small source tree, in full (`files`), or as one app in a short form (`app`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Example")]
pub(crate) struct RawExample {
    /// A description of the example.
    pub about: Option<String>,
    /// Attributes of one app that has no findings otherwise; `null` removes one. The example is run for both kinds of
    /// app, if they have these attributes.
    pub app: Option<YamlNode>,
    /// The only kind of app that a short example is for: `connectedApp` or `externalClientApp`.
    pub kind: Option<Placed<String>>,
    /// The entry of the register for the app of a short example.
    pub declared: Option<YamlNode>,
    /// The files, by path.
    pub files: YamlMap<String>,
    /// The files before the change that is checked, by path. Without it no change is checked. `preauth.yaml` is the
    /// configuration before the change, if that differs.
    pub base: Option<YamlMap<String>>,
    /// The configuration, as in `preauth.yaml`.
    pub config: Option<String>,
    /// The day of the check; without it 2026-01-01.
    pub as_of: Option<Placed<String>>,
    /// The severity of the findings of a failing example, if it matters.
    pub severity: Option<Placed<RawSeverity>>,
}
