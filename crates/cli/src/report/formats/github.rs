//! Workflow commands of GitHub Actions, which it shows as annotations of the changed lines.
//!
//! Source: *Workflow commands for GitHub Actions*, on docs.github.com.

use std::io::{self, Write};

use preauth_source::Severity;

use super::{FormatDef, PathBase};
use crate::report::{Run, with_help};

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Repository, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        for (diagnostic, _) in run.live() {
            let location = &diagnostic.primary.location;
            let (start, end) = run.texts.places(location);
            let command = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            write!(
                out,
                "::{command} title={},file={},line={},endLine={}",
                property(&format!("preauth ({})", diagnostic.code)),
                property(&run.texts.display_path(&location.file)),
                start.line,
                end.line
            )?;
            // GitHub accepts columns only for one line.
            if start.line == end.line {
                write!(out, ",col={},endColumn={}", start.column, end.column)?;
            }
            writeln!(out, "::{}", data(&with_help(diagnostic)))?;
        }
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
