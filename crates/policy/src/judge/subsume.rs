//! Subsumption: findings that speak for others on the same subject.

use std::collections::BTreeMap;

use preauth_source::{ArcStr, Diagnostic, Subject};

use crate::PolicySet;

/// Folds findings into those that speak for them: one policy may subsume others on the same subject. What is waived
/// speaks for nothing but itself: what it would have spoken for is reported.
pub(crate) fn subsumed(policies: &PolicySet, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut by_subject: BTreeMap<Option<Subject>, Vec<Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        by_subject.entry(diagnostic.subject.clone()).or_default().push(diagnostic);
    }
    let mut result = Vec::new();
    for mut findings in by_subject.into_values() {
        let speakers: Vec<(ArcStr, Vec<String>)> = findings
            .iter()
            .filter(|finding| finding.suppressed.is_none())
            .filter_map(|finding| policies.get(&finding.code))
            .filter(|policy| !policy.subsume.is_empty())
            .map(|policy| (policy.id.clone(), policy.subsume.iter().map(|id| id.value.clone()).collect()))
            .collect();
        let spoken_for = |code: &str| {
            speakers.iter().filter(|(id, _)| &**id != code).find(|(_, ids)| ids.iter().any(|id| id == code))
        };
        // A policy that is itself spoken for hands on what it speaks for.
        let last = |code: &str| {
            let mut speaker = spoken_for(code)?.0.clone();
            for _ in 0..speakers.len() {
                match spoken_for(&speaker) {
                    Some((id, _)) => speaker = id.clone(),
                    None => break,
                }
            }
            Some(speaker)
        };
        let (inner, mut outer): (Vec<_>, Vec<_>) =
            findings.drain(..).partition(|finding| last(&finding.code).is_some());
        for finding in inner {
            let speaker = last(&finding.code);
            let speaks =
                |outer: &&mut Diagnostic| Some(&outer.code) == speaker.as_ref() && outer.suppressed.is_none();
            match outer.iter_mut().find(speaks) {
                Some(outer) => outer.subsumed.push(finding),
                None => result.push(finding),
            }
        }
        result.append(&mut outer);
    }
    // One finding seldom speaks for as many as there is room for when the first is added.
    result.iter_mut().for_each(|finding| finding.subsumed.shrink_to_fit());
    result
}
