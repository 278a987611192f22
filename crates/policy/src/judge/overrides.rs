//! Reports overrides that are for no app.

use preauth_source::{Diagnostic, Label, Severity, SubjectId, nearest};

use crate::{
    PolicySet,
    evaluate::context::Case,
    form::{checks::form_check, codes::OVERRIDE_UNMATCHED},
    judge::waivers::may_be_elsewhere,
};

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
            finding.subject = Some(SubjectId { kind: "Override", name: pattern.text.as_str().into() });
            findings.push(finding);
        }
    }
    findings
}
