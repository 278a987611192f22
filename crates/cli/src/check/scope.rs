//! What is to be reported of what was found: what was asked for.

use std::sync::Arc;

use preauth_metadata::{App, Org};
use preauth_source::{Diagnostic, FilePath, Fix};

use crate::{args::Check, discover::Tree};

/// Whether a finding is to be reported: it is about what was asked for, and it was asked for it.
pub(super) fn reported(args: &Check, tree: &Tree, org: &Org, diagnostic: &Diagnostic) -> bool {
    is_asked_for(args, tree, &files_of(org, diagnostic), diagnostic)
}

/// Whether a correction is to be made: its finding is to be reported, and there is a place to write it to.
pub(super) fn corrected(args: &Check, tree: &Tree, diagnostic: &Diagnostic, fix: &Fix) -> bool {
    if args.stdin_filename.is_some() && !fix.files().all(|file| tree.given.contains_key(file)) {
        return false;
    }
    let files: Vec<FilePath> = fix.files().chain([&diagnostic.primary.location.file]).cloned().collect();
    is_asked_for(args, tree, &files, diagnostic)
}

fn is_asked_for(args: &Check, tree: &Tree, files: &[FilePath], diagnostic: &Diagnostic) -> bool {
    let in_scope =
        tree.scope.is_empty() || files.iter().any(|file| tree.scope.iter().any(|path| file.is_within(path)));
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
    let about = |app: &&Arc<App>| {
        let subject = diagnostic.subject.as_ref();
        subject.is_some_and(|subject| match subject.kind {
            "App" => subject.name == app.name,
            "Grant" | "Certificate" => {
                subject.name.strip_prefix(&*app.name).is_some_and(|rest| rest.starts_with('/'))
            }
            _ => false,
        }) && app.files.iter().any(|file| files.contains(&file.path))
    };
    let own: Vec<FilePath> = org
        .apps
        .iter()
        .filter(about)
        .flat_map(|app| app.files.iter().map(|file| file.path.clone()))
        .collect();
    files.extend(own);
    files
}
