//! The last lines of every report: what was checked and what was not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::Arc,
};

use camino::Utf8PathBuf;
use preauth_metadata::{App, AppKind, Form, Kind, Org, Workspace};
use preauth_source::{Applicability, Diagnostic, FilePath, Severity};

use crate::{
    output::Output,
    tree::{
        discover::{FileStatus, ProjectTree, main_of_app},
        file_system,
    },
};

/// The numbers of files that were checked, and of those that were not.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// Files that were checked.
    pub(crate) files: usize,
    pub(crate) apps: usize,
    pub(crate) connected_apps: usize,
    pub(crate) profiles: usize,
    pub(crate) permission_sets: usize,
    /// Files listed in a `.forceignore`. They are left out: files of apps are only searched for secrets and malformed text.
    pub(crate) ignored: usize,
    /// The names of the apps in those.
    pub(crate) ignored_apps: BTreeSet<String>,
    /// Files outside the package directories.
    pub(crate) outside: usize,
    /// The names of the apps in those.
    pub(crate) outside_apps: BTreeSet<String>,
    /// Files with a suffix that Salesforce does not know. They are left out in the same way.
    pub(crate) misnamed: usize,
    /// Files that are not well-formed, or not what their names say.
    pub(crate) malformed: usize,
    /// Files that could not be read.
    pub(crate) unreadable: usize,
}

impl Coverage {
    pub(crate) fn of(tree: &ProjectTree, workspace: &Workspace, org: &Org) -> Self {
        let judged = || workspace.files().filter(|file| file.judged);
        let ignored = tree.files.iter().filter(|found| found.status == FileStatus::Ignored);
        let ignored_apps = ignored.filter_map(|found| main_of_app(&found.path));
        let is_left_out = |(kind, name): &(Kind, String)| {
            let is_same = |app: &Arc<App>| app.files.iter().any(|file| file.kind == *kind);
            !org.apps_named(name).iter().any(is_same)
        };
        Self {
            files: judged().count(),
            apps: org.apps.len(),
            connected_apps: org.apps.iter().filter(|app| app.kind == AppKind::ConnectedApp).count(),
            profiles: org.components_of(Kind::Profile).count(),
            permission_sets: org.components_of(Kind::PermissionSet).count(),
            ignored: tree.ignored_count(),
            ignored_apps: ignored_apps.filter(is_left_out).map(|(_, name)| name).collect(),
            outside: tree.outside.count,
            outside_apps: tree.outside.apps.clone(),
            misnamed: tree.misnamed.len(),
            malformed: workspace.files().filter(|file| file.form == Form::Malformed).count(),
            unreadable: workspace.files().filter(|file| file.form == Form::Unreadable).count(),
        }
    }

    /// Returns the sum for several trees.
    pub(crate) fn sum<'c>(all: impl IntoIterator<Item = &'c Self>) -> Self {
        let mut sum = Self::default();
        for one in all {
            sum.files += one.files;
            sum.apps += one.apps;
            sum.connected_apps += one.connected_apps;
            sum.profiles += one.profiles;
            sum.permission_sets += one.permission_sets;
            sum.ignored += one.ignored;
            sum.ignored_apps.extend(one.ignored_apps.iter().cloned());
            sum.outside += one.outside;
            sum.outside_apps.extend(one.outside_apps.iter().cloned());
            sum.misnamed += one.misnamed;
            sum.malformed += one.malformed;
            sum.unreadable += one.unreadable;
        }
        sum
    }

    /// Returns the message that nothing was judged: there is no file, or no app but those that are left out. `None` if
    /// something was.
    pub(crate) fn nothing_judged(&self) -> Option<String> {
        let mut left_out = Vec::new();
        let counted_with_apps = |count: usize, apps: &BTreeSet<String>| {
            let verb = if count == 1 { "is" } else { "are" };
            format!("{}{} {verb}", counted(count, "metadata file", "metadata files"), with_apps(apps))
        };
        if self.outside > 0 {
            let files = counted_with_apps(self.outside, &self.outside_apps);
            left_out.push(format!("{files} outside the package directories (check them with --all)"));
        }
        if self.ignored > 0 {
            let files = counted_with_apps(self.ignored, &self.ignored_apps);
            left_out.push(format!("{files} listed in .forceignore (check them with --all)"));
        }
        if self.misnamed > 0 {
            let files = counted(self.misnamed, "file has", "files have");
            left_out.push(format!("{files} a suffix that Salesforce does not know"));
        }
        let has_apps_left_out = !self.ignored_apps.is_empty() || !self.outside_apps.is_empty();
        let subject = match (self.files, self.apps) {
            (0, _) if left_out.is_empty() => return Some("no metadata files found".to_owned()),
            (0, _) => "no metadata file was judged",
            (_, 0) if has_apps_left_out => "no app was judged",
            _ => return None,
        };
        Some(format!("{subject}: {}", left_out.join("; ")))
    }

    /// Returns a line that says what was checked and what was not. `place` is the tree, if there are several.
    pub(crate) fn sentence(&self, place: Option<&str>, undecided: usize) -> String {
        let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
        let mut out = format!(
            "Read {}{place}: {}, {}, {}, {}.",
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
                " {}{} listed in .forceignore: {LEFT_OUT} (check all with --all).",
                counted(self.ignored, "file", "files"),
                with_apps(&self.ignored_apps)
            );
        }
        if self.outside > 0 {
            let files = counted(self.outside, "metadata file", "metadata files");
            let apps = with_apps(&self.outside_apps);
            let _ = write!(
                out,
                " {files}{apps} outside the package directories: left out (check them with --all)."
            );
        }
        if self.misnamed > 0 {
            let files = counted(self.misnamed, "file has", "files have");
            let _ = write!(out, " {files} a suffix that Salesforce does not know: {LEFT_OUT}.");
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

/// Returns the message that no folder on the command line has a file that was judged. `None` if one has, if no folder was
/// named, or if all of a tree was. Files may be named that are no metadata: a git hook names all that change.
pub(crate) fn nothing_in_folders<'t>(
    trees: impl Iterator<Item = (&'t ProjectTree, &'t Workspace)>,
    output: &Output,
) -> Option<String> {
    let mut folders = Vec::new();
    for (tree, workspace) in trees {
        let is_named = |file: &FilePath| tree.scope.iter().any(|path| file.is_within(path));
        if tree.scope.is_empty() || workspace.files().any(|file| file.judged && is_named(&file.path)) {
            return None;
        }
        let named = tree.scope.iter().map(|path| tree.root.join(path));
        folders.extend(named.filter(|path| file_system::is_folder(path)));
    }
    let shown = |folder: &Utf8PathBuf| format!("`{}`", output.relative_folder(folder));
    let folders: Vec<String> = folders.iter().map(shown).collect();
    let verb = if folders.len() == 1 { "contains" } else { "contain" };
    let message =
        || format!("no metadata file was judged: {} {verb} none of a supported type", folders.join(", "));
    (!folders.is_empty()).then(message)
}

/// Treatment of files that are never deployed.
const LEFT_OUT: &str = "left out, files of apps only searched for secrets and malformed text";

/// The most apps that are left out that a sentence names.
const MAX_NAMED_APPS: usize = 5;

/// Returns a part of a sentence that names the apps among files.
fn with_apps(apps: &BTreeSet<String>) -> String {
    if apps.is_empty() {
        return String::new();
    }
    let names: Vec<_> = apps.iter().take(MAX_NAMED_APPS).map(|name| format!("`{name}`")).collect();
    let more = match apps.len().saturating_sub(MAX_NAMED_APPS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(" (with {} {}{more})", if apps.len() == 1 { "the app" } else { "the apps" }, names.join(", "))
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
