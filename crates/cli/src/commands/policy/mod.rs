//! `preauth policy`: the policies that there are, and whether they do what their examples say.

mod list;
mod test;

pub(crate) use list::Policies;
pub(crate) use test::Tests;

use clap::{Args, Subcommand};

use crate::{Failure, Outcome, output::Output};

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// List every policy and check of form, as the configuration has them.
    List(list::PolicyListArgs),
    /// Run the examples of policies, the built-in ones and your own.
    Test(test::PolicyTestArgs),
}

/// Runs the command.
pub(crate) fn run(args: &PolicyArgs, output: &Output) -> Result<Outcome, Failure> {
    match &args.command {
        PolicyCommand::List(args) => list::run(args, output),
        PolicyCommand::Test(args) => test::run(args, output),
    }
}
