//! Which app something belongs to.

use preauth_metadata::{App, Org};
use preauth_source::{Diagnostic, FilePath, Subject};

/// The app that a file is a part of.
pub(crate) fn of_file<'o>(org: &'o Org, file: &FilePath) -> Option<&'o App> {
    org.app_of(file).map(|app| &**app)
}

/// The app that something is, or belongs to; `file` is where it is. What is not in the source is known by its name.
pub(crate) fn of<'o>(org: &'o Org, subject: Option<&Subject>, file: &FilePath) -> Option<&'o App> {
    let by_name = || org.apps_named(subject?.app()?).first().map(|app| &**app);
    of_file(org, file).or_else(by_name)
}

/// The app that a diagnostic is about.
pub(crate) fn of_diagnostic<'o>(org: &'o Org, diagnostic: &Diagnostic) -> Option<&'o App> {
    of(org, diagnostic.subject.as_ref(), &diagnostic.primary.location.file)
}
