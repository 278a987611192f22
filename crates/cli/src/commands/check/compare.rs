//! Comparison of findings and undecided results: across the trees of a run, and with the tree before the change.

use std::{cell::OnceCell, collections::HashSet};

use preauth_metadata::Org;
use preauth_policy::{PolicySet, Undecided, fold};
use preauth_source::{Diagnostic, Fingerprint, fingerprints};

use super::stages::{CheckedTree, SelectedFindings};

/// The fingerprints of all findings of all trees, made on first use.
///
/// They are made before findings are selected: a fingerprint does not depend on the selection.
pub(super) struct AllFingerprints<'j> {
    checked: &'j [CheckedTree],
    made: OnceCell<Vec<Fingerprint>>,
}

impl<'j> AllFingerprints<'j> {
    pub(super) fn new(checked: &'j [CheckedTree]) -> Self {
        Self { checked, made: OnceCell::new() }
    }

    /// Returns the fingerprint of each finding.
    pub(super) fn all(&self) -> &[Fingerprint] {
        self.made.get_or_init(|| fingerprints(self.checked.iter().flat_map(|one| &one.judgement.diagnostics)))
    }

    /// Returns the fingerprint of each selected finding.
    pub(super) fn of_selected(&self, selected: &SelectedFindings) -> Vec<Fingerprint> {
        selected.indices.iter().map(|index| self.all()[selected.offset + index]).collect()
    }
}

/// Returns the findings of `before` without a waiver that are not in `now`.
pub(super) fn removed<'b>(before: &'b [Diagnostic], now: &[Diagnostic]) -> Vec<&'b Diagnostic> {
    let now: HashSet<Fingerprint> = fingerprints(now).into_iter().collect();
    let live = before.iter().zip(fingerprints(before)).filter(|(found, _)| found.suppressed.is_none());
    live.filter(|(_, print)| !now.contains(print)).map(|(found, _)| found).collect()
}

/// Counts findings as a report shows them: those included in others are not counted.
pub(super) fn count_folded(policies: &PolicySet, org: &Org, findings: &[&Diagnostic]) -> usize {
    fold(policies, org, findings).len()
}

/// Returns the undecided results of `now` that are not in `before`.
pub(super) fn new_undecided(before: &[Undecided], now: &[Undecided]) -> Vec<Undecided> {
    let is_same = |a: &Undecided, b: &Undecided| {
        (&a.policy, &a.subject, &a.attribute) == (&b.policy, &b.subject, &b.attribute)
    };
    let is_new = |undecided: &&Undecided| !before.iter().any(|known| is_same(known, undecided));
    now.iter().filter(is_new).cloned().collect()
}
