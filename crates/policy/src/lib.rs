//! What must hold: YAML policies compiled, evaluated, repaired and documented.
//!
//! A policy is data. Nothing about a single policy is written in Rust: what it looks at are facts of
//! `preauth-metadata`, what it says are the words of [`Word`]. This crate does no I/O and knows no output format.

mod attribute_pages;
mod catalogue;
mod check;
mod circumstances;
mod compile;
mod completion;
mod config;
mod culprit;
mod example;
mod expected;
mod explain;
mod fix;
mod form;
mod form_example;
mod judge;
mod judged;
mod literal;
mod outline;
mod overridden;
mod owner;
mod param;
mod part;
mod path;
mod pattern;
mod policy;
mod raw;
mod remedy;
mod repair;
mod schema;
mod set;
mod subject;
mod subsume;
mod tally;
mod test;
mod trace;
mod waive;
mod word;
mod yaml;

pub use attribute_pages::attribute_pages;
pub use catalogue::{Catalogued, catalogue};
pub use check::{Judgement, Undecided, check};
pub use circumstances::Base;
pub use completion::{config_schema, policy_schema};
pub use config::{
    Bound, Config, Entry, Expected, NamePattern, NamedFile, Override, Register, Rule, Target, Waiver, Waivers,
};
pub use example::{ExampleReport, run_examples};
pub use explain::{explain, page, policy_index};
pub use fix::{Fixed, fix};
pub use form::{FORM_CHECKS, FormCheck};
pub use judged::Judged;
pub use owner::app_name;
pub use param::Param;
pub use path::{Path, Select};
pub use pattern::Pattern;
pub use policy::{Message, Policy, Setting};
pub use raw::Set;
pub use schema::of as schema_of;
pub use set::PolicySet;
pub use subject::Given;
pub use tally::{Tally, tally};
pub use test::{Test, Verdict, WordTest};
pub use trace::{Conclusion, Step, Trace, trace};
pub use word::{Operand, Word};
