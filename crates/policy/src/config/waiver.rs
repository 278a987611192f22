//! Waivers: findings that somebody answers for, for a reason, until a day.

use jiff::civil::Date;
use preauth_metadata::{App, Duration, Type, Value, masked};
use preauth_source::{Diagnostic, FilePath, Location};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ConfigReader, pattern::NamePattern};
use crate::{
    compile::literal,
    yaml::{Placed, YamlNode},
};

/// A finding that stays for now: which one, why, and until when.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaiver {
    /// The id of the policy or check whose findings are covered.
    rule: Placed<String>,
    /// The developer name or label of the app, or a pattern such as `Sandbox_*`.
    #[serde(default)]
    app: Option<Placed<String>>,
    /// Instead of `app`: the path of the file, told from the project's folder, or a pattern such as
    /// `force-app/**/profiles/*`.
    #[serde(default)]
    file: Option<Placed<String>>,
    /// The value that was seen, as the finding shows it: another value is not covered. A list covers that very list.
    /// `"*"` is any value, of one app or file; left out, the finding must show no value.
    #[serde(default)]
    value: Option<YamlNode>,
    /// Why it stays as it is.
    reason: Placed<String>,
    /// Who answers for that.
    #[serde(default)]
    owner: Option<Placed<String>>,
    /// The last day on which the finding is covered, such as 2027-03-31.
    expires: Placed<String>,
}

/// The waivers of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    /// In the order of the files.
    pub waivers: Vec<Waiver>,
    /// How far away from the day that is judged at a waiver may expire at most, and where that is said.
    pub expire_within: Option<(Duration, Location)>,
}

/// A finding that somebody answers for, for a reason, until a day.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The policy or check of form whose findings it covers, and where that is said.
    pub rule: (String, Location),
    /// What the findings are about, and where that is said.
    pub target: (WaiverTarget, Location),
    /// What was seen.
    pub value: WaivedValue,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it covers anything, and where that is said.
    pub expires: (Date, Location),
    /// Where it is.
    pub location: Location,
    /// Whether it is in the project's own configuration. Another may be about apps of other projects.
    pub own: bool,
}

/// What a waiver is about.
#[derive(Clone, Debug)]
pub enum WaiverTarget {
    /// Apps, their grants and their files.
    Apps(NamePattern),
    /// Files.
    Files(NamePattern),
}

/// The values that a waiver is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaivedValue {
    /// The finding shows no value.
    Nothing,
    /// This value; the members of a list in any order.
    Value(String),
    /// Any value, or none.
    Any,
}

impl Waiver {
    /// Whether it is about what a finding is about.
    pub(crate) fn is_about(&self, app: Option<&App>, file: &FilePath) -> bool {
        match &self.target.0 {
            WaiverTarget::Apps(pattern) => app.is_some_and(|app| pattern.is_app(app)),
            WaiverTarget::Files(pattern) => pattern.is_file(file),
        }
    }

    /// What it is about, as people write it.
    pub(crate) fn about(&self) -> &str {
        match &self.target.0 {
            WaiverTarget::Apps(pattern) | WaiverTarget::Files(pattern) => &pattern.text,
        }
    }

    /// Whether it covers what a finding has observed.
    pub(crate) fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let seen = diagnostic.observed.as_ref().and_then(|observed| observed.value.as_deref());
        match (&self.value, seen) {
            (WaivedValue::Any, _) | (WaivedValue::Nothing, None) => true,
            (WaivedValue::Value(value), Some(seen)) => members(value) == members(seen),
            (WaivedValue::Nothing, Some(_)) | (WaivedValue::Value(_), None) => false,
        }
    }
}

impl std::fmt::Display for WaivedValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("no value"),
            Self::Value(value) => write!(f, "`{value}`"),
            Self::Any => f.write_str("any value"),
        }
    }
}

/// The members of a list as findings show it, sorted; one value is a list of one.
fn members(text: &str) -> Vec<&str> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some(mut rest) = inner else { return vec![text] };
    let mut members = Vec::new();
    loop {
        // A member with a comma in it is shown in quotes.
        let end = match rest.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map_or(rest.len(), |end| end + 2),
            None => rest.find(", ").unwrap_or(rest.len()),
        };
        members.push(rest[..end].trim_matches('"'));
        match rest[end..].strip_prefix(", ") {
            Some(others) => rest = others,
            None => break,
        }
    }
    members.sort_unstable();
    members
}

impl ConfigReader<'_, '_> {
    /// Reads the waivers, and how far away they may expire.
    pub(super) fn waivers(&mut self, raw: &[RawWaiver], within: Option<&YamlNode>) -> Waivers {
        let waivers: Vec<Waiver> = raw.iter().filter_map(|waiver| self.waiver(waiver)).collect();
        for (index, waiver) in waivers.iter().enumerate() {
            let same = |first: &&Waiver| {
                first.rule.0 == waiver.rule.0
                    && first.about() == waiver.about()
                    && first.value == waiver.value
            };
            if let Some(first) = waivers[..index].iter().find(same) {
                let message = format!("`{}` of `{}` is waived twice", waiver.rule.0, waiver.about());
                self.twice(message, &first.location, &waiver.location);
            }
        }
        let expire_within =
            within.and_then(|node| match literal::read(node, Type::Duration, &self.source.path) {
                Ok(Value::Duration(within)) => Some((within, self.source.at(node.range))),
                Ok(_) => None,
                Err(error) => {
                    self.mistake(error.range, error.message, None);
                    None
                }
            });
        Waivers { waivers, expire_within }
    }

    fn waiver(&mut self, raw: &RawWaiver) -> Option<Waiver> {
        let target = match (&raw.app, &raw.file) {
            (Some(app), None) => Some((WaiverTarget::Apps(self.apps(app)?), self.source.at(app.range))),
            (None, Some(file)) => match NamePattern::of_files(&file.value) {
                Ok(pattern) => Some((WaiverTarget::Files(pattern), self.source.at(file.range))),
                Err(message) => {
                    self.mistake(file.range, message, None);
                    None
                }
            },
            (None, None) => {
                self.mistake(raw.rule.range, "a waiver is about an `app` or a `file`".into(), None);
                None
            }
            (Some(_), Some(file)) => {
                self.mistake(file.range, "a waiver is about an `app` or a `file`, not both".into(), None);
                None
            }
        };
        if raw.reason.trim().is_empty() {
            self.mistake(raw.reason.range, "a waiver needs a reason".into(), None);
        }
        let expires = self.date(&raw.expires);
        let value = match &raw.value {
            None => WaivedValue::Nothing,
            Some(node) => match literal::shown(node) {
                Some(text) if text == "*" => WaivedValue::Any,
                Some(text) => WaivedValue::Value(text),
                None => {
                    let message = "the value of a waiver is a text, a number or a list of them".to_owned();
                    self.mistake(node.range, message, None);
                    return None;
                }
            },
        };
        let target = target?;
        let (WaiverTarget::Apps(pattern) | WaiverTarget::Files(pattern)) = &target.0;
        if value == WaivedValue::Any && !pattern.is_exact() {
            let range = raw.value.as_ref().map_or(raw.rule.range, |node| node.range);
            let message =
                "any value is waived of one app or file, named exactly, and not of a pattern".into();
            self.mistake(range, message, None);
            return None;
        }
        Some(Waiver {
            rule: (raw.rule.value.clone(), self.source.at(raw.rule.range)),
            target,
            value,
            reason: masked(raw.reason.trim()),
            owner: raw.owner.as_ref().map(|owner| owner.value.clone()),
            expires: (expires?, self.source.at(raw.expires.range)),
            location: self.source.at(raw.rule.range),
            own: self.own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_the_same_in_any_order_and_one_value_is_a_list_of_one() {
        assert_eq!(members("[Full, Api]"), members("[Api, Full]"));
        assert_eq!(members("Full"), members("[Full]"));
        assert_ne!(members("[Full]"), members("[Api, Full]"));
        assert_ne!(members("[]"), members("[Full]"));
    }

    #[test]
    fn a_name_with_a_comma_is_not_two_names() {
        assert_eq!(members("[\"Clerk, EU\"]"), members("Clerk, EU"));
        assert_ne!(members("[Clerk, EU]"), members("Clerk, EU"));
        assert_eq!(members("[\"Clerk, EU\", Desk]"), ["Clerk, EU", "Desk"]);
    }
}
