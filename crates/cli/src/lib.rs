//! `preauth`, the command-line host: files in, reports, diffs and exit codes out.
//!
//! It is a library for the sake of its own program and benchmarks, and for nobody else.

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

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing that matters: 0.
    Clean,
    /// Findings that matter: 1.
    Findings,
    /// Something could not be judged: 2.
    CouldNotJudge,
}

/// What stopped a run: 2.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Something to say.
    #[error("{0}")]
    Said(String),
    /// What there is to read cannot be told.
    #[error(transparent)]
    Discover(#[from] tree::discover::DiscoverError),
    /// A configuration cannot be read.
    #[error(transparent)]
    Load(#[from] tree::load::LoadError),
    /// A state of the source cannot be had from git.
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

/// Runs the program, with the arguments that it was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.color);
    match cli.command.run(&output) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::CouldNotJudge) => ExitCode::from(2),
        // Whoever reads has seen enough.
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
