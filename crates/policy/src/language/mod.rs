//! The policy language: subjects and paths, predicates, tests, parameters.

pub(crate) mod param;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod policy;
pub(crate) mod predicate;
pub(crate) mod test;
