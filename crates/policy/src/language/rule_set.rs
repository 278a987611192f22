//! The sets of built-in policies.

use schemars::JsonSchema;
use serde::Deserialize;

/// A set of policies that can be switched on together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Set")]
pub enum RuleSet {
    /// Policies for every org.
    #[default]
    Recommended,
    /// More policies, for careful teams.
    Strict,
}

impl RuleSet {
    /// All sets, from the smallest to the largest.
    pub const ALL: [Self; 2] = [Self::Recommended, Self::Strict];

    /// Returns the set of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.as_str() == name)
    }

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
        }
    }
}
