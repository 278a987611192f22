//! The app that something belongs to.

use preauth_metadata::{App, Org};
use preauth_source::{Diagnostic, FilePath, SubjectId};

use crate::evaluate::subject::{Select, Subject};

/// Returns the developer name of the app that a subject is, or belongs to: `Order_Sync` for
/// `Order_Sync/Order Sync User`.
pub fn app_name(subject: &SubjectId) -> Option<&str> {
    let select = Select::all().find(|select| select.as_str() == subject.kind)?;
    let name = || subject.name.split_once('/').map_or(&*subject.name, |(app, _)| app);
    select.is_of_app().then(name)
}

/// Returns the app that a file belongs to.
pub(crate) fn of_file<'o>(org: &'o Org, file: &FilePath) -> Option<&'o App> {
    org.app_of(file).map(|app| &**app)
}

/// Returns the app that a subject is, or belongs to, also by its file.
pub(crate) fn of_subject<'c>(subject: &Subject<'c>) -> Option<&'c App> {
    subject.app().or_else(|| of_file(subject.case.org, &subject.file()?.path))
}

/// Returns the app that something in a file is, or belongs to. A subject that is not in the source is found by its name.
pub(crate) fn of<'o>(org: &'o Org, subject: Option<&SubjectId>, file: &FilePath) -> Option<&'o App> {
    let by_name = || org.apps_named(app_name(subject?)?).first().map(|app| &**app);
    of_file(org, file).or_else(by_name)
}

/// Returns the app that a diagnostic is about.
pub(crate) fn of_diagnostic<'o>(org: &'o Org, diagnostic: &Diagnostic) -> Option<&'o App> {
    of(org, diagnostic.subject.as_ref(), &diagnostic.primary.location.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_an_app_begins_with_the_name_of_the_app() {
        let app = |kind: &'static str, name: &str| {
            app_name(&SubjectId { kind, name: name.into() }).map(str::to_owned)
        };
        assert_eq!(app("App", "Order_Sync").as_deref(), Some("Order_Sync"));
        assert_eq!(app("Grant", "Order_Sync/Order & Sync/EU").as_deref(), Some("Order_Sync"));
        assert_eq!(app("Certificate", "Order_Sync/signing").as_deref(), Some("Order_Sync"));
        assert_eq!(app("IpRanges", "Order_Sync/ipRanges"), None);
        assert_eq!(app("File", "profiles/Admin.profile"), None);
    }
}
