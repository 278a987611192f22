use camino::Utf8PathBuf;
use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use preauth_source::Severity;

use crate::{
    args::{ConfigArgs, DayArgs, Show, SourceArgs},
    commands::report_target::{ReportTarget, ReportTargetParser},
};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// Make the corrections that are safe.
    #[arg(long)]
    pub(super) fix: bool,
    /// Also make corrections that may cut off a client that works today (with `--fix` or `--diff`, or alone as `--fix`).
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Print the corrections as a unified diff that `git apply` takes, instead of a report, and write nothing. Exits with 1 when there is one.
    #[arg(long, conflicts_with_all = ["fix", "format", "json", "show", "fail_on"])]
    pub(super) diff: bool,
    /// How to report, and into which file instead of standard output; may be given several times. Default: text.
    #[arg(short, long, value_parser = ReportTargetParser, value_name = "FORMAT[=FILE]")]
    pub(super) format: Vec<ReportTarget>,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(super) json: bool,
    /// Report only what the change since this branch or commit causes, in whatever file it shows. The whole tree is
    /// judged, as it is and as it was where the change began.
    #[arg(long, value_name = "REF", conflicts_with = "staged")]
    pub(super) since: Option<String>,
    /// Judge what is staged in git, and report only what it causes.
    #[arg(long)]
    pub(super) staged: bool,
    /// Do not report the findings that are in this file.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<Utf8PathBuf>,
    /// Write everything that is found into the baseline, and take out of it what is not found any more.
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all = [
            "select", "ignore", "min_severity", "since", "staged", "fix", "unsafe_fixes", "diff", "stdin_filename",
            "format", "json",
        ]
    )]
    pub(super) write_baseline: bool,
    /// The name of the file whose text is on standard input (with `-` as the only path). The rest of its project is read as it is.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["staged"])]
    pub(super) stdin_filename: Option<Utf8PathBuf>,
    /// Report only these policies.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Do not report these policies.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Report only findings that matter this much or more.
    #[arg(long, value_parser = severity(), default_value_t = Severity::Info, value_name = "SEVERITY")]
    pub(super) min_severity: Severity,
    /// Exit with 1 when there is a finding that matters this much or more.
    #[arg(long, value_parser = severity(), default_value_t = Severity::Error, value_name = "SEVERITY")]
    pub(super) fail_on: Severity,
    /// Exit with 0 whatever is found.
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) day: DayArgs,
    /// Report as if nothing were waived.
    #[arg(long)]
    pub(super) no_waivers: bool,
    /// What else to show.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(super) show: Vec<Show>,
}

/// Parses a severity.
fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::as_str))
        .map(|word| word.parse().expect("invariant: the parser accepts only severities"))
}
