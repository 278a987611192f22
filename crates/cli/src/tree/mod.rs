//! Finding and reading the trees: folders, files and git.

pub(crate) mod discover;
pub(crate) mod file_system;
pub(crate) mod git;
pub(crate) mod load;
