//! The check of one tree, and its fixes in memory.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use preauth_policy::{BaseState, CheckInput, Waivers, check, fix};
use preauth_source::{Diagnostic, Fix};

use super::{
    fixes::removes_secret,
    plan::{EvaluationPlan, Plan},
    previous::PreviousFindings,
    stages::{CheckedTree, ReadTree},
};
use crate::{report::summary::Coverage, tree::load::LoadedPolicies};

/// Checks a tree, and fixes it in memory if the plan says so.
pub(super) fn judge(plan: &Plan<'_>, read: ReadTree, previous: &PreviousFindings) -> CheckedTree {
    let ReadTree { tree, rules, mut workspace, base, .. } = read;
    let given = given(plan.evaluation, &rules, base.as_ref().map(|base| &base.state));
    let withheld = RefCell::new(BTreeSet::new());
    let (mut judgement, fixed_texts, fixed) = if let Some(fixes) = plan.fixes {
        let new = previous.new_among(|| check(&workspace, &rules.policies, &given).diagnostics);
        let wanted = |diagnostic: &Diagnostic, fix: &Fix| {
            let is_wanted = plan.filter.fixes(fixes, &tree, diagnostic, fix) && new.has(diagnostic);
            let is_withheld = is_wanted && fixes.keep_secrets && removes_secret(fix);
            if is_withheld {
                withheld.borrow_mut().extend(fix.files().cloned());
            }
            is_wanted && !is_withheld
        };
        let fixed = fix(&mut workspace, &rules.policies, &given, fixes.at_least, &wanted);
        (fixed.remaining, fixed.texts, fixed.findings.len())
    } else {
        (check(&workspace, &rules.policies, &given), BTreeMap::new(), 0)
    };
    let org = workspace.org().clone();
    judgement.diagnostics.extend(tree.diagnostics.iter().cloned());
    judgement.diagnostics.sort_by(Diagnostic::order);
    let coverage = Coverage::of(&tree, &workspace, &org);
    let withheld = withheld.into_inner();
    CheckedTree { tree, rules, workspace, org, base, judgement, coverage, fixed_texts, fixed, withheld }
}

/// Returns the input of a check that is neither source nor policy; `base` is the state before the change.
pub(super) fn given(
    evaluation: EvaluationPlan,
    rules: &LoadedPolicies,
    base: Option<&BaseState>,
) -> CheckInput {
    let mut given = CheckInput::new(&rules.config, evaluation.day);
    given.base = base.cloned();
    if !evaluation.waivers {
        given.waivers = Waivers::default();
    }
    given
}
