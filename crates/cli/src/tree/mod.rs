//! Where a tree comes from: folders, git, and the files in them.

pub(crate) mod discover;
pub(crate) mod file_system;
pub(crate) mod git;
pub(crate) mod load;
