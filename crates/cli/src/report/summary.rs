//! What a run has seen and what it has not: the last lines of every report.

use std::{collections::BTreeMap, fmt::Write};

use preauth_metadata::{AppKind, Form, Kind, Org, Workspace};
use preauth_source::{Applicability, Diagnostic, Severity};

use crate::tree::discover::{FileStatus, ProjectTree};

/// Counts of what was read, and of what was not.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// Files that were judged.
    pub(crate) files: usize,
    pub(crate) apps: usize,
    pub(crate) connected_apps: usize,
    pub(crate) profiles: usize,
    pub(crate) permission_sets: usize,
    /// Files that a `.forceignore` names.
    pub(crate) ignored: usize,
    /// Files outside the package directories.
    pub(crate) outside: usize,
    /// Files that are not well-formed, or not what their names say.
    pub(crate) malformed: usize,
    /// Files that could not be read.
    pub(crate) unreadable: usize,
}

impl Coverage {
    pub(crate) fn of(tree: &ProjectTree, workspace: &Workspace, org: &Org) -> Self {
        let judged = || workspace.files().filter(|file| file.judged);
        Self {
            files: judged().count(),
            apps: org.apps.len(),
            connected_apps: org.apps.iter().filter(|app| app.kind == AppKind::ConnectedApp).count(),
            profiles: org.components_of(Kind::Profile).count(),
            permission_sets: org.components_of(Kind::PermissionSet).count(),
            ignored: tree.files.iter().filter(|found| found.status == FileStatus::Ignored).count(),
            outside: tree.outside,
            malformed: judged().filter(|file| file.form == Form::Malformed).count(),
            unreadable: judged().filter(|file| file.form == Form::Unreadable).count(),
        }
    }

    /// What was seen and what was not, in a line.
    pub(crate) fn sentence(&self, undecided: usize) -> String {
        let mut out = format!(
            "Read {}: {}, {}, {}, {}.",
            counted(self.files, "file", "files"),
            counted(self.connected_apps, AppKind::ConnectedApp.label(), AppKind::ConnectedApp.plural()),
            counted(
                self.apps - self.connected_apps,
                AppKind::ExternalClientApp.label(),
                AppKind::ExternalClientApp.plural()
            ),
            counted(self.profiles, "profile", "profiles"),
            counted(self.permission_sets, "permission set", "permission sets"),
        );
        if self.ignored > 0 {
            let _ = write!(
                out,
                " {} named by .forceignore: read for names only.",
                counted(self.ignored, "file", "files")
            );
        }
        if self.outside > 0 {
            let files = counted(self.outside, "metadata file", "metadata files");
            let _ = write!(out, " {files} outside the package directories: not judged (--all judges them).");
        }
        if self.malformed > 0 {
            let _ =
                write!(out, " {} malformed: not judged.", counted(self.malformed, "file is", "files are"));
        }
        if self.unreadable > 0 {
            let _ = write!(out, " {} could not be read.", counted(self.unreadable, "file", "files"));
        }
        if undecided > 0 {
            let checks = counted(undecided, "check", "checks");
            let _ = write!(out, " {checks} undecided, for want of source (--show undecided).");
        }
        out
    }
}

/// That there is nothing, and where something would be.
pub(crate) fn nothing_to_read(outside: usize) -> String {
    let mut out = "there is no metadata to read".to_owned();
    if outside > 0 {
        let files = counted(outside, "metadata file lies", "metadata files lie");
        let _ = write!(out, "; {files} outside the package directories (--all takes them in)");
    }
    out
}

/// How much was found, in a line; what is waived is only counted.
pub(crate) fn found(diagnostics: &[&Diagnostic], waived: usize) -> String {
    let mut by_severity: BTreeMap<Severity, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        *by_severity.entry(diagnostic.severity).or_default() += 1;
    }
    let waived = if waived > 0 { format!(" {waived} waived.") } else { String::new() };
    if by_severity.is_empty() {
        return format!("No findings.{waived}");
    }
    let parts: Vec<String> = by_severity
        .iter()
        .rev()
        .map(|(severity, count)| match severity {
            Severity::Error => counted(*count, "error", "errors"),
            Severity::Warning => counted(*count, "warning", "warnings"),
            Severity::Info => format!("{count} info"),
        })
        .collect();
    let fixes = |level: Applicability| {
        let has = |diagnostic: &Diagnostic| {
            let fix = diagnostic.fix.as_ref().filter(|_| diagnostic.suppressed.is_none());
            fix.is_some_and(|fix| fix.applicability == level)
        };
        diagnostics.iter().filter(|diagnostic| diagnostic.with_subsumed().any(has)).count()
    };
    let mut out = format!("Found {}.", parts.join(", "));
    let (safe, more) = (fixes(Applicability::Safe), fixes(Applicability::Unsafe));
    if safe > 0 {
        let _ = write!(out, " {safe} can be corrected with --fix.");
    }
    if more > 0 {
        let _ = write!(out, " {more} can be corrected with --unsafe-fixes.");
    }
    out + &waived
}

/// A number with its noun.
pub(crate) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
