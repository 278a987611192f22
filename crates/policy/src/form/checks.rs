//! The checks of the form of files, and of the configuration against the tree. They use the tables of Salesforce metadata
//! and no policies, but each has an id, a page and a switch like a policy.

use preauth_metadata::codes::{
    ELEMENT_DUPLICATED, ELEMENT_MISPLACED, ELEMENT_NOT_IN_VERSION, ELEMENT_UNKNOWN, FILE_UNKNOWN,
    FILE_UNREADABLE, PERMISSION_UNKNOWN, REQUIRED_MISSING, VALUE_UNKNOWN,
};
use preauth_source::Severity;
use preauth_xml::MALFORMED;

use super::codes::{
    LOAD_ERRORS, OVERRIDE_UNMATCHED, RULE_RETIRED, WAIVER_EXPIRED, WAIVER_TOO_LONG, WAIVER_UNMATCHED,
    WAIVER_WIDENED,
};

/// A check of form.
#[derive(Clone, Copy, Debug)]
pub struct FormCheck {
    /// Its code.
    pub id: &'static str,
    /// The requirement in one line.
    pub title: &'static str,
    /// The highest severity of a finding.
    pub severity: Severity,
    /// The reason.
    pub why: &'static str,
    /// The subject: files, or the configuration.
    pub judges: &'static str,
    /// True if findings can be waived.
    pub waivable: bool,
    /// True if it also judges files that a `.forceignore` lists.
    pub ignored_files: bool,
}

/// The subject of most checks.
const FILES: &str = "File";
/// The subject of checks of the configuration.
pub(crate) const CONFIG: &str = "preauth.yaml";

/// All checks of form.
pub const FORM_CHECKS: &[FormCheck] = &[
    FormCheck {
        id: MALFORMED,
        title: "Metadata files are well-formed XML",
        severity: Severity::Error,
        why: "A file that is not well-formed cannot be deployed, and nothing in it can be checked: an app in it \
              is missing from the report, and a grant that names the component in it may not resolve. \
              Merge-conflict markers are the most common cause.",
        judges: FILES,
        waivable: true,
        ignored_files: true,
    },
    FormCheck {
        id: FILE_UNREADABLE,
        title: "Metadata files can be read as UTF-8",
        severity: Severity::Error,
        why: "A file that cannot be read cannot be checked. The other files are checked, and the run ends with \
              exit code 2.",
        judges: FILES,
        waivable: false,
        ignored_files: true,
    },
    FormCheck {
        id: FILE_UNKNOWN,
        title: "Files of apps have a suffix that Salesforce knows",
        severity: Severity::Warning,
        why: "Salesforce's tools know a metadata file by its suffix, in upper and lower case as documented. A file \
              with another suffix is never deployed, and no tool says so: the app runs with the settings that \
              Salesforce chooses by itself. Wrong suffixes of external client apps, such as `.ecaPolicy`, \
              `.ecaOauthPolicy` and `.ecaGlobalOauth`, are common in guides; right are `.ecaPlcy`, \
              `.ecaOauthPlcy` and `.ecaGlblOauth`. The files are left out: those of apps are only searched for secrets \
              and malformed text.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: ELEMENT_UNKNOWN,
        title: "Files contain only elements that the Metadata API knows",
        severity: Severity::Error,
        why: "An element that the Metadata API does not know makes a deployment fail, or has no effect. Elements \
              that templates or text generators are known to invent are errors. Others are warnings, because a \
              newer API version may know them.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: ELEMENT_MISPLACED,
        title: "Elements are where the Metadata API reads them",
        severity: Severity::Error,
        why: "An element in the wrong place has no effect: `isAdminApproved` outside of `oauthConfig` leaves the \
              app open to everybody.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: ELEMENT_DUPLICATED,
        title: "Elements that may occur once occur only once",
        severity: Severity::Error,
        why: "If an element occurs twice, only one of them can count, and it is not defined which. With \
              different values that is an error, and both values are ignored. With the same value the second one \
              is superfluous. A merge that kept both sides is the most common cause.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: ELEMENT_NOT_IN_VERSION,
        title: "Files contain only what the API version of the project has",
        severity: Severity::Error,
        why: "Each version of the Metadata API has new elements and values, and some versions lack older ones. A \
              deployment uses the version in `sourceApiVersion` of `sfdx-project.json`, and fails if a file contains \
              what this version does not have. In permission sets it is a warning. If the project does not say its \
              version, nothing is reported.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: REQUIRED_MISSING,
        title: "Files contain what the Metadata API requires",
        severity: Severity::Error,
        why: "The Metadata API defines which elements a file must have, and refuses to deploy it without them. A \
              file of an external client app without `externalClientApplication` belongs to no app, and nothing \
              in it is checked: that is an error, the others are warnings. Files of installed packages, and the \
              stub of a packaged app, need no elements.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: PERMISSION_UNKNOWN,
        title: "User permissions have the names of the Metadata API",
        severity: Severity::Warning,
        why: "Some user permissions have other names in the Metadata API than in Setup: `Approve Uninstalled \
              Connected Apps` is `CanApproveUninstalledApps`, `Manage Connected Apps` is `ManageRemoteAccess`. A \
              file with the name of Setup grants nothing, and cannot be deployed. Other unknown names are not \
              reported.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: VALUE_UNKNOWN,
        title: "Settings have values that Salesforce knows",
        severity: Severity::Error,
        why: "A value that Salesforce does not know cannot be deployed, or has another meaning than expected. It \
              is treated as unknown.",
        judges: FILES,
        waivable: true,
        ignored_files: false,
    },
    FormCheck {
        id: WAIVER_EXPIRED,
        title: "Waivers have not expired",
        severity: Severity::Warning,
        why: "A waiver covers a finding until its last day. After that the finding is reported again: fix it, or \
              check the reason again and set a new date.",
        judges: CONFIG,
        waivable: false,
        ignored_files: false,
    },
    FormCheck {
        id: WAIVER_UNMATCHED,
        title: "Waivers cover something",
        severity: Severity::Warning,
        why: "A waiver that covers nothing is left over, or has a wrong name. It would silently cover the same \
              finding if it comes back. It is not reported if the source does not show whether there is a \
              finding.",
        judges: CONFIG,
        waivable: false,
        ignored_files: false,
    },
    FormCheck {
        id: WAIVER_WIDENED,
        title: "Waivers cover the present value",
        severity: Severity::Warning,
        why: "A waiver covers a value that somebody has accepted. If the value has changed, nobody has accepted \
              the new one: the finding is reported, and the waiver covers nothing.",
        judges: CONFIG,
        waivable: false,
        ignored_files: false,
    },
    FormCheck {
        id: WAIVER_TOO_LONG,
        title: "Waivers expire within the time that the configuration allows",
        severity: Severity::Error,
        why: "`waivers_expire_within` limits the time until a waiver expires, so that each is checked again in \
              time. A waiver that expires later still covers its finding, and is an error until its date is near \
              enough.",
        judges: CONFIG,
        waivable: false,
        ignored_files: false,
    },
    FormCheck {
        id: OVERRIDE_UNMATCHED,
        title: "Overrides are about existing apps",
        severity: Severity::Warning,
        why: "An override for an app that does not exist has no effect: the app was removed or renamed, and the \
              rules for all apps apply to it.",
        judges: CONFIG,
        waivable: false,
        ignored_files: false,
    },
    FormCheck {
        id: RULE_RETIRED,
        title: "The configuration names policies by their present ids",
        severity: Severity::Warning,
        why: "A retired id counts as the id of the policy that took its place, so the configuration still works. \
              The present id tells readers which policy it is.",
        judges: CONFIG,
        waivable: false,
        ignored_files: false,
    },
];

impl FormCheck {
    /// Returns the word for one subject, and for several.
    pub fn nouns(&self) -> [&'static str; 2] {
        match self.id {
            OVERRIDE_UNMATCHED => ["override", "overrides"],
            WAIVER_EXPIRED | WAIVER_TOO_LONG | WAIVER_UNMATCHED | WAIVER_WIDENED => ["waiver", "waivers"],
            _ if self.judges == CONFIG => ["configuration", "configurations"],
            _ => ["file", "files"],
        }
    }
}

/// Returns the check of form with this code.
pub(crate) fn form_check(id: &str) -> Option<&'static FormCheck> {
    FORM_CHECKS.iter().find(|check| check.id == id)
}

/// Returns every code that a diagnostic can have, except the ids of policies.
pub fn diagnostic_codes() -> impl Iterator<Item = &'static str> {
    let checks = FORM_CHECKS.iter().map(|check| check.id);
    checks.chain(LOAD_ERRORS.iter().map(|error| error.code))
}
