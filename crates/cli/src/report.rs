//! Reporting: what a run found, in one of several formats. Each format is one file and owns its shape.

mod concise;
pub(crate) mod json;
mod text;

use std::io::{self, Write};

use preauth_policy::Undecided;
use preauth_source::Diagnostic;

use crate::{
    args::{Format, Show},
    coverage::Coverage,
    texts::Texts,
};

/// What a run over one tree came to.
#[derive(Debug)]
pub(crate) struct Run<'r> {
    pub(crate) texts: &'r Texts<'r>,
    pub(crate) diagnostics: &'r [Diagnostic],
    pub(crate) undecided: &'r [Undecided],
    pub(crate) coverage: &'r Coverage,
    /// What to list, beside counting it, in reports for people.
    pub(crate) show: &'r [Show],
}

impl Run<'_> {
    /// The findings to list for people.
    fn listed(&self) -> impl Iterator<Item = &Diagnostic> {
        let waived = self.show.contains(&Show::Waived);
        self.diagnostics.iter().filter(move |diagnostic| waived || diagnostic.suppressed.is_none())
    }

    /// What is undecided, to list for people.
    fn listed_undecided(&self) -> &[Undecided] {
        if self.show.contains(&Show::Undecided) { self.undecided } else { &[] }
    }
}

/// Writes the report of all runs.
pub(crate) fn write(format: Format, runs: &[Run<'_>], colored: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(runs, colored, out),
        Format::Concise => concise::write(runs, out),
        Format::Json => json::write(runs, out),
    }
}
