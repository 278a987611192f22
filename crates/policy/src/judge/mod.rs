//! Judging a tree: every policy on every subject, then waivers and subsumption.

pub(crate) mod app;
pub(crate) mod deadlines;
mod equal;
pub(crate) mod judgement;
pub(crate) mod overrides;
pub(crate) mod retired;
pub(crate) mod subsume;
pub(crate) mod tree;
pub(crate) mod unit;
pub(crate) mod waivers;
