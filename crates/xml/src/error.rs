use std::ops::Range;

use preauth_source::{Diagnostic, Label, Severity, SourceFile, TextRange};

use crate::tree::size;

/// The code of every diagnostic about text that is not well-formed XML.
pub const MALFORMED: &str = "xml-malformed";

/// Something that XML 1.0 does not allow; its ranges are offsets into the text of the file.
pub(crate) struct XmlError {
    range: Range<usize>,
    message: String,
    label: &'static str,
    help: Option<&'static str>,
    begun: Option<(TextRange, String)>,
}

impl XmlError {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), label: "", help: None, begun: None }
    }

    pub(crate) fn label(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    pub(crate) fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    /// With the open tag of the element that it is about.
    pub(crate) fn begun(self, tag: TextRange, name: &str) -> Self {
        Self { begun: Some((tag, format!("`<{name}>` begins here"))), ..self }
    }

    pub(crate) fn into_diagnostic(self, file: &SourceFile<'_>) -> Diagnostic {
        // What is wrong starts in one line, and to underline the rest of the file helps nobody.
        let line = file.text[self.range.clone()].lines().next().unwrap_or_default();
        let range = TextRange::at(size(self.range.start), size(line.len()));
        let primary = Label::new(file.at(range), self.label);
        let mut diagnostic = Diagnostic::new(MALFORMED, Severity::Error, self.message, primary);
        if let Some((tag, message)) = self.begun {
            diagnostic = diagnostic.with_related(Label::new(file.at(tag), message));
        }
        self.help.into_iter().fold(diagnostic, Diagnostic::with_help)
    }
}

/// A piece of the text as a message shows it: its first word, and not too much of that.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let word = text.split(|c: char| c.is_whitespace() || c.is_control()).next().unwrap_or_default();
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}
