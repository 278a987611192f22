//! Links in a snapshot.

use std::collections::BTreeMap;

use super::{Snapshot, normalized, with_slashes};
use crate::tree::git::{GitEntryKind, GitError};

impl Snapshot {
    /// Replaces each link by the file that it leads to. A link that leads to no file of the snapshot is read from disk,
    /// unless the link itself differs there.
    pub(super) fn resolve_links(&mut self) -> Result<(), GitError> {
        let links = self.files.iter().filter(|(_, file)| file.kind == GitEntryKind::Link);
        let top = self.top();
        let links: BTreeMap<String, Option<String>> = self
            .contents(links.map(|(path, _)| path.as_str()))?
            .into_iter()
            .map(|(link, target)| {
                let folder = top.join(&link).parent().unwrap_or(top).to_owned();
                let target = normalized(&folder.join(String::from_utf8_lossy(&target).as_ref()));
                (link, target.strip_prefix(top).ok().map(with_slashes))
            })
            .collect();
        for link in links.keys() {
            let chain: Vec<&String> = std::iter::successors(Some(link), |path| links.get(*path)?.as_ref())
                .take(links.len() + 1)
                .collect();
            let end = chain
                .last()
                .and_then(|end| self.files.get(*end))
                .filter(|end| end.kind == GitEntryKind::File)
                .cloned();
            let differs = chain.iter().any(|path| self.differing.contains(*path));
            let replaced = match end {
                Some(file) => {
                    if differs {
                        self.differing.insert(link.clone());
                    }
                    self.files.insert(link.clone(), file)
                }
                None if differs => self.files.remove(link),
                None => None,
            };
            self.links.extend(replaced.map(|replaced| (link.clone(), replaced)));
        }
        Ok(())
    }
}
