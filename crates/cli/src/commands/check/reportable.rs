use std::{ffi::OsString, fmt, io};

use clap::{Parser, ValueEnum};

use super::{judge, previous::Known, read, reports, select, sources};
use crate::{
    args::{Cli, Command, Format},
    output::Output,
    report,
};

/// What a run has to report: judged once, and written as often as one likes. For benchmarks of the formats.
pub struct Reportable {
    args: super::Check,
    judged: Vec<super::Judged>,
    selected: Vec<select::Selected>,
    output: Output,
}

impl Reportable {
    /// What `preauth check`, with these arguments, has to report.
    ///
    /// # Errors
    /// There is no such command, or nothing can be judged.
    pub fn new<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>) -> io::Result<Self> {
        let words = ["preauth", "check"].map(OsString::from).into_iter();
        let cli = Cli::try_parse_from(words.chain(arguments.into_iter().map(Into::into)));
        let Cli { command: Command::Check(args), color } = cli.map_err(io::Error::other)? else {
            return Err(io::Error::other("invariant: the command is `check`"));
        };
        let output = Output::new(color);
        let known = Known::new(&[], None);
        let ready: Result<Vec<_>, _> = sources::ruled(&args)
            .and_then(|ruled| ruled.into_iter().map(|one| read(&args, &output, one)).collect());
        let ready = ready.map_err(|failure| io::Error::other(failure.to_string()))?;
        let judged: Vec<_> = ready.into_iter().map(|one| judge::judge(&args, one, &known)).collect();
        let selected = select::select(&args, &judged, &known);
        Ok(Self { args, judged, selected, output })
    }

    /// Writes the report in a format, by the name that `--format` has for it.
    ///
    /// # Errors
    /// There is no such format, or `out` takes no more.
    pub fn write(&self, format: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let format = Format::from_str(format, false).map_err(io::Error::other)?;
        let Self { args, judged, selected, output } = self;
        reports::with_runs(args, format, judged, selected, output, |runs| {
            report::write(format, runs, false, out)
        })
    }
}

impl fmt::Debug for Reportable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reportable").field("args", &self.args).finish_non_exhaustive()
    }
}
