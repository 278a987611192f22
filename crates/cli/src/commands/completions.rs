//! `preauth completions`: completion scripts for shells, generated from the options.

use std::io::Write;

use clap::Args;

use crate::{Failure, Outcome, output::Output};

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Prints a completion script for the commands and options of `program`.
pub(crate) fn run(
    args: &CompletionsArgs,
    mut program: clap::Command,
    output: &Output,
) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "preauth", &mut script);
    let mut out = output.stdout_bytes();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Clean)
}
