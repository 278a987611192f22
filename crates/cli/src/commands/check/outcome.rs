//! What a run came to: its last lines, and its exit code. Neither depends on how it is reported.

use preauth_source::Diagnostic;

use super::{
    baseline::Baseline,
    fixes,
    plan::ExitPlan,
    stages::{CheckedTree, SelectedFindings, could_not_check},
};
use crate::{Outcome, output::Output, report::summary};

/// Says what was found, and what was read.
pub(super) fn say(
    checked: &[CheckedTree],
    selected: &[SelectedFindings],
    baseline: Option<&Baseline>,
    output: &Output,
) {
    fixes::sentence(checked).iter().for_each(|line| output.message(line));
    let is_waived = |diagnostic: &&Diagnostic| diagnostic.suppressed.is_some();
    let found = || of_all(checked, selected);
    let live: Vec<&Diagnostic> = found().filter(|diagnostic| !is_waived(diagnostic)).collect();
    let waived = found().flat_map(Diagnostic::with_subsumed).filter(is_waived).count();
    output.message(&summary::found(&live, waived));
    if let Some(baseline) = baseline {
        let known: usize = selected.iter().map(|one| one.known).sum();
        let known = summary::counted(known, "finding was", "findings were");
        // Of a part of the tree nothing can be said to be gone from the whole.
        let whole = checked.iter().all(|one| one.tree.scope.is_empty());
        let gone = if whole { baseline.without(&Baseline::of_trees(checked)) } else { 0 };
        let gone = match gone {
            0 => String::new(),
            gone => format!(
                " {} of the baseline corrected: --write-baseline takes {} out of it.",
                summary::counted(gone, "finding is", "findings are"),
                if gone == 1 { "it" } else { "them" }
            ),
        };
        output.message(&format!("{known} there before and not listed.{gone}"));
    }
    for (one, selected) in checked.iter().zip(selected) {
        if let Some(change) = selected.change(one) {
            output.message(&change.sentence());
        }
        output.message(&one.coverage.sentence(selected.undecided.len()));
    }
}

/// How the run ends.
pub(super) fn outcome(exit: ExitPlan, checked: &[CheckedTree], selected: &[SelectedFindings]) -> Outcome {
    let mut live = of_all(checked, selected).filter(|found| found.suppressed.is_none());
    if live.clone().any(could_not_check) || checked.iter().any(|one| one.coverage.unreadable > 0) {
        return Outcome::CouldNotJudge;
    }
    let fails = live.any(|diagnostic| diagnostic.severity >= exit.fail_on);
    if fails && !exit.always_zero { Outcome::Findings } else { Outcome::Clean }
}

/// What is reported of all trees.
fn of_all<'j>(
    checked: &'j [CheckedTree],
    selected: &'j [SelectedFindings],
) -> impl Iterator<Item = &'j Diagnostic> + Clone {
    checked.iter().zip(selected).flat_map(|(one, selected)| selected.diagnostics(one))
}
