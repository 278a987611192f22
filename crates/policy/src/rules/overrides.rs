//! Overrides: policies and checks of form as the configuration changes them for single apps.

use crate::{
    config::{Override, Rule},
    form::checks::form_check,
    language::policy::Policy,
};

/// An override, with the policies and checks of form as they are for its apps.
#[derive(Clone, Debug)]
pub(crate) struct AppliedOverride {
    pub(crate) by: Override,
    pub(crate) policies: Vec<Policy>,
    pub(crate) form: Vec<Rule>,
}

impl AppliedOverride {
    /// An override without its policies, which are added as they are compiled. `rules` are those for all apps.
    pub(crate) fn new(by: &Override, rules: &[Rule]) -> Self {
        let form = by.rules.iter().filter(|rule| form_check(&rule.id).is_some());
        let form = form.map(|rule| merged(rules, rule)).collect();
        Self { by: by.clone(), policies: Vec::new(), form }
    }
}

/// Returns the rule of an override, merged into the rule for all apps.
pub(crate) fn merged(rules: &[Rule], rule: &Rule) -> Rule {
    let base = rules.iter().find(|base| base.id == rule.id);
    base.map_or_else(|| rule.clone(), |base| base.merged_with(rule))
}
