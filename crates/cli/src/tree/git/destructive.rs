//! What a change deletes by saying so: `destructiveChanges.xml`, `destructiveChangesPre.xml` and
//! `destructiveChangesPost.xml`, wherever they are in the repository.
//!
//! Source: Metadata API Developer Guide, *Deleting Components from an Organization*.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use preauth_metadata::{FileFacts, Kind, Org, Project, Role, percent_decoded};
use preauth_source::{FilePath, SourceFile};

use crate::{
    Failure,
    tree::{
        discover::{ProjectTree, relative},
        file_system,
        git::{Untracked, snapshot::Snapshot},
    },
};

/// A component that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeletedComponent {
    kind: Kind,
    /// The name, as the manifest has it: encoded as in the names of files, or not.
    name: String,
}

impl DeletedComponent {
    /// The files that are deleted with the component: with a permission set or an external client app also those that
    /// its parts are kept in.
    pub(crate) fn files(&self, org: &Org) -> Vec<FilePath> {
        let families = org.apps.iter().map(|app| &app.files);
        let families = families.chain(org.components.all().iter().map(|component| &component.files));
        let whole = self.kind.role() != Role::Part;
        families
            .filter(|files| files.iter().any(|file| self.is(file)))
            .flat_map(|files| files.iter().filter(|file| whole || self.is(file)))
            .map(|file| file.path.clone())
            .collect()
    }

    fn is(&self, file: &FileFacts) -> bool {
        file.kind == self.kind && (*file.stem == *self.name || *file.stem == *percent_decoded(&self.name))
    }
}

/// What a change leads to.
pub(crate) enum ChangedState<'s> {
    Index(&'s Snapshot),
    /// The work tree, of which git does not keep this.
    WorkTree(Untracked),
}

/// What the change since a state newly says it deletes, of a tree: what more manifests name than
/// before, so that one that moves deletes nothing.
pub(crate) fn deleted_components(
    tree: &ProjectTree,
    before: &Snapshot,
    after: ChangedState<'_>,
) -> Result<BTreeSet<DeletedComponent>, Failure> {
    let repository = before.repository();
    let concerns =
        |path: &str| says(path) && is_of_tree(&repository.top().join(path), repository.top(), tree);
    let now = match after {
        ChangedState::Index(staged) => staged.contents(staged.paths().filter(|path| concerns(path)))?,
        ChangedState::WorkTree(untracked) => {
            let untracked = untracked.paths()?;
            let paths: BTreeSet<&str> = before.paths().chain(untracked.iter().map(String::as_str)).collect();
            let read =
                |path: &str| Some((path.to_owned(), file_system::read(&repository.top().join(path)).ok()?));
            paths.into_iter().filter(|path| concerns(path)).filter_map(read).collect()
        }
    };
    let was = named(&before.contents(before.paths().filter(|path| concerns(path)))?);
    let more = |deleted: &DeletedComponent, manifests: usize| {
        manifests > was.get(deleted).copied().unwrap_or_default()
    };
    Ok(named(&now)
        .into_iter()
        .filter(|(deleted, manifests)| more(deleted, *manifests))
        .map(|(deleted, _)| deleted)
        .collect())
}

/// In how many manifests each component is named.
fn named(manifests: &BTreeMap<String, Vec<u8>>) -> BTreeMap<DeletedComponent, usize> {
    let mut named = BTreeMap::new();
    for (path, text) in manifests {
        let once: BTreeSet<DeletedComponent> =
            components(path, &String::from_utf8_lossy(text)).into_iter().collect();
        for deleted in once {
            *named.entry(deleted).or_default() += 1;
        }
    }
    named
}

/// Whether a manifest may be about a tree: the project that it is in, if it is in one, is the tree's, holds it, or is
/// part of it.
fn is_of_tree(manifest: &Utf8Path, top: &Utf8Path, tree: &ProjectTree) -> bool {
    let mut folders = manifest.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    let project = folders.find(|folder| file_system::is_file(&folder.join(Project::FILE)));
    project.is_none_or(|project| {
        tree.root.starts_with(project)
            || (project.starts_with(&tree.root)
                && tree.project.holds(&FilePath::new(relative(&tree.root, project))))
    })
}

/// Whether a file by its name says what to delete.
fn says(path: &str) -> bool {
    const NAMES: [&str; 3] =
        ["destructiveChanges.xml", "destructiveChangesPre.xml", "destructiveChangesPost.xml"];
    let is = |name: &str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    NAMES.into_iter().any(is)
}

/// The components of kinds that we know which a file names.
fn components(path: &str, text: &str) -> Vec<DeletedComponent> {
    let source = SourceFile::new(FilePath::from(path), text);
    let (tree, _) = preauth_xml::parse(&source, &|_: &str| true);
    let Some(root) = tree.root() else { return Vec::new() };
    let mut deleted = Vec::new();
    for types in root.children().filter(|child| child.name() == "types") {
        let texts = |name: &str| -> Vec<String> {
            let named = types.children().filter(|child| child.name() == name);
            named.map(|child| child.trimmed_text().to_string()).collect()
        };
        let Some(kind) = texts("name").first().and_then(|name| Kind::named(name)) else { continue };
        deleted.extend(texts("members").into_iter().map(|name| DeletedComponent { kind, name }));
    }
    deleted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_deleted_if_it_is_of_a_kind_that_is_read() {
        let text = "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>Order Sync</members>\
                    <members>Night</members><name>PermissionSet</name></types><types><members>A__c</members>\
                    <name>CustomObject</name></types><version>66.0</version></Package>";
        let named = |name: &str| DeletedComponent { kind: Kind::PermissionSet, name: name.into() };
        assert_eq!(components("x.xml", text), [named("Order Sync"), named("Night")]);
    }

    #[test]
    fn three_names_say_so() {
        assert!(says("manifest/destructiveChangesPost.xml"));
        assert!(says("destructiveChanges.xml"));
        assert!(!says("destructiveChanges.xml.bak"));
        assert!(!says("no-destructiveChanges.xml"));
    }
}
