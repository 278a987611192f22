use std::{ffi::OsString, fmt, io};

use clap::{Args, FromArgMatches, ValueEnum};

use super::{
    CheckArgs, judge,
    plan::Plan,
    previous::PreviousFindings,
    reports, select, sources,
    stages::{CheckedTree, SelectedFindings},
};
use crate::{
    args::Color,
    output::Output,
    report::{self, Format},
};

/// The findings of one check, which can be written several times. For benchmarks of the formats.
pub struct Reportable {
    args: CheckArgs,
    checked: Vec<CheckedTree>,
    selected: Vec<SelectedFindings>,
    output: Output,
}

impl Reportable {
    /// Runs `preauth check` with these arguments, up to the report.
    ///
    /// # Errors
    /// The arguments are invalid, or nothing can be checked.
    pub fn new<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>) -> io::Result<Self> {
        let words = std::iter::once(OsString::from("check")).chain(arguments.into_iter().map(Into::into));
        let matches = CheckArgs::augment_args(clap::Command::new("check")).try_get_matches_from(words);
        let args = matches.and_then(|matches| CheckArgs::from_arg_matches(&matches));
        let args = args.map_err(io::Error::other)?;
        let output = Output::new(Color::Never);
        let failed = |failure: crate::Failure| io::Error::other(failure.to_string());
        let plan = Plan::resolve(&args, &output).map_err(failed)?;
        let read = |one| sources::read(&plan.sources, plan.evaluation, one, &output);
        let read: Result<Vec<_>, _> =
            sources::load(&plan.sources).and_then(|loaded| loaded.into_iter().map(read).collect());
        let previous = PreviousFindings::default();
        let checked: Vec<_> =
            read.map_err(failed)?.into_iter().map(|one| judge::judge(&plan, one, &previous)).collect();
        let selected = select::select(&plan.filter, &checked, &previous);
        Ok(Self { args, checked, selected, output })
    }

    /// Writes the report in a format, by its name for `--format`.
    ///
    /// # Errors
    /// The format does not exist, or `out` cannot be written.
    pub fn write(&self, format: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let format = Format::from_str(format, false).map_err(io::Error::other)?;
        let Self { args, checked, selected, output } = self;
        let plan = Plan::resolve(args, output).map_err(|failure| io::Error::other(failure.to_string()))?;
        reports::with_runs(&plan, format, checked, selected, output, |runs| {
            report::write(format, runs, false, out)
        })
    }
}

impl fmt::Debug for Reportable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reportable").field("args", &self.args).finish_non_exhaustive()
    }
}
