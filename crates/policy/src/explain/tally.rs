//! Counts the subjects of a policy.

use preauth_metadata::Workspace;

use crate::{
    PolicySet,
    evaluate::{
        context::{Case, CheckInput},
        evaluate::{applies, evaluate},
        owner,
    },
    language::test::Verdict,
};

/// The numbers of subjects of a policy in a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The subjects that it applies to.
    pub matched: usize,
    /// The subjects that violate it, waived or not.
    pub violated: usize,
    /// The subjects on which it could not be decided.
    pub undecided: usize,
}

/// Counts the subjects of a policy, whether it is on or not. `None` if there is no policy with this id.
pub fn tally(workspace: &Workspace, policies: &PolicySet, given: &CheckInput, id: &str) -> Option<Tally> {
    let policy = policies.get(id)?;
    let org = workspace.org();
    let case = Case { workspace, org, given };
    let mut tally = Tally::default();
    for subject in policy.select.in_tree(case) {
        let policy = policies.of_app(policy, owner::of_subject(&subject));
        if !policy.judges(&subject) {
            continue;
        }
        let (mut is_violated, mut undecided) = (false, Vec::new());
        evaluate(policy, &subject, &mut |_, _| is_violated = true, &mut undecided);
        let matched = applies(policy, &subject) == Verdict::Holds;
        tally.matched += usize::from(matched);
        tally.violated += usize::from(is_violated);
        tally.undecided += usize::from(!is_violated && !undecided.is_empty());
    }
    Some(tally)
}
