//! One line for each finding: `path:line:column: severity[code] message`.

use std::io::{self, Write};

use super::{FormatDef, PathBase};
use crate::report::{Run, included};

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::CurrentFolder, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        for diagnostic in run.listed() {
            let location = &diagnostic.primary.location;
            let place = run.texts.start(location);
            writeln!(
                out,
                "{}:{}:{}: {}[{}] {}{}{}",
                run.texts.display_path(&location.file),
                place.line,
                place.column,
                diagnostic.severity,
                diagnostic.code,
                diagnostic.message,
                included(diagnostic).map(|included| format!(" (includes {included})")).unwrap_or_default(),
                diagnostic
                    .suppressed
                    .as_ref()
                    .map(|waiver| format!(" (waived until {})", waiver.expires))
                    .unwrap_or_default()
            )?;
        }
        for undecided in run.listed_undecided() {
            let place = run.texts.start(&undecided.location);
            writeln!(
                out,
                "{}:{}:{}: undecided[{}] `{}` of `{}` is not known: {}",
                run.texts.display_path(&undecided.location.file),
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
