//! The end of a run: its closing lines and its exit code. Neither depends on the report format.

use preauth_source::Diagnostic;

use super::{
    baseline::Baseline,
    fixes,
    plan::ExitPlan,
    stages::{CheckedTree, SelectedFindings, could_not_check, nothing_judged},
};
use crate::{
    Outcome,
    output::Output,
    report::summary::{self, Coverage},
};

/// Prints what was fixed, found and read on standard error.
pub(super) fn summarize(
    checked: &[CheckedTree],
    selected: &[SelectedFindings],
    baseline: Option<&Baseline>,
    output: &Output,
) {
    fixes::sentence(checked).iter().for_each(|line| output.message(line));
    let is_waived = |diagnostic: &&Diagnostic| diagnostic.suppressed.is_some();
    let found = || all_selected(selected);
    let live: Vec<&Diagnostic> = found().filter(|diagnostic| !is_waived(diagnostic)).collect();
    let waived = found().flat_map(Diagnostic::with_subsumed).filter(is_waived).count();
    let coverage = Coverage::sum(checked.iter().map(|one| &one.coverage));
    if !live.is_empty() || nothing_judged(checked, output).is_none() {
        output.message(&summary::findings(&live, waived));
    }
    if let Some(baseline) = baseline {
        let known: usize = selected.iter().map(|one| one.known).sum();
        let known = summary::counted(known, "existing finding is", "existing findings are");
        // A part of a tree does not show which findings the whole tree no longer has.
        let is_whole = checked.iter().all(|one| one.tree.scope.is_empty());
        let fixed = if is_whole { baseline.count_missing_in(&Baseline::of_trees(checked)) } else { 0 };
        let fixed = match fixed {
            0 => String::new(),
            1 => " 1 baseline finding is fixed; remove it with --write-baseline.".to_owned(),
            fixed => format!(" {fixed} baseline findings are fixed; remove them with --write-baseline."),
        };
        output.message(&format!("{known} not shown.{fixed}"));
        for (retired, successor) in baseline.retired() {
            output.message(&format!(
                "The baseline has findings of the retired policy `{retired}`: `{successor}` took its place. Update the baseline with --write-baseline."
            ));
        }
    }
    for ((one, selected), place) in checked.iter().zip(selected).zip(places(checked, output)) {
        if let Some(change) = selected.change(one) {
            output.message(&change.sentence(place.as_deref()));
        }
        output.message(&one.coverage.sentence(place.as_deref(), selected.undecided.len()));
    }
    if checked.len() > 1 {
        let undecided = selected.iter().map(|selected| selected.undecided.len()).sum();
        output.message(&coverage.sentence(Some("all"), undecided));
    }
}

/// Returns the name of each tree in a sentence. A single tree needs none.
pub(super) fn places(checked: &[CheckedTree], output: &Output) -> Vec<Option<String>> {
    let place = |one: &CheckedTree| match &*output.relative_path(&one.tree.root) {
        "" => "this folder".to_owned(),
        path => format!("`{path}`"),
    };
    checked.iter().map(|one| (checked.len() > 1).then(|| place(one))).collect()
}

/// Returns how the run ends.
pub(super) fn outcome(exit: ExitPlan, checked: &[CheckedTree], selected: &[SelectedFindings]) -> Outcome {
    let mut live = all_selected(selected).filter(|found| found.suppressed.is_none());
    if live.clone().any(could_not_check) || checked.iter().any(|one| one.coverage.unreadable > 0) {
        return Outcome::CouldNotCheck;
    }
    let fails = live.any(|diagnostic| diagnostic.severity >= exit.fail_on);
    if fails && !exit.always_zero { Outcome::Findings } else { Outcome::Clean }
}

/// Returns the selected findings of all trees.
fn all_selected(selected: &[SelectedFindings]) -> impl Iterator<Item = &Diagnostic> + Clone {
    selected.iter().flat_map(|one| &one.diagnostics)
}
