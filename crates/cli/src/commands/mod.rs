//! The commands, one file or folder each: its options and its `run`.
//!
//! A new command is a file here, its line in the list of modules, its variant and its line in [`Command::run`].

pub(crate) mod apps;
pub(crate) mod check;
mod completions;
mod configuration_errors;
pub(crate) mod deadlines;
pub(crate) mod explain;
mod init;
mod listing;
mod lsp;
mod man;
pub(crate) mod policy;
mod report_target;
mod schema;

use clap::{CommandFactory, Parser, Subcommand};

use crate::{Failure, Outcome, args::Color, output::Output};

/// Policy as code for Salesforce connected apps and external client apps.
#[derive(Debug, Parser)]
#[command(name = "preauth", version, about, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

// `defer`: clap builds the options of the called command only.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Check a source tree, and fix it.
    Check(check::CheckArgs),
    /// List all apps and their settings.
    Apps(apps::AppsArgs),
    /// List the days that need action: changes of the platform, and certificates, waivers and justifications that end.
    Deadlines(deadlines::DeadlinesArgs),
    /// Explain a policy: what it requires, why, and how to fix violations.
    Explain(explain::ExplainArgs),
    /// List and test policies.
    Policy(policy::PolicyArgs),
    /// Create a first `preauth.yaml`, a CI job and a hook for a source tree. Existing files are not changed.
    Init(init::InitArgs),
    /// Print a JSON Schema.
    Schema(schema::SchemaArgs),
    /// Run the language server (LSP) on standard input and output.
    Lsp(lsp::LspArgs),
    /// Print a completion script for a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write the pages of all commands.
    Man(man::ManArgs),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self, output: &Output) -> Result<Outcome, Failure> {
        match self {
            Self::Check(args) => check::run(args, output),
            Self::Apps(args) => apps::run(args, output),
            Self::Deadlines(args) => deadlines::run(args, output),
            Self::Explain(args) => explain::run(args, output),
            Self::Policy(args) => policy::run(args, output),
            Self::Init(args) => init::run(args, output),
            Self::Schema(args) => schema::run(args, output),
            Self::Lsp(args) => lsp::run(args, output),
            Self::Completions(args) => completions::run(args, Cli::command(), output),
            Self::Man(args) => man::run(args, Cli::command(), output),
        }
    }
}
