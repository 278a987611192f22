//! Applies fixes: checks, applies fixes that do not overlap, and checks again, until nothing changes.

use std::collections::{BTreeMap, HashMap};

use preauth_metadata::Workspace;
use preauth_source::{Applicability, ArcStr, Diagnostic, Edit, FilePath, Fingerprint, Fix, fingerprints};

use crate::{
    PolicySet,
    evaluate::context::CheckInput,
    fix::verify::facts_after,
    judge::{judgement::Judgement, tree::check},
};

/// The outcome of fixing a tree.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new texts of the files that were changed.
    pub texts: BTreeMap<FilePath, ArcStr>,
    /// The findings that were fixed.
    pub findings: Vec<Diagnostic>,
    /// The judgement of the fixed tree.
    pub remaining: Judgement,
}

/// The most rounds of one run. Every round fixes something for good; the limit is for policies that undo each other's
/// fixes.
const MAX_ROUNDS: usize = 64;

/// Applies every fix that is trusted at least as far as `at_least` and that `wanted` accepts, until there is none left.
/// Fixes that touch each other are applied one after the other, each to the outcome of the one before.
pub fn fix(
    workspace: &mut Workspace,
    policies: &PolicySet,
    given: &CheckInput,
    at_least: Applicability,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> Fixed {
    let mut fixed = Fixed { remaining: check(workspace, policies, given), ..Fixed::default() };
    for _ in 0..MAX_ROUNDS {
        let (edits, fixable) = choose(&fixed.remaining, at_least, wanted);
        let changed = if edits.is_empty() { None } else { facts_after(workspace, &edits) };
        let Some(changed) = changed else { break };
        for file in changed {
            if let Some(text) = &file.text {
                fixed.texts.insert(file.path.clone(), text.clone());
            }
            workspace.set(file);
        }
        let mut missing = counts(&fixed.remaining.diagnostics);
        fixed.remaining = check(workspace, policies, given);
        for (finding, count) in counts(&fixed.remaining.diagnostics) {
            missing.entry(finding).and_modify(|before| *before = before.saturating_sub(count));
        }
        fixed.findings.extend(fixable.into_iter().filter(|finding| {
            let missing = missing.get_mut(&identity(finding)).filter(|missing| **missing > 0);
            missing.map(|missing| *missing -= 1).is_some()
        }));
    }
    fixed
}

/// Chooses the fixes of one round: in the order of the findings, each that touches none before it. Returns their edits,
/// and all findings with such a fix: an edit may fix more than one.
fn choose(
    judgement: &Judgement,
    at_least: Applicability,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> (Vec<Edit>, Vec<Diagnostic>) {
    let mut edits: Vec<Edit> = Vec::new();
    let mut fixable = Vec::new();
    for finding in &judgement.diagnostics {
        let Some(fix) = finding.fix.as_ref().filter(|_| finding.suppressed.is_none()) else { continue };
        let touches = |edit: &Edit| {
            edits.iter().any(|other| {
                let (a, b) = (&edit.location, &other.location);
                a.file == b.file && a.range.start() <= b.range.end() && b.range.start() <= a.range.end()
            })
        };
        if fix.applicability >= at_least && wanted(finding, fix) {
            if !fix.edits.iter().any(touches) {
                edits.extend(fix.edits.iter().cloned());
            }
            fixable.push(finding.clone());
        }
    }
    (edits, fixable)
}

/// Returns what a finding is known by from one check to the next: its fingerprint and its file. An equal finding may be
/// in another file.
fn identity(finding: &Diagnostic) -> (Fingerprint, FilePath) {
    (fingerprints([finding])[0], finding.primary.location.file.clone())
}

/// Counts equal findings.
fn counts(findings: &[Diagnostic]) -> HashMap<(Fingerprint, FilePath), usize> {
    let mut counts = HashMap::new();
    findings.iter().for_each(|finding| *counts.entry(identity(finding)).or_default() += 1);
    counts
}
