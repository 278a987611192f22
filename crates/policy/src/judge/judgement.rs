//! The outcome of judging a tree, or a unit of it.

use preauth_source::{ArcStr, Diagnostic, Location, SubjectId};

/// Findings, and policies that could not be decided.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The findings, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
    /// The policies that could not be decided.
    pub undecided: Vec<Undecided>,
}

/// A policy that could not be decided on a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The id of the policy.
    pub policy: ArcStr,
    /// The subject.
    pub subject: SubjectId,
    /// The attribute that is not known.
    pub attribute: String,
    /// The reason why it is not known.
    pub why: ArcStr,
    /// The place where it would be.
    pub location: Location,
}
