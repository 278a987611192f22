//! Workflow commands of GitHub Actions, which become annotations of the changed lines.
//!
//! Source: *Workflow commands for GitHub Actions*, on docs.github.com.

use std::io::{self, Write};

use preauth_source::Severity;

use crate::report::Run;

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
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
            // Columns are taken only within one line.
            if start.line == end.line {
                write!(out, ",col={},endColumn={}", start.column, end.column)?;
            }
            writeln!(out, "::{}", data(&crate::report::with_help(diagnostic)))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_an_annotation_of_its_place() {
        sample::prints(
            write,
            "::error title=preauth (scope-full),file=force-app/Sync%2C 50%25.xml,line=2,endLine=2,col=5,endColumn=9::full access is too much: 100%25",
        );
    }

    #[test]
    fn a_command_takes_one_line_and_what_is_waived_takes_none() {
        assert_eq!(sample::printed(write).lines().count(), 1);
    }
}
