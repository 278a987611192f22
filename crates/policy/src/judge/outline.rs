//! What the judgement of the org looks at in each app.

use std::{borrow::Cow, sync::Arc};

use preauth_metadata::App;

use crate::{
    config::RegisterEntry,
    evaluate::{
        derived::{Circumstances, Enforcing},
        subject::Case,
    },
};

/// What the judgement of the org looks at in an app.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(crate) app: Arc<App>,
    pub(crate) enforcing: Option<Enforcing>,
    /// The indices of its entries of the register.
    entries: Vec<usize>,
}

impl Outline {
    pub(crate) fn of(case: Case<'_>, app: &Arc<App>) -> Self {
        let register = &case.given.register;
        // Of several that match equally well each is one; that is a mistake of its own.
        let found = register.of(app).map_or_else(|several| several, |one| one.into_iter().collect());
        let index =
            |found: &RegisterEntry| register.entries.iter().position(|entry| std::ptr::eq(entry, found));
        let entries = found.into_iter().filter_map(index).collect();
        let enforcing = Circumstances { case, app, entry: case.entry(app) }.enforcing();
        Self { app: app.clone(), enforcing, entries }
    }

    /// Whether an entry of the register is about the app.
    pub(crate) fn is_of(&self, case: Case<'_>, entry: &RegisterEntry) -> bool {
        let entries = &case.given.register.entries;
        self.entries.iter().any(|index| std::ptr::eq(&entries[*index], entry))
    }
}

impl<'c> Case<'c> {
    /// What there is of every app.
    pub(crate) fn outlines(self) -> Cow<'c, [Arc<Outline>]> {
        match self.outlines {
            Some(known) => Cow::Borrowed(known),
            None => self.org.apps.iter().map(|app| Arc::new(Outline::of(self, app))).collect(),
        }
    }
}
