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
        id: "required-missing",
        title: "A part of an external client app names its app",
        severity: Severity::Error,
        why: "The settings and policies of an external client app are files of their own, which say in \
              `externalClientApplication` which app they are about. Without it they are about none: they cannot be \
              deployed, and nothing in them is judged.",
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
