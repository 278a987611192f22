//! The language server, through standard input and output.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests make folders and read them, and may panic"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages are made where they are sent")]

mod client;
mod hostile;
mod parity;
mod session;
#[path = "../support/mod.rs"]
mod support;
