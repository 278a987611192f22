//! Evaluates one policy on one subject.

use std::borrow::Cow;

use preauth_metadata::{Fact, FactState, Value};
use preauth_source::{ArcStr, Diagnostic};

use crate::{
    evaluate::{
        expectations::{self, expected_of_subject},
        finding::finding,
        subject::Subject,
    },
    judge::judgement::Undecided,
    language::{
        path::AttributePath,
        policy::{Policy, SeverityCase},
        test::{Observation, Test, Verdict},
    },
};

/// Evaluates one policy on one subject. `found` gets each requirement that does not hold, with its finding. Most policies
/// hold for most subjects, so the observations are only gathered where there is something to report.
pub(crate) fn evaluate(
    policy: &Policy,
    subject: &Subject<'_>,
    found: &mut dyn FnMut(&Test, Diagnostic),
    undecided: &mut Vec<Undecided>,
) {
    let applies = applies(policy, subject);
    if matches!(applies, Verdict::Fails | Verdict::NotApplicable) {
        return;
    }
    for test in policy.require.iter().flat_map(|test| expand(test, subject)) {
        let required = test.verdict(subject);
        if !matches!(required, Verdict::Fails | Verdict::Unknown) {
            continue;
        }
        let conditions = observe_conditions(policy, subject);
        let mut observations = Vec::new();
        test.observe(subject, &mut observations);
        if (applies, required) == (Verdict::Holds, Verdict::Fails) {
            let mut conditions = conditions;
            let case = severity_case(policy, subject);
            let whens = case.into_iter().flat_map(|case| &case.when);
            whens.for_each(|when| _ = when.observe(subject, &mut conditions));
            found(&test, finding(policy, case, subject, &test, &observations, &conditions));
            continue;
        }
        let first_unknown = conditions.iter().chain(&observations).find_map(unknown);
        undecided.extend(first_unknown.map(|(path, fact, why)| Undecided {
            policy: policy.id.clone(),
            subject: subject.identity(),
            attribute: path.text.clone(),
            why,
            location: fact.place().cloned().unwrap_or_else(|| subject.home()),
        }));
    }
}

/// The result of a policy on a subject, or on all subjects of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyOutcome {
    /// A requirement does not hold.
    Violated,
    /// The source does not contain the answer.
    NotDetermined,
    /// It applies, and its requirements hold.
    Holds,
    /// It does not apply, or the question of its requirements does not arise.
    NotApplicable,
}

impl PolicyOutcome {
    /// Returns the word for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::NotDetermined => "not determined",
            Self::Holds => "holds",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// Evaluates one policy on one subject, without findings.
pub(crate) fn outcome(policy: &Policy, subject: &Subject<'_>) -> PolicyOutcome {
    let applies = applies(policy, subject);
    if matches!(applies, Verdict::Fails | Verdict::NotApplicable) {
        return PolicyOutcome::NotApplicable;
    }
    let mut outcome = PolicyOutcome::NotApplicable;
    for test in policy.require.iter().flat_map(|test| expand(test, subject)) {
        match (applies, test.verdict(subject)) {
            (Verdict::Holds, Verdict::Fails) => return PolicyOutcome::Violated,
            (_, Verdict::Fails | Verdict::Unknown) => outcome = PolicyOutcome::NotDetermined,
            (_, Verdict::Holds) if outcome == PolicyOutcome::NotApplicable => outcome = PolicyOutcome::Holds,
            (_, Verdict::Holds | Verdict::NotApplicable) => {}
        }
    }
    outcome
}

/// Returns the reason why the question of a policy's requirements does not arise for a subject that it applies to.
pub(crate) fn why_not_applicable(policy: &Policy, subject: &Subject<'_>) -> Option<ArcStr> {
    let mut observations = Vec::new();
    for test in &policy.require {
        test.observe(subject, &mut observations);
    }
    observations.iter().find_map(|observation| match &observation.fact.state {
        FactState::NotApplicable(why) => Some(why.clone()),
        _ => None,
    })
}

/// Evaluates whether a policy applies to a subject.
pub(crate) fn applies(policy: &Policy, subject: &Subject<'_>) -> Verdict {
    if let Some(set) = policy.only_cases_of {
        let is_reported = |case: &SeverityCase| case.set.is_some_and(|of| of <= set);
        if !severity_case(policy, subject).is_some_and(is_reported) {
            return Verdict::Fails;
        }
    }
    let mut result = Verdict::Holds;
    for test in &policy.applies {
        match test.verdict(subject) {
            Verdict::Holds => {}
            Verdict::Unknown => result = Verdict::Unknown,
            fails => return fails,
        }
    }
    for test in &policy.except {
        match test.verdict(subject) {
            Verdict::Fails | Verdict::NotApplicable => {}
            Verdict::Holds => return Verdict::Fails,
            Verdict::Unknown => result = Verdict::Unknown,
        }
    }
    result
}

/// Returns the case that decides the severity of a finding on a subject, if one holds.
fn severity_case<'p>(policy: &'p Policy, subject: &Subject<'_>) -> Option<&'p SeverityCase> {
    let holds = |test: &Test| test.verdict(subject) == Verdict::Holds;
    policy.severities.iter().find(|case| case.when.iter().all(holds))
}

/// Returns the observations that make a policy apply to a subject, or leave it undecided whether it does.
fn observe_conditions<'s>(policy: &'s Policy, subject: &'s Subject<'_>) -> Vec<Observation<'s>> {
    let (mut conditions, mut excepted) = (Vec::new(), Vec::new());
    for test in &policy.applies {
        test.observe(subject, &mut conditions);
    }
    for test in &policy.except {
        if test.observe(subject, &mut excepted) == Verdict::Unknown {
            conditions.append(&mut excepted);
        }
    }
    conditions
}

/// Returns the reason why an observation is unknown; `None` if it is known.
fn unknown<'o, 'p>(observation: &'o Observation<'p>) -> Option<(&'p AttributePath, &'o Fact, ArcStr)> {
    let why = match (&observation.fact.state, observation.verdict) {
        (FactState::Unknown(why), Verdict::Unknown) => why.clone(),
        (FactState::Unreadable(_), Verdict::Unknown) => "Salesforce does not know its value".into(),
        (_, Verdict::Unknown) => {
            let items = observation.fact.value().and_then(Value::as_list).unwrap_or_default();
            let unknown = items.iter().find_map(|item| match &item.state {
                FactState::Unknown(why) => Some(why.clone()),
                _ => None,
            });
            unknown.unwrap_or_else(|| "part of it is not in the source".into())
        }
        _ => return None,
    };
    Some((&observation.test.path, &observation.fact, why))
}

/// Expands `$declared.expect.*` to a test for each value that the register expects. Other tests stay as they are.
pub(crate) fn expand<'s>(test: &'s Test, subject: &'s Subject<'_>) -> impl Iterator<Item = Cow<'s, Test>> {
    let (itself, app) = match test {
        Test::AsExpected(range) => (None, subject.app().map(|app| (app, *range))),
        test => (Some(Cow::Borrowed(test)), None),
    };
    let tests = app.into_iter().flat_map(|(app, range)| {
        let expected = expected_of_subject(subject).into_iter();
        expected.map(move |expected| Cow::Owned(expectations::test(app, &expected, range)))
    });
    itself.into_iter().chain(tests)
}
