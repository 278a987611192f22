//! `preauth`, the command-line host: files in, reports, diffs and exit codes out.
//!
//! The library exists only for its own program and benchmarks.

mod args;
mod commands;
mod exit;
mod output;
mod report;
mod tree;

use std::{io, process::ExitCode};

use clap::Parser;
use commands::Cli;
#[doc(hidden)]
pub use commands::check::Reportable;
use exit::{Failure, Outcome};
use output::Output;

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
