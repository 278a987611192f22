//! Judging: a policy put to a subject, and what is said when it does not hold.

pub(crate) mod culprits;
pub(crate) mod derived;
pub(crate) mod expectations;
pub(crate) mod owner;
pub(crate) mod subject;
pub(crate) mod unit;

use std::borrow::Cow;

use preauth_metadata::{ATTRIBUTES, Attribute, Fact, FactState, Value};
use preauth_source::{ArcStr, Diagnostic, Label, Location, Observed};

use crate::{
    evaluate::{
        culprits::{Culprit, culprits},
        subject::{Of, Subject},
    },
    judge::judgement::Undecided,
    language::{
        path::AttributePath,
        policy::Policy,
        predicate::{Operand, Predicate},
        test::{Member, Observation, PredicateTest, Test, Verdict},
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
    for test in policy.require.iter().flat_map(|test| expanded(test, subject)) {
        let required = test.verdict(subject);
        if !matches!(required, Verdict::Fails | Verdict::Unknown) {
            continue;
        }
        let because = because(policy, subject);
        let mut seen = Vec::new();
        test.judge(subject, &mut seen);
        if (applies, required) == (Verdict::Holds, Verdict::Fails) {
            found(&test, finding(policy, subject, &test, &seen, &because));
            continue;
        }
        let all = because.iter().chain(&seen);
        undecided.extend(unknown_among(all).map(|(path, fact, why)| Undecided {
            policy: policy.id.clone(),
            subject: subject.identity(),
            attribute: path.text.clone(),
            why,
            location: fact.place().cloned().unwrap_or_else(|| subject.home()),
        }));
    }
}

/// Whether a policy is about a subject.
pub(crate) fn applies(policy: &Policy, subject: &Subject<'_>) -> Verdict {
    let mut result = Verdict::Holds;
    for test in &policy.applies {
        match test.verdict(subject) {
            Verdict::Holds => {}
            Verdict::Unknown => result = Verdict::Unknown,
            out => return out,
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

/// What makes a policy one about a subject, or leaves it open whether it is.
fn because<'s>(policy: &'s Policy, subject: &'s Subject<'_>) -> Vec<Observation<'s>> {
    let (mut because, mut excepted) = (Vec::new(), Vec::new());
    for test in &policy.applies {
        test.judge(subject, &mut because);
    }
    for test in &policy.except {
        if test.judge(subject, &mut excepted) == Verdict::Unknown {
            because.append(&mut excepted);
        }
    }
    because
}

fn unknown_among<'s, 'p: 's>(
    mut seen: impl Iterator<Item = &'s Observation<'p>>,
) -> Option<(&'p AttributePath, &'s Fact, ArcStr)> {
    seen.find_map(|seen| match (&seen.fact.state, seen.verdict) {
        (FactState::Unknown(why), Verdict::Unknown) => Some((&seen.test.path, &*seen.fact, why.clone())),
        (FactState::Unreadable(_), Verdict::Unknown) => {
            Some((&seen.test.path, &*seen.fact, "its value is not one that Salesforce knows".into()))
        }
        (_, Verdict::Unknown) => {
            Some((&seen.test.path, &seen.fact, "part of it is not in the source".into()))
        }
        _ => None,
    })
}

/// A requirement as the tests that it stands for.
pub(crate) fn expanded<'s>(test: &'s Test, subject: &'s Subject<'_>) -> impl Iterator<Item = Cow<'s, Test>> {
    let (itself, stands_for) = match test {
        Test::AsExpected(range) => (None, subject.app().map(|app| (app, *range))),
        test => (Some(Cow::Borrowed(test)), None),
    };
    let tests = stands_for.into_iter().flat_map(|(app, range)| {
        let expected = subject.expected().into_iter();
        expected.map(move |expected| Cow::Owned(expectations::test(app, &expected, range)))
    });
    itself.into_iter().chain(tests)
}

/// How many members of a list a finding points at.
const CULPRITS_SHOWN: usize = 10;

/// What is said when a requirement does not hold.
fn finding(
    policy: &Policy,
    subject: &Subject<'_>,
    test: &Test,
    seen: &[Observation<'_>],
    because: &[Observation<'_>],
) -> Diagnostic {
    let decisive = seen.iter().find(|seen| seen.verdict == Verdict::Fails).or(seen.first());
    let culprits = decisive.map(|seen| culprits(seen.test, &seen.fact, subject)).unwrap_or_default();
    let expected = match test {
        Test::Predicate(test) => subject.entry().and_then(|entry| entry.expects(&test.path.text)),
        _ => None,
    }
    .filter(|_| policy.require.iter().any(|test| matches!(test, Test::AsExpected(_))));
    let message = match (&policy.message, expected, decisive) {
        (_, Some(_), Some(seen)) => {
            let now = seen
                .fact
                .value()
                .map_or_else(|| "not set".to_owned(), |value| format!("`{}`", seen.test.path.show(value)));
            format!(
                "`{}` of `{}` is {now}, the register expects {}",
                seen.test.path,
                subject.label(),
                wanted(seen.test)
            )
        }
        (Some(message), ..) => {
            message.of(subject, &subject.label(), decisive.map(|seen| &*seen.fact), &culprits)
        }
        (None, ..) => format!("`{}`: {}", subject.label(), policy.title),
    };
    let mut parts = decisive.into_iter().flat_map(|seen| {
        let label = |culprit: &Culprit| {
            let says = format!("`{}` has `{}`", seen.test.path, culprit.name);
            Some(Label::new(culprit.place.clone()?, says))
        };
        culprits.iter().filter_map(label).take(CULPRITS_SHOWN).collect::<Vec<_>>()
    });
    let primary = parts.next().unwrap_or_else(|| primary(subject, decisive, seen, because));
    let mut diagnostic = Diagnostic::new(policy.id.clone(), policy.severity, message, primary);
    diagnostic.rule =
        Some(Label::new(Location::new(policy.location.file.clone(), test.range()), test.sentence()));
    diagnostic.subject = Some(subject.identity());
    diagnostic.observed = decisive.map(|seen| Observed {
        attribute: seen.test.path.text.as_str().into(),
        value: observed(seen, subject).map(|value| seen.test.path.show(&value).into()),
    });
    diagnostic.related.extend(parts);
    if let Some(expected) = expected {
        diagnostic.related.push(Label::new(expected.location.clone(), "the register expects this"));
    }
    // Of a list whose members are shown, the rest says nothing more.
    let shown = |other: &&Observation<'_>| {
        culprits.is_empty() || decisive.is_none_or(|decisive| !std::ptr::eq(*other, decisive))
    };
    for other in because.iter().chain(seen).filter(shown).filter(|other| is_stated(other)) {
        let Some(place) = other.fact.place() else { continue };
        let known = diagnostic.primary.location == *place
            || diagnostic.related.iter().any(|label| label.location == *place);
        if !known {
            diagnostic.related.push(Label::new(place.clone(), seen_words(other, subject)));
        }
    }
    let home = subject.home();
    let labels = || std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    if matches!(subject.of, Of::Grant(..)) && !labels().any(|label| label.location == home) {
        diagnostic.related.insert(0, Label::new(home, format!("`{}` is assigned here", subject.label())));
    }
    if let (Some(app), Some(decisive)) = (subject.app(), decisive) {
        let setup = rows_of(&decisive.test.path).filter_map(|row| row.setup(app.kind));
        diagnostic.help.extend(setup.map(|setup| format!("in Setup: {setup}")));
    }
    diagnostic.help.extend(policy.help.clone());
    diagnostic
}

/// The value that is wrong: of a list that may have only some members, those that it must not have. Lists are in one
/// order: two that say the same are then written alike.
fn observed(seen: &Observation<'_>, subject: &Subject<'_>) -> Option<Value> {
    let value = seen.fact.value()?;
    let Value::List(items) = value else { return Some(value.clone()) };
    let wrong = |item: &&Fact| match &seen.test.predicate {
        Predicate::Every(test) => test.verdict_on(&Member { fact: item, of: subject }) == Verdict::Fails,
        _ => true,
    };
    let mut items: Vec<Fact> = items.iter().filter(wrong).cloned().collect();
    items.sort_by_cached_key(|item| item.value().map(ToString::to_string));
    Some(Value::List(items.into()))
}

/// The place that a finding is shown at: what the source states and is wrong, or else what it states that makes
/// something missing wrong; only then where that is missing from.
fn primary(
    subject: &Subject<'_>,
    decisive: Option<&Observation<'_>>,
    seen: &[Observation<'_>],
    because: &[Observation<'_>],
) -> Label {
    let of_source = |seen: &&Observation<'_>| is_stated(seen) && !seen.test.path.text.contains("declared.");
    let wrong =
        decisive.filter(of_source).or_else(|| seen.iter().find(|seen| of_source(seen) && decisive.is_none()));
    let shown = wrong.or_else(|| because.iter().find(of_source)).or(decisive);
    let place = shown.and_then(|seen| seen.fact.place().cloned()).unwrap_or_else(|| subject.home());
    let mut text = shown.map(|seen| seen_words(seen, subject)).unwrap_or_default();
    if let Some(decisive) =
        decisive.filter(|decisive| shown.is_some_and(|shown| shown.test.path != decisive.test.path))
    {
        text = format!("{text}; {}", seen_words(decisive, subject));
    }
    Label::new(place, text)
}

/// Whether something was seen that the source states, and that says more than that there is something at all.
fn is_stated(seen: &Observation<'_>) -> bool {
    let says = !matches!(seen.test.path.attribute.as_str(), "active" | "app.active" | "kind" | "name");
    says && matches!(seen.verdict, Verdict::Holds | Verdict::Fails)
        && matches!(seen.fact.state, FactState::Present(_))
}

fn wanted(test: &PredicateTest) -> String {
    match &test.predicate {
        Predicate::Equals(operand) => match operand {
            Operand::Literal(value) => format!("`{}`", test.path.show(value)),
            _ => "another value".into(),
        },
        _ => "none".into(),
    }
}

/// The rows of the table of attributes that a path is about: the one of its name, or those that it has parts of.
pub(crate) fn rows_of(path: &AttributePath) -> impl Iterator<Item = &'static Attribute> {
    let name = path.attribute.strip_prefix("app.").unwrap_or(&path.attribute);
    ATTRIBUTES.iter().filter(move |row| {
        row.def.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// What was seen, in the words that Setup has for it.
pub(crate) fn seen_words(seen: &Observation<'_>, subject: &Subject<'_>) -> String {
    let path = &seen.test.path;
    let name = if path.text.is_empty() { "it".to_owned() } else { format!("`{path}`") };
    match &seen.fact.state {
        FactState::Present(Value::List(items)) if items.is_empty() => format!("{name} is empty"),
        FactState::Default(Value::List(items)) if items.is_empty() => {
            let column = |row: &'static Attribute| row.column(subject.app()?.kind);
            let elements = rows_of(path).filter_map(column).filter_map(|column| column.elements.first());
            let names: Vec<String> = elements.map(|element| format!("`{}`", element.path)).collect();
            match names.as_slice() {
                [] => format!("there is no {name}"),
                names => format!("there is no {}", names.join(" or ")),
            }
        }
        FactState::Present(value) => {
            let shown = path.show(value);
            match path.in_setup(value) {
                Some(words) => format!("{name} is `{shown}`: {words}"),
                None => format!("{name} is `{shown}`"),
            }
        }
        FactState::Default(value) => format!("{name} is not set, so it is `{}`", path.show(value)),
        FactState::None => format!("{name} is not set"),
        FactState::Unknown(why) => format!("{name} is not known: {why}"),
        FactState::NotApplicable(why) => format!("{name} does not apply: {why}"),
        FactState::Unreadable(_) => format!("{name} has a value that Salesforce does not know"),
    }
}
