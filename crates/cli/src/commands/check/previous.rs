//! Findings that existed before: before the change, or in the baseline. They are not reported again.

use std::collections::{HashMap, HashSet};

use preauth_source::{Diagnostic, Fingerprint, Severity, fingerprints};

use super::{
    baseline::Baseline,
    stages::{BaseTree, could_not_check},
};

/// The findings of all trees before the change, and those of the baseline, with their severities.
#[derive(Debug, Default)]
pub(super) struct PreviousFindings {
    /// There is a change or a baseline to compare with.
    has_source: bool,
    /// Findings without a waiver.
    live: HashMap<Fingerprint, Severity>,
    /// Findings with and without a waiver.
    all: HashMap<Fingerprint, Severity>,
}

impl PreviousFindings {
    pub(super) fn new(bases: &[&BaseTree], baseline: Option<&Baseline>) -> Self {
        let mut previous = Self { has_source: !bases.is_empty() || baseline.is_some(), ..Self::default() };
        let diagnostics = || bases.iter().flat_map(|base| &base.diagnostics);
        for (diagnostic, print) in diagnostics().zip(fingerprints(diagnostics())) {
            previous.all.insert(print, diagnostic.severity);
            if diagnostic.suppressed.is_none() {
                previous.live.insert(print, diagnostic.severity);
            }
        }
        // A baseline accepts a finding at any severity.
        for print in baseline.iter().flat_map(|baseline| baseline.fingerprints()) {
            previous.live.insert(print, Severity::Error);
            previous.all.insert(print, Severity::Error);
        }
        previous
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// True if a finding existed before, at the same or a higher severity. Failures to check are always new.
    pub(super) fn has(&self, diagnostic: &Diagnostic, fingerprint: Fingerprint) -> bool {
        let previous = if diagnostic.suppressed.is_some() { &self.all } else { &self.live };
        let severity = previous.get(&fingerprint);
        !could_not_check(diagnostic) && severity.is_some_and(|severity| *severity >= diagnostic.severity)
    }

    /// Returns the new findings among those of a tree. `all` is called only if there is something to compare with.
    pub(super) fn new_among(&self, all: impl FnOnce() -> Vec<Diagnostic>) -> NewFindings<'_> {
        let mut new = HashSet::new();
        if self.has_source {
            let all = all();
            let each = all.iter().zip(fingerprints(&all));
            let new_ones = each.filter(|(one, print)| !self.has(one, *print));
            new.extend(new_ones.map(|(one, _)| first_fingerprint(one)));
        }
        NewFindings { previous: self, new }
    }
}

/// The findings that did not exist before. It stays valid while fixes reduce the number of equal findings.
#[derive(Debug)]
pub(super) struct NewFindings<'k> {
    previous: &'k PreviousFindings,
    new: HashSet<Fingerprint>,
}

impl NewFindings<'_> {
    pub(super) fn has(&self, diagnostic: &Diagnostic) -> bool {
        let print = first_fingerprint(diagnostic);
        !self.previous.has(diagnostic, print) || self.new.contains(&print)
    }
}

/// Returns the fingerprint of a finding as if no other finding were equal to it.
fn first_fingerprint(diagnostic: &Diagnostic) -> Fingerprint {
    fingerprints([diagnostic])[0]
}
