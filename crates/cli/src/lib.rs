//! `preauth`, the command-line host: files in, reports, diffs and exit codes out.
//!
//! The library exists only for its own program and benchmarks.

mod args;
mod commands;
mod output;
mod report;
mod tree;

use std::{io, process::ExitCode};

use clap::Parser;
use commands::Cli;
#[doc(hidden)]
pub use commands::check::Reportable;
use output::Output;

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// No findings that count: exit code 0.
    Clean,
    /// Findings: exit code 1.
    Findings,
    /// Something could not be checked: exit code 2.
    CouldNotCheck,
}

/// A reason why a run stopped: exit code 2.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A message for the user.
    #[error("{0}")]
    Message(String),
    /// The files to read cannot be found.
    #[error(transparent)]
    Discover(#[from] tree::discover::DiscoverError),
    /// A configuration file cannot be read.
    #[error(transparent)]
    Load(#[from] tree::load::LoadError),
    /// Git cannot provide a snapshot.
    #[error(transparent)]
    Git(#[from] tree::git::GitError),
    /// Output cannot be written.
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs the program with its command-line arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.color);
    match cli.command.run(&output) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::CouldNotCheck) => ExitCode::from(2),
        // The reader has closed the pipe: it needs no more output.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let mut message = failure.to_string();
            let mut cause = std::error::Error::source(&failure);
            while let Some(error) = cause {
                message = format!("{message}: {error}");
                cause = error.source();
            }
            output.message(&format!("preauth: {message}"));
            ExitCode::from(2)
        }
    }
}
