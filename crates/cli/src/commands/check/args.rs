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
    /// Apply safe fixes.
    #[arg(long)]
    pub(super) fix: bool,
    /// With `--fix` or `--diff`: also apply fixes that may lock out a working client. Alone it changes nothing: the report
    /// says which fixes there are.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Print the fixes as a unified diff for `git apply` instead of a report, and write nothing. Exit with 1 if the diff is
    /// not empty.
    #[arg(long, conflicts_with_all = ["fix", "format", "json", "show", "fail_on"])]
    pub(super) diff: bool,
    /// The report format, and a file to write it to instead of standard output. Can be repeated. Default: text.
    #[arg(short, long, value_parser = ReportTargetParser, value_name = "FORMAT[=FILE]")]
    pub(super) format: Vec<ReportTarget>,
    /// Short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(super) json: bool,
    /// Report only findings that the change since this branch or commit causes, in any file. The whole tree is checked,
    /// before and after the change.
    #[arg(long, value_name = "REF", conflicts_with = "staged")]
    pub(super) since: Option<String>,
    /// Check the files staged in git, and report only findings that they cause.
    #[arg(long)]
    pub(super) staged: bool,
    /// Do not report the findings in this file.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<Utf8PathBuf>,
    /// Write all findings to the baseline, and remove those that no longer exist.
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all = [
            "select", "ignore", "min_severity", "since", "staged", "fix", "unsafe_fixes", "diff", "stdin_filename",
            "format", "json",
        ]
    )]
    pub(super) write_baseline: bool,
    /// The name of the file whose text is on standard input (with `-` as the only path). The other files of its project are read from disk.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["staged"])]
    pub(super) stdin_filename: Option<Utf8PathBuf>,
    /// Report only these policies, also those that are switched off.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Do not report these policies.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Report only findings of this severity or higher.
    #[arg(long, value_parser = severity(), default_value_t = Severity::Info, value_name = "SEVERITY")]
    pub(super) min_severity: Severity,
    /// Exit with 1 if there is a finding of this severity or higher.
    #[arg(long, value_parser = severity(), default_value_t = Severity::Error, value_name = "SEVERITY")]
    pub(super) fail_on: Severity,
    /// Exit with 0 even if there are findings.
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) day: DayArgs,
    /// Ignore waivers.
    #[arg(long)]
    pub(super) no_waivers: bool,
    /// Lists to add to the report.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(super) show: Vec<Show>,
}

/// Parses a severity.
fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::as_str))
        .map(|word| word.parse().expect("invariant: the parser accepts only severities"))
}
