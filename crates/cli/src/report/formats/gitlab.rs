//! A code quality report of GitLab.
//!
//! Source: *Code Quality report format*, on docs.gitlab.com; a subset of what Code Climate specifies.

use std::io::{self, Write};

use preauth_source::{Diagnostic, Fingerprint, Severity};
use serde::Serialize;

use crate::report::Run;

#[derive(Debug, Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: String,
    description: String,
    content: Content,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Location,
}

/// What the page of an issue shows, in Markdown.
#[derive(Debug, Serialize)]
struct Content {
    body: String,
}

#[derive(Debug, Serialize)]
struct Location {
    /// From the root of the repository, without `./` before it.
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Issue> =
        runs.iter().flat_map(|run| run.live().map(|(found, print)| issue(run, found, print))).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(run: &Run<'_>, diagnostic: &Diagnostic, fingerprint: Fingerprint) -> Issue {
    let location = &diagnostic.primary.location;
    let (start, end) = run.texts.places(location);
    let why = run.policies.get(&diagnostic.code).map(|policy| policy.why.trim());
    let help = diagnostic.help.iter().map(String::as_str);
    Issue {
        kind: "issue",
        check_name: diagnostic.code.to_string(),
        description: diagnostic.message.clone(),
        content: Content { body: why.into_iter().chain(help).collect::<Vec<_>>().join("\n\n") },
        categories: ["Security"],
        severity: match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        fingerprint: fingerprint.to_string(),
        location: Location {
            path: run.texts.display_path(&location.file),
            lines: Lines { begin: start.line, end: end.line },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_an_issue_with_its_fingerprint() {
        let issues: serde_json::Value = serde_json::from_str(&sample::printed(write)).unwrap();
        let [issue] = issues.as_array().unwrap().as_slice() else { panic!("{issues}") };
        assert_eq!(issue["check_name"], "scope-full");
        assert_eq!(issue["severity"], "critical");
        assert_eq!(issue["fingerprint"], sample::fingerprint());
        assert_eq!(issue["location"]["path"], "force-app/Sync, 50%.xml");
        assert_eq!(issue["location"]["lines"]["begin"], 2);
    }
}
