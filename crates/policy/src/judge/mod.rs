//! Judging a tree: every policy on every subject, then waivers and subsumption.

pub(crate) mod incremental;
pub(crate) mod outline;
pub(crate) mod subsume;
pub(crate) mod tree;
pub(crate) mod waivers;
