//! Policies and checks of form as overrides change them for single apps.

use preauth_metadata::App;
use preauth_source::{Diagnostic, Label, Severity, Subject, nearest};

use crate::{
    PolicySet,
    config::{Override, Rule},
    evaluate::context::Case,
    form::{checks::form_check, codes::OVERRIDE_UNMATCHED},
    judge::waivers::may_be_elsewhere,
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

/// Returns the findings about overrides whose app does not exist.
pub(crate) fn unmatched_overrides(case: Case<'_>, policies: &PolicySet) -> Vec<Diagnostic> {
    if policies.is_off(OVERRIDE_UNMATCHED, None) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for one in &policies.overridden {
        for (pattern, place) in &one.by.apps {
            let is_matched = case.org.apps.iter().any(|app| pattern.is_app(app));
            if is_matched || may_be_elsewhere(case, pattern, one.by.is_own) {
                continue;
            }
            let severity = form_check(OVERRIDE_UNMATCHED).map_or(Severity::Warning, |check| check.severity);
            let message = format!("an override names `{}`, but no app has this name", pattern.text);
            let label = Label::new(place.clone(), "this matches no app");
            let mut finding = Diagnostic::new(OVERRIDE_UNMATCHED, severity, message, label);
            let names = case.org.apps.iter().flat_map(|app| [&*app.name, app.label()]);
            finding.help.push(
                nearest(&pattern.text, names)
                    .map_or_else(|| "remove the override".into(), |near| format!("did you mean `{near}`?")),
            );
            finding.subject = Some(Subject { kind: "Override", name: pattern.text.as_str().into() });
            findings.push(finding);
        }
    }
    findings
}
