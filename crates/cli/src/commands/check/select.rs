//! Selection of the findings to report: those that the command line asks for and that are new.

use preauth_policy::fold;

use super::{
    compare::{AllFingerprints, count_folded, new_undecided, removed},
    plan::FilterPlan,
    previous::PreviousFindings,
    stages::{CheckedTree, SelectedFindings},
};

/// Selects findings of each tree. Only then are findings included in others: one that is not reported includes none.
pub(super) fn select(
    filter: &FilterPlan<'_>,
    checked: &[CheckedTree],
    previous: &PreviousFindings,
) -> Vec<SelectedFindings> {
    let fingerprints = AllFingerprints::new(checked);
    let mut offset = 0;
    let mut all = Vec::new();
    for one in checked {
        let mut selected = SelectedFindings { offset, ..SelectedFindings::default() };
        offset += one.judgement.diagnostics.len();
        let (mut new, mut indices, mut known) = (Vec::new(), Vec::new(), Vec::new());
        for (index, diagnostic) in one.judgement.diagnostics.iter().enumerate() {
            if !filter.reports(&one.tree, &one.org, diagnostic) {
                continue;
            }
            if !previous.is_empty() && previous.has(diagnostic, fingerprints.all()[selected.offset + index]) {
                known.extend(diagnostic.suppressed.is_none().then_some(diagnostic));
            } else {
                new.push(diagnostic);
                indices.push(index);
            }
        }
        let policies = &one.rules.policies;
        for (position, diagnostic) in fold(policies, &one.org, &new) {
            selected.indices.push(indices[position]);
            selected.diagnostics.push(diagnostic);
        }
        selected.known = count_folded(policies, &one.org, &known);
        let base = one.base.as_ref();
        let undecided_before = base.map_or(&[][..], |base| &base.undecided);
        selected.undecided = new_undecided(undecided_before, &one.judgement.undecided);
        selected.removed = base.map_or(0, |base| {
            count_folded(policies, &base.state.org, &removed(&base.diagnostics, &one.judgement.diagnostics))
        });
        all.push(selected);
    }
    all
}
