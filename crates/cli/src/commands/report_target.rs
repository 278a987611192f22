//! Targets of reports: a format, and standard output or a file.

use std::{ffi::OsStr, io::Write};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{
    Arg, ValueEnum,
    builder::{EnumValueParser, PossibleValue, TypedValueParser},
    error::ErrorKind,
};

use crate::{
    Failure,
    output::{Output, write_file::save},
    report::{self, Format, PathBase, Run, source_text::PathDisplay},
    tree::file_system::repository_around,
};

/// A report to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportTarget {
    pub(crate) format: Format,
    /// `None` for standard output.
    pub(crate) file: Option<Utf8PathBuf>,
}

/// A report on standard output.
impl From<Format> for ReportTarget {
    fn from(format: Format) -> Self {
        Self { format, file: None }
    }
}

impl ReportTarget {
    /// Writes the report. With `to_stderr`, a report for standard output goes to standard error.
    pub(crate) fn write(&self, runs: &[Run<'_>], to_stderr: bool, output: &Output) -> Result<(), Failure> {
        match &self.file {
            None if to_stderr => report::write(self.format, runs, false, &mut output.stderr_bytes())?,
            None => {
                let mut out = output.stdout_bytes();
                report::write(self.format, runs, output.colored, &mut out)?;
                out.flush()?;
            }
            Some(file) => {
                let mut bytes = Vec::new();
                report::write(self.format, runs, false, &mut bytes)?;
                let text = String::from_utf8(bytes).expect("invariant: reports are text");
                save(file, &text)
                    .map_err(|error| Failure::Message(format!("cannot write `{file}`: {error}")))?;
            }
        }
        Ok(())
    }
}

/// Returns how a format shows paths, for each tree.
pub(crate) fn shown_as<'o>(
    format: Format,
    roots: &[&'o Utf8Path],
    output: &'o Output,
) -> Vec<PathDisplay<'o>> {
    match format.definition().paths {
        PathBase::CurrentFolder => roots.iter().map(|_| PathDisplay::FromCurrentFolder(output)).collect(),
        PathBase::Tree => output.tree_prefixes(roots).into_iter().map(PathDisplay::WithPrefix).collect(),
        PathBase::Repository => {
            roots.iter().map(|root| PathDisplay::FromFolder(repository_around(root), output)).collect()
        }
    }
}

/// Parses `FORMAT` and `FORMAT=FILE`.
#[derive(Clone, Debug)]
pub(crate) struct ReportTargetParser;

impl TypedValueParser for ReportTargetParser {
    type Value = ReportTarget;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<ReportTarget, clap::Error> {
        let text = value.to_str().unwrap_or_default();
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let format = EnumValueParser::<Format>::new().parse_ref(command, arg, OsStr::new(name))?;
        match file {
            Some("") => {
                let message = format!("`{text}` has no file name: write `{name}` or `{name}=FILE`\n");
                Err(clap::Error::raw(ErrorKind::InvalidValue, message).with_cmd(command))
            }
            file => Ok(ReportTarget { format, file: file.map(Into::into) }),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}
