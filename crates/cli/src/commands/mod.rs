//! The commands, one file or folder each.

pub(crate) mod apps;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod lsp;
pub(crate) mod manual;
pub(crate) mod mistakes;
pub(crate) mod policy;
pub(crate) mod schema;
