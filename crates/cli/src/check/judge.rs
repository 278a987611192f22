//! Judging one tree, and correcting it in memory.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use preauth_policy::{Given, Judgement, check, fix};
use preauth_source::{Applicability, Diagnostic, FilePath, Fingerprint, Fix, fingerprints};

use super::{corrections::removes_secret, scope};
use crate::{
    args::Check,
    coverage::Coverage,
    discover::Tree,
    load::{self, Rules},
    output::Output,
};

/// What became of one tree.
pub(super) struct Judged {
    pub(super) tree: Tree,
    pub(super) rules: Rules,
    /// What is to be reported.
    pub(super) judgement: Judgement,
    /// The fingerprint of each diagnostic of the judgement.
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) coverage: Coverage,
    /// Texts that corrections have made.
    pub(super) made: BTreeMap<FilePath, Arc<str>>,
    pub(super) corrected: usize,
}

pub(super) fn judge(args: &Check, output: &Output, tree: Tree, rules: Rules) -> Judged {
    let progress = output.progress && !args.source.no_progress;
    let mut workspace = load::workspace(&tree, rules.policies.demand(), progress);
    let given = Given::new(&rules.config, args.as_of.unwrap_or_else(today));
    let at_least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let (mut judgement, made, corrected) = if args.fix || args.unsafe_fixes || args.diff {
        let wanted = |diagnostic: &Diagnostic, fix: &Fix| {
            // A diff would show what it removes.
            scope::corrected(args, &tree, diagnostic, fix) && !(args.diff && removes_secret(fix))
        };
        let fixed = fix(&mut workspace, &rules.policies, &given, at_least, &wanted);
        (fixed.left, fixed.texts, fixed.corrected.len())
    } else {
        (check(&workspace, &rules.policies, &given), BTreeMap::new(), 0)
    };
    let org = workspace.org();
    judgement.diagnostics.extend(tree.diagnostics.iter().cloned());
    judgement.diagnostics.sort_by(Diagnostic::order);
    // Before anything is left out: what a finding is known by does not depend on what was asked for.
    let prints = fingerprints(&judgement.diagnostics);
    let (diagnostics, fingerprints) = judgement
        .diagnostics
        .into_iter()
        .zip(prints)
        .filter(|(diagnostic, _)| scope::reported(args, &tree, &org, diagnostic))
        .map(|(diagnostic, prints)| (diagnostic, prints[0]))
        .unzip();
    judgement.diagnostics = diagnostics;
    let coverage = Coverage::of(&tree, &workspace, &org);
    Judged { tree, rules, judgement, fingerprints, coverage, made, corrected }
}

/// The day it is here.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned_datetime(TimeZone::system()).date()
}
