use std::{ops::Deref, sync::Arc};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Arc<Vec<(&'static str, Fact)>>);

impl Facts {
    /// No facts yet, with room for so many.
    pub(crate) fn with_room(facts: usize) -> Self {
        Self(Arc::new(Vec::with_capacity(facts)))
    }

    /// Adds a fact; the first one of a name counts.
    pub fn insert(&mut self, name: &'static str, fact: Fact) {
        Arc::make_mut(&mut self.0).push((name, fact));
    }

    /// The fact of this name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact)
    }

    /// The fact that was stated after so many others, with its name.
    pub(crate) fn at(&self, place: usize) -> Option<(&'static str, &Fact)> {
        self.0.get(place).map(|(name, fact)| (*name, fact))
    }

    /// All facts with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Fact)> {
        self.0.iter().map(|(name, fact)| (*name, fact))
    }
}

impl FromIterator<(&'static str, Fact)> for Facts {
    fn from_iter<I: IntoIterator<Item = (&'static str, Fact)>>(facts: I) -> Self {
        Self(Arc::new(facts.into_iter().collect()))
    }
}
