//! A code quality report of GitLab.
//!
//! Source: *Code Quality report format*, on docs.gitlab.com; a subset of what Code Climate specifies.

use std::io::{self, Write};

use preauth_source::{Diagnostic, Fingerprint, Severity};
use serde::Serialize;

use super::{FormatDef, PathBase};
use crate::report::{Run, advice};

#[derive(Debug, Serialize)]
struct GitlabIssue {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: String,
    description: String,
    content: GitlabContent,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: GitlabLocation,
}

/// The page of an issue, in Markdown.
#[derive(Debug, Serialize)]
struct GitlabContent {
    body: String,
}

#[derive(Debug, Serialize)]
struct GitlabLocation {
    /// The path from the root of the repository, without `./` at the start.
    path: String,
    lines: GitlabLines,
}

#[derive(Debug, Serialize)]
struct GitlabLines {
    begin: u32,
    end: u32,
}

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Repository, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<GitlabIssue> = runs
        .iter()
        .flat_map(|run| run.live().map(|(finding, fingerprint)| issue(run, finding, fingerprint)))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(run: &Run<'_>, diagnostic: &Diagnostic, fingerprint: Fingerprint) -> GitlabIssue {
    let location = &diagnostic.primary.location;
    let (start, end) = run.texts.places(location);
    let why = run.policies.get(&diagnostic.code).map(|policy| policy.why.trim());
    let advice = advice(diagnostic);
    let help = advice.iter().map(String::as_str);
    GitlabIssue {
        kind: "issue",
        check_name: diagnostic.code.to_string(),
        description: diagnostic.message.clone(),
        content: GitlabContent { body: why.into_iter().chain(help).collect::<Vec<_>>().join("\n\n") },
        categories: ["Security"],
        severity: match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        fingerprint: fingerprint.to_string(),
        location: GitlabLocation {
            path: run.texts.display_path(&location.file),
            lines: GitlabLines { begin: start.line, end: end.line },
        },
    }
}
