//! The result of each policy on a tree, in the four words that every report uses: violated, holds, not applicable, not
//! determined. Only what holds for every subject that a policy applies to "holds".

use std::collections::BTreeMap;

use preauth_policy::{PolicyOutcome, ReportedSubjects, Tally, Undecided};

/// The result of a policy, or of a check of form, on a tree.
#[derive(Clone, Debug)]
pub(crate) struct PolicyResult {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) controls: Vec<String>,
    /// True for a check of form.
    pub(crate) is_form: bool,
    /// The word for one subject, and for several.
    pub(crate) nouns: [&'static str; 2],
    /// The numbers of subjects in the whole tree.
    pub(crate) tally: Tally,
    /// The numbers of violating subjects whose findings are included in those of other policies.
    pub(crate) included: BTreeMap<String, usize>,
    /// The number of violating subjects whose findings are waived.
    pub(crate) waived: usize,
    /// The number of violating subjects without a finding in the report: they are known, outside the paths, or not severe
    /// enough.
    pub(crate) unreported: usize,
    /// The facts that are not known, each with the reason.
    pub(crate) unknown: Vec<String>,
}

/// The most unknown facts that a sentence names.
const MAX_UNKNOWN: usize = 3;

impl PolicyResult {
    /// `undecided` are all undecided checks of the tree, `reported` the subjects of the findings in the report.
    pub(crate) fn new(
        id: &str,
        title: &str,
        nouns: [&'static str; 2],
        mut tally: Tally,
        reported: Option<&ReportedSubjects>,
        undecided: &[Undecided],
    ) -> Self {
        let reported = reported.cloned().unwrap_or_default();
        // A configuration counts once, and may have several findings.
        let more = reported.all.saturating_sub(tally.violated);
        tally.violated += more;
        tally.subjects += more;
        let mut unknown = Vec::new();
        for one in undecided.iter().filter(|one| *one.policy == *id) {
            let fact = format!("`{}` is not known: {}", one.attribute, one.why);
            if !unknown.contains(&fact) {
                unknown.push(fact);
            }
        }
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            controls: Vec::new(),
            is_form: false,
            nouns,
            unreported: tally.violated - reported.all,
            tally,
            included: reported.included.iter().map(|(code, count)| (code.to_string(), *count)).collect(),
            waived: reported.waived,
            unknown,
        }
    }

    /// Adds the result of the same policy on another tree.
    pub(crate) fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
        for (code, count) in other.included {
            *self.included.entry(code).or_default() += count;
        }
        self.waived += other.waived;
        self.unreported += other.unreported;
        self.unknown.extend(other.unknown);
    }

    pub(crate) fn outcome(&self) -> PolicyOutcome {
        self.tally.outcome()
    }

    /// Returns the result with its numbers: `violated (3 of 16 apps; 2 reported under `broad-combination`)`.
    pub(crate) fn sentence(&self) -> String {
        let outcome = self.outcome();
        let Tally { subjects, violated, undecided, holds, why_not_applicable } = &self.tally;
        let matched = self.tally.matched();
        let (count, of) = match outcome {
            PolicyOutcome::Violated => (*violated, matched),
            PolicyOutcome::NotDetermined => (*undecided, matched),
            PolicyOutcome::Holds => (*holds, matched),
            PolicyOutcome::NotApplicable => (0, *subjects),
        };
        let noun = self.nouns[usize::from(of != 1)];
        let mut details = Vec::new();
        match outcome {
            PolicyOutcome::Violated => {
                details.extend(
                    self.included.iter().map(|(code, count)| format!("{count} reported under `{code}`")),
                );
                let rest = [
                    (self.waived, "waived"),
                    (self.unreported, "not in this report"),
                    (*undecided, "not determined"),
                ];
                details.extend(
                    rest.iter()
                        .filter(|(count, _)| *count > 0)
                        .map(|(count, word)| format!("{count} {word}")),
                );
            }
            PolicyOutcome::NotDetermined => details.extend(self.unknown_facts()),
            PolicyOutcome::NotApplicable => {
                details.extend(why_not_applicable.as_ref().map(ToString::to_string));
            }
            PolicyOutcome::Holds => {}
        }
        let details: String = details.iter().map(|detail| format!("; {detail}")).collect();
        format!("{} ({count} of {of} {noun}{details})", outcome.in_words())
    }

    /// Returns the first facts that are not known, and the number of the others.
    fn unknown_facts(&self) -> Vec<String> {
        let mut facts: Vec<String> = self.unknown.iter().take(MAX_UNKNOWN).cloned().collect();
        let more = self.unknown.len().saturating_sub(MAX_UNKNOWN);
        if more > 0 {
            facts.push(format!("{more} more"));
        }
        facts
    }
}

/// Merges the results of several trees, in the order of the first tree that has each policy.
pub(crate) fn merged(results: impl IntoIterator<Item = PolicyResult>) -> Vec<PolicyResult> {
    let mut all: Vec<PolicyResult> = Vec::new();
    for result in results {
        match all.iter_mut().find(|known| known.id == result.id) {
            Some(known) => known.add(result),
            None => all.push(result),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(tally: Tally, change: impl FnOnce(&mut PolicyResult)) -> String {
        let mut result = PolicyResult::new("a", "A", ["app", "apps"], tally, None, &[]);
        result.unreported = 0;
        change(&mut result);
        result.sentence()
    }

    #[test]
    fn each_result_has_its_word_and_its_numbers() {
        let tally = |violated, undecided, holds| Tally {
            subjects: 9,
            violated,
            undecided,
            holds,
            ..Tally::default()
        };
        assert_eq!(sentence(tally(0, 0, 4), |_| {}), "holds (4 of 4 apps)");
        assert_eq!(sentence(tally(0, 0, 0), |_| {}), "not applicable (0 of 9 apps)");
        let unknown =
            |result: &mut PolicyResult| result.unknown = vec!["`x` is not known: retrieve it".to_owned(); 5];
        assert_eq!(
            sentence(tally(0, 2, 3), unknown),
            "not determined (2 of 5 apps; `x` is not known: retrieve it; `x` is not known: retrieve it; \
             `x` is not known: retrieve it; 2 more)"
        );
        let details = |result: &mut PolicyResult| {
            result.included.insert("wide".into(), 2);
            result.waived = 1;
            result.unreported = 1;
        };
        assert_eq!(
            sentence(tally(5, 1, 0), details),
            "violated (5 of 6 apps; 2 reported under `wide`; 1 waived; 1 not in this report; 1 not determined)"
        );
        assert_eq!(sentence(tally(1, 0, 0), |_| {}), "violated (1 of 1 app)");
    }
}
