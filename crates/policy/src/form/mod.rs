//! The checks of a file's form.

pub(crate) mod checks;
pub mod codes;
pub(crate) mod examples;
pub(crate) mod retired;
