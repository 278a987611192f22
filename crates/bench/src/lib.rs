//! Measures what reading and checking source costs, and compares the findings with the planted flaws.
//!
//! [`tree`] writes SFDX trees of an invented company, byte for byte the same each time, and [`Truth`] says what is
//! wrong with them. [`shapes`] are profiles that are well-formed in unusual ways. [`comparison`] runs `preauth check`
//! beside other programs that read such trees, and [`gate`] counts the instructions that it takes.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark is a host: it writes trees, starts programs and reads the clock"
)]

pub mod comparison;
mod findings;
pub mod gate;
pub mod measure;
mod prepared;
pub mod shapes;
pub mod tree;
mod truth;

pub use findings::Findings;
pub use truth::{Malformed, Truth};
