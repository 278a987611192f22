//! The last lines of every report: what was checked and what was not.

use std::{collections::BTreeMap, fmt::Write};

use preauth_metadata::{AppKind, Form, Kind, Org, Workspace};
use preauth_source::{Applicability, Diagnostic, Severity};

use crate::tree::discover::{FileStatus, ProjectTree};

/// The numbers of files that were checked, and of those that were not.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// Files that were checked.
    pub(crate) files: usize,
    pub(crate) apps: usize,
    pub(crate) connected_apps: usize,
    pub(crate) profiles: usize,
    pub(crate) permission_sets: usize,
    /// Files listed in a `.forceignore`.
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

    /// Returns a line that says what was checked and what was not.
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
                " {} listed in .forceignore: not checked.",
                counted(self.ignored, "file", "files")
            );
        }
        if self.outside > 0 {
            let files = counted(self.outside, "metadata file", "metadata files");
            let _ =
                write!(out, " {files} outside the package directories: not checked (check them with --all).");
        }
        if self.malformed > 0 {
            let _ =
                write!(out, " {} malformed: not checked.", counted(self.malformed, "file is", "files are"));
        }
        if self.unreadable > 0 {
            let _ = write!(out, " {} could not be read.", counted(self.unreadable, "file", "files"));
        }
        if undecided > 0 {
            let checks = counted(undecided, "check", "checks");
            let _ = write!(
                out,
                " {checks} could not be decided because source files are missing or old (list them with --show undecided)."
            );
        }
        out
    }
}

/// Returns the message for a tree without metadata, with the number of files outside the package directories.
pub(crate) fn nothing_to_read(outside: usize) -> String {
    let mut out = "no metadata files found".to_owned();
    if outside > 0 {
        let files = counted(outside, "metadata file is", "metadata files are");
        let _ = write!(out, "; {files} outside the package directories (check them with --all)");
    }
    out
}

/// Returns a line with the numbers of findings by severity, of included findings, of fixes, and of waived findings.
pub(crate) fn findings(diagnostics: &[&Diagnostic], waived: usize) -> String {
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
        diagnostics.iter().flat_map(|diagnostic| diagnostic.with_subsumed()).filter(|one| has(one)).count()
    };
    let mut out = format!("Found {}.", parts.join(", "));
    let included: usize = diagnostics.iter().map(|diagnostic| diagnostic.subsumed.len()).sum();
    if included > 0 {
        let findings = counted(included, "more finding is", "more findings are");
        let _ = write!(out, " {findings} included in these.");
    }
    let (safe, more) = (fixes(Applicability::Safe), fixes(Applicability::Unsafe));
    if safe > 0 {
        let _ = write!(out, " {safe} can be fixed with --fix.");
    }
    if more > 0 {
        let _ = write!(out, " {more} can be fixed with --fix --unsafe-fixes.");
    }
    out + &waived
}

/// Returns a number with its noun.
pub(crate) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
