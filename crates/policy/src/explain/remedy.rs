//! What mends a violation, in XML: the examples of a policy, wrong and right, as differences.

use std::collections::BTreeMap;

use preauth_metadata::AppKind;
use preauth_source::{Applicability, Diagnostic, Fix};
use similar::TextDiff;

use crate::{
    PolicySet,
    explain::examples::{Files, Trial, in_order, trials},
    fix::fix,
    judge::tree::check,
    language::policy::Policy,
};

/// The differences that mend the examples of a policy, for each kind of app that it has a failing example of in the
/// short form: what its correction writes, or else what an app that is in order has instead.
pub(crate) fn remedies(policies: &PolicySet, policy: &Policy) -> Vec<(AppKind, String)> {
    let policies = &policies.with(&policy.id);
    let mut remedies: BTreeMap<AppKind, String> = BTreeMap::new();
    let trials = trials(policies, policy);
    for by_policy in [true, false] {
        for trial in &trials {
            let Some(kind) = trial.kind.filter(|kind| !remedies.contains_key(kind)) else { continue };
            let mended = if by_policy {
                corrected(policies, policy, trial)
            } else {
                replaced(policies, policy, trial, kind)
            };
            if let Some(mended) = mended {
                remedies.insert(kind, difference(&trial.files, &mended));
            }
        }
    }
    remedies.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// The files as the policy's own correction leaves them.
fn corrected(policies: &PolicySet, policy: &Policy, trial: &Trial) -> Option<Files> {
    let mine = |found: &Diagnostic, _: &Fix| found.code == policy.id;
    let mut workspace = trial.workspace(policies);
    let fixed = fix(&mut workspace, policies, &trial.given, Applicability::DisplayOnly, &mine);
    let mut files = trial.files.clone();
    files.extend(fixed.texts.iter().map(|(path, text)| (path.to_string(), text.to_string())));
    (!fixed.texts.is_empty() && !is_found(policy, &fixed.left.diagnostics)).then_some(files)
}

/// The files of the app that the example is made from, if the policy has nothing to say of it.
fn replaced(policies: &PolicySet, policy: &Policy, trial: &Trial, kind: AppKind) -> Option<Files> {
    let mut files = trial.files.clone();
    files.extend(in_order(kind));
    let right = Trial { files, ..trial.clone() };
    let judgement = check(&right.workspace(policies), policies, &right.given);
    (!is_found(policy, &judgement.diagnostics)).then_some(right.files)
}

fn is_found(policy: &Policy, diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().flat_map(Diagnostic::with_subsumed).any(|found| found.code == policy.id)
}

fn difference(before: &Files, after: &Files) -> String {
    let mut out = String::new();
    for (path, old) in before {
        if let Some(new) = after.get(path).filter(|new| *new != old) {
            let diff = TextDiff::from_lines(old.as_str(), new.as_str());
            out.push_str(&diff.unified_diff().context_radius(1).header(path, path).to_string());
        }
    }
    out
}
