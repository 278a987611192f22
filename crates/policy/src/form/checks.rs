//! The checks of a file's form, and of a configuration against the tree. They are judged from the tables, not by
//! policies, but have a code, a page and a switch like one.

use preauth_metadata::codes::{
    ELEMENT_DUPLICATED, ELEMENT_MISPLACED, ELEMENT_UNKNOWN, FILE_UNREADABLE, PERMISSION_UNKNOWN,
    REQUIRED_MISSING, VALUE_UNKNOWN,
};
use preauth_source::Severity;
use preauth_xml::MALFORMED;

use super::codes::{OVERRIDE_UNMATCHED, WAIVER_EXPIRED, WAIVER_TOO_LONG, WAIVER_UNMATCHED, WAIVER_WIDENED};

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
    /// What it judges: files, or what the configuration says of the tree.
    pub judges: &'static str,
    /// Whether a waiver can silence it.
    pub waivable: bool,
}

/// What most checks judge.
const FILES: &str = "File";
/// What the checks of what a configuration says of a tree judge.
const CONFIG: &str = "preauth.yaml";

/// All checks of form.
pub const FORM_CHECKS: &[FormCheck] = &[
    FormCheck {
        id: MALFORMED,
        title: "Metadata files are well-formed XML",
        severity: Severity::Error,
        why: "A file that is not well-formed cannot be deployed, and states nothing that could be judged: an app in \
              it is not seen, and a grant that names the component in it may not resolve. Merge-conflict markers are \
              the most common cause.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: FILE_UNREADABLE,
        title: "Metadata files can be read as UTF-8",
        severity: Severity::Error,
        why: "What cannot be read cannot be judged. A run that meets such a file judges the rest and ends with exit \
              code 2.",
        judges: FILES,
        waivable: false,
    },
    FormCheck {
        id: ELEMENT_UNKNOWN,
        title: "Files hold only elements that the Metadata API knows",
        severity: Severity::Error,
        why: "An element that the Metadata API does not know makes a deployment fail, or has no effect. Elements \
              that are known to be invented, by templates and by text generators, are errors; others are warnings, \
              since a newer API version may know them.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: ELEMENT_MISPLACED,
        title: "Elements stand where the Metadata API reads them",
        severity: Severity::Error,
        why: "An element in the wrong place has no effect: `isAdminApproved` outside `oauthConfig` leaves the app \
              open to everybody, however it reads.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: ELEMENT_DUPLICATED,
        title: "Elements that count once stand once",
        severity: Severity::Error,
        why: "Of an element that stands twice only one can count, and nothing says which. With different values that is \
              an error, and nothing is concluded from either; with the same value the second is in the way. A merge \
              that took both sides is the most common cause.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: REQUIRED_MISSING,
        title: "Files hold what the Metadata API requires",
        severity: Severity::Error,
        why: "The types of the Metadata API say which elements cannot be left out; a file without one is refused on \
              deployment. A part of an external client app that does not say in `externalClientApplication` which app it \
              is about is part of none, and nothing in it is judged: that is an error, the others are warnings. What a \
              package owns, and the stub of a packaged app, need not hold anything.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: PERMISSION_UNKNOWN,
        title: "User permissions have the names of the Metadata API",
        severity: Severity::Warning,
        why: "Some user permissions have other names in the Metadata API than in Setup: `Approve Uninstalled Connected \
              Apps` is `CanApproveUninstalledApps`, `Manage Connected Apps` is `ManageRemoteAccess`. A file with the \
              other name grants nothing, and is refused on deployment. Names that are merely not listed are not judged.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: VALUE_UNKNOWN,
        title: "Settings have values that Salesforce knows",
        severity: Severity::Error,
        why: "A value that Salesforce does not know is refused on deployment, or means something else than it says. \
              Nothing is concluded from it.",
        judges: FILES,
        waivable: true,
    },
    FormCheck {
        id: WAIVER_EXPIRED,
        title: "Waivers have not expired",
        severity: Severity::Warning,
        why: "A waiver covers a finding until the day that it names. After that the finding is reported again, and \
              somebody has to decide: correct it, or look at the reason again and give the waiver a new date.",
        judges: CONFIG,
        waivable: false,
    },
    FormCheck {
        id: WAIVER_UNMATCHED,
        title: "Waivers cover something",
        severity: Severity::Warning,
        why: "A waiver that covers nothing is left over, or names something that is not there. Left in place it would \
              silently cover the same finding when it comes back. Nothing is said where the source does not tell \
              whether there is something to cover.",
        judges: CONFIG,
        waivable: false,
    },
    FormCheck {
        id: WAIVER_WIDENED,
        title: "Waivers are for what is there",
        severity: Severity::Warning,
        why: "A waiver is bound to the value that somebody has looked at. When there is another value, nobody has said \
              that it is right too: the finding is reported, and the waiver covers nothing.",
        judges: CONFIG,
        waivable: false,
    },
    FormCheck {
        id: WAIVER_TOO_LONG,
        title: "Waivers expire within the time that the configuration allows",
        severity: Severity::Error,
        why: "`waivers_expire_within` says how far away the expiry of a waiver may lie, so that each is looked at again \
              in time. A waiver that expires later covers its finding all the same, and is an error until its date is \
              nearer.",
        judges: CONFIG,
        waivable: false,
    },
    FormCheck {
        id: OVERRIDE_UNMATCHED,
        title: "Overrides are about apps that are there",
        severity: Severity::Warning,
        why: "An override that is about no app has no effect: its app is gone, or is called otherwise, and is judged by \
              the rules for all.",
        judges: CONFIG,
        waivable: false,
    },
];

/// The check of form with this code.
pub(crate) fn form_check(id: &str) -> Option<&'static FormCheck> {
    FORM_CHECKS.iter().find(|check| check.id == id)
}
