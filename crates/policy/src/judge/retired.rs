//! Reports retired ids in the configuration.

use preauth_source::{Diagnostic, Label, Severity, SubjectId};

use crate::{
    PolicySet,
    evaluate::context::Case,
    form::{checks::form_check, codes::RULE_RETIRED, retired::RetiredId},
};

/// Returns a finding for each use of a retired id.
pub(crate) fn retired_ids(case: Case<'_>, policies: &PolicySet) -> Vec<Diagnostic> {
    let uses = case.given.retired.iter().filter(|_| !policies.is_off(RULE_RETIRED, None));
    uses.map(finding).collect()
}

fn finding(used: &RetiredId) -> Diagnostic {
    let RetiredId { id, successor, location } = used;
    let severity = form_check(RULE_RETIRED).map_or(Severity::Warning, |check| check.severity);
    let message = format!("the policy `{id}` is retired: `{successor}` took its place");
    let label = Label::new(location.clone(), format!("this counts as `{successor}`"));
    let mut finding = Diagnostic::new(RULE_RETIRED, severity, message, label);
    finding.help.push(format!("write `{successor}`"));
    finding.subject = Some(SubjectId { kind: "Rule", name: id.as_str().into() });
    finding
}
