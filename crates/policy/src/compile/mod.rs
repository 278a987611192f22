//! From what a policy file says to what it means.

pub(crate) mod compiler;
pub(crate) mod literal;
pub(crate) mod raw;
pub(crate) mod shape;
