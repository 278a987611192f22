//! `preauth policy`: the policies that there are, and whether they do what their examples say.

mod list;
mod test;

pub(crate) use list::Policies;
pub(crate) use test::Tests;

use crate::{
    Failure, Outcome,
    args::{Policy, PolicyCommand},
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &Policy, output: &Output) -> Result<Outcome, Failure> {
    match &args.command {
        PolicyCommand::List(args) => list::run(args, output),
        PolicyCommand::Test(args) => test::run(args, output),
    }
}
