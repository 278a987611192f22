//! Comparison of findings and undecided results: across the trees of a run, and with the tree before the change.

use std::{cell::OnceCell, collections::HashSet};

use preauth_policy::Undecided;
use preauth_source::{Diagnostic, Fingerprint, fingerprints};

use super::stages::{CheckedTree, SelectedFindings};

/// The fingerprints of all findings of all trees, made on first use.
///
/// They are made before findings are selected: a fingerprint does not depend on the selection.
pub(super) struct AllFingerprints<'j> {
    checked: &'j [CheckedTree],
    made: OnceCell<Vec<Vec<Fingerprint>>>,
}

impl<'j> AllFingerprints<'j> {
    pub(super) fn new(checked: &'j [CheckedTree]) -> Self {
        Self { checked, made: OnceCell::new() }
    }

    /// Returns the fingerprints of each finding: its own, then those of the findings included in it.
    pub(super) fn all(&self) -> &[Vec<Fingerprint>] {
        self.made.get_or_init(|| fingerprints(self.checked.iter().flat_map(|one| &one.judgement.diagnostics)))
    }

    /// Returns the fingerprint of each selected finding.
    pub(super) fn of_selected(&self, selected: &SelectedFindings) -> Vec<Fingerprint> {
        selected.indices.iter().map(|index| self.all()[selected.offset + index][0]).collect()
    }
}

/// Counts the findings of `before` that are not in `now`, neither alone nor included in another finding.
pub(super) fn count_removed(before: &[Diagnostic], now: &[Diagnostic]) -> usize {
    let now: HashSet<Fingerprint> = fingerprints(now).into_iter().flatten().collect();
    let live = before.iter().zip(fingerprints(before)).filter(|(found, _)| found.suppressed.is_none());
    live.filter(|(_, prints)| !prints.iter().any(|print| now.contains(print))).count()
}

/// Returns the undecided results of `now` that are not in `before`.
pub(super) fn new_undecided(before: &[Undecided], now: &[Undecided]) -> Vec<Undecided> {
    let is_same = |a: &Undecided, b: &Undecided| {
        (&a.policy, &a.subject, &a.attribute) == (&b.policy, &b.subject, &b.attribute)
    };
    let is_new = |undecided: &&Undecided| !before.iter().any(|known| is_same(known, undecided));
    now.iter().filter(is_new).cloned().collect()
}
