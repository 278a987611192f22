//! What the files of an SFDX tree are and what facts they state.

mod kind;

pub use kind::{Kind, Role};
