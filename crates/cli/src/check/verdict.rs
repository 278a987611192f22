//! What a run came to: its last lines, and its exit code. Neither depends on how it is reported.

use preauth_source::Diagnostic;

use super::{corrections, judge::Judged};
use crate::{Outcome, args::Check, coverage, output::Output};

/// Says what was found, and what was read.
pub(super) fn say(judged: &[Judged], output: &Output) {
    corrections::sentence(judged).iter().for_each(|line| output.say(line));
    let (waived, live): (Vec<&Diagnostic>, Vec<&Diagnostic>) = judged
        .iter()
        .flat_map(|one| &one.judgement.diagnostics)
        .partition(|diagnostic| diagnostic.suppressed.is_some());
    output.say(&coverage::found(&live, waived.len()));
    for one in judged {
        output.say(&one.coverage.sentence(one.judgement.undecided.len()));
    }
}

/// How the run ends.
pub(super) fn outcome(args: &Check, judged: &[Judged]) -> Outcome {
    let mut all =
        judged.iter().flat_map(|one| &one.judgement.diagnostics).filter(|found| found.suppressed.is_none());
    if all.clone().any(could_not_judge) || judged.iter().any(|one| one.coverage.unreadable > 0) {
        return Outcome::CouldNotJudge;
    }
    let fails = all.any(|diagnostic| diagnostic.severity >= args.fail_on);
    if fails && !args.exit_zero { Outcome::Findings } else { Outcome::Clean }
}

/// Whether a diagnostic says that something was not judged.
pub(super) fn could_not_judge(diagnostic: &Diagnostic) -> bool {
    matches!(&*diagnostic.code, "file-unreadable" | "config-invalid" | "policy-invalid")
}
