//! Reading the files of a tree.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use preauth_metadata::{Demand, FileFacts, Kind, Project, Reader, Workspace, not_utf8, on_each_core};
use preauth_source::{Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use super::progress::Progress;
use crate::tree::discover::{FileStatus, FoundFile, ProjectTree};

/// Reads the files of a tree on all cores.
pub(crate) fn workspace(tree: &ProjectTree, demand: Demand, progress: bool) -> Workspace {
    workspace_reusing(tree, demand, progress, |_| None)
}

/// Reads the files of a tree on all cores. `known` returns the facts of a file that need not be read again.
pub(crate) fn workspace_reusing(
    tree: &ProjectTree,
    demand: Demand,
    progress: bool,
    known: impl Fn(&FoundFile) -> Option<Arc<FileFacts>> + Sync,
) -> Workspace {
    let home = tree.project_file.clone().or_else(|| tree.files.first().map(|found| found.path.clone()));
    let home = Location::start_of(home.unwrap_or_else(|| FilePath::from(".")));
    let project = Project { source_api_version: tree.api_version, ..tree.project.clone() };
    let mut workspace = Workspace::new(project, demand, home)
        .with_ignored_by(tree.ignored_by.clone())
        .with_misnamed(tree.misnamed.clone());
    let progress = Progress::new(tree.files.len(), progress);
    let next = AtomicUsize::new(0);
    // A reader gets faster with each file, so every thread has one.
    let read_remaining = || {
        let (mut reader, mut buffer) = (Reader::new(workspace.demand()), Vec::new());
        let mut facts = Vec::new();
        while let Some(found) = tree.files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let read = || Arc::new(read(tree, found, &mut reader, &mut buffer));
            facts.push(known(found).unwrap_or_else(read));
            progress.advance();
        }
        facts
    };
    let facts = on_each_core(tree.files.len(), read_remaining);
    progress.finish();
    facts.into_iter().flatten().for_each(|facts| workspace.set(facts));
    workspace
}

/// Returns the facts of a file from a workspace that has read it with the same status.
pub(crate) fn reusable_facts(workspace: &Workspace, found: &FoundFile) -> Option<Arc<FileFacts>> {
    let judged = found.status == FileStatus::Judged;
    workspace.file(&found.path).filter(|facts| facts.judged == judged).cloned()
}

/// Reads one file: step by step, or as a whole if the reader does not support that.
fn read(tree: &ProjectTree, found: &FoundFile, reader: &mut Reader<'_>, buffer: &mut Vec<u8>) -> FileFacts {
    let judged = found.status == FileStatus::Judged;
    let stem = Kind::stem_of(&found.path);
    let unreadable =
        |why: Diagnostic| FileFacts::unreadable(found.path.clone(), found.kind, &stem, judged, why);
    let facts = match Reader::reads(found.kind) {
        true => {
            tree.open(&found.path).and_then(|file| reader.read(&found.path, found.kind, &stem, judged, file))
        }
        false => Ok(None),
    };
    let whole = match facts {
        Ok(Some(facts)) => return facts,
        Ok(None) => tree.read(&found.path, buffer),
        Err(error) => Err(error),
    };
    if let Err(error) = whole {
        let label = Label::new(Location::start_of(found.path.clone()), error.to_string());
        return unreadable(Diagnostic::new(
            preauth_metadata::codes::FILE_UNREADABLE,
            Severity::Error,
            "this file cannot be read",
            label,
        ));
    }
    match std::str::from_utf8(buffer) {
        Ok(text) => FileFacts::read(
            &SourceFile::new(found.path.clone(), text),
            found.kind,
            &stem,
            judged,
            reader.demand(),
        ),
        Err(error) => unreadable(not_utf8(&found.path, buffer, error.valid_up_to())),
    }
}
