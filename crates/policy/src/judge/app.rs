//! Judges one app: every policy on the app, its grants and its certificates, without waivers.

use preauth_metadata::{App, codes::VALUE_UNKNOWN};
use preauth_source::Diagnostic;

use crate::{
    PolicySet,
    evaluate::{context::Case, evaluate::evaluate, subject::Subject, subjects::subjects_of_app},
    fix::propose::propose,
    judge::judgement::Judgement,
    language::{policy::Policy, test::Test},
};

/// Judges one app, its grants and its certificates. Proposed fixes are not verified.
pub(crate) fn judge_app<'c>(case: Case<'c>, policies: &PolicySet, app: &'c App, judgement: &mut Judgement) {
    if !app.ignored && !policies.is_off(VALUE_UNKNOWN, Some(app)) {
        judgement.diagnostics.extend(app.unknown_values());
    }
    let subjects = subjects_of_app(case.with_app(app));
    for policy in policies.on_for(Some(app)) {
        let selected = subjects.iter().filter(|subject| subject.select == policy.select);
        for subject in selected.filter(|subject| policy.judges(subject)) {
            judge_subject(policy, subject, judgement);
        }
    }
}

/// Evaluates one policy on one subject, and proposes a fix for each finding.
pub(crate) fn judge_subject(policy: &Policy, subject: &Subject<'_>, judgement: &mut Judgement) {
    let Judgement { diagnostics, undecided } = judgement;
    let mut add = |test: &Test, mut finding: Diagnostic| {
        propose(policy, subject, test, &mut finding);
        diagnostics.push(finding);
    };
    evaluate(policy, subject, &mut add, undecided);
}
