//! The editor host: open texts in, diagnostics and code actions out.
//!
//! [`serve`] speaks the Language Server Protocol with one client, one message after the other. Nothing is judged here:
//! whatever is said comes from `preauth-policy`, and an editor feature is one handler. Files are found and read by the
//! program around it, its [`Host`]. The server itself never writes a file: what it would change it hands to the editor.

mod handlers;
mod host;
mod protocol;
mod session;

pub use host::{AtHand, Host, KnownFacts, Loaded, Open, Rules, Source};
pub use session::log::Log;
pub use session::server::{Ending, serve};
