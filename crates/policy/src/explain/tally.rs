//! Counts the results of a policy on its subjects. Everything that says "holds" takes its numbers from here.

use std::collections::{BTreeMap, BTreeSet};

use preauth_metadata::{Form, Org, Workspace, codes::FILE_UNREADABLE, on_all_cores};
use preauth_source::{ArcStr, Diagnostic};

use crate::{
    PolicySet,
    evaluate::{
        context::{Case, CheckInput},
        evaluate::{PolicyOutcome, applies, outcome, why_not_applicable},
        owner,
    },
    form::checks::{CONFIG, FORM_CHECKS, FormCheck},
    judge::subsume::{FoldKey, key},
    language::{policy::Policy, test::Verdict},
};

/// The numbers of subjects of a policy in a tree, by their results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All subjects of its kind.
    pub subjects: usize,
    /// The subjects that violate it, waived or not.
    pub violated: usize,
    /// The subjects on which it could not be decided.
    pub undecided: usize,
    /// The subjects for which it holds.
    pub holds: usize,
    /// The reason why it does not apply to a subject, if there is one.
    pub why_not_applicable: Option<ArcStr>,
}

impl Tally {
    /// Returns the number of subjects that it applies to, or may apply to.
    pub fn matched(&self) -> usize {
        self.violated + self.undecided + self.holds
    }

    /// Returns the result on all subjects.
    pub fn outcome(&self) -> PolicyOutcome {
        match self {
            Self { violated: 1.., .. } => PolicyOutcome::Violated,
            Self { undecided: 1.., .. } => PolicyOutcome::NotDetermined,
            Self { holds: 1.., .. } => PolicyOutcome::Holds,
            _ => PolicyOutcome::NotApplicable,
        }
    }

    /// Adds the numbers of another tree.
    pub fn add(&mut self, other: Self) {
        self.subjects += other.subjects;
        self.violated += other.violated;
        self.undecided += other.undecided;
        self.holds += other.holds;
        self.why_not_applicable = self.why_not_applicable.take().or(other.why_not_applicable);
    }

    fn count(&mut self, outcome: PolicyOutcome) {
        self.subjects += 1;
        match outcome {
            PolicyOutcome::Violated => self.violated += 1,
            PolicyOutcome::NotDetermined => self.undecided += 1,
            PolicyOutcome::Holds => self.holds += 1,
            PolicyOutcome::NotApplicable => {}
        }
    }
}

/// Counts the subjects of a policy, whether it is on or not. `None` if there is no policy with this id.
pub fn tally(workspace: &Workspace, policies: &PolicySet, given: &CheckInput, id: &str) -> Option<Tally> {
    policies.get(id).map(|policy| tally_policy(workspace, policies, given, policy))
}

/// Counts the subjects of each policy that is on, at least for some apps, in the order of the policies.
pub fn tally_all<'p>(
    workspace: &Workspace,
    policies: &'p PolicySet,
    given: &CheckInput,
) -> Vec<(&'p Policy, Tally)> {
    let is_on = |policy: &&Policy| {
        !policy.off
            || policies
                .overridden
                .iter()
                .flat_map(|one| &one.policies)
                .any(|one| one.id == policy.id && !one.off)
    };
    let on: Vec<&Policy> = policies.all().iter().filter(is_on).collect();
    on_all_cores(on, |policy| (policy, tally_policy(workspace, policies, given, policy)))
}

fn tally_policy(workspace: &Workspace, policies: &PolicySet, given: &CheckInput, policy: &Policy) -> Tally {
    let case = Case { workspace, org: workspace.org(), given };
    let mut tally = Tally::default();
    for subject in policy.select.in_tree(case) {
        let of_app = policies.of_app(policy, owner::of_subject(&subject));
        if !of_app.judges(&subject) {
            continue;
        }
        // An override switches it off for some apps.
        let is_off = of_app.off && !policy.off;
        let outcome = if is_off { PolicyOutcome::NotApplicable } else { outcome(of_app, &subject) };
        tally.count(outcome);
        let is_unexplained = outcome == PolicyOutcome::NotApplicable && tally.why_not_applicable.is_none();
        if is_unexplained && !is_off && applies(of_app, &subject) == Verdict::Holds {
            tally.why_not_applicable = why_not_applicable(of_app, &subject);
        }
    }
    tally
}

/// The numbers of subjects of a policy that the findings in a report are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportedSubjects {
    /// All of them.
    pub all: usize,
    /// Subjects whose findings are waived.
    pub waived: usize,
    /// Subjects whose findings are included in findings of other policies, by these policies.
    pub included: BTreeMap<ArcStr, usize>,
}

/// Counts the subjects of findings, and of those that are included in them, by policy.
pub fn reported_subjects(org: &Org, findings: &[Diagnostic]) -> BTreeMap<ArcStr, ReportedSubjects> {
    let mut by_code: BTreeMap<&ArcStr, BTreeMap<FoldKey<'_>, (&Diagnostic, Option<&ArcStr>)>> =
        BTreeMap::new();
    for outer in findings {
        let under = |inner: &Diagnostic| (inner.code != outer.code).then_some(&outer.code);
        let included = outer.subsumed.iter().map(|inner| (inner, under(inner)));
        for (finding, under) in std::iter::once((outer, None)).chain(included) {
            let subjects = by_code.entry(&finding.code).or_default();
            let first = subjects.entry(key(org, finding)).or_insert((finding, under));
            // A finding of its own counts before one that is included, or waived.
            if first.0.suppressed.is_some() || first.1.is_some() && under.is_none() {
                *first = (finding, under);
            }
        }
    }
    let count = |subjects: BTreeMap<FoldKey<'_>, (&Diagnostic, Option<&ArcStr>)>| {
        let mut counts = ReportedSubjects { all: subjects.len(), ..ReportedSubjects::default() };
        for (finding, under) in subjects.into_values() {
            match under {
                Some(outer) => *counts.included.entry(outer.clone()).or_default() += 1,
                None => counts.waived += usize::from(finding.suppressed.is_some()),
            }
        }
        counts
    };
    by_code.into_iter().map(|(code, subjects)| (code.clone(), count(subjects))).collect()
}

/// Counts the subjects of each check of form that is on. `findings` are all findings of the tree.
pub fn tally_form(
    workspace: &Workspace,
    policies: &PolicySet,
    given: &CheckInput,
    findings: &[Diagnostic],
) -> Vec<(&'static FormCheck, Tally)> {
    let on = FORM_CHECKS.iter().filter(|check| !policies.is_off(check.id, None));
    on.map(|check| (check, tally_check(workspace, policies, given, findings, check))).collect()
}

fn tally_check(
    workspace: &Workspace,
    policies: &PolicySet,
    given: &CheckInput,
    findings: &[Diagnostic],
    check: &FormCheck,
) -> Tally {
    let found = findings.iter().filter(|finding| *finding.code == *check.id);
    if check.judges == CONFIG {
        let places: BTreeSet<_> =
            found.map(|finding| (&finding.subject, &finding.primary.location)).collect();
        let (subjects, violated) = match check.nouns()[0] {
            "override" => (policies.overridden.len(), places.len()),
            "waiver" => (given.waivers.waivers.len(), places.len()),
            _ => (1, usize::from(!places.is_empty())),
        };
        let subjects = subjects.max(violated);
        return Tally { subjects, violated, holds: subjects - violated, ..Tally::default() };
    }
    // The workspace does not have the files whose names are not those of metadata.
    let violating: BTreeSet<_> = found.map(|finding| &finding.primary.location.file).collect();
    let mut tally = Tally::default();
    violating.iter().for_each(|_| tally.count(PolicyOutcome::Violated));
    for file in workspace.files().filter(|file| file.judged && !violating.contains(&file.path)) {
        tally.count(match file.form {
            Form::WellFormed => PolicyOutcome::Holds,
            Form::Malformed if check.id == FILE_UNREADABLE => PolicyOutcome::Holds,
            _ => PolicyOutcome::NotDetermined,
        });
    }
    tally
}
