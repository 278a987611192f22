//! Compiles policies: from what a policy file says to what it means.

mod arguments;
pub(crate) mod compiler;
mod errors;
pub(crate) mod literal;
mod operands;
mod parameters;
pub(crate) mod policy;
mod predicates;
pub(crate) mod raw;
pub(crate) mod shape;
mod tests;
