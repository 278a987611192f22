//! Ids of policies that were retired, each with the policy that took its place.

use preauth_source::Location;

/// The retired ids and their successors.
const RETIRED: &[(&str, &str)] = &[("consumer-secret-api-access", "client-secret-rest-access")];

/// Returns the id of the policy that took the place of a retired one; `None` for other ids.
pub fn successor(id: &str) -> Option<&'static str> {
    RETIRED.iter().find(|(retired, _)| *retired == id).map(|(_, successor)| *successor)
}

/// A use of a retired id in the configuration. It counts as the id of the successor.
#[derive(Clone, Debug)]
pub struct RetiredId {
    /// The retired id.
    pub(crate) id: String,
    /// The policy that took its place.
    pub(crate) successor: &'static str,
    /// The place in the configuration.
    pub(crate) location: Location,
}
