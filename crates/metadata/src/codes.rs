//! The codes of the diagnostics about files; the table with their titles and severities is `FORM_CHECKS` of
//! `preauth-policy`.

/// A file that cannot be read as UTF-8.
pub const FILE_UNREADABLE: &str = "file-unreadable";
/// A file with a suffix that Salesforce does not know.
pub const FILE_UNKNOWN: &str = "file-unknown";
/// An element that the Metadata API does not know.
pub const ELEMENT_UNKNOWN: &str = "element-unknown";
/// An element in a place where the Metadata API does not read it.
pub const ELEMENT_MISPLACED: &str = "element-misplaced";
/// An element that is repeated although only one counts.
pub const ELEMENT_DUPLICATED: &str = "element-duplicated";
/// A missing element that the Metadata API requires.
pub const REQUIRED_MISSING: &str = "required-missing";
/// A user permission with a name that the Metadata API does not have.
pub const PERMISSION_UNKNOWN: &str = "permission-unknown";
/// An element, a value or a type that the API version of the project does not have.
pub const ELEMENT_NOT_IN_VERSION: &str = "element-not-in-version";
/// A value that Salesforce does not know.
pub const VALUE_UNKNOWN: &str = "value-unknown";
/// An error in `sfdx-project.json`, `.forceignore` or a manifest.
pub const PROJECT_INVALID: &str = "project-invalid";
