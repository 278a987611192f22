//! Shows how a violation is fixed: the failing examples of a policy, before and after, as differences in XML.

use std::collections::BTreeMap;

use preauth_metadata::AppKind;
use preauth_source::{Applicability, Diagnostic, Fix};
use similar::TextDiff;

use crate::{
    PolicySet,
    explain::examples::{Files, Trial, files_without_findings, trials},
    fix::apply::fix,
    judge::tree::check,
    language::policy::Policy,
};

/// Returns the differences that fix the failing examples of a policy, one for each kind of app with an example in the
/// short form. They are what the fix of the policy writes; or, if it makes none, the files of an app without findings.
pub(crate) fn remedies(policies: &PolicySet, policy: &Policy) -> Vec<(AppKind, String)> {
    let policies = &policies.with(&policy.id);
    let mut remedies: BTreeMap<AppKind, String> = BTreeMap::new();
    let trials = trials(policies, policy);
    for by_policy in [true, false] {
        for trial in &trials {
            let Some(kind) = trial.kind.filter(|kind| !remedies.contains_key(kind)) else { continue };
            let fixed = if by_policy {
                fixed_files(policies, policy, trial)
            } else {
                replaced_files(policies, policy, trial, kind)
            };
            if let Some(fixed) = fixed {
                remedies.insert(kind, difference(&trial.files, &fixed));
            }
        }
    }
    remedies.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// Returns the files after the fix of the policy; `None` if it makes none that is enough.
fn fixed_files(policies: &PolicySet, policy: &Policy, trial: &Trial) -> Option<Files> {
    let is_own = |found: &Diagnostic, _: &Fix| found.code == policy.id;
    let mut workspace = trial.workspace(policies);
    let fixed = fix(&mut workspace, policies, &trial.given, Applicability::DisplayOnly, &is_own);
    let mut files = trial.files.clone();
    files.extend(fixed.texts.iter().map(|(path, text)| (path.to_string(), text.to_string())));
    (!fixed.texts.is_empty() && !is_found(policy, &fixed.remaining.diagnostics)).then_some(files)
}

/// Returns the files of the app without findings that the example is made from, if the policy does not fail there.
fn replaced_files(policies: &PolicySet, policy: &Policy, trial: &Trial, kind: AppKind) -> Option<Files> {
    let mut files = trial.files.clone();
    files.extend(files_without_findings(kind));
    let passing = Trial { files, ..trial.clone() };
    let judgement = check(&passing.workspace(policies), policies, &passing.given);
    (!is_found(policy, &judgement.diagnostics)).then_some(passing.files)
}

fn is_found(policy: &Policy, diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|found| found.code == policy.id)
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
