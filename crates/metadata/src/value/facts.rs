use std::{fmt, ops::Deref, sync::Arc};

use crate::Fact;

/// Facts in the order of the source. A clone shares them.
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

/// Named facts, in the order in which they were stated. A clone shares them.
#[derive(Clone, Default)]
pub struct Facts(Arc<Vec<(&'static str, Fact)>>);

impl Facts {
    /// Creates a list without facts, with room for `capacity` of them.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Arc::new(Vec::with_capacity(capacity)))
    }

    /// Adds a fact; the first one of a name counts.
    pub fn insert(&mut self, name: &'static str, fact: Fact) {
        Arc::make_mut(&mut self.0).push((name, fact));
    }

    /// Returns the fact of this name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact)
    }

    /// Returns the fact at an index, with its name.
    pub(crate) fn at(&self, index: usize) -> Option<(&'static str, &Fact)> {
        self.0.get(index).map(|(name, fact)| (*name, fact))
    }

    /// Returns all facts with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Fact)> {
        self.0.iter().map(|(name, fact)| (*name, fact))
    }
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
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
        Self(Arc::new(facts.into_iter().collect()))
    }
}
