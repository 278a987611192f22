//! The diagnostic format of reviewdog, which comments on pull requests and suggests corrections there.
//!
//! Source: `proto/rdf` of the reviewdog repository. Columns count the bytes of UTF-8.

use std::io::{self, Write};

use preauth_source::{Applicability, Diagnostic, Label, Severity};
use serde::Serialize;

use crate::report::Run;

#[derive(Debug, Serialize)]
struct Report {
    source: Source,
    diagnostics: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Entry {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Debug, Serialize)]
struct Code {
    value: String,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Debug, Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Debug, Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Debug, Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Debug, Serialize)]
struct Related {
    message: String,
    location: Location,
}

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let entries = runs.iter().flat_map(|run| run.live().map(|(found, _)| entry(run, found)));
    let report = Report { source: Source { name: "preauth" }, diagnostics: entries.collect() };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn entry(run: &Run<'_>, diagnostic: &Diagnostic) -> Entry {
    let place = &diagnostic.primary.location;
    // A suggestion can only be made in the file that is commented on, and only what is safe is one click away.
    let fix = crate::report::shown_fix(diagnostic).filter(|fix| {
        fix.applicability == Applicability::Safe && fix.files().all(|file| *file == place.file)
    });
    let suggestions = fix
        .into_iter()
        .flat_map(|fix| &fix.edits)
        .map(|edit| Suggestion { range: range(run, &edit.location), text: edit.insert.to_string() });
    let related =
        |label: &Label| Related { message: label.message.clone(), location: location(run, &label.location) };
    Entry {
        message: crate::report::with_help(diagnostic),
        location: location(run, place),
        severity: match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        code: Code { value: diagnostic.code.to_string() },
        suggestions: suggestions.collect(),
        related_locations: diagnostic.related.iter().map(related).collect(),
    }
}

fn location(run: &Run<'_>, place: &preauth_source::Location) -> Location {
    Location { path: run.texts.display_path(&place.file), range: range(run, place) }
}

fn range(run: &Run<'_>, place: &preauth_source::Location) -> Range {
    let position = |offset| {
        let place = run.texts.around(&place.file, offset).byte_place(offset);
        Position { line: place.line, column: place.column }
    };
    Range { start: position(place.range.start()), end: position(place.range.end()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn columns_count_bytes_and_safe_corrections_are_suggested() {
        let report: serde_json::Value = serde_json::from_str(&sample::printed(write)).unwrap();
        let [entry] = report["diagnostics"].as_array().unwrap().as_slice() else { panic!("{report}") };
        // `é` before the place takes two bytes.
        assert_eq!(entry["location"]["range"]["start"]["column"], 6);
        assert_eq!(entry["suggestions"][0]["text"], "Api");
    }
}
