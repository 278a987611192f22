//! What a change deletes by saying so: `destructiveChanges.xml`, `destructiveChangesPre.xml` and
//! `destructiveChangesPost.xml`, wherever they are in the repository.
//!
//! Source: Metadata API Developer Guide, *Deleting Components from an Organization*.

use std::{collections::BTreeMap, collections::BTreeSet, fs};

use preauth_metadata::{FileFacts, Kind};
use preauth_source::{FilePath, SourceFile};

use crate::{Failure, git::Repository, kept::State};

/// A component that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deleted {
    kind: Kind,
    name: String,
}

impl Deleted {
    /// Whether the file is one of the component.
    pub(crate) fn is(&self, file: &FileFacts) -> bool {
        file.kind == self.kind && *file.stem == *self.name
    }
}

/// What the change since a state newly says it deletes. The change leads to what is staged, or else to the work tree.
pub(crate) fn deleted(
    repository: &Repository,
    before: &State,
    staged: Option<&State>,
) -> Result<BTreeSet<Deleted>, Failure> {
    let now: BTreeMap<String, Vec<u8>> = match staged {
        Some(staged) => {
            staged.contents(|path| says(path) && staged.content_id(path) != before.content_id(path))?
        }
        None => {
            let mut paths: BTreeSet<String> = before.differing().clone();
            paths.extend(repository.untracked()?);
            let read = |path: &String| Some((path.clone(), fs::read(repository.top().join(path)).ok()?));
            paths.iter().filter(|path| says(path)).filter_map(read).collect()
        }
    };
    let was = before.contents(|path| now.contains_key(path))?;
    let all = |texts: BTreeMap<String, Vec<u8>>| -> BTreeSet<Deleted> {
        texts.iter().flat_map(|(path, text)| components(path, &String::from_utf8_lossy(text))).collect()
    };
    let old = all(was);
    Ok(all(now).into_iter().filter(|deleted| !old.contains(deleted)).collect())
}

/// Whether a file by its name says what to delete.
fn says(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "destructiveChanges.xml" | "destructiveChangesPre.xml" | "destructiveChangesPost.xml")
}

/// The components of kinds that we know which a file names.
fn components(path: &str, text: &str) -> Vec<Deleted> {
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
        deleted.extend(texts("members").into_iter().map(|name| Deleted { kind, name }));
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
        let named = |name: &str| Deleted { kind: Kind::PermissionSet, name: name.into() };
        assert_eq!(components("x.xml", text), [named("Order Sync"), named("Night")]);
    }

    #[test]
    fn three_names_say_so() {
        assert!(says("manifest/destructiveChangesPost.xml"));
        assert!(says("destructiveChanges.xml"));
        assert!(!says("destructiveChanges.xml.bak"));
    }
}
