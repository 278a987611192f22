use std::ffi::OsStr;

use camino::Utf8PathBuf;
use clap::{
    Arg, Args, Parser, Subcommand, ValueEnum,
    builder::{EnumValueParser, PossibleValue, PossibleValuesParser, TypedValueParser},
    error::ErrorKind,
};
use jiff::civil::Date;
use preauth_source::Severity;

use crate::tree::load::ConfigChoice;

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

/// Each is only built when it is called: there are many options, and a run needs those of one.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Judge a source tree, and correct it.
    Check(Check),
    /// List every app and its settings.
    Apps(Apps),
    /// Explain what a policy says, why, and how a violation is corrected.
    Explain(Explain),
    /// List policies, and test them.
    Policy(Policy),
    /// Write a first `preauth.yaml`, a CI job and a hook, from what the tree holds; nothing is overwritten.
    Init(Init),
    /// Print the JSON Schema of a file that is read or written.
    Schema(Schema),
    /// Serve an editor: the Language Server Protocol on standard input and output.
    Lsp(Lsp),
    /// Print a script that makes a shell complete commands and options.
    Completions(Completions),
    /// Print the manual page, or write those of all commands.
    Man(Manual),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

// What to read. As documentation, this would be said of the commands that have it.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// Files and folders to report on; the whole project around them is read. Default: the current folder.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Also judge metadata outside the package directories.
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not show progress.
    #[arg(long)]
    pub(crate) no_progress: bool,
}

// By which configuration; no documentation either.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file. Default: `preauth.yaml` in the project's folder or the nearest one above it.
    #[arg(short, long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<Utf8PathBuf>,
    /// Use no configuration file.
    #[arg(long)]
    no_config: bool,
}

impl ConfigArgs {
    pub(crate) fn choice(&self) -> ConfigChoice<'_> {
        match &self.config {
            _ if self.no_config => ConfigChoice::None,
            Some(path) => ConfigChoice::File(path),
            None => ConfigChoice::Nearest,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Make the corrections that are safe.
    #[arg(long)]
    pub(crate) fix: bool,
    /// Also make corrections that may cut off a client that works today (with `--fix` or `--diff`, or alone as `--fix`).
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Print the corrections as a unified diff that `git apply` takes, instead of a report, and write nothing. Exits with 1 when there is one.
    #[arg(long, conflicts_with_all = ["fix", "format", "json", "show", "fail_on"])]
    pub(crate) diff: bool,
    /// How to report, and into which file instead of standard output; may be given several times. Default: text.
    #[arg(short, long, value_parser = TargetParser, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<Target>,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Report only what the change since this branch or commit causes, in whatever file it shows. The whole tree is
    /// judged, as it is and as it was where the change began.
    #[arg(long, value_name = "REF", conflicts_with = "staged")]
    pub(crate) since: Option<String>,
    /// Judge what is staged in git, and report only what it causes.
    #[arg(long)]
    pub(crate) staged: bool,
    /// Do not report the findings that are in this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<Utf8PathBuf>,
    /// Write everything that is found into the baseline, and take out of it what is not found any more.
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all = [
            "select", "ignore", "min_severity", "since", "staged", "fix", "unsafe_fixes", "diff", "stdin_filename",
            "format", "json",
        ]
    )]
    pub(crate) write_baseline: bool,
    /// The name of the file whose text is on standard input (with `-` as the only path). The rest of its project is read as it is.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["staged"])]
    pub(crate) stdin_filename: Option<Utf8PathBuf>,
    /// Report only these policies.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Do not report these policies.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Report only findings that matter this much or more.
    #[arg(long, value_parser = severity(), default_value_t = Severity::Info, value_name = "SEVERITY")]
    pub(crate) min_severity: Severity,
    /// Exit with 1 when there is a finding that matters this much or more.
    #[arg(long, value_parser = severity(), default_value_t = Severity::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: Severity,
    /// Exit with 0 whatever is found.
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// The day to judge expiry dates at. Default: today.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// Report as if nothing were waived.
    #[arg(long)]
    pub(crate) no_waivers: bool,
    /// What else to show.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(crate) show: Vec<Show>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    /// What could not be told from the source, and why.
    Undecided,
    /// Findings that a waiver silences, and until when.
    Waived,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with the source.
    Text,
    /// A line each.
    Concise,
    /// For programs; see `preauth schema report`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// A JUnit report.
    Junit,
    /// A Checkstyle report.
    Checkstyle,
    /// For reviewdog.
    Rdjson,
    /// Issues of Azure Pipelines.
    Azure,
    /// A comment on a pull request.
    Markdown,
    /// A report for auditors: one page, to keep or to print.
    Html,
}

/// A report that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) format: Format,
    /// Where it goes; `None` for standard output.
    pub(crate) file: Option<Utf8PathBuf>,
}

/// To standard output.
impl From<Format> for Target {
    fn from(format: Format) -> Self {
        Self { format, file: None }
    }
}

/// Reads `FORMAT` and `FORMAT=FILE`.
#[derive(Clone, Debug)]
struct TargetParser;

impl TypedValueParser for TargetParser {
    type Value = Target;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Target, clap::Error> {
        let text = value.to_str().unwrap_or_default();
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let format = EnumValueParser::<Format>::new().parse_ref(command, arg, OsStr::new(name))?;
        match file {
            Some("") => {
                let message = format!("`{text}` names no file: write `{name}` or `{name}=FILE`\n");
                Err(clap::Error::raw(ErrorKind::InvalidValue, message).with_cmd(command))
            }
            file => Ok(Target { format, file: file.map(Into::into) }),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

/// Reads a severity by its word.
fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::as_str))
        .map(|word| word.parse().expect("invariant: the parser lets only these words through"))
}

#[derive(Debug, Args)]
pub(crate) struct Apps {
    #[command(flatten)]
    pub(crate) source: Source,
    /// How to list them.
    #[arg(short, long, value_enum, default_value_t = TableFormat::Table, value_name = "FORMAT")]
    pub(crate) format: TableFormat,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people.
    Table,
    /// For programs; see `preauth schema`.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The id of a policy, or of a check of form.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Show how it comes to its verdict on this app, told by its name or label: which facts, from which places.
    #[arg(long, value_name = "NAME")]
    pub(crate) app: Option<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The day to judge expiry dates at. Default: today.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// Print the verdict on the app for programs; see `preauth schema trace`.
    #[arg(long, requires = "app")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List every policy and check of form, as the configuration has them.
    List(PolicyList),
    /// Run the examples of policies, the built-in ones and your own.
    Test(PolicyTest),
}

#[derive(Debug, Args)]
pub(crate) struct PolicyList {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// How to list them.
    #[arg(short, long, value_enum, default_value_t = PolicyListFormat::Table, value_name = "FORMAT")]
    pub(crate) format: PolicyListFormat,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyListFormat {
    /// For people.
    Table,
    /// For programs; see `preauth schema policies`.
    Json,
    /// For documents.
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyTest {
    /// Ids of policies, and files or folders of policies. Default: every built-in policy, and those that
    /// `preauth.yaml` names.
    #[arg(value_name = "ID|PATH")]
    pub(crate) what: Vec<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// How to report.
    #[arg(short, long, value_enum, default_value_t = TableFormat::Table, value_name = "FORMAT")]
    pub(crate) format: TableFormat,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The project. Default: the one around the current folder.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(crate) folder: Utf8PathBuf,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Of what.
    #[arg(value_enum)]
    pub(crate) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A policy file.
    Policy,
    /// `preauth.yaml`.
    Config,
    /// What `check --format json` prints.
    Report,
    /// What `apps --format json` prints.
    Apps,
    /// What `explain --app … --json` prints.
    Trace,
    /// What `policy list --json` prints.
    Policies,
    /// What `policy test --json` prints.
    PolicyTests,
}

#[derive(Debug, Args)]
pub(crate) struct Lsp {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The day to judge expiry dates at. Default: today.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// Append what the server does to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<Utf8PathBuf>,
    /// Accepted because clients give it; there is no other way to talk.
    #[arg(long, hide = true)]
    stdio: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Manual {
    /// The folder to write the pages of all commands into. Without it the main page is printed.
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<Utf8PathBuf>,
}
