//! Options that several commands share. The options of one command are in the file of that command.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::tree::load::ConfigChoice;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

// The options for the files that a command reads. A doc comment would become the help text of each command that has these options.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Files and folders to report on. The whole project around them is read. Default: the current folder.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Also check metadata outside the package directories, and files listed in `.forceignore`.
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not show progress.
    #[arg(long)]
    pub(crate) no_progress: bool,
}

// The options for the configuration of a command.
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
    /// Returns the configuration that the options ask for.
    pub(crate) fn choice(&self) -> ConfigChoice<'_> {
        match &self.config {
            _ if self.no_config => ConfigChoice::None,
            Some(path) => ConfigChoice::File(path),
            None => ConfigChoice::Nearest,
        }
    }
}

// The day that dates are compared with.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct DayArgs {
    /// The date to compare expiry dates with. Default: today.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

impl DayArgs {
    /// Returns the given day, or today in the time zone of this machine.
    #[allow(clippy::disallowed_methods, reason = "without --as-of the date is that of the clock")]
    pub(crate) fn day(self) -> Date {
        self.as_of.unwrap_or_else(|| Timestamp::now().to_zoned_datetime(TimeZone::system()).date())
    }
}

/// A list that reports for people contain on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    /// Checks that could not be decided, and why.
    Undecided,
    /// Waived findings, and when the waiver expires.
    Waived,
}
