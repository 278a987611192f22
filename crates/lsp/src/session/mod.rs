//! One session with one client: its open texts, its project, and the loop that serves it.

pub(crate) mod drift;
pub(crate) mod log;
pub(crate) mod project;
pub(crate) mod server;
pub(crate) mod state;
pub(crate) mod sync;
