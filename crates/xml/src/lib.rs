//! A tree of byte ranges over XML text, and structural changes expressed as text edits.
//!
//! [`parse`] is total: whatever the text, it gives a tree of what could be read and the few things that are first
//! wrong with it. The tree owns nothing of the text but ranges, so a change ([`Rewrite`]) touches only the bytes it
//! names. This crate knows no Salesforce.

mod attributes;
mod builder;
mod chars;
mod conflict;
mod error;
mod markup;
mod new;
mod parse;
mod path;
mod paths;
mod rewrite;
mod skim;
mod text;
mod token;
mod tree;

pub use error::MALFORMED;
pub use new::NewElement;
pub use parse::{MAX_DEPTH, parse};
pub use path::{XmlPath, XmlPathError};
pub use paths::{ReachedElement, XmlPaths};
pub use rewrite::Rewrite;
pub use skim::{RepeatedElement, Skimmed, SkimmedElement, Skimmer};
pub use text::escape;
pub use tree::{Node, Tree};
