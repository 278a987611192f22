use std::collections::BTreeMap;

use super::{Snapshot, normalized, with_slashes};
use crate::tree::git::{GitError, KeptKind};

impl Snapshot {
    /// Puts the content of the file that a link leads to in the place of the link. What is no file that git keeps is
    /// as it is on disk, unless the link itself is another one there.
    pub(super) fn resolve_links(&mut self) -> Result<(), GitError> {
        let links = self.files.iter().filter(|(_, file)| file.kind == KeptKind::Link);
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
            let way: Vec<&String> = std::iter::successors(Some(link), |path| links.get(*path)?.as_ref())
                .take(links.len() + 1)
                .collect();
            let end = way
                .last()
                .and_then(|end| self.files.get(*end))
                .filter(|end| end.kind == KeptKind::File)
                .cloned();
            let differs = way.iter().any(|path| self.differing.contains(*path));
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
