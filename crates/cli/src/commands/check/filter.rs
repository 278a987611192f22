//! The findings that the command line asks for: by path, policy and severity.

use std::sync::Arc;

use preauth_metadata::{App, Org};
use preauth_policy::app_name;
use preauth_source::{Diagnostic, FilePath, Fix};

use super::plan::{FilterPlan, FixPlan};
use crate::tree::discover::ProjectTree;

impl FilterPlan<'_> {
    /// True if a finding is to be reported.
    pub(super) fn reports(&self, tree: &ProjectTree, org: &Org, diagnostic: &Diagnostic) -> bool {
        self.accepts(tree, || files_of(org, diagnostic), diagnostic)
    }

    /// True if a finding is to be fixed: it is to be reported, and the files that its fix changes can be written.
    pub(super) fn fixes(
        &self,
        plan: FixPlan,
        tree: &ProjectTree,
        diagnostic: &Diagnostic,
        fix: &Fix,
    ) -> bool {
        if plan.given_files_only && !fix.files().all(|file| tree.overlay.contains_key(file)) {
            return false;
        }
        let files = || fix.files().chain([&diagnostic.primary.location.file]).cloned().collect();
        self.accepts(tree, files, diagnostic)
    }

    /// True if the command line asks for the findings of a policy.
    pub(super) fn selects(&self, id: &str) -> bool {
        let is_named = |ids: &[String]| ids.iter().any(|named| named == id);
        (self.select.is_empty() || is_named(self.select)) && !is_named(self.ignore)
    }

    /// Returns the ids of policies that the command line names.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.select.iter().chain(self.ignore).map(String::as_str)
    }

    fn accepts(
        &self,
        tree: &ProjectTree,
        files: impl FnOnce() -> Vec<FilePath>,
        diagnostic: &Diagnostic,
    ) -> bool {
        let is_inside = |file: &FilePath| tree.scope.iter().any(|path| file.is_within(path));
        let in_scope = tree.scope.is_empty() || files().iter().any(is_inside);
        in_scope && self.selects(&diagnostic.code) && diagnostic.severity >= self.min_severity
    }
}

/// Returns the files that a finding is about: those of its labels, and all files of the app that it is about.
fn files_of(org: &Org, diagnostic: &Diagnostic) -> Vec<FilePath> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    let mut files: Vec<FilePath> = labels.map(|label| label.location.file.clone()).collect();
    let named = diagnostic.subject.as_ref().and_then(app_name);
    let contains_finding = |app: &&Arc<App>| app.files.iter().any(|file| files.contains(&file.path));
    let apps = named.map(|name| org.apps_named(name)).unwrap_or_default().iter().filter(contains_finding);
    let own: Vec<FilePath> = apps.flat_map(|app| app.files.iter().map(|file| file.path.clone())).collect();
    files.extend(own);
    files
}
