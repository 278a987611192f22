//! A line for each finding: `path:line:column: severity[code] message`.

use std::io::{self, Write};

use super::Run;

pub(super) fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        for diagnostic in run.diagnostics {
            let location = &diagnostic.primary.location;
            let (place, _) = run.texts.places(location);
            writeln!(
                out,
                "{}:{}:{}: {}[{}] {}",
                run.texts.shown(&location.file),
                place.line,
                place.column,
                diagnostic.severity,
                diagnostic.code,
                diagnostic.message
            )?;
        }
        for undecided in run.undecided.iter().filter(|_| run.show_undecided) {
            let (place, _) = run.texts.places(&undecided.location);
            writeln!(
                out,
                "{}:{}:{}: undecided[{}] `{}` of `{}` is not known: {}",
                run.texts.shown(&undecided.location.file),
                place.line,
                place.column,
                undecided.policy,
                undecided.attribute,
                undecided.subject.name,
                undecided.why
            )?;
        }
    }
    Ok(())
}
