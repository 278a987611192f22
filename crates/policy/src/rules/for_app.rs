//! Policies and checks of form as they are for one app, after its overrides.

use preauth_metadata::App;
use preauth_source::Diagnostic;

use crate::{
    config::Rule,
    language::policy::Policy,
    rules::{overrides::AppliedOverride, set::PolicySet},
};

impl PolicySet {
    /// Returns the overrides for an app, the one with the highest precedence first.
    fn overrides(&self, app: Option<&App>) -> impl Iterator<Item = &AppliedOverride> {
        let is_about = move |one: &&AppliedOverride| app.is_some_and(|app| one.by.is_about(app));
        self.overridden.iter().rev().filter(is_about)
    }

    /// Returns a policy as it is for an app.
    pub(crate) fn of_app<'p>(&'p self, policy: &'p Policy, app: Option<&App>) -> &'p Policy {
        let same = |one: &'p AppliedOverride| one.policies.iter().find(|other| other.id == policy.id);
        self.overrides(app).find_map(same).unwrap_or(policy)
    }

    /// True if any override changes a policy.
    pub(crate) fn is_overridden(&self, policy: &Policy) -> bool {
        self.overridden.iter().any(|one| one.policies.iter().any(|other| other.id == policy.id))
    }

    /// Returns the policies that are switched on for an app.
    pub(crate) fn on_for(&self, app: Option<&App>) -> impl Iterator<Item = &Policy> {
        self.all().iter().map(move |policy| self.of_app(policy, app)).filter(|policy| !policy.off)
    }

    /// Returns the rule for a check of form.
    fn form_rule(&self, code: &str, app: Option<&App>) -> Option<&Rule> {
        let find = |rules: &'_ [Rule]| rules.iter().position(|rule| rule.id == code);
        let overridden = self.overrides(app).find_map(|one| find(&one.form).map(|index| &one.form[index]));
        overridden.or_else(|| find(&self.form).map(|index| &self.form[index]))
    }

    /// True if the configuration switches a check of form off.
    pub(crate) fn is_off(&self, code: &str, app: Option<&App>) -> bool {
        self.form_rule(code, app).is_some_and(|rule| rule.off)
    }

    /// Gives a finding about form the severity that the configuration sets.
    pub(crate) fn adjust(&self, finding: &mut Diagnostic, app: Option<&App>) {
        if let Some(severity) = self.form_rule(&finding.code, app).and_then(|rule| rule.severity) {
            finding.severity = severity;
        }
    }
}
