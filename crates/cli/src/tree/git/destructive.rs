//! The components that a change deletes explicitly: `destructiveChanges.xml`, `destructiveChangesPre.xml` and
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
        git::{PendingUntracked, snapshot::Snapshot},
    },
};

/// A component that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeletedComponent {
    kind: Kind,
    /// The name in the manifest, which may be encoded like the names of files.
    name: String,
}

impl DeletedComponent {
    /// Returns the files that are deleted with the component. For a permission set or an external client app, these are
    /// also the files of its parts.
    pub(crate) fn files(&self, org: &Org) -> Vec<FilePath> {
        let families = org.apps.iter().map(|app| &app.files);
        let families = families.chain(org.components.all().iter().map(|component| &component.files));
        let whole = self.kind.role() != Role::Part;
        families
            .filter(|files| files.iter().any(|file| self.matches(file)))
            .flat_map(|files| files.iter().filter(|file| whole || self.matches(file)))
            .map(|file| file.path.clone())
            .collect()
    }

    fn matches(&self, file: &FileFacts) -> bool {
        file.kind == self.kind && (*file.stem == *self.name || *file.stem == *percent_decoded(&self.name))
    }
}

/// The state after a change.
pub(crate) enum ChangedState<'s> {
    Index(&'s Snapshot),
    /// The work tree, with its untracked files.
    WorkTree(PendingUntracked),
}

/// Finds the components of a tree that a change deletes: those that more manifests name than before. So a manifest that
/// is moved deletes nothing.
pub(crate) fn deleted_components(
    tree: &ProjectTree,
    before: &Snapshot,
    after: ChangedState<'_>,
) -> Result<BTreeSet<DeletedComponent>, Failure> {
    let repository = before.repository();
    let concerns =
        |path: &str| is_manifest(path) && is_of_tree(&repository.top().join(path), repository.top(), tree);
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
    let before_counts = count_manifests(&before.contents(before.paths().filter(|path| concerns(path)))?);
    let more = |deleted: &DeletedComponent, manifests: usize| {
        manifests > before_counts.get(deleted).copied().unwrap_or_default()
    };
    Ok(count_manifests(&now)
        .into_iter()
        .filter(|(deleted, manifests)| more(deleted, *manifests))
        .map(|(deleted, _)| deleted)
        .collect())
}

/// Counts the manifests that name each component.
fn count_manifests(manifests: &BTreeMap<String, Vec<u8>>) -> BTreeMap<DeletedComponent, usize> {
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

/// True if a manifest may be about a tree: it is in no project, in that of the tree, in one around it, or in one inside
/// of it.
fn is_of_tree(manifest: &Utf8Path, top: &Utf8Path, tree: &ProjectTree) -> bool {
    let mut folders = manifest.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    let project = folders.find(|folder| file_system::is_file(&folder.join(Project::FILE)));
    project.is_none_or(|project| {
        tree.root.starts_with(project)
            || (project.starts_with(&tree.root)
                && tree.project.holds(&FilePath::new(relative(&tree.root, project))))
    })
}

/// True if the name of a file is that of a manifest of deletions.
fn is_manifest(path: &str) -> bool {
    const NAMES: [&str; 3] =
        ["destructiveChanges.xml", "destructiveChangesPre.xml", "destructiveChangesPost.xml"];
    let is = |name: &str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    NAMES.into_iter().any(is)
}

/// Returns the components of known kinds that a manifest names.
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
    fn components_of_known_kinds_are_deleted() {
        let text = "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>Order Sync</members>\
                    <members>Night</members><name>PermissionSet</name></types><types><members>A__c</members>\
                    <name>CustomObject</name></types><version>66.0</version></Package>";
        let named = |name: &str| DeletedComponent { kind: Kind::PermissionSet, name: name.into() };
        assert_eq!(components("x.xml", text), [named("Order Sync"), named("Night")]);
    }

    #[test]
    fn three_file_names_are_manifests_of_deletions() {
        assert!(is_manifest("manifest/destructiveChangesPost.xml"));
        assert!(is_manifest("destructiveChanges.xml"));
        assert!(!is_manifest("destructiveChanges.xml.bak"));
        assert!(!is_manifest("no-destructiveChanges.xml"));
    }
}
