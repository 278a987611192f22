//! The policy language: paths, predicates, tests, parameters, policies.

pub(crate) mod param;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod policy;
pub(crate) mod predicate;
pub(crate) mod rule_set;
pub(crate) mod test;
