//! The codes of diagnostics that are not ids of policies.

use preauth_metadata::codes::PROJECT_INVALID;

/// A configuration that cannot be read, or that contradicts itself or the policies.
pub const CONFIG_INVALID: &str = "config-invalid";
/// A policy that cannot be read, or that contradicts another.
pub const POLICY_INVALID: &str = "policy-invalid";
/// A waiver whose last day has passed.
pub const WAIVER_EXPIRED: &str = "waiver-expired";
/// A waiver that covers nothing.
pub const WAIVER_UNMATCHED: &str = "waiver-unmatched";
/// A waiver for another value than the present one.
pub const WAIVER_WIDENED: &str = "waiver-widened";
/// A waiver that expires later than the configuration allows.
pub const WAIVER_TOO_LONG: &str = "waiver-too-long";
/// An override for an app that does not exist.
pub const OVERRIDE_UNMATCHED: &str = "override-unmatched";
/// A retired id of a policy in the configuration.
pub const RULE_RETIRED: &str = "rule-retired";

/// A code of errors in what the program is given: they cannot be switched off or waived.
#[derive(Clone, Copy, Debug)]
pub struct LoadError {
    /// The code.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub title: &'static str,
}

/// All codes of errors in what the program is given.
pub const LOAD_ERRORS: &[LoadError] = &[
    LoadError {
        code: CONFIG_INVALID,
        title: "`preauth.yaml`, or a file that it extends, cannot be read or contradicts itself",
    },
    LoadError { code: POLICY_INVALID, title: "A policy cannot be read, or contradicts another one" },
    LoadError {
        code: PROJECT_INVALID,
        title: "`sfdx-project.json`, `.forceignore` or a manifest is not valid, or names a missing folder",
    },
];
