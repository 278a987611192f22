//! The XML report of Checkstyle, which many programs read.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use preauth_source::Diagnostic;

use super::{FormatDef, PathBase, xml::ReportElement};
use crate::report::{Run, with_help};

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::CurrentFolder, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<String, ReportElement> = BTreeMap::new();
    for run in runs {
        for (diagnostic, _) in run.live() {
            let name = run.texts.display_path(&diagnostic.primary.location.file);
            let file =
                files.entry(name.clone()).or_insert_with(|| ReportElement::new("file").with("name", &name));
            file.push(error(run, diagnostic));
        }
    }
    let report = ReportElement::new("checkstyle").with("version", "10.0");
    report.with_children(files.into_values()).write(out)
}

fn error(run: &Run<'_>, diagnostic: &Diagnostic) -> ReportElement {
    let start = run.texts.start(&diagnostic.primary.location);
    ReportElement::new("error")
        .with("line", &start.line.to_string())
        .with("column", &start.column.to_string())
        .with("severity", diagnostic.severity.as_str())
        .with("message", &with_help(diagnostic))
        .with("source", &format!("preauth.{}", diagnostic.code))
}
