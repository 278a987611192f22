//! A tree of byte ranges over XML text, and structural changes expressed as text edits.
//!
//! [`parse`] is total: whatever the text, it gives a tree of what could be read and the few things that are first
//! wrong with it. The tree owns nothing of the text but ranges, so a change ([`Rewrite`]) touches only the bytes it
//! names. This crate knows no Salesforce.

mod attributes;
mod chars;
mod edit;
mod error;
mod parse;
mod path;
mod skim;
mod text;
mod tree;

pub use edit::{new::NewElement, rewrite::Rewrite};
pub use error::MALFORMED;
pub use parse::{MAX_DEPTH, parse};
pub use path::paths::{ReachedElement, XmlPaths};
pub use path::{XmlPath, XmlPathError};
pub use skim::{RepeatedElement, Skimmed, SkimmedElement, Skimmer};
pub use text::escape;
pub use tree::{Node, Tree};
