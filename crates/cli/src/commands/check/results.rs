//! The result of each policy on a checked tree, for reports that show what was checked.

use preauth_policy::{reported_subjects, tally_all, tally_form};

use super::{
    judge::given,
    plan::Plan,
    stages::{CheckedTree, SelectedFindings},
};
use crate::report::results::PolicyResult;

/// Returns the results of the policies that the command line selects.
pub(super) fn policy_results(
    plan: &Plan<'_>,
    checked: &CheckedTree,
    selected: &SelectedFindings,
) -> Vec<PolicyResult> {
    let CheckedTree { rules, workspace, org, base, judgement, .. } = checked;
    let policies = &rules.policies;
    let given = given(plan.evaluation, rules, base.as_ref().map(|base| &base.state));
    let reported = reported_subjects(org, &selected.diagnostics);
    let of_policies = tally_all(workspace, policies, &given).into_iter().map(|(policy, tally)| {
        let nouns = [policy.select.noun(1), policy.select.noun(2)];
        let reported = reported.get(&policy.id);
        let result =
            PolicyResult::new(&policy.id, &policy.title, nouns, tally, reported, &judgement.undecided);
        PolicyResult { controls: policy.controls.clone(), ..result }
    });
    let of_form = tally_form(workspace, policies, &given, &judgement.diagnostics);
    let of_form = of_form.into_iter().map(|(check, tally)| {
        let reported = reported.get(check.id);
        let result = PolicyResult::new(check.id, check.title, check.nouns(), tally, reported, &[]);
        PolicyResult { is_form: true, ..result }
    });
    of_policies.chain(of_form).filter(|result| plan.filter.selects(&result.id)).collect()
}
