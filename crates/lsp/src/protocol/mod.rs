//! The Language Server Protocol: capabilities, messages, positions and URIs. Nothing here knows a session.

pub(crate) mod capabilities;
pub(crate) mod client;
pub(crate) mod commands;
pub(crate) mod position;
pub(crate) mod response;
pub(crate) mod transport;
pub(crate) mod uri;
