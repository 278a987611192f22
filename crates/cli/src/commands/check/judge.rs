//! Judging one tree, and correcting it in memory.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use preauth_metadata::{Org, Workspace};
use preauth_policy::{BaseState, CheckInput, Judgement, Waivers, check, fix};
use preauth_source::{Applicability, ArcStr, Diagnostic, FilePath, Fix};

use super::{base::Before, filter, fixes::removes_secret, previous::Known};
use crate::{
    args::Check,
    report::summary::Coverage,
    tree::{discover::ProjectTree, git::snapshot::Snapshot, load::LoadedPolicies},
};

/// A tree that is ready to be judged.
pub(super) struct Ready {
    pub(super) tree: ProjectTree,
    pub(super) rules: LoadedPolicies,
    pub(super) workspace: Workspace,
    /// What is staged, when that is judged instead of the work tree.
    pub(super) staged: Option<Snapshot>,
    /// What the tree was before the change that is judged, if one is.
    pub(super) before: Option<Before>,
}

/// What became of one tree.
pub(super) struct Judged {
    pub(super) tree: ProjectTree,
    pub(super) rules: LoadedPolicies,
    pub(super) workspace: Workspace,
    pub(super) org: Arc<Org>,
    /// What the tree was before the change that is judged, if one is.
    pub(super) before: Option<Before>,
    /// Everything that was found.
    pub(super) judgement: Judgement,
    pub(super) coverage: Coverage,
    /// SourceTexts that corrections have made.
    pub(super) made: BTreeMap<FilePath, ArcStr>,
    pub(super) corrected: usize,
}

pub(super) fn judge(args: &Check, ready: Ready, known: &Known) -> Judged {
    let Ready { tree, rules, mut workspace, before, .. } = ready;
    let given = given(args, &rules, before.as_ref().map(|before| &before.org));
    let at_least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let (mut judgement, made, corrected) = if args.fix || args.unsafe_fixes || args.diff {
        let fresh = known.fresh(|| check(&workspace, &rules.policies, &given).diagnostics);
        let wanted = |diagnostic: &Diagnostic, fix: &Fix| {
            filter::corrected(args, &tree, diagnostic, fix)
                && fresh.has(diagnostic)
                // A diff would show what it removes.
                && !(args.diff && removes_secret(fix))
        };
        let fixed = fix(&mut workspace, &rules.policies, &given, at_least, &wanted);
        (fixed.remaining, fixed.texts, fixed.findings.len())
    } else {
        (check(&workspace, &rules.policies, &given), BTreeMap::new(), 0)
    };
    let org = workspace.org().clone();
    judgement.diagnostics.extend(tree.diagnostics.iter().cloned());
    judgement.diagnostics.sort_by(Diagnostic::order);
    let coverage = Coverage::of(&tree, &workspace, &org);
    Judged { tree, rules, workspace, org, before, judgement, coverage, made, corrected }
}

/// What is neither source nor policy, as it is asked to be taken; where a change is judged, with what was there before.
pub(super) fn given(args: &Check, rules: &LoadedPolicies, before: Option<&Arc<Org>>) -> CheckInput {
    let mut given = CheckInput::new(&rules.config, args.as_of.unwrap_or_else(today));
    given.base = before.map(|org| BaseState::new(org));
    if args.no_waivers {
        given.waivers = Waivers::default();
    }
    given
}

/// The day it is here.
#[allow(clippy::disallowed_methods, reason = "without --as-of the date is that of the clock")]
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned_datetime(TimeZone::system()).date()
}
