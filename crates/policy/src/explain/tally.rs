use preauth_metadata::Workspace;

use crate::{
    PolicySet,
    evaluate::{
        applies, judge, owner,
        subject::{Case, CheckInput},
    },
    language::test::Verdict,
};

/// How much a policy is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many subjects it applies to.
    pub matched: usize,
    /// How many of them violate it, waived or not.
    pub violated: usize,
    /// Of how many subjects it cannot be told whether they do.
    pub undecided: usize,
}

/// Counts what a policy is about, whether it is on or not. `None` when there is none of that id.
pub fn tally(workspace: &Workspace, policies: &PolicySet, given: &CheckInput, id: &str) -> Option<Tally> {
    let policy = policies.get(id)?;
    let org = workspace.org();
    let case = Case { workspace, org, given, asked: None, outlines: None };
    let mut tally = Tally::default();
    for subject in case.subjects(policy.select) {
        let app = subject.app().or_else(|| subject.file().and_then(|file| owner::of_file(org, &file.path)));
        let policy = policies.of_app(policy, app);
        let (mut found, mut undecided) = (Vec::new(), Vec::new());
        judge(policy, &subject, &mut found, &mut undecided);
        let matched = applies(policy, &subject) == Verdict::Holds;
        tally.matched += usize::from(matched);
        tally.violated += usize::from(!found.is_empty());
        tally.undecided += usize::from(found.is_empty() && !undecided.is_empty());
    }
    Some(tally)
}
