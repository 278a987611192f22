//! The parameters of a policy that is compiled.

use std::cmp::Ordering;

use preauth_metadata::Value;
use preauth_source::FilePath;

use crate::{
    compile::{literal, raw::RawParam},
    language::param::Param,
    yaml::{Placed, YamlData, YamlNode},
};

/// A parameter of the policy that is compiled.
pub(crate) struct Parameter {
    pub(crate) name: Placed<String>,
    pub(crate) default: YamlNode,
    pub(crate) at_least: Option<YamlNode>,
    pub(crate) at_most: Option<YamlNode>,
    about: Option<String>,
    /// The value in the configuration, and the file that has it.
    pub(crate) configured: Option<(YamlNode, FilePath)>,
    pub(crate) is_used: bool,
}

impl Parameter {
    pub(crate) fn new(name: &Placed<String>, raw: &RawParam) -> Self {
        let option = |key: &str| raw.0.get(key).cloned();
        Self {
            name: name.clone(),
            default: option("default").unwrap_or_else(|| raw.0.clone()),
            at_least: option("at_least"),
            at_most: option("at_most"),
            about: option("about").and_then(|about| about.as_text().map(str::to_owned)),
            configured: None,
            is_used: false,
        }
    }

    fn value(&self) -> &YamlNode {
        self.configured.as_ref().map_or(&self.default, |(node, _)| node)
    }

    /// True if the parameter has several values.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.default.value, YamlData::List(_))
    }

    /// Describes the parameter.
    pub(crate) fn describe(&self) -> Param {
        let shown = |node: &YamlNode| literal::shown(node).unwrap_or_default();
        Param {
            name: self.name.value.clone(),
            value: shown(self.value()),
            default: shown(&self.default),
            at_least: self.at_least.as_ref().map(shown),
            at_most: self.at_most.as_ref().map(shown),
            about: self.about.clone(),
        }
    }
}

/// Returns an error message if a value is outside of its limits.
pub(crate) fn out_of_limits(value: &Value, [least, most]: &[Option<Value>; 2]) -> Option<String> {
    let violated =
        |limit: &Option<Value>, ordering| limit.clone().filter(|limit| value.order(limit) == Some(ordering));
    let too_small = violated(least, Ordering::Less);
    let too_small = too_small.map(|least| format!("{value} is too small: write {least} or more"));
    let too_large = || violated(most, Ordering::Greater);
    too_small.or_else(|| too_large().map(|most| format!("{value} is too large: write {most} or less")))
}
