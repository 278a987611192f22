//! Logging commands of Azure Pipelines, which become issues of the run.
//!
//! Source: *Logging commands*, on learn.microsoft.com.

use std::io::{self, Write};

use preauth_source::Severity;

use crate::report::Run;

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
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
                data(&crate::report::with_help(diagnostic))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_an_issue_at_its_place() {
        let printed = sample::printed(write);
        sample::prints(
            write,
            "##vso[task.logissue type=error;sourcepath=force-app/Sync, 50%AZP25.xml;linenumber=2;columnnumber=5;code=scope-full;]full access is too much: 100%AZP25",
        );
        assert_eq!(printed.lines().count(), 1);
    }
}
