//! Parameters of policies, which `rules` in the configuration can set.

/// A parameter of a policy, with its values in the form in which `preauth.yaml` has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The name.
    pub name: String,
    /// The value that counts.
    pub value: String,
    /// The value without configuration.
    pub default: String,
    /// The least value that the configuration may give.
    pub at_least: Option<String>,
    /// The greatest value that the configuration may give.
    pub at_most: Option<String>,
    /// The meaning.
    pub about: Option<String>,
}
