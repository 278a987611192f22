use std::fmt;

use arcstr::ArcStr;

use crate::{Fix, Location};

/// The severity of a diagnostic, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works, but should not stay so.
    Warning,
    /// Fails, or lets in whom it should not.
    Error,
}

impl Severity {
    /// All of them, from least to most.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word for it, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::str::FromStr for Severity {
    type Err = ();

    /// Reads the word for it.
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word).ok_or(())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub location: Location,
    /// A short sentence without a final full stop; may be empty.
    pub message: String,
}

impl Label {
    /// A label.
    pub fn new(location: Location, message: impl Into<String>) -> Self {
        Self { location, message: message.into() }
    }
}

/// The subject of a diagnostic, by kind and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId {
    /// The kind of thing, in the policies' words: `App`, `Profile`, …
    pub kind: &'static str,
    /// Its name: the developer name of an app, the path of a file.
    pub name: ArcStr,
}

/// The attribute that was evaluated, and its value. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observed {
    /// The attribute, by its name in policies.
    pub attribute: ArcStr,
    /// Its value, as a policy would write it; `None` when there is none.
    pub value: Option<ArcStr>,
}

/// The waiver that covers a finding: its reason, its owner and its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The reason.
    pub reason: ArcStr,
    /// Who answers for that.
    pub owner: Option<ArcStr>,
    /// The last day on which it is silenced, such as `2027-03-31`.
    pub expires: ArcStr,
    /// The waiver, in its configuration file.
    pub location: Location,
}

/// Something to say about the source: a finding, a syntax error, a mistake in a policy or in the configuration.
///
/// `subject` and `observed` identify it across edits of the files; a path or a line never does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the policy, or of the check of form, that speaks.
    pub code: ArcStr,
    /// Its severity.
    pub severity: Severity,
    /// The message: what is wrong, with the names that Setup shows.
    pub message: String,
    /// The decisive place.
    pub primary: Label,
    /// Other places that belong to it: what makes it a violation, and where that is required.
    pub related: Vec<Label>,
    /// The place in the policy that is violated, and its text.
    pub rule: Option<Label>,
    /// Advice on how to resolve it.
    pub help: Vec<String>,
    /// The correction, if there is one.
    pub fix: Option<Fix>,
    /// Its subject.
    pub subject: Option<SubjectId>,
    /// The attribute and value that were evaluated.
    pub observed: Option<Observed>,
    /// The waiver that covers it. A waived finding is reported as waived, is not fixed, and does not fail the run.
    pub suppressed: Option<Suppression>,
    /// Findings on the same subject that this one contains and speaks for.
    pub subsumed: Vec<Diagnostic>,
}

impl Diagnostic {
    /// A diagnostic with only what every diagnostic has.
    pub fn new(
        code: impl Into<ArcStr>,
        severity: Severity,
        message: impl Into<String>,
        primary: Label,
    ) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            primary,
            related: Vec::new(),
            rule: None,
            help: Vec::new(),
            fix: None,
            subject: None,
            observed: None,
            suppressed: None,
            subsumed: Vec::new(),
        }
    }

    /// Every place in the source that it names, those of its correction too.
    pub fn locations(&self) -> impl Iterator<Item = &Location> {
        let labels = std::iter::once(&self.primary).chain(&self.related);
        let edits = self.fix.iter().flat_map(|fix| &fix.edits);
        labels.map(|label| &label.location).chain(edits.map(|edit| &edit.location))
    }

    /// Returns the same locations, mutably.
    pub fn locations_mut(&mut self) -> impl Iterator<Item = &mut Location> {
        let labels = std::iter::once(&mut self.primary).chain(&mut self.related);
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        labels.map(|label| &mut label.location).chain(edits.map(|edit| &mut edit.location))
    }

    /// With one more line of advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// With one more related place.
    #[must_use]
    pub fn with_related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }

    /// This diagnostic and those it speaks for.
    pub fn with_subsumed(&self) -> impl Iterator<Item = &Diagnostic> {
        std::iter::once(self).chain(&self.subsumed)
    }

    /// The order in which diagnostics are reported: by place, then by code.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        (&self.primary.location, &self.code, &self.observed, &self.message).cmp(&(
            &other.primary.location,
            &other.code,
            &other.observed,
            &other.message,
        ))
    }
}
