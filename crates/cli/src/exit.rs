//! The end of a run: its outcome, or the failure that stopped it.

use std::io;

use crate::tree::{discover::DiscoverError, git::GitError, load::LoadError};

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No findings that count: exit code 0.
    Clean,
    /// Findings: exit code 1.
    Findings,
    /// Something could not be checked: exit code 2.
    CouldNotCheck,
}

/// A reason why a run stopped: exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A message for the user.
    #[error("{0}")]
    Message(String),
    /// The files to read cannot be found.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// A configuration file cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Git cannot provide a snapshot.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Output cannot be written.
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
