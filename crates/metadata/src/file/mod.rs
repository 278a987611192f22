//! One file: its facts, and how they are read.

pub(crate) mod capture;
pub(crate) mod demand;
pub(crate) mod facts;
pub(crate) mod reader;
pub(crate) mod structure;
