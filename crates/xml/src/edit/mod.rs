//! Changes of a tree, as text edits.

pub(crate) mod new;
pub(crate) mod rewrite;
