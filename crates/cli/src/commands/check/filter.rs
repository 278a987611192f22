//! What is to be reported of what was found: what was asked for.

use std::sync::Arc;

use preauth_metadata::{App, Org};
use preauth_policy::app_name;
use preauth_source::{Diagnostic, FilePath, Fix};

use crate::{args::Check, tree::discover::ProjectTree};

/// Whether a finding is to be reported: it is about what was asked for, and it was asked for it.
pub(super) fn reported(args: &Check, tree: &ProjectTree, org: &Org, diagnostic: &Diagnostic) -> bool {
    is_asked_for(args, tree, || files_of(org, diagnostic), diagnostic)
}

/// Whether a correction is to be made: its finding is to be reported, and there is a place to write it to.
pub(super) fn corrected(args: &Check, tree: &ProjectTree, diagnostic: &Diagnostic, fix: &Fix) -> bool {
    if args.stdin_filename.is_some() && !fix.files().all(|file| tree.overlay.contains_key(file)) {
        return false;
    }
    let files = || fix.files().chain([&diagnostic.primary.location.file]).cloned().collect();
    is_asked_for(args, tree, files, diagnostic)
}

fn is_asked_for(
    args: &Check,
    tree: &ProjectTree,
    files: impl FnOnce() -> Vec<FilePath>,
    diagnostic: &Diagnostic,
) -> bool {
    let is_inside = |file: &FilePath| tree.scope.iter().any(|path| file.is_within(path));
    let in_scope = tree.scope.is_empty() || files().iter().any(is_inside);
    let is = |ids: &[String]| ids.iter().any(|id| **id == *diagnostic.code);
    in_scope
        && (args.select.is_empty() || is(&args.select))
        && !is(&args.ignore)
        && diagnostic.severity >= args.min_severity
}

/// The files that a finding is about: where it is, what belongs to it, and all of the app that it is about.
fn files_of(org: &Org, diagnostic: &Diagnostic) -> Vec<FilePath> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    let mut files: Vec<FilePath> = labels.map(|label| label.location.file.clone()).collect();
    let named = diagnostic.subject.as_ref().and_then(app_name);
    let is_in_it = |app: &&Arc<App>| app.files.iter().any(|file| files.contains(&file.path));
    let apps = named.map(|name| org.apps_named(name)).unwrap_or_default().iter().filter(is_in_it);
    let own: Vec<FilePath> = apps.flat_map(|app| app.files.iter().map(|file| file.path.clone())).collect();
    files.extend(own);
    files
}
