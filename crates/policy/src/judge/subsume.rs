//! Folds findings into the findings that include them.

use std::collections::BTreeMap;

use preauth_source::{ArcStr, Diagnostic, SubjectId};

use crate::PolicySet;

/// Folds each finding whose policy is subsumed by another policy into the finding of that policy on the same subject. A
/// waived finding includes no others: they are reported by themselves.
pub(crate) fn subsumed(policies: &PolicySet, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut by_subject: BTreeMap<Option<SubjectId>, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings {
        by_subject.entry(finding.subject.clone()).or_default().push(finding);
    }
    let mut result: Vec<Diagnostic> = by_subject
        .into_values()
        .flat_map(|findings| {
            let subsuming = Subsuming::new(policies, &findings);
            subsuming.fold(findings)
        })
        .collect();
    // A finding seldom includes as many others as a vector has room for after its first push.
    result.iter_mut().for_each(|finding| finding.subsumed.shrink_to_fit());
    result
}

/// The policies with findings on one subject that subsume others, with the ids of those.
struct Subsuming(Vec<(ArcStr, Vec<String>)>);

impl Subsuming {
    fn new(policies: &PolicySet, findings: &[Diagnostic]) -> Self {
        let of_finding = |finding: &Diagnostic| {
            let policy = policies.get(&finding.code).filter(|policy| !policy.subsume.is_empty())?;
            Some((policy.id.clone(), policy.subsume.iter().map(|id| id.value.clone()).collect()))
        };
        Self(findings.iter().filter(|finding| finding.suppressed.is_none()).filter_map(of_finding).collect())
    }

    /// Returns the policy that subsumes this one directly.
    fn parent(&self, code: &str) -> Option<&ArcStr> {
        let mut others = self.0.iter().filter(|(id, _)| &**id != code);
        others.find(|(_, ids)| ids.iter().any(|id| id == code)).map(|(id, _)| id)
    }

    /// Returns the policy whose finding includes those of this one. A policy that is subsumed itself passes on what it
    /// subsumes.
    fn outermost(&self, code: &str) -> Option<ArcStr> {
        let mut outermost = self.parent(code)?;
        // Policies may subsume each other in a circle.
        for _ in 0..self.0.len() {
            match self.parent(outermost) {
                Some(parent) => outermost = parent,
                None => break,
            }
        }
        Some(outermost.clone())
    }

    fn fold(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let (inner, mut outer): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| self.parent(&finding.code).is_some());
        let mut alone = Vec::new();
        for finding in inner {
            let code = self.outermost(&finding.code);
            let includes =
                |outer: &&mut Diagnostic| Some(&outer.code) == code.as_ref() && outer.suppressed.is_none();
            match outer.iter_mut().find(includes) {
                Some(outer) => outer.subsumed.push(finding),
                None => alone.push(finding),
            }
        }
        alone.append(&mut outer);
        alone
    }
}
