//! The checks of a file's form. They are judged from the tables, not by policies, but have a code, a page and a
//! switch like one.

use preauth_source::Severity;

/// A check of form.
#[derive(Clone, Copy, Debug)]
pub struct FormCheck {
    /// Its code.
    pub id: &'static str,
    /// What it demands, in one line.
    pub title: &'static str,
    /// How much a violation matters at most.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
}

/// All checks of form.
pub const FORM_CHECKS: &[FormCheck] = &[
    FormCheck {
        id: "xml-malformed",
        title: "Metadata files are well-formed XML",
        severity: Severity::Error,
        why: "A file that is not well-formed cannot be deployed, and states nothing that could be judged: an app in \
              it is not seen, and a grant that names the component in it may not resolve. Merge-conflict markers are \
              the most common cause.",
    },
    FormCheck {
        id: "file-unreadable",
        title: "Metadata files can be read as UTF-8",
        severity: Severity::Error,
        why: "What cannot be read cannot be judged. A run that meets such a file judges the rest and ends with exit \
              code 2.",
    },
    FormCheck {
        id: "element-unknown",
        title: "Files hold only elements that the Metadata API knows",
        severity: Severity::Error,
        why: "An element that the Metadata API does not know makes a deployment fail, or has no effect. Elements \
              that are known to be invented, by templates and by text generators, are errors; others are warnings, \
              since a newer API version may know them.",
    },
    FormCheck {
        id: "element-misplaced",
        title: "Elements stand where the Metadata API reads them",
        severity: Severity::Error,
        why: "An element in the wrong place has no effect: `isAdminApproved` outside `oauthConfig` leaves the app \
              open to everybody, however it reads.",
    },
    FormCheck {
        id: "element-duplicated",
        title: "Elements that count once stand once",
        severity: Severity::Error,
        why: "Of an element that stands twice only one can count, and nothing says which. With different values that is \
              an error, and nothing is concluded from either; with the same value the second is in the way. A merge \
              that took both sides is the most common cause.",
    },
    FormCheck {
        id: "required-missing",
        title: "Files hold what the Metadata API requires",
        severity: Severity::Error,
        why: "The types of the Metadata API say which elements cannot be left out; a file without one is refused on \
              deployment. A part of an external client app that does not say in `externalClientApplication` which app it \
              is about is part of none, and nothing in it is judged: that is an error, the others are warnings. What a \
              package owns, and the stub of a packaged app, need not hold anything.",
    },
    FormCheck {
        id: "permission-unknown",
        title: "User permissions have the names of the Metadata API",
        severity: Severity::Warning,
        why: "Some user permissions have other names in the Metadata API than in Setup: `Approve Uninstalled Connected \
              Apps` is `CanApproveUninstalledApps`, `Manage Connected Apps` is `ManageRemoteAccess`. A file with the \
              other name grants nothing, and is refused on deployment. Names that are merely not listed are not judged.",
    },
    FormCheck {
        id: "value-unknown",
        title: "Settings have values that Salesforce knows",
        severity: Severity::Error,
        why: "A value that Salesforce does not know is refused on deployment, or means something else than it says. \
              Nothing is concluded from it.",
    },
];

/// The check of form with this code.
pub(crate) fn form_check(id: &str) -> Option<&'static FormCheck> {
    FORM_CHECKS.iter().find(|check| check.id == id)
}
