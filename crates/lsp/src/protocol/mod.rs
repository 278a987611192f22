//! The Language Server Protocol: messages, positions, URIs, edits and diagnostics in its types.

pub(crate) mod capabilities;
pub(crate) mod client;
pub(crate) mod diagnostics;
pub(crate) mod edits;
pub(crate) mod position;
pub(crate) mod transport;
pub(crate) mod uri;
