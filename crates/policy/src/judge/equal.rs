//! Joins equal findings about the login IP ranges of several profiles into one finding with several places.

use std::collections::BTreeMap;

use preauth_source::{Diagnostic, Label, Observed};

/// Joins each finding with the first equal one: of the same policy and severity, about the same ranges of another
/// profile. It stays as an included finding, so its fingerprint is not lost. Waived findings stay alone.
pub(super) fn join(findings: Vec<(usize, Diagnostic)>) -> Vec<(usize, Diagnostic)> {
    let mut joined: Vec<(usize, Diagnostic)> = Vec::with_capacity(findings.len());
    let mut firsts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (index, finding) in findings {
        let first = key(&finding).map(|key| *firsts.entry(key).or_insert(joined.len()));
        match first.and_then(|first| joined.get_mut(first)) {
            Some((_, first)) => {
                first.related.push(Label::new(finding.primary.location.clone(), finding.message.clone()));
                first.subsumed.push(finding);
            }
            None => joined.push((index, finding)),
        }
    }
    for (_, first) in &mut joined {
        let equal =
            first.subsumed.iter().filter(|other| key(first).is_some() && key(other) == key(first)).count();
        if equal > 0 {
            let profiles =
                if equal == 1 { "1 other profile has" } else { &*format!("{equal} other profiles have") };
            first.help.insert(0, format!("{profiles} the same ranges; correct all of them"));
        }
    }
    joined
}

/// Returns what equal findings have in common; `None` for a finding that is not about a profile's login IP ranges.
fn key(finding: &Diagnostic) -> Option<(String, String)> {
    let subject = finding.subject.as_ref().filter(|_| finding.suppressed.is_none())?;
    let is_of_profile = subject.kind == "IpRanges" && subject.name.ends_with("/loginIpRanges");
    let Observed { attribute, value } = finding.observed.as_ref().filter(|_| is_of_profile)?;
    let value = value.as_deref().unwrap_or_default();
    Some((format!("{} {}", finding.code, finding.severity), format!("{attribute} {value}")))
}
