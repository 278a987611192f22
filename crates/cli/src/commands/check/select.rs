//! Selection of the findings to report: those that the command line asks for and that are new.

use super::{
    compare::{AllFingerprints, count_removed, new_undecided},
    plan::FilterPlan,
    previous::PreviousFindings,
    stages::{CheckedTree, SelectedFindings},
};

/// Selects findings of each tree.
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
        for (index, diagnostic) in one.judgement.diagnostics.iter().enumerate() {
            if !filter.reports(&one.tree, &one.org, diagnostic) {
                continue;
            }
            if !previous.is_empty() && previous.has(diagnostic, &fingerprints.all()[selected.offset + index])
            {
                selected.known += usize::from(diagnostic.suppressed.is_none());
            } else {
                selected.indices.push(index);
            }
        }
        let base = one.base.as_ref();
        let undecided_before = base.map_or(&[][..], |base| &base.undecided);
        selected.undecided = new_undecided(undecided_before, &one.judgement.undecided);
        selected.removed =
            base.map_or(0, |base| count_removed(&base.diagnostics, &one.judgement.diagnostics));
        all.push(selected);
    }
    all
}
