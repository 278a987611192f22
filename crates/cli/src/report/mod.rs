//! Reports of a check, in one of several formats.

pub(crate) mod formats;
pub(crate) mod results;
pub(crate) mod source_text;
pub(crate) mod summary;

#[cfg(test)]
mod sample;

use std::io::{self, Write};

use jiff::civil::Date;
use preauth_metadata::Org;
use preauth_policy::{Config, PolicySet, Undecided};
use preauth_source::{Diagnostic, Edit, Fingerprint, Fix};

pub(crate) use self::formats::{Format, PathBase};
use crate::{
    args::Show,
    output::visible::{VisibleWriter, shows_secret},
    report::{
        results::PolicyResult,
        source_text::SourceTexts,
        summary::{Coverage, counted},
    },
};

/// The results of a check of one tree.
pub(crate) struct Run<'r> {
    pub(crate) texts: &'r SourceTexts<'r>,
    pub(crate) policies: &'r PolicySet,
    pub(crate) config: &'r Config,
    /// The date of the check, for expiry dates.
    pub(crate) as_of: Date,
    /// The content of the tree; `None` if it was not checked.
    pub(crate) org: Option<&'r Org>,
    /// The state that the tree is compared with, if only a change is checked.
    pub(crate) change: Option<Comparison<'r>>,
    pub(crate) diagnostics: Vec<&'r Diagnostic>,
    /// Returns the fingerprint of each diagnostic.
    pub(crate) fingerprints: &'r dyn Fn() -> Vec<Fingerprint>,
    /// Returns the result of each policy; none if the tree was not checked.
    pub(crate) results: &'r dyn Fn() -> Vec<PolicyResult>,
    pub(crate) undecided: &'r [Undecided],
    pub(crate) coverage: &'r Coverage,
    /// The name of the tree in a sentence, if there are several.
    pub(crate) place: Option<&'r str>,
    /// What reports for people list instead of only counting it.
    pub(crate) show: &'r [Show],
}

/// The state of a tree before the change that is checked.
#[derive(Debug)]
pub(crate) struct Comparison<'r> {
    /// The name of the state.
    pub(crate) from: &'r str,
    pub(crate) org: &'r Org,
    /// The number of findings that existed before, which are not reported.
    pub(crate) known: usize,
    /// The number of findings that existed before and do not exist any more.
    pub(crate) gone: usize,
}

impl Comparison<'_> {
    /// Returns a sentence that says what was compared. `place` is the tree, if there are several.
    pub(crate) fn sentence(&self, place: Option<&str>) -> String {
        let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
        let known = counted(self.known, "existing finding is", "existing findings are");
        let fixed = counted(self.gone, "is", "are");
        format!("Compared with {}{place}: {known} not shown, {fixed} fixed.", self.from)
    }
}

impl Run<'_> {
    /// Returns all findings, each with its fingerprint.
    fn findings(&self) -> impl Iterator<Item = (&Diagnostic, Fingerprint)> {
        self.diagnostics.iter().copied().zip((self.fingerprints)())
    }

    /// Returns the findings that are not waived.
    fn live(&self) -> impl Iterator<Item = (&Diagnostic, Fingerprint)> {
        self.findings().filter(|(finding, _)| finding.suppressed.is_none())
    }

    /// Returns the findings that reports for people list.
    fn listed(&self) -> impl Iterator<Item = &Diagnostic> {
        let waived = self.show.contains(&Show::Waived);
        self.diagnostics.iter().copied().filter(move |diagnostic| waived || diagnostic.suppressed.is_none())
    }

    /// Returns the undecided checks that reports for people list.
    fn listed_undecided(&self) -> &[Undecided] {
        if self.show.contains(&Show::Undecided) { self.undecided } else { &[] }
    }
}

/// Writes the report of all trees, with hidden characters escaped.
pub(crate) fn write(format: Format, runs: &[Run<'_>], colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let format = format.definition();
    match format.write_colored.filter(|_| colored) {
        // Colours are control characters, so this function escapes the text between them.
        Some(write_colored) => write_colored(runs, out),
        None => (format.write)(runs, &mut VisibleWriter::new(out)),
    }
}

/// Returns the fix of a finding, unless its edits would show a secret.
fn shown_fix(finding: &Diagnostic) -> Option<&Fix> {
    let is_shown = |edit: &Edit| !shows_secret(&edit.insert);
    finding.fix.as_ref().filter(|fix| fix.edits.iter().all(is_shown))
}

/// Returns the message of a finding and its advice, one line each.
fn with_help(diagnostic: &Diagnostic) -> String {
    std::iter::once(diagnostic.message.clone()).chain(advice(diagnostic)).collect::<Vec<_>>().join("\n")
}

/// Returns what to do about a finding, and the findings that it includes.
fn advice(diagnostic: &Diagnostic) -> Vec<String> {
    let included = included(diagnostic).map(|included| format!("includes {included}"));
    diagnostic.help.iter().cloned().chain(included).collect()
}

/// Returns the policies of the findings that a finding includes, each with its severity.
fn included(diagnostic: &Diagnostic) -> Option<String> {
    // An equal finding is one more place of this one.
    let others = diagnostic.subsumed.iter().filter(|finding| finding.code != diagnostic.code);
    let each: Vec<String> = others
        .map(|finding| {
            let waived = if finding.suppressed.is_some() { "waived " } else { "" };
            format!("{} ({waived}{})", finding.code, finding.severity)
        })
        .collect();
    (!each.is_empty()).then(|| each.join(", "))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::output::visible::is_hidden;

    #[test]
    fn every_format_escapes_hidden_characters() {
        let message = "all is\u{202E}well\u{1B}[8m\u{9B}\u{200F}";
        for format in Format::value_variants() {
            let report = sample::reported(message, |runs, out| write(*format, runs, false, out));
            assert!(!report.contains(is_hidden), "{format:?}: {report}");
            assert!(report.to_lowercase().contains("is\\u202ewell\\u001b"), "{format:?}: {report}");
        }
    }

    #[test]
    fn only_the_report_sets_colours() {
        let report =
            sample::reported("is\u{202E}well\u{1B}[8m", |runs, out| write(Format::Text, runs, true, out));
        assert!(report.contains("is\\u202Ewell\\u001B[8m"), "{report}");
        assert!(report.contains("\u{1B}[") && !report.contains("\u{1B}[8m"), "{report}");
    }
}
