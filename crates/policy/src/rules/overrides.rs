//! What overrides make of policies for their apps.

use preauth_metadata::App;
use preauth_source::{Diagnostic, Label, Severity, Subject};

use crate::{
    PolicySet,
    config::{Override, Rule},
    evaluate::subject::Case,
    form::checks::form_check,
    judge::waivers::is_elsewhere,
    language::policy::Policy,
};

/// Policies, and checks of form, as an override has them for its apps.
#[derive(Clone, Debug)]
pub(crate) struct Overridden {
    pub(crate) by: Override,
    pub(crate) policies: Vec<Policy>,
    pub(crate) form: Vec<Rule>,
}

impl Overridden {
    /// An override without its policies, which are added as they are compiled. `rules` are those for all apps.
    pub(crate) fn new(by: &Override, rules: &[Rule]) -> Self {
        let form = by.rules.iter().filter(|rule| form_check(&rule.id).is_some());
        let form = form.map(|rule| over(rules, rule)).collect();
        Self { by: by.clone(), policies: Vec::new(), form }
    }
}

/// What an override says of a policy, over what is said of it for all apps.
pub(crate) fn over(rules: &[Rule], rule: &Rule) -> Rule {
    let base = rules.iter().find(|base| base.id == rule.id);
    base.map_or_else(|| rule.clone(), |base| base.under(rule))
}

impl PolicySet {
    /// The overrides that are about an app; the last counts most.
    fn overridden(&self, app: Option<&App>) -> impl Iterator<Item = &Overridden> {
        let about = move |one: &&Overridden| app.is_some_and(|app| one.by.is_about(app));
        self.overridden.iter().rev().filter(about)
    }

    /// A policy as it is for what belongs to an app.
    pub(crate) fn of_app<'p>(&'p self, policy: &'p Policy, app: Option<&App>) -> &'p Policy {
        let same = |one: &'p Overridden| one.policies.iter().find(|other| other.id == policy.id);
        self.overridden(app).find_map(same).unwrap_or(policy)
    }

    /// Whether an override says something of a policy.
    pub(crate) fn is_overridden(&self, policy: &Policy) -> bool {
        self.overridden.iter().any(|one| one.policies.iter().any(|other| other.id == policy.id))
    }

    /// The policies that are switched on for what belongs to an app.
    pub(crate) fn on_for(&self, app: Option<&App>) -> impl Iterator<Item = &Policy> {
        self.all().iter().map(move |policy| self.of_app(policy, app)).filter(|policy| !policy.off)
    }

    /// What the configuration says of a check of form.
    fn form_rule(&self, code: &str, app: Option<&App>) -> Option<&Rule> {
        let here = |rules: &'_ [Rule]| rules.iter().position(|rule| rule.id == code);
        let overridden = self.overridden(app).find_map(|one| here(&one.form).map(|index| &one.form[index]));
        overridden.or_else(|| here(&self.form).map(|index| &self.form[index]))
    }

    /// Whether the configuration switches a check of form off.
    pub(crate) fn is_off(&self, code: &str, app: Option<&App>) -> bool {
        self.form_rule(code, app).is_some_and(|rule| rule.off)
    }

    /// Gives a finding about form the severity that the configuration asks for.
    pub(crate) fn adjust(&self, diagnostic: &mut Diagnostic, app: Option<&App>) {
        if let Some(severity) = self.form_rule(&diagnostic.code, app).and_then(|rule| rule.severity) {
            diagnostic.severity = severity;
        }
    }
}

/// What is to be said of overrides that are about no app.
pub(crate) fn unmatched(case: Case<'_>, policies: &PolicySet) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    for one in &policies.overridden {
        for (pattern, place) in &one.by.apps {
            let matched = case.org.apps.iter().any(|app| pattern.is_app(app));
            if matched || is_elsewhere(case, pattern, one.by.own) || policies.is_off(UNMATCHED, None) {
                continue;
            }
            let severity = form_check(UNMATCHED).map_or(Severity::Warning, |check| check.severity);
            let message = format!("an override is about `{}`, and no app is called so", pattern.text);
            let mut diagnostic = Diagnostic::new(
                UNMATCHED,
                severity,
                message,
                Label::new(place.clone(), "this matches no app"),
            );
            let names = case.org.apps.iter().flat_map(|app| [&*app.name, app.label()]);
            diagnostic.help.push(
                preauth_source::nearest(&pattern.text, names)
                    .map_or_else(|| "remove it".into(), |near| format!("did you mean `{near}`?")),
            );
            diagnostic.subject = Some(Subject { kind: "Override", name: pattern.text.as_str().into() });
            said.push(diagnostic);
        }
    }
    said
}

const UNMATCHED: &str = "override-unmatched";
