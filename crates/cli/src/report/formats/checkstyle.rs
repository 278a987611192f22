//! The report of Checkstyle, which many programs read.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use preauth_source::Diagnostic;

use crate::report::{Run, formats::xml::Element};

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<String, Element> = BTreeMap::new();
    for run in runs {
        for (diagnostic, _) in run.live() {
            let name = run.texts.display_path(&diagnostic.primary.location.file);
            let file = files.entry(name.clone()).or_insert_with(|| Element::new("file").with("name", &name));
            file.push(error(run, diagnostic));
        }
    }
    let report = Element::new("checkstyle").with("version", "10.0");
    report.with_children(files.into_values()).write(out)
}

fn error(run: &Run<'_>, diagnostic: &Diagnostic) -> Element {
    let start = run.texts.start(&diagnostic.primary.location);
    Element::new("error")
        .with("line", &start.line.to_string())
        .with("column", &start.column.to_string())
        .with("severity", diagnostic.severity.as_str())
        .with("message", &crate::report::with_help(diagnostic))
        .with("source", &format!("preauth.{}", diagnostic.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_an_error_of_its_file() {
        let printed = sample::printed(write);
        sample::prints(write, "<file name=\"force-app/Sync, 50%.xml\">");
        sample::prints(
            write,
            "<error line=\"2\" column=\"5\" severity=\"error\" message=\"full access is too much: 100%&#10;",
        );
        assert_eq!(printed.matches("<error").count(), 1);
    }
}
