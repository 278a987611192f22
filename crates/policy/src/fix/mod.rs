//! Fixes: proposed from a requirement, verified by judging again, and applied to the files.

pub(crate) mod apply;
pub(crate) mod propose;
pub(crate) mod verify;
