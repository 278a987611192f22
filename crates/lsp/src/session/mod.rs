//! One session with one client: its open texts, its projects, and the diagnostics it has received.

pub(crate) mod client_session;
pub(crate) mod diagnostics;
pub(crate) mod edits;
pub(crate) mod folder;
pub(crate) mod notifications;
pub(crate) mod offset_map;
pub(crate) mod project;
pub(crate) mod state;
