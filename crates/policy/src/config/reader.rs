//! Reads values that several parts of the configuration have, and reports errors.

use jiff::civil::Date;
use preauth_source::{Diagnostic, Label, Location, Severity, SourceFile, TextRange};

use super::pattern::NamePattern;
use crate::{
    form::{
        codes::CONFIG_INVALID,
        retired::{RetiredId, successor},
    },
    yaml::Placed,
};

/// The reader of one configuration file. Each part of the configuration is read in a file of its own.
pub(super) struct ConfigReader<'r, 't> {
    pub(super) source: &'r SourceFile<'t>,
    /// True if the file is the project's own.
    pub(super) is_own: bool,
    pub(super) diagnostics: &'r mut Vec<Diagnostic>,
    /// The retired ids that were read.
    pub(super) retired: Vec<RetiredId>,
}

impl ConfigReader<'_, '_> {
    /// Reports an error; `near` is the most similar name.
    pub(super) fn error(&mut self, range: TextRange, message: String, near: Option<&str>) {
        let label = Label::new(self.source.at(range), "here");
        let mut diagnostic = Diagnostic::new(CONFIG_INVALID, Severity::Error, message, label);
        diagnostic.help.extend(near.map(|near| format!("did you mean `{near}`?")));
        self.diagnostics.push(diagnostic);
    }

    /// Reports a duplicate, with both places.
    pub(super) fn duplicate(&mut self, message: String, first: &Location, second: &Location) {
        let second = Label::new(second.clone(), "the second one");
        let diagnostic = Diagnostic::new(CONFIG_INVALID, Severity::Error, message, second);
        self.diagnostics.push(diagnostic.with_related(Label::new(first.clone(), "the first one")));
    }

    /// Reads the id of a policy. A retired id becomes that of its successor.
    pub(super) fn policy_id(&mut self, id: &Placed<String>) -> String {
        let Some(successor) = successor(id) else { return id.value.clone() };
        let location = self.source.at(id.range);
        self.retired.push(RetiredId { id: id.value.clone(), successor, location });
        successor.to_owned()
    }

    /// Reads a name or pattern of apps.
    pub(super) fn apps(&mut self, text: &Placed<String>) -> Option<NamePattern> {
        NamePattern::of_apps(text).map_err(|message| self.error(text.range, message, None)).ok()
    }

    /// Reads a date.
    pub(super) fn date(&mut self, text: &Placed<String>) -> Option<Date> {
        let date = text.parse().ok();
        if date.is_none() {
            let message = format!("`{}` is not a date: write it like `2027-03-31`", text.value);
            self.error(text.range, message, None);
        }
        date
    }
}
