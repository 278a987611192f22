//! `preauth policy`: the list of policies, and the tests of their examples.

mod list;
mod test;

pub(crate) use list::PolicyList;
pub(crate) use test::PolicyTests;

use clap::{Args, Subcommand};

use crate::{Failure, Outcome, output::Output};

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// List all policies and structure checks, as configured.
    List(list::PolicyListArgs),
    /// Run the examples of policies, both built-in and your own.
    Test(test::PolicyTestArgs),
}

/// Runs the command.
pub(crate) fn run(args: &PolicyArgs, output: &Output) -> Result<Outcome, Failure> {
    match &args.command {
        PolicyCommand::List(args) => list::run(args, output),
        PolicyCommand::Test(args) => test::run(args, output),
    }
}
