//! Policies, compiled.

use preauth_metadata::Attribute;
use preauth_source::{Applicability, ArcStr, Location, Severity};

use crate::{
    evaluate::subject::{Select, Subject},
    language::{param::Param, path::AttributePath, predicate::Operand, rule_set::RuleSet, test::Test},
    yaml::Placed,
};

/// A compiled policy: every name is resolved.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The id.
    pub id: ArcStr,
    /// The requirement in one line.
    pub title: String,
    /// The severity of a finding, if no case holds.
    pub severity: Severity,
    /// Cases in which a finding has another severity. The first one that holds counts.
    pub severities: Vec<SeverityCase>,
    /// Why it matters.
    pub why: String,
    /// Advice for a finding.
    pub help: Option<String>,
    /// Controls of security baselines that it checks.
    pub controls: Vec<String>,
    /// The smallest set that it belongs to.
    pub set: RuleSet,
    /// The kind of subject.
    pub select: Select,
    /// The parameters, which `rules` in the configuration can set.
    pub params: Vec<Param>,
    /// The conditions: it applies if all of these hold.
    pub applies: Vec<Test>,
    /// The exceptions: it does not apply if one of these holds.
    pub except: Vec<Test>,
    /// The requirements.
    pub require: Vec<Test>,
    /// The message of a finding.
    pub message: Option<MessageTemplate>,
    /// The attribute where a finding is shown, if the requirement is about several.
    pub place: Option<String>,
    /// The values that a fix writes, if the requirement itself does not say it.
    pub repair: Vec<RepairSetting>,
    /// The most that a fix is trusted.
    pub fix: Applicability,
    /// Policies whose findings on the same subject are included in those of this one.
    pub subsume: Vec<Placed<String>>,
    /// True if findings can be waived.
    pub waivable: bool,
    /// True if it also judges files that are never deployed.
    pub ignored_files: bool,
    /// The place of its id.
    pub location: Location,
    /// True if the configuration switches it off.
    pub off: bool,
    /// The set whose cases of `severities` are reported, and nothing else; `None` if everything is.
    pub(crate) only_cases_of: Option<RuleSet>,
}

/// A case in which a finding has another severity.
#[derive(Clone, Debug)]
pub struct SeverityCase {
    /// The conditions: the case holds if all of these hold. One that is not known does not hold.
    pub when: Vec<Test>,
    /// The severity of a finding.
    pub severity: Severity,
    /// The smallest set in which it is reported, if that is smaller than the policy's.
    pub set: Option<RuleSet>,
    /// The message of a finding, if it differs.
    pub message: Option<MessageTemplate>,
    /// Advice for a finding, if it differs.
    pub help: Option<String>,
}

/// A message with placeholders for values.
#[derive(Clone, Debug)]
pub struct MessageTemplate(pub(crate) Vec<MessagePart>);

/// A part of a message.
#[derive(Clone, Debug)]
pub(crate) enum MessagePart {
    /// Text.
    Text(String),
    /// The value of a path.
    Value(AttributePath),
    /// The members of a list that make the test fail.
    Culprit,
    /// A value that shows what is wrong.
    Counterexample,
    /// The number of members of the list.
    Count,
}

impl MessagePart {
    /// Returns the part of a name in braces that is not a path.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "culprit" => Some(Self::Culprit),
            "counterexample" => Some(Self::Counterexample),
            "count" => Some(Self::Count),
            _ => None,
        }
    }
}

/// An attribute that a fix sets, or removes if the value is `None`.
#[derive(Clone, Debug)]
pub struct RepairSetting {
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The value.
    pub value: Option<Operand>,
}

impl Policy {
    /// Returns every path that it reads.
    pub(crate) fn paths(&self) -> Vec<&AttributePath> {
        let mut paths = Vec::new();
        let cases = self.severities.iter().map(|case| &case.when);
        [&self.applies, &self.except, &self.require]
            .into_iter()
            .chain(cases)
            .flatten()
            .for_each(|test| test.paths(&mut paths));
        paths
    }

    /// True if it judges a subject: one in a file that is never deployed is only judged by some policies.
    pub(crate) fn judges(&self, subject: &Subject<'_>) -> bool {
        self.ignored_files || !subject.is_ignored()
    }
}
