//! Which app something belongs to.

use preauth_metadata::{App, Org};
use preauth_source::{Diagnostic, FilePath, Subject};

/// The developer name of the app that something is, or that it belongs to, as `Order_Sync/Order Sync User` does.
pub fn app_name(subject: &Subject) -> Option<&str> {
    match subject.kind {
        "App" => Some(&subject.name),
        "Grant" | "Certificate" => subject.name.split_once('/').map(|(app, _)| app),
        _ => None,
    }
}

/// The app that a file is a part of.
pub(crate) fn of_file<'o>(org: &'o Org, file: &FilePath) -> Option<&'o App> {
    org.app_of(file).map(|app| &**app)
}

/// The app that something is, or belongs to; `file` is where it is. What is not in the source is known by its name.
pub(crate) fn of<'o>(org: &'o Org, subject: Option<&Subject>, file: &FilePath) -> Option<&'o App> {
    let by_name = || org.apps_named(app_name(subject?)?).first().map(|app| &**app);
    of_file(org, file).or_else(by_name)
}

/// The app that a diagnostic is about.
pub(crate) fn of_diagnostic<'o>(org: &'o Org, diagnostic: &Diagnostic) -> Option<&'o App> {
    of(org, diagnostic.subject.as_ref(), &diagnostic.primary.location.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_an_app_has_its_name_first() {
        let app = |kind: &'static str, name: &str| {
            app_name(&Subject { kind, name: name.into() }).map(str::to_owned)
        };
        assert_eq!(app("App", "Order_Sync").as_deref(), Some("Order_Sync"));
        assert_eq!(app("Grant", "Order_Sync/Order & Sync/EU").as_deref(), Some("Order_Sync"));
        assert_eq!(app("Certificate", "Order_Sync/signing").as_deref(), Some("Order_Sync"));
        assert_eq!(app("IpRanges", "Order_Sync/ipRanges"), None);
        assert_eq!(app("File", "profiles/Admin.profile"), None);
    }
}
