//! Differences between two states of a tree.

pub(crate) mod difference;
pub(crate) mod direction;
