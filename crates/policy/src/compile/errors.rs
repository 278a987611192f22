//! Errors in a policy, and in its configuration.

use preauth_source::{Diagnostic, Label, Location, Severity, TextRange};

use crate::{
    compile::compiler::Compiler,
    form::codes::{CONFIG_INVALID, POLICY_INVALID},
    language::path::NoSuchPath,
};

impl Compiler<'_, '_> {
    /// Reports an error in the policy, which makes it unusable.
    pub(crate) fn error(&mut self, range: TextRange, message: String, help: Option<String>) {
        let label = Label::new(self.source.at(range), "here");
        let mut diagnostic = Diagnostic::new(POLICY_INVALID, Severity::Error, message, label);
        diagnostic.help.extend(help);
        self.diagnostics.push(diagnostic);
        self.failed = true;
    }

    /// Reports a path that cannot be resolved.
    pub(crate) fn no_such_path(&mut self, range: TextRange, error: NoSuchPath) {
        self.error(range, error.message, did_you_mean(error.near.as_deref()));
    }

    /// Reports an error in the configuration of the policy. The policy is used without it.
    pub(crate) fn config_error(&mut self, place: Location, message: String, help: Option<String>) {
        let label = Label::new(place, "here");
        let mut diagnostic = Diagnostic::new(CONFIG_INVALID, Severity::Error, message, label);
        diagnostic.help.extend(help);
        self.diagnostics.push(diagnostic);
    }
}

/// Suggests a similar name.
pub(crate) fn did_you_mean(near: Option<&str>) -> Option<String> {
    near.map(|near| format!("did you mean `{near}`?"))
}

/// Returns the message that a text is not a regular expression.
pub(crate) fn invalid_regex(reason: &str) -> String {
    format!("invalid regular expression: {reason}")
}
