//! Culprits: the members of a list, or the addresses, that make a test fail.

use preauth_metadata::{Fact, IpSet, Value, as_ip_range};
use preauth_source::Location;

use crate::language::{
    predicate::{Predicate, ranges_of},
    test::{FactSource, Member, Observation, PredicateTest, Test, Verdict},
};

/// A part of a value that makes a test fail.
#[derive(Clone, Debug)]
pub(crate) struct Culprit {
    /// The place in the source.
    pub(crate) place: Option<Location>,
    /// The name of a record, or the value in the form in which it may be shown.
    pub(crate) name: String,
    /// An example of what is wrong, such as an address that is not covered.
    pub(crate) counterexample: Option<String>,
}

/// Returns the culprits of a test that fails for `fact`, in the order of the source. There are none if the whole value is
/// wrong.
pub(crate) fn culprits(test: &PredicateTest, fact: &Fact, facts: &dyn FactSource) -> Vec<Culprit> {
    let items = fact.value().and_then(Value::as_list).unwrap_or_default();
    let culprit = |item: &Fact, counterexample: Option<String>| {
        let name = test.path.show(item.value()?);
        Some(Culprit { place: item.place().cloned(), name, counterexample })
    };
    let listed = |fails: &dyn Fn(&Value) -> bool| -> Vec<Culprit> {
        items
            .iter()
            .filter(|item| item.value().is_some_and(fails))
            .filter_map(|item| culprit(item, None))
            .collect()
    };
    match &test.predicate {
        Predicate::Absent => listed(&|_| true),
        Predicate::SubsetOf(allowed) => {
            let allowed = allowed.list(facts).unwrap_or_default();
            listed(&|item| !allowed.iter().any(|allowed| allowed.same(item)))
        }
        Predicate::Unique => {
            let twice = |(index, item): &(usize, &Fact)| {
                let same = |before: &Fact| before.value().zip(item.value()).is_some_and(|(a, b)| a.same(b));
                items[..*index].iter().any(same)
            };
            items.iter().enumerate().filter(twice).filter_map(|(_, item)| culprit(item, None)).collect()
        }
        Predicate::Within(networks) => {
            let networks: IpSet = ranges_of(&networks.list(facts).unwrap_or_default()).collect();
            let outside = |item: &Fact| {
                let range = item.value().and_then(as_ip_range)?;
                culprit(item, Some(networks.first_missing(range)?.to_string()))
            };
            items.iter().filter_map(outside).collect()
        }
        Predicate::Covers(wanted) => {
            let ranges: IpSet = items.iter().filter_map(Fact::value).filter_map(as_ip_range).collect();
            let refused = |wanted: &Value| {
                let address = ranges.first_missing(as_ip_range(wanted)?)?;
                let counterexample = Some(address.to_string());
                Some(Culprit { place: None, name: wanted.to_string(), counterexample })
            };
            wanted.list(facts).unwrap_or_default().iter().filter_map(|wanted| refused(wanted)).collect()
        }
        Predicate::Every(nested) => items
            .iter()
            .filter_map(|item| {
                let inner = failing(nested, item, facts)?;
                let counterexample = inner.into_iter().find_map(|inner| inner.counterexample);
                culprit(item, counterexample)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the culprits inside a member that fails a nested test, or its field that fails. `None` if it does not fail.
fn failing(nested: &Test, item: &Fact, owner: &dyn FactSource) -> Option<Vec<Culprit>> {
    let member = Member { fact: item, owner };
    if nested.verdict_on(&member) != Verdict::Fails {
        return None;
    }
    let mut observations: Vec<Observation<'_>> = Vec::new();
    nested.observe(&member, &mut observations);
    let field = |observation: &Observation<'_>| {
        let value = observation.fact.value().filter(|_| !observation.test.path.text.is_empty())?;
        let shown = observation.test.path.show(value);
        Some(Culprit {
            place: observation.fact.place().cloned(),
            name: shown.clone(),
            counterexample: Some(shown),
        })
    };
    let culprits_of = |observation: &Observation<'_>| -> Vec<Culprit> {
        let inside = culprits(observation.test, &observation.fact, &member);
        if inside.is_empty() { field(observation).into_iter().collect() } else { inside }
    };
    let failed = observations.iter().filter(|observation| observation.verdict == Verdict::Fails);
    Some(failed.flat_map(culprits_of).collect())
}
