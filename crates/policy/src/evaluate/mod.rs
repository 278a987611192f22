//! Evaluates policies on subjects.

pub(crate) mod context;
pub(crate) mod culprits;
pub(crate) mod derived;
#[expect(clippy::module_inception, reason = "the folder is named after its function")]
pub(crate) mod evaluate;
pub(crate) mod expectations;
pub(crate) mod finding;
pub(crate) mod flow;
mod message;
pub(crate) mod owner;
pub(crate) mod subject;
pub(crate) mod subjects;
pub(crate) mod unit;
