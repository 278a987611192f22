//! Reporting: what a run found, in one of several formats. Each format is one file and owns its shape.

pub(crate) mod formats;
pub(crate) mod source_text;
pub(crate) mod summary;

#[cfg(test)]
mod sample;

use std::io::{self, Write};

use jiff::civil::Date;
use preauth_metadata::{Org, secrets};
use preauth_policy::{Config, PolicySet, Undecided};
use preauth_source::{Diagnostic, Edit, Fingerprint, Fix};

use crate::{
    args::{Format, Show},
    output::visible::Visible,
    report::{
        source_text::SourceTexts,
        summary::{Coverage, counted},
    },
};

/// What a run over one tree came to.
pub(crate) struct Run<'r> {
    pub(crate) texts: &'r SourceTexts<'r>,
    pub(crate) policies: &'r PolicySet,
    pub(crate) config: &'r Config,
    /// The day that was judged at.
    pub(crate) as_of: Date,
    /// What the tree states; `None` where it was not judged.
    pub(crate) org: Option<&'r Org>,
    /// The change that was judged, if one was.
    pub(crate) change: Option<Comparison<'r>>,
    pub(crate) diagnostics: Vec<&'r Diagnostic>,
    /// Makes the fingerprint of each of the diagnostics.
    pub(crate) fingerprints: &'r dyn Fn() -> Vec<Fingerprint>,
    pub(crate) undecided: &'r [Undecided],
    pub(crate) coverage: &'r Coverage,
    /// What to list, beside counting it, in reports for people.
    pub(crate) show: &'r [Show],
}

/// What a tree was before the change that is judged.
#[derive(Debug)]
pub(crate) struct Comparison<'r> {
    /// What it is called.
    pub(crate) from: &'r str,
    pub(crate) org: &'r Org,
    /// How many findings were there before, and are left out for that.
    pub(crate) known: usize,
    /// How many findings are gone.
    pub(crate) gone: usize,
}

impl Comparison<'_> {
    /// What was compared, in a line.
    pub(crate) fn sentence(&self) -> String {
        let known = counted(self.known, "finding was", "findings were");
        let gone = if self.gone == 1 { "1 is".to_owned() } else { format!("{} are", self.gone) };
        format!("Compared with {}: {known} there before and not listed, {gone} gone.", self.from)
    }
}

impl Run<'_> {
    /// Everything that was found, with its fingerprint.
    fn findings(&self) -> impl Iterator<Item = (&Diagnostic, Fingerprint)> {
        self.diagnostics.iter().copied().zip((self.fingerprints)())
    }

    /// What was found and nothing silences.
    fn live(&self) -> impl Iterator<Item = (&Diagnostic, Fingerprint)> {
        self.findings().filter(|(found, _)| found.suppressed.is_none())
    }

    /// The findings to list for people.
    fn listed(&self) -> impl Iterator<Item = &Diagnostic> {
        let waived = self.show.contains(&Show::Waived);
        self.diagnostics.iter().copied().filter(move |diagnostic| waived || diagnostic.suppressed.is_none())
    }

    /// What is undecided, to list for people.
    fn listed_undecided(&self) -> &[Undecided] {
        if self.show.contains(&Show::Undecided) { self.undecided } else { &[] }
    }
}

/// From where a format tells paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathBase {
    /// From the current folder.
    CurrentFolder,
    /// From the root of the tree, or where there are several, from what holds them all.
    Tree,
    /// From the root of the repository, as what hosts repositories has it.
    Repository,
}

/// What writes a report; the flag says whether in colours.
type Writer = fn(&[Run<'_>], bool, &mut dyn Write) -> io::Result<()>;

/// How each format tells paths, and what writes it.
fn format(format: Format) -> (PathBase, Writer) {
    match format {
        Format::Text => (PathBase::CurrentFolder, formats::text::write),
        Format::Concise => (PathBase::CurrentFolder, formats::concise::write),
        Format::Json => (PathBase::Tree, formats::json::write),
        Format::Sarif => (PathBase::Repository, formats::sarif::write),
        Format::Github => (PathBase::Repository, formats::github::write),
        Format::Gitlab => (PathBase::Repository, formats::gitlab::write),
        Format::Junit => (PathBase::CurrentFolder, formats::junit::write),
        Format::Checkstyle => (PathBase::CurrentFolder, formats::checkstyle::write),
        Format::Rdjson => (PathBase::CurrentFolder, formats::rdjson::write),
        Format::Azure => (PathBase::Repository, formats::azure::write),
        Format::Markdown => (PathBase::Repository, formats::markdown::write),
        Format::Html => (PathBase::Tree, formats::html::write),
    }
}

/// From where a format tells paths.
pub(crate) fn path_base(wanted: Format) -> PathBase {
    format(wanted).0
}

/// Writes the report of all runs. Nothing in it is hidden.
pub(crate) fn write(wanted: Format, runs: &[Run<'_>], colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let (_, write) = format(wanted);
    // Colours are control characters: the only format that has them sees to the rest itself.
    if colored && wanted == Format::Text {
        write(runs, true, out)
    } else {
        write(runs, false, &mut Visible::new(out))
    }
}

/// The correction of a finding, if its edits may be shown: what they insert is no secret.
fn shown_fix(found: &Diagnostic) -> Option<&Fix> {
    let is_shown = |edit: &Edit| !secrets(&edit.insert).iter().any(|secret| secret.opens);
    found.fix.as_ref().filter(|fix| fix.edits.iter().all(is_shown))
}

/// What is wrong, and what to do about it: a line each.
fn with_help(diagnostic: &Diagnostic) -> String {
    let lines = std::iter::once(&diagnostic.message).chain(&diagnostic.help);
    lines.map(String::as_str).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::output::visible::is_hidden;

    #[test]
    fn nothing_is_hidden_in_any_format() {
        let message = "all is\u{202E}well\u{1B}[8m\u{9B}\u{200F}";
        for wanted in Format::value_variants() {
            let report = sample::reported(message, |runs, out| write(*wanted, runs, false, out));
            assert!(!report.contains(is_hidden), "{wanted:?}: {report}");
            assert!(report.to_lowercase().contains("is\\u202ewell\\u001b"), "{wanted:?}: {report}");
        }
    }

    #[test]
    fn colours_are_those_of_the_report_and_not_of_the_source() {
        let report =
            sample::reported("is\u{202E}well\u{1B}[8m", |runs, out| write(Format::Text, runs, true, out));
        assert!(report.contains("is\\u202Ewell\\u001B[8m"), "{report}");
        assert!(report.contains("\u{1B}[") && !report.contains("\u{1B}[8m"), "{report}");
    }
}
