//! The configuration of a project.

use preauth_metadata::App;
use preauth_source::Location;

use super::{
    register::Register,
    rule::{Override, Rule},
    waiver::Waivers,
};
use crate::{form::retired::RetiredId, language::rule_set::RuleSet};

/// The configuration, with every name resolved.
#[derive(Clone, Debug)]
pub struct Config {
    /// The built-in policies that are on.
    pub set: Option<RuleSet>,
    /// The rules for single policies. Each policy has at most one.
    pub rules: Vec<Rule>,
    /// The rules for single policies, for some apps.
    pub overrides: Vec<Override>,
    /// Files and folders with policies, relative to the configuration file that names them, with their places.
    pub policies: Vec<(String, Location)>,
    /// The register.
    pub register: Register,
    /// The waivers.
    pub waivers: Waivers,
    /// The retired ids of policies that it uses. Rules and waivers have those of the successors.
    pub retired: Vec<RetiredId>,
}

impl Default for Config {
    /// Returns the configuration without a file: the recommended policies.
    fn default() -> Self {
        Self { set: Some(RuleSet::Recommended), ..Self::empty() }
    }
}

impl Config {
    /// Returns the rule for a policy or a check of form on an app. The last override takes precedence.
    pub fn rule(&self, id: &str, app: &App) -> Option<&Rule> {
        let named = |rules: &'_ [Rule]| rules.iter().position(|rule| rule.id == id);
        let about = self.overrides.iter().rev().filter(|one| one.is_about(app));
        let overridden = about.filter_map(|one| named(&one.rules).map(|index| &one.rules[index])).next();
        overridden.or_else(|| named(&self.rules).map(|index| &self.rules[index]))
    }

    /// Returns an empty configuration, without any policies.
    pub(super) fn empty() -> Self {
        Self {
            set: None,
            rules: Vec::new(),
            overrides: Vec::new(),
            policies: Vec::new(),
            register: Register::default(),
            waivers: Waivers::default(),
            retired: Vec::new(),
        }
    }

    /// Merges a later configuration into this one. The later one takes precedence.
    pub(super) fn merged_with(mut self, later: Self) -> Self {
        for rule in later.rules {
            match self.rules.iter_mut().find(|known| known.id == rule.id) {
                Some(known) => *known = known.merged_with(&rule),
                None => self.rules.push(rule),
            }
        }
        self.overrides.extend(later.overrides);
        self.policies.extend(later.policies);
        self.waivers.waivers.extend(later.waivers.waivers);
        self.retired.extend(later.retired);
        Self {
            set: self.set.max(later.set),
            register: self.register.merged_with(later.register),
            waivers: Waivers {
                expire_within: later.waivers.expire_within.or(self.waivers.expire_within),
                ..self.waivers
            },
            ..self
        }
    }
}
