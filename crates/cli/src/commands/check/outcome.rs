//! What a run came to: its last lines, and its exit code. Neither depends on how it is reported.

use preauth_metadata::codes::FILE_UNREADABLE;
use preauth_policy::codes::{CONFIG_INVALID, POLICY_INVALID};
use preauth_source::Diagnostic;

use super::{
    fixes,
    judge::Judged,
    select::{self, Selected},
};
use crate::{Outcome, args::Check, commands::check::baseline::Baseline, output::Output, report::summary};

/// Says what was found, and what was read.
pub(super) fn say(judged: &[Judged], selected: &[Selected], baseline: Option<&Baseline>, output: &Output) {
    fixes::sentence(judged).iter().for_each(|line| output.message(line));
    let is_waived = |diagnostic: &&Diagnostic| diagnostic.suppressed.is_some();
    let found = || of_all(judged, selected);
    let live: Vec<&Diagnostic> = found().filter(|diagnostic| !is_waived(diagnostic)).collect();
    let waived = found().flat_map(Diagnostic::with_subsumed).filter(is_waived).count();
    output.message(&summary::found(&live, waived));
    if let Some(baseline) = baseline {
        let known: usize = selected.iter().map(|one| one.known).sum();
        let known = summary::counted(known, "finding was", "findings were");
        // Of a part of the tree nothing can be said to be gone from the whole.
        let whole = judged.iter().all(|one| one.tree.scope.is_empty());
        let gone = if whole { baseline.without(&select::baseline(judged)) } else { 0 };
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
    for (one, selected) in judged.iter().zip(selected) {
        if let Some(change) = selected.change(one) {
            output.message(&change.sentence());
        }
        output.message(&one.coverage.sentence(selected.undecided.len()));
    }
}

/// How the run ends.
pub(super) fn outcome(args: &Check, judged: &[Judged], selected: &[Selected]) -> Outcome {
    let mut live = of_all(judged, selected).filter(|found| found.suppressed.is_none());
    if live.clone().any(could_not_judge) || judged.iter().any(|one| one.coverage.unreadable > 0) {
        return Outcome::CouldNotJudge;
    }
    let fails = live.any(|diagnostic| diagnostic.severity >= args.fail_on);
    if fails && !args.exit_zero { Outcome::Findings } else { Outcome::Clean }
}

/// What is reported of all trees.
fn of_all<'j>(
    judged: &'j [Judged],
    selected: &'j [Selected],
) -> impl Iterator<Item = &'j Diagnostic> + Clone {
    judged.iter().zip(selected).flat_map(|(one, selected)| selected.diagnostics(one))
}

/// Whether a diagnostic says that something was not judged.
pub(super) fn could_not_judge(diagnostic: &Diagnostic) -> bool {
    matches!(&*diagnostic.code, FILE_UNREADABLE | CONFIG_INVALID | POLICY_INVALID)
}
