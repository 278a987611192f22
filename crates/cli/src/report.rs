//! Reporting: what a run found, in one of several formats. Each format is one file and owns its shape.

mod concise;
pub(crate) mod json;
mod text;

use std::io::{self, Write};

use preauth_policy::Undecided;
use preauth_source::Diagnostic;

use crate::{args::Format, coverage::Coverage, texts::Texts};

/// What a run over one tree came to.
#[derive(Debug)]
pub(crate) struct Run<'r> {
    pub(crate) texts: &'r Texts<'r>,
    pub(crate) diagnostics: &'r [Diagnostic],
    pub(crate) undecided: &'r [Undecided],
    pub(crate) coverage: &'r Coverage,
    /// Whether to list what is undecided, beside counting it.
    pub(crate) show_undecided: bool,
}

/// Writes the report of all runs.
pub(crate) fn write(format: Format, runs: &[Run<'_>], colored: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(runs, colored, out),
        Format::Concise => concise::write(runs, out),
        Format::Json => json::write(runs, out),
    }
}
