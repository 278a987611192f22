//! Trees in memory, read as editors read them.

use std::{io::Read, sync::LazyLock};

use preauth_bench::tree::{self, Size};
use preauth_metadata::{Demand, FileFacts, Kind, Project, Reader, Workspace};
use preauth_policy::{Config, PolicySet};
use preauth_source::{FilePath, Location, SourceFile};

pub(crate) static POLICIES: LazyLock<PolicySet> =
    LazyLock::new(|| PolicySet::load(&[], &Config::default()).0);
pub(crate) static DEMAND: LazyLock<Demand> = LazyLock::new(|| POLICIES.demand());

/// A tree of a named size, read.
pub(crate) fn tree(size: &str) -> Workspace {
    let mut workspace = empty();
    let mut reader = Reader::new(&DEMAND);
    let size = Size::named(size).expect("invariant: the size has a name");
    tree::files(size, tree::SEED, 0, &mut |path, text| {
        let path = FilePath::from(path);
        if let Some((kind, stem)) = Kind::of_path(&path) {
            let read = read(&mut reader, &path, kind, &stem, text.as_bytes());
            workspace.set(read.unwrap_or_else(|| facts(&path, text)));
        }
        Ok(())
    })
    .expect("invariant: memory takes every file");
    workspace
}

pub(crate) fn empty() -> Workspace {
    Workspace::new(Project::default(), DEMAND.clone(), Location::start_of(Project::FILE.into()))
}

pub(crate) fn facts(path: &FilePath, text: &str) -> FileFacts {
    let (kind, stem) = Kind::of_path(path).expect("invariant: only such files are kept");
    FileFacts::read(&SourceFile::new(path.clone(), text), kind, &stem, true, &DEMAND)
}

pub(crate) fn read(
    reader: &mut Reader<'_>,
    path: &FilePath,
    kind: Kind,
    stem: &str,
    text: impl Read,
) -> Option<FileFacts> {
    let facts = reader.read(path, kind, stem, true, text);
    facts.expect("invariant: memory can be read")
}
