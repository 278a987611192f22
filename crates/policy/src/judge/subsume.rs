//! Folds findings into the findings that include them.

use std::collections::BTreeMap;

use preauth_metadata::Org;
use preauth_source::{Diagnostic, FilePath, SubjectId};

use crate::{PolicySet, evaluate::owner, judge::equal::join, language::policy::Policy};

/// The subject of a finding, and the main file of its app.
pub(crate) type FoldKey<'f> = (Option<&'f SubjectId>, &'f FilePath);

/// Folds each finding into the finding that includes it: one of a policy that subsumes its policy, on the same subject
/// of the same app, of the same or a higher severity, and without a waiver. Other findings stay alone.
///
/// The host calls it with the findings that it reports, so a finding that is not reported includes no others. Returns
/// the findings that remain, in their order, each with its index in `findings`. Equal findings about the login IP ranges
/// of several profiles are one.
pub fn fold(policies: &PolicySet, org: &Org, findings: &[&Diagnostic]) -> Vec<(usize, Diagnostic)> {
    join(fold_subsumed(policies, org, findings))
}

fn fold_subsumed(policies: &PolicySet, org: &Org, findings: &[&Diagnostic]) -> Vec<(usize, Diagnostic)> {
    let includers = includers(policies, org, findings);
    let mut folded: BTreeMap<usize, Diagnostic> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if outermost(&includers, index) == index {
            folded.insert(index, (*finding).clone());
        }
    }
    for (index, finding) in findings.iter().enumerate() {
        let outermost = outermost(&includers, index);
        if outermost != index {
            let outer = folded.get_mut(&outermost).expect("invariant: the outermost finding is in no other");
            outer.subsumed.push((*finding).clone());
        }
    }
    folded.into_iter().collect()
}

/// Folds all findings of a check. Returns those that remain, in their order. Equal findings stay separate: an editor shows
/// each in its file.
pub fn fold_all(policies: &PolicySet, org: &Org, findings: &[Diagnostic]) -> Vec<Diagnostic> {
    let findings: Vec<&Diagnostic> = findings.iter().collect();
    fold_subsumed(policies, org, &findings).into_iter().map(|(_, finding)| finding).collect()
}

/// Returns for each finding the index of one that includes it directly.
fn includers(policies: &PolicySet, org: &Org, findings: &[&Diagnostic]) -> Vec<Option<usize>> {
    let subsuming = |finding: &Diagnostic| -> Option<&Policy> {
        let policy = policies.get(&finding.code).filter(|policy| !policy.subsume.is_empty())?;
        finding.suppressed.is_none().then_some(policy)
    };
    let mut by_subject: BTreeMap<FoldKey<'_>, Vec<(usize, &Policy)>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if let Some(policy) = subsuming(finding) {
            by_subject.entry(key(org, finding)).or_default().push((index, policy));
        }
    }
    if by_subject.is_empty() {
        return vec![None; findings.len()];
    }
    let includer = |finding: &&Diagnostic| {
        let mut candidates = by_subject.get(&key(org, finding))?.iter();
        let includes = |(index, policy): &&(usize, &Policy)| {
            *policy.id != *finding.code
                && findings[*index].severity >= finding.severity
                && policy.subsume.iter().any(|id| *id.value == *finding.code)
        };
        candidates.find(includes).map(|(index, _)| *index)
    };
    findings.iter().map(includer).collect()
}

/// Returns the key of a finding. Apps in different package directories may have the same name.
pub(crate) fn key<'f>(org: &'f Org, finding: &'f Diagnostic) -> FoldKey<'f> {
    let app = owner::of_diagnostic(org, finding);
    let file = app.map_or(&finding.primary.location.file, |app| &app.home.file);
    (finding.subject.as_ref(), file)
}

/// Returns the index of the finding that includes a finding and is in no other: the finding itself if there is none, or
/// if policies subsume each other in a circle.
fn outermost(includers: &[Option<usize>], index: usize) -> usize {
    let mut outermost = index;
    for _ in 0..includers.len() {
        match includers[outermost] {
            Some(includer) if includer == index => return index,
            Some(includer) => outermost = includer,
            None => return outermost,
        }
    }
    index
}
