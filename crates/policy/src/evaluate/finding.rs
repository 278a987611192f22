//! Builds the finding of a requirement that does not hold.

use preauth_metadata::{Attribute, Fact, FactState, Value};
use preauth_source::{Diagnostic, Label, Location, Observed};

use crate::{
    evaluate::{
        culprits::{Culprit, culprits},
        message::render,
        subject::Subject,
    },
    language::{
        policy::{Policy, SeverityCase},
        predicate::{Operand, Predicate},
        test::{Member, Observation, PredicateTest, Test, Verdict},
    },
};

/// The number of members of a list that a finding shows with their places.
const MAX_CULPRIT_LABELS: usize = 10;

/// Builds the finding of a requirement that does not hold. `case` decides its severity, if one holds. `observations` are
/// those of the requirement, `conditions` those that make the policy and the case apply.
pub(crate) fn finding(
    policy: &Policy,
    case: Option<&SeverityCase>,
    subject: &Subject<'_>,
    test: &Test,
    observations: &[Observation<'_>],
    conditions: &[Observation<'_>],
) -> Diagnostic {
    let failing = observations.iter().find(|observation| observation.verdict == Verdict::Fails);
    let decisive = failing.or(observations.first());
    let culprits =
        decisive.map(|decisive| culprits(decisive.test, &decisive.fact, subject)).unwrap_or_default();
    let expected = match test {
        Test::Predicate(test) => subject.entry().and_then(|entry| entry.expects(&test.path.text)),
        _ => None,
    }
    .filter(|_| policy.require.iter().any(|test| matches!(test, Test::AsExpected(_))));
    let own_message = case.and_then(|case| case.message.as_ref()).or(policy.message.as_ref());
    let message = match (own_message, expected, decisive) {
        (_, Some(_), Some(decisive)) => unexpected_value(decisive, &subject.label()),
        (Some(message), ..) => {
            render(message, subject, &subject.label(), decisive.map(|decisive| &*decisive.fact), &culprits)
        }
        (None, ..) => format!("`{}`: {}", subject.label(), policy.title),
    };
    let mut culprit_labels = decisive.into_iter().flat_map(|decisive| {
        let label = |culprit: &Culprit| {
            let text = format!("`{}` has `{}`", decisive.test.path, culprit.name);
            Some(Label::new(culprit.place.clone()?, text))
        };
        culprits.iter().filter_map(label).take(MAX_CULPRIT_LABELS).collect::<Vec<_>>()
    });
    let placed = policy.place.as_ref().and_then(|place| {
        observations.iter().find(|other| other.test.path.text == *place && is_stated(other))
    });
    let primary = match placed {
        Some(placed) => primary_label(subject, Some(placed), observations, conditions),
        None => culprit_labels
            .next()
            .unwrap_or_else(|| primary_label(subject, decisive, observations, conditions)),
    };
    let severity = case.map_or(policy.severity, |case| case.severity);
    let mut diagnostic = Diagnostic::new(policy.id.clone(), severity, message, primary);
    diagnostic.rule =
        Some(Label::new(Location::new(policy.location.file.clone(), test.range()), test.sentence()));
    diagnostic.subject = Some(subject.identity());
    diagnostic.observed = decisive.map(|decisive| Observed {
        attribute: decisive.test.path.text.as_str().into(),
        value: observed(decisive, subject).map(|value| decisive.test.path.identity(&value).into()),
    });
    diagnostic.related.extend(culprit_labels);
    diagnostic.related.extend(subject.note(&diagnostic.primary.location));
    if let Some(expected) = expected {
        diagnostic.related.push(Label::new(expected.location.clone(), "the expected value"));
    }
    // The label of a whole list adds nothing to the labels of its members.
    let is_shown = |other: &&Observation<'_>| {
        culprits.is_empty() || decisive.is_none_or(|decisive| !std::ptr::eq(*other, decisive))
    };
    for other in conditions.iter().chain(observations).filter(is_shown).filter(|other| is_stated(other)) {
        let Some(place) = deciding_place(other, subject) else { continue };
        let is_known = diagnostic.primary.location == *place
            || diagnostic.related.iter().any(|label| label.location == *place);
        if !is_known {
            diagnostic.related.push(Label::new(place.clone(), describe(other, subject)));
        }
    }
    if let Some(home) = subject.home_label() {
        let mut labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
        if !labels.any(|label| label.location == home.location) {
            diagnostic.related.insert(0, home);
        }
    }
    if let (Some(app), Some(shown)) = (subject.app(), placed.or(decisive)) {
        let setup = shown.test.path.rows().filter_map(|row| row.setup(app.kind));
        diagnostic.help.extend(setup.map(|setup| format!("in Setup: {setup}")));
    }
    diagnostic.help.extend(case.and_then(|case| case.help.clone()).or_else(|| policy.help.clone()));
    diagnostic
}

/// Returns the message that an attribute does not have the value that the register expects.
fn unexpected_value(decisive: &Observation<'_>, label: &str) -> String {
    let PredicateTest { path, predicate, .. } = decisive.test;
    let value = decisive.fact.value();
    let value = value.map_or_else(|| "not set".to_owned(), |value| format!("`{}`", path.show(value)));
    let expected = match predicate {
        Predicate::Equals(Operand::Literal(value)) => format!("`{}`", path.show(value)),
        Predicate::Equals(_) => "another value".into(),
        _ => "no value".into(),
    };
    format!("`{path}` of `{label}` is {value}; preauth.yaml expects {expected}")
}

/// Returns the value that is wrong; of a list, the members that are wrong, in an order that does not depend on the source.
fn observed(observation: &Observation<'_>, subject: &Subject<'_>) -> Option<Value> {
    let value = observation.fact.value()?;
    let Value::List(items) = value else { return Some(value.clone()) };
    let is_wrong = |item: &&Fact| match &observation.test.predicate {
        Predicate::Every(test) => test.verdict_on(&Member { fact: item, owner: subject }) == Verdict::Fails,
        _ => true,
    };
    let mut items: Vec<Fact> = items.iter().filter(is_wrong).cloned().collect();
    items.sort_by_cached_key(|item| item.value().map(ToString::to_string));
    Some(Value::List(items.into()))
}

/// Returns the place where a finding is shown: that of a wrong value in the source, or else that of a value that requires
/// a missing one, or else the place where the value is missing.
fn primary_label(
    subject: &Subject<'_>,
    decisive: Option<&Observation<'_>>,
    observations: &[Observation<'_>],
    conditions: &[Observation<'_>],
) -> Label {
    let is_in_source =
        |other: &&Observation<'_>| is_stated(other) && !other.test.path.text.contains("declared.");
    let wrong = match decisive {
        Some(decisive) => Some(decisive).filter(is_in_source),
        None => observations.iter().find(is_in_source),
    };
    let shown = wrong.or_else(|| conditions.iter().find(is_in_source)).or(decisive);
    let place = shown.and_then(|shown| deciding_place(shown, subject).cloned());
    let place = place.unwrap_or_else(|| subject.home());
    let mut text = shown.map(|shown| describe(shown, subject)).unwrap_or_default();
    if let Some(decisive) =
        decisive.filter(|decisive| shown.is_some_and(|shown| shown.test.path != decisive.test.path))
    {
        text = format!("{text}; {}", describe(decisive, subject));
    }
    Label::new(place, text)
}

/// Returns the place of an observed fact; of a list, that of the member for which the test holds.
fn deciding_place<'o>(observation: &'o Observation<'_>, subject: &Subject<'_>) -> Option<&'o Location> {
    let items = observation.fact.value().and_then(Value::as_list).unwrap_or_default();
    let is_deciding = |item: &&Fact| match &observation.test.predicate {
        Predicate::Contains(wanted) => {
            let wanted = wanted.list(subject).unwrap_or_default();
            wanted.iter().any(|wanted| item.value() == Some(wanted))
        }
        Predicate::Some(test) => test.verdict_on(&Member { fact: item, owner: subject }) == Verdict::Holds,
        _ => false,
    };
    items.iter().find(is_deciding).and_then(Fact::place).or_else(|| observation.fact.place())
}

/// True if the source states the observed fact, and it says more than that the subject exists.
fn is_stated(observation: &Observation<'_>) -> bool {
    let attribute = observation.test.path.attribute.as_str();
    !matches!(attribute, "active" | "app.active" | "kind" | "name")
        && !attribute.contains("platform.")
        && matches!(observation.verdict, Verdict::Holds | Verdict::Fails)
        && matches!(observation.fact.state, FactState::Present(_))
}

/// Describes an observed fact, with the words of Setup.
pub(crate) fn describe(observation: &Observation<'_>, subject: &Subject<'_>) -> String {
    let path = &observation.test.path;
    let name = if path.text.is_empty() { "it".to_owned() } else { format!("`{path}`") };
    match &observation.fact.state {
        FactState::Present(Value::List(items)) if items.is_empty() => format!("{name} is empty"),
        FactState::Default(Value::List(items)) if items.is_empty() => {
            let column = |row: &'static Attribute| row.column(subject.app()?.kind);
            let elements = path.rows().filter_map(column).filter_map(|column| column.elements.first());
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
