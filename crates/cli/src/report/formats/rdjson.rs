//! The diagnostic format of reviewdog, which comments on pull requests and suggests fixes there.
//!
//! Source: `proto/rdf` of the reviewdog repository. Columns count the bytes of UTF-8.

use std::io::{self, Write};

use preauth_source::{Applicability, Diagnostic, Label, Location, Severity};
use serde::Serialize;

use super::{FormatDef, PathBase};
use crate::report::{Run, shown_fix, with_help};

#[derive(Debug, Serialize)]
struct RdjsonReport {
    source: RdjsonSource,
    diagnostics: Vec<RdjsonDiagnostic>,
}

#[derive(Debug, Serialize)]
struct RdjsonSource {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct RdjsonDiagnostic {
    message: String,
    location: RdjsonLocation,
    severity: &'static str,
    code: RdjsonCode,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<RdjsonSuggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RdjsonRelated>,
}

#[derive(Debug, Serialize)]
struct RdjsonCode {
    value: String,
}

#[derive(Debug, Serialize)]
struct RdjsonLocation {
    path: String,
    range: RdjsonRange,
}

#[derive(Debug, Serialize)]
struct RdjsonRange {
    start: RdjsonPosition,
    end: RdjsonPosition,
}

#[derive(Debug, Serialize)]
struct RdjsonPosition {
    line: u32,
    column: u32,
}

#[derive(Debug, Serialize)]
struct RdjsonSuggestion {
    range: RdjsonRange,
    text: String,
}

#[derive(Debug, Serialize)]
struct RdjsonRelated {
    message: String,
    location: RdjsonLocation,
}

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::CurrentFolder, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let diagnostics =
        runs.iter().flat_map(|run| run.live().map(|(finding, _)| self::diagnostic(run, finding)));
    let report =
        RdjsonReport { source: RdjsonSource { name: "preauth" }, diagnostics: diagnostics.collect() };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn diagnostic(run: &Run<'_>, diagnostic: &Diagnostic) -> RdjsonDiagnostic {
    let place = &diagnostic.primary.location;
    // A suggestion can only change the file of the comment. Only safe fixes should be one click away.
    let fix = shown_fix(diagnostic).filter(|fix| {
        fix.applicability == Applicability::Safe && fix.files().all(|file| *file == place.file)
    });
    let suggestions = fix
        .into_iter()
        .flat_map(|fix| &fix.edits)
        .map(|edit| RdjsonSuggestion { range: range(run, &edit.location), text: edit.insert.to_string() });
    let related = |label: &Label| RdjsonRelated {
        message: label.message.clone(),
        location: location(run, &label.location),
    };
    RdjsonDiagnostic {
        message: with_help(diagnostic),
        location: location(run, place),
        severity: match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        code: RdjsonCode { value: diagnostic.code.to_string() },
        suggestions: suggestions.collect(),
        related_locations: diagnostic.related.iter().map(related).collect(),
    }
}

fn location(run: &Run<'_>, place: &Location) -> RdjsonLocation {
    RdjsonLocation { path: run.texts.display_path(&place.file), range: range(run, place) }
}

fn range(run: &Run<'_>, place: &Location) -> RdjsonRange {
    let position = |offset| {
        let place = run.texts.around(&place.file, offset).byte_place(offset);
        RdjsonPosition { line: place.line, column: place.column }
    };
    RdjsonRange { start: position(place.range.start()), end: position(place.range.end()) }
}
