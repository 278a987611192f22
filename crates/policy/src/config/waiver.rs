//! Waivers: findings that somebody accepts, with a reason, until a day.

use jiff::civil::Date;
use preauth_metadata::{App, Duration, Type, Value, masked};
use preauth_source::{Diagnostic, FilePath, Location};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{pattern::NamePattern, reader::ConfigReader};
use crate::{
    compile::literal,
    yaml::{Placed, YamlNode},
};

/// A finding that is accepted until a date, with a reason.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaiver {
    /// The id of the policy or check whose findings are covered.
    rule: Placed<String>,
    /// The developer name or label of the app, or a pattern such as `Sandbox_*`.
    #[serde(default)]
    app: Option<Placed<String>>,
    /// In place of `app`: the path of the file, relative to the project's folder, or a pattern such as
    /// `force-app/**/profiles/*`.
    #[serde(default)]
    file: Option<Placed<String>>,
    /// The value that the finding shows: other values are not covered. A list covers exactly that list.
    /// `"*"` is any value, of one app or file. Without it, the finding must show no value.
    #[serde(default)]
    value: Option<YamlNode>,
    /// The reason why the finding is accepted.
    reason: Placed<String>,
    /// Who is responsible.
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
    /// The longest time from the day of the check until a waiver expires, and its place.
    pub expire_within: Option<(Duration, Location)>,
}

/// A finding that somebody accepts, with a reason, until a day.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The policy or check of form whose findings it covers, and its place.
    pub rule: (String, Location),
    /// The apps or files that the findings are about, and their place.
    pub target: (WaiverTarget, Location),
    /// The value that the findings show.
    pub value: WaivedValue,
    /// The reason.
    pub reason: String,
    /// Who is responsible.
    pub owner: Option<String>,
    /// The last day on which it is valid, and its place.
    pub expires: (Date, Location),
    /// The place.
    pub location: Location,
    /// True if it is in the project's own configuration. Others may be about apps of other projects.
    pub is_own: bool,
}

/// The apps or files that a waiver is about.
#[derive(Clone, Debug)]
pub enum WaiverTarget {
    /// Apps, their grants and their files.
    Apps(NamePattern),
    /// Files.
    Files(NamePattern),
}

/// The values that a waiver covers.
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
    /// True if it is about an app, or a file.
    pub(crate) fn is_about(&self, app: Option<&App>, file: &FilePath) -> bool {
        match &self.target.0 {
            WaiverTarget::Apps(pattern) => app.is_some_and(|app| pattern.is_app(app)),
            WaiverTarget::Files(pattern) => pattern.is_file(file),
        }
    }

    /// Returns the name or pattern of the apps or files.
    pub(crate) fn about(&self) -> &str {
        match &self.target.0 {
            WaiverTarget::Apps(pattern) | WaiverTarget::Files(pattern) => &pattern.text,
        }
    }

    /// True if it covers the value that a finding shows.
    pub(crate) fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let seen = diagnostic.observed.as_ref().and_then(|observed| observed.value.as_deref());
        match (&self.value, seen) {
            (WaivedValue::Any, _) | (WaivedValue::Nothing, None) => true,
            (WaivedValue::Value(value), Some(seen)) => members(value) == members(seen),
            (WaivedValue::Nothing, Some(_)) | (WaivedValue::Value(_), None) => false,
        }
    }
}

/// Reads a value that has words for people, such as `after 365 days`.
fn with_words(text: &str) -> Option<Value> {
    [Type::RefreshToken, Type::Duration].into_iter().find_map(|ty| Value::read(ty, text))
}

impl WaivedValue {
    /// Reads a value as findings record it. People may write it as reports show it.
    fn read(text: String) -> Self {
        if text == "*" {
            Self::Any
        } else {
            Self::Value(with_words(&text).map_or(text, |value| value.to_string()))
        }
    }

    /// Returns the value as reports show it.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Value(text) => {
                format!("`{}`", with_words(text).map_or(text.clone(), |value| value.in_words()))
            }
            other => other.to_string(),
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

/// Returns the members of a list that a finding shows, sorted. A single value is a list of one.
fn members(text: &str) -> Vec<&str> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some(mut rest) = inner else { return vec![text] };
    let mut members = Vec::new();
    loop {
        // A member with a comma in it is quoted.
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
    /// Reads the waivers, and the longest time until they expire.
    pub(super) fn waivers(&mut self, raw: &[RawWaiver], within: Option<&YamlNode>) -> Waivers {
        let waivers: Vec<Waiver> = raw.iter().filter_map(|waiver| self.waiver(waiver)).collect();
        for (index, waiver) in waivers.iter().enumerate() {
            let same = |first: &&Waiver| {
                first.rule.0 == waiver.rule.0
                    && first.about() == waiver.about()
                    && first.value == waiver.value
            };
            if let Some(first) = waivers[..index].iter().find(same) {
                let message = format!("`{}` has two waivers for `{}`", waiver.rule.0, waiver.about());
                self.duplicate(message, &first.location, &waiver.location);
            }
        }
        let expire_within =
            within.and_then(|node| match literal::read(node, Type::Duration, &self.source.path) {
                Ok(Value::Duration(within)) => Some((within, self.source.at(node.range))),
                Ok(_) => None,
                Err(error) => {
                    self.error(error.range, error.message, None);
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
                    self.error(file.range, message, None);
                    None
                }
            },
            (None, None) => {
                self.error(raw.rule.range, "the waiver has neither `app` nor `file`".into(), None);
                None
            }
            (Some(_), Some(file)) => {
                self.error(file.range, "the waiver has both `app` and `file`: remove one".into(), None);
                None
            }
        };
        if raw.reason.trim().is_empty() {
            self.error(raw.reason.range, "the waiver needs a reason".into(), None);
        }
        let expires = self.date(&raw.expires);
        let value = match &raw.value {
            None => WaivedValue::Nothing,
            Some(node) => match literal::shown(node) {
                Some(text) => WaivedValue::read(text),
                None => {
                    let message =
                        "the value of a waiver must be a text, a number or a list of them".to_owned();
                    self.error(node.range, message, None);
                    return None;
                }
            },
        };
        let target = target?;
        let (WaiverTarget::Apps(pattern) | WaiverTarget::Files(pattern)) = &target.0;
        if value == WaivedValue::Any && !pattern.is_exact() {
            let range = raw.value.as_ref().map_or(raw.rule.range, |node| node.range);
            let message = "`value: \"*\"` needs the exact name of one app or file, not a pattern".into();
            self.error(range, message, None);
            return None;
        }
        Some(Waiver {
            rule: (self.policy_id(&raw.rule), self.source.at(raw.rule.range)),
            target,
            value,
            reason: masked(raw.reason.trim()),
            owner: raw.owner.as_ref().map(|owner| owner.value.clone()),
            expires: (expires?, self.source.at(raw.expires.range)),
            location: self.source.at(raw.rule.range),
            is_own: self.is_own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_a_list_does_not_matter_and_one_value_is_a_list_of_one() {
        assert_eq!(members("[Full, Api]"), members("[Api, Full]"));
        assert_eq!(members("Full"), members("[Full]"));
        assert_ne!(members("[Full]"), members("[Api, Full]"));
        assert_ne!(members("[]"), members("[Full]"));
    }

    #[test]
    fn value_can_be_written_as_reports_show_it() {
        for (shown, recorded) in [
            ("after 30 days without use", "afterInactivity 30 DAYS"),
            ("365 days", "365 DAYS"),
            ("Full", "Full"),
        ] {
            let value = WaivedValue::read(shown.to_owned());
            assert_eq!(value, WaivedValue::Value(recorded.to_owned()));
            assert_eq!(value.in_words(), format!("`{shown}`"));
        }
    }

    #[test]
    fn quoted_name_with_a_comma_is_one_name() {
        assert_eq!(members("[\"Clerk, EU\"]"), members("Clerk, EU"));
        assert_ne!(members("[Clerk, EU]"), members("Clerk, EU"));
        assert_eq!(members("[\"Clerk, EU\", Desk]"), ["Clerk, EU", "Desk"]);
    }
}
