//! What is reported of everything that was found: what was asked for, and what was not there before.

use std::cell::OnceCell;

use preauth_policy::Undecided;
use preauth_source::{Diagnostic, Fingerprint, fingerprints};

use super::{filter, judge::Judged, previous::Known};
use crate::{args::Check, commands::check::baseline::Baseline, report::Comparison};

/// What is reported of one tree.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Which findings: places among those of the tree.
    found: Vec<usize>,
    /// How many findings other trees have before them.
    before: usize,
    pub(super) undecided: Vec<Undecided>,
    /// How many findings were there before, and are left out for that.
    pub(super) known: usize,
    /// How many findings were there before, and are gone.
    pub(super) gone: usize,
}

/// The fingerprints of everything that was found in all trees, which are made when something first depends on them.
/// They are of what was found before anything was left out, for what a finding is known by does not depend on what was
/// asked for.
pub(super) struct Prints<'j> {
    judged: &'j [Judged],
    made: OnceCell<Vec<Vec<Fingerprint>>>,
}

impl<'j> Prints<'j> {
    pub(super) fn new(judged: &'j [Judged]) -> Self {
        Self { judged, made: OnceCell::new() }
    }

    /// Those of each finding: its own, and of those that it speaks for.
    fn all(&self) -> &[Vec<Fingerprint>] {
        self.made.get_or_init(|| fingerprints(self.judged.iter().flat_map(|one| &one.judgement.diagnostics)))
    }

    /// That of each finding which was selected.
    pub(super) fn of(&self, selected: &Selected) -> Vec<Fingerprint> {
        selected.found.iter().map(|place| self.all()[selected.before + place][0]).collect()
    }
}

impl Selected {
    /// The findings, which are of this tree.
    pub(super) fn diagnostics<'j>(&self, judged: &'j Judged) -> impl Iterator<Item = &'j Diagnostic> + Clone {
        self.found.iter().map(|place| &judged.judgement.diagnostics[*place])
    }

    /// The change that was judged, if one was.
    pub(super) fn change<'j>(&self, judged: &'j Judged) -> Option<Comparison<'j>> {
        let before = judged.before.as_ref()?;
        Some(Comparison { from: &before.name, org: &before.org, known: self.known, gone: self.gone })
    }
}

/// Selects, of each tree.
pub(super) fn select(args: &Check, judged: &[Judged], known: &Known) -> Vec<Selected> {
    let prints = Prints::new(judged);
    let mut before = 0;
    judged
        .iter()
        .map(|one| {
            let mut selected = Selected { before, ..Selected::default() };
            before += one.judgement.diagnostics.len();
            for (place, diagnostic) in one.judgement.diagnostics.iter().enumerate() {
                if !filter::reported(args, &one.tree, &one.org, diagnostic) {
                    continue;
                }
                if !known.is_empty() && known.has(diagnostic, &prints.all()[selected.before + place]) {
                    selected.known += usize::from(diagnostic.suppressed.is_none());
                } else {
                    selected.found.push(place);
                }
            }
            let before = one.before.as_ref();
            let was = before.map_or(&[][..], |before| &before.undecided);
            let same = |a: &Undecided, b: &Undecided| {
                (&a.policy, &a.subject, &a.attribute) == (&b.policy, &b.subject, &b.attribute)
            };
            let news = |undecided: &&Undecided| !was.iter().any(|known| same(known, undecided));
            selected.undecided = one.judgement.undecided.iter().filter(news).cloned().collect();
            selected.gone = before.map_or(0, |before| gone(&before.diagnostics, &one.judgement.diagnostics));
            selected
        })
        .collect()
}

/// How many findings of before are no more, neither in their own right nor as something another speaks for.
fn gone(before: &[Diagnostic], now: &[Diagnostic]) -> usize {
    let now: std::collections::HashSet<Fingerprint> = fingerprints(now).into_iter().flatten().collect();
    let live = before.iter().zip(fingerprints(before)).filter(|(found, _)| found.suppressed.is_none());
    live.filter(|(_, prints)| !prints.iter().any(|print| now.contains(print))).count()
}

/// A baseline of everything that was found and nothing silences.
pub(super) fn baseline(judged: &[Judged]) -> Baseline {
    let prints = Prints::new(judged);
    let found = judged.iter().flat_map(|one| &one.judgement.diagnostics).zip(prints.all());
    let kept =
        found.filter(|(found, _)| found.suppressed.is_none() && !super::outcome::could_not_judge(found));
    Baseline::of(kept.map(|(found, prints)| (found, prints.as_slice())))
}
