//! The editor host: open texts in, diagnostics and code actions out.
//!
//! [`serve`] speaks the Language Server Protocol with one client, one message after the other. Policies are evaluated by
//! `preauth-policy`; an editor feature is one file in `handlers`. The program around the server, its [`Host`], finds and
//! reads files. The server never writes a file: it sends changes to the editor.
//!
//! `server` uses `handlers`, `handlers` use `session`, and `session` uses `protocol`; never the other way round.

mod handlers;
mod host;
mod log;
mod protocol;
mod server;
mod session;

pub use host::{Host, KnownFacts, LoadInput, LoadedFolder, LoadedProject, OpenTexts, ProjectPolicies};
pub use log::Log;
pub use server::{Ending, serve};
