use std::{borrow::Cow, fmt, ops::Deref, sync::Arc};

use crate::Fact;

/// Facts in the order of the source. Many share one copy of them: to clone them takes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List(Arc<Vec<Fact>>);

impl Deref for List {
    type Target = [Fact];

    fn deref(&self) -> &[Fact] {
        &self.0
    }
}

impl From<Vec<Fact>> for List {
    fn from(mut facts: Vec<Fact>) -> Self {
        facts.shrink_to_fit();
        Self(facts.into())
    }
}

impl<const N: usize> From<[Fact; N]> for List {
    fn from(facts: [Fact; N]) -> Self {
        Vec::from(facts).into()
    }
}

impl FromIterator<Fact> for List {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        Vec::from_iter(facts).into()
    }
}

/// Named facts, in the order in which they were stated. Many share one copy of them: to clone them takes nothing.
#[derive(Clone, Default)]
pub struct Facts(Arc<Named>);

#[derive(Clone, Default)]
struct Named {
    /// The name of each fact, and of those that are to follow.
    names: Cow<'static, [&'static str]>,
    facts: Vec<Fact>,
    /// The fact of every name that has none of its own.
    others: Option<Fact>,
}

impl Facts {
    /// No facts yet, with room for so many. Those that have these names, in this order, need not keep them.
    pub(crate) fn with_names(names: &'static [&'static str], room: usize) -> Self {
        Self(Arc::new(Named { names: names.into(), facts: Vec::with_capacity(room), others: None }))
    }

    /// Adds a fact; the first one of a name counts.
    pub fn insert(&mut self, name: &'static str, fact: Fact) {
        let Named { names, facts, .. } = Arc::make_mut(&mut self.0);
        if names.get(facts.len()) != Some(&name) {
            names.to_mut().insert(facts.len(), name);
        }
        facts.push(fact);
    }

    /// Makes this the fact of all names that were to follow.
    pub(crate) fn end_with(&mut self, fact: Fact) {
        Arc::make_mut(&mut self.0).others = Some(fact);
    }

    /// The fact of this name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        let Named { names, facts, others } = &*self.0;
        let place = names.iter().position(|known| *known == name)?;
        facts.get(place).or(others.as_ref())
    }

    /// The fact that was stated after so many others, with its name.
    pub(crate) fn at(&self, place: usize) -> Option<(&'static str, &Fact)> {
        Some((self.0.names.get(place)?, self.0.facts.get(place)?))
    }

    /// All facts with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Fact)> {
        let Named { names, facts, others } = &*self.0;
        names.iter().copied().zip(facts.iter().chain(others.iter().cycle()))
    }
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.iter().eq(other.iter())
    }
}

impl Eq for Facts {}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl FromIterator<(&'static str, Fact)> for Facts {
    fn from_iter<I: IntoIterator<Item = (&'static str, Fact)>>(facts: I) -> Self {
        let (names, facts): (Vec<_>, Vec<_>) = facts.into_iter().unzip();
        Self(Arc::new(Named { names: names.into(), facts, others: None }))
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::Location;

    use super::*;
    use crate::FactState;

    fn facts(names: &[&'static str], mut facts: Facts) -> Facts {
        let fact = || Fact::new(FactState::None, Location::start_of("a.xml".into()));
        names.iter().for_each(|name| facts.insert(name, fact()));
        facts
    }

    fn names(facts: &Facts) -> Vec<&str> {
        facts.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn names_are_those_of_the_facts_whatever_was_to_come() {
        for came in [&["a", "b"][..], &["a", "b", "c", "d"], &["a", "c", "b"], &["b"], &[]] {
            let facts_that_came = facts(came, Facts::with_names(&["a", "b", "c"], 0));
            assert_eq!(names(&facts_that_came), came);
            assert_eq!(facts_that_came, facts(came, Facts::default()));
        }
    }

    #[test]
    fn names_without_a_fact_of_their_own_have_one_together() {
        let mut facts = facts(&["a"], Facts::with_names(&["a", "b", "c"], 1));
        assert_eq!(facts.get("c"), None);
        facts.end_with(Fact::new(
            FactState::NotApplicable("nothing".into()),
            Location::start_of("a.xml".into()),
        ));
        assert_eq!(names(&facts), ["a", "b", "c"]);
        assert_eq!(facts.get("b"), facts.get("c"));
        assert_ne!(facts.get("a"), facts.get("b"));
        assert_eq!(facts.get("d"), None);
    }

    #[test]
    fn names_that_were_to_come_are_not_kept_again() {
        let known = &["a", "b"];
        assert!(matches!(facts(known, Facts::with_names(known, 2)).0.names, Cow::Borrowed(_)));
    }
}
