//! Findings that are not to be reported, because they were there before: before a change, or in a baseline.

use std::collections::{HashMap, HashSet};

use preauth_source::{Diagnostic, Fingerprint, Severity, fingerprints};

use super::{base::Before, outcome::could_not_judge};
use crate::commands::check::baseline::Baseline;

/// What was there before, by fingerprint, and how much it mattered.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Whether there is anything to compare with.
    compared: bool,
    live: HashMap<Fingerprint, Severity>,
    /// Those that were silenced, too.
    all: HashMap<Fingerprint, Severity>,
}

impl Known {
    /// What all trees held before, and what the baseline holds.
    pub(super) fn new(befores: &[&Before], baseline: Option<&Baseline>) -> Self {
        let mut known = Self { compared: !befores.is_empty() || baseline.is_some(), ..Self::default() };
        let diagnostics = || befores.iter().flat_map(|before| &before.diagnostics);
        for (diagnostic, prints) in diagnostics().zip(fingerprints(diagnostics())) {
            for (one, print) in diagnostic.with_subsumed().zip(prints) {
                known.all.insert(print, one.severity);
                if diagnostic.suppressed.is_none() && one.suppressed.is_none() {
                    known.live.insert(print, one.severity);
                }
            }
        }
        // What a baseline holds is accepted, however much it matters.
        for print in baseline.iter().flat_map(|baseline| baseline.fingerprints()) {
            known.live.insert(print, Severity::Error);
            known.all.insert(print, Severity::Error);
        }
        known
    }

    /// Whether nothing was there.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether a finding was there, and everything that it speaks for.
    pub(super) fn has(&self, diagnostic: &Diagnostic, fingerprints: &[Fingerprint]) -> bool {
        let silenced = diagnostic.suppressed.is_some();
        diagnostic.with_subsumed().zip(fingerprints).all(|(one, print)| self.has_one(one, silenced, *print))
    }

    /// Whether it was there, and mattered as much. What could not be judged is always news.
    fn has_one(&self, diagnostic: &Diagnostic, silenced: bool, fingerprint: Fingerprint) -> bool {
        let known = if silenced || diagnostic.suppressed.is_some() { &self.all } else { &self.live };
        let was = known.get(&fingerprint);
        !could_not_judge(diagnostic) && was.is_some_and(|was| *was >= diagnostic.severity)
    }

    /// What of the findings of a tree is new; `all` makes them, if it matters.
    pub(super) fn fresh(&self, all: impl FnOnce() -> Vec<Diagnostic>) -> Fresh<'_> {
        let mut new = HashSet::new();
        if self.compared {
            let all = all();
            let each = all.iter().flat_map(Diagnostic::with_subsumed);
            let prints = fingerprints(&all).into_iter().flatten();
            new.extend(
                each.zip(prints)
                    .filter(|(one, print)| !self.has_one(one, false, *print))
                    .map(|(one, _)| alone(one)),
            );
        }
        Fresh { known: self, new }
    }
}

/// Tells what is new from what is not, while corrections change how many equal findings there are.
#[derive(Debug)]
pub(super) struct Fresh<'k> {
    known: &'k Known,
    new: HashSet<Fingerprint>,
}

impl Fresh<'_> {
    pub(super) fn has(&self, diagnostic: &Diagnostic) -> bool {
        let print = alone(diagnostic);
        !self.known.has_one(diagnostic, false, print) || self.new.contains(&print)
    }
}

/// The fingerprint of a finding as if it had no equal.
fn alone(diagnostic: &Diagnostic) -> Fingerprint {
    fingerprints([diagnostic])[0][0]
}
