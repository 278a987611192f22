//! Logging commands of Azure Pipelines, which it shows as issues of the run.
//!
//! Source: *Logging commands*, on learn.microsoft.com.

use std::io::{self, Write};

use preauth_source::Severity;

use super::{FormatDef, PathBase};
use crate::report::{Run, with_help};

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Repository, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        for (diagnostic, _) in run.live() {
            let location = &diagnostic.primary.location;
            let start = run.texts.start(location);
            // There are only these two types.
            let kind = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
            writeln!(
                out,
                "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}",
                property(&run.texts.display_path(&location.file)),
                start.line,
                start.column,
                property(&diagnostic.code),
                data(&with_help(diagnostic))
            )?;
        }
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
