//! Explains policies: pages, traces, examples, and schemas for editors.

pub(crate) mod attributes;
pub(crate) mod catalogue;
pub(crate) mod editor_schema;
pub(crate) mod examples;
pub(crate) mod page;
pub(crate) mod remedy;
pub(crate) mod tally;
pub(crate) mod trace;
