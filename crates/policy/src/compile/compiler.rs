//! The state of compiling one policy.

use preauth_metadata::Type;
use preauth_source::{Diagnostic, SourceFile};

use crate::{compile::parameters::Parameter, evaluate::subject::Select};

/// The origin of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The program. Its tests have checked what takes time to check.
    Builtin,
    /// A file of the user.
    User,
}

/// The state of compiling one policy.
pub(crate) struct Compiler<'c, 't> {
    pub(crate) source: &'c SourceFile<'t>,
    pub(crate) origin: Origin,
    pub(crate) params: Vec<Parameter>,
    pub(crate) diagnostics: &'c mut Vec<Diagnostic>,
    /// True after an error in the policy.
    pub(crate) failed: bool,
}

/// The start of the paths in a test.
#[derive(Clone, Copy)]
pub(crate) enum PathRoot {
    /// The subject.
    Subject(Select),
    /// A member of a list that the subject has.
    Member(Select, Type),
}

impl PathRoot {
    /// Returns the kind of the subject.
    pub(crate) fn select(self) -> Select {
        match self {
            Self::Subject(select) | Self::Member(select, _) => select,
        }
    }
}
