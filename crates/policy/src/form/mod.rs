//! The checks of a file's form.

pub(crate) mod checks;
pub(crate) mod examples;
