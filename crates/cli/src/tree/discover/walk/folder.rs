//! One folder of a tree, and the `.gitignore` files that apply to it.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use preauth_metadata::Project;
use preauth_source::FilePath;

use crate::tree::file_system::{EntryKind, FileSystem, FolderEntry};

const GITIGNORE: &str = ".gitignore";

/// A folder to list.
pub(super) struct Folder {
    path: PathBuf,
    /// The path from the root; `None` if it is not UTF-8.
    relative: Option<String>,
    /// The rules of the folders above it.
    rules: Option<Arc<GitignoreRules>>,
}

/// The entries of a folder that are not skipped.
#[derive(Default)]
pub(super) struct FolderListing {
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<FilePath>,
    /// The paths that cannot be read, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
    /// True if it has a project file.
    pub(super) is_project: bool,
}

/// The rules of the `.gitignore` of a folder, and of the folders above.
pub(super) struct GitignoreRules {
    own: Gitignore,
    above: Option<Arc<GitignoreRules>>,
}

impl Folder {
    pub(super) fn new(path: &Path, relative: String, rules: Option<Arc<GitignoreRules>>) -> Self {
        Self { path: path.to_owned(), relative: Some(relative), rules }
    }

    /// Lists the folder. The rules are applied only to folders and to files with wanted names.
    pub(super) fn list(
        &self,
        files: &dyn FileSystem,
        wanted: &impl Fn(&str, &str) -> bool,
        up_to_repository: bool,
    ) -> FolderListing {
        let mut listing = FolderListing::default();
        let unreadable = |why: io::Error| (self.path.clone(), format!("this folder cannot be read: {why}"));
        let entries = match files.entries(&self.path) {
            Ok(entries) => entries,
            Err(error) => {
                listing.unreadable.push(unreadable(error));
                return listing;
            }
        };
        let folder = self.path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        let wanted = |name: &str| wanted(&folder, name);
        let mut rules = self.rules.clone();
        let mut has_rules = false;
        let mut inside = Vec::new();
        for entry in entries {
            match entry {
                Ok(FolderEntry { name, kind }) => {
                    has_rules |= name == GITIGNORE;
                    listing.is_project |= name == Project::FILE;
                    if up_to_repository && name == ".git" {
                        rules = None;
                    }
                    let is_wanted = match kind {
                        EntryKind::Folder => name != "node_modules",
                        EntryKind::File | EntryKind::Link => {
                            name.to_str().map_or_else(|| wanted(&name.to_string_lossy()), wanted)
                        }
                        EntryKind::Other => false,
                    };
                    if is_wanted {
                        inside.push((name, kind));
                    }
                }
                Err(error) => listing.unreadable.push(unreadable(error)),
            }
        }
        if has_rules {
            rules = GitignoreRules::of(files, &self.path, rules);
        }
        for (name, kind) in inside {
            let is_folder = kind == EntryKind::Folder;
            let path = self.path.join(&name);
            if is_skipped(rules.as_deref(), &name, &path, is_folder) {
                continue;
            }
            let relative = self.relative.as_deref().zip(name.to_str()).map(|(folder, name)| match folder {
                "" => name.to_owned(),
                _ => [folder, name].join("/"),
            });
            match (kind, relative) {
                (EntryKind::Folder, relative) => {
                    listing.folders.push(Self { path, relative, rules: rules.clone() });
                }
                // A link that leads nowhere counts as a file, so that reading it gives an error.
                (EntryKind::Link, _) if files.exists(&path) && !files.is_file(&path) => {}
                (_, Some(relative)) => listing.files.push(FilePath::new(relative)),
                (_, None) => {
                    let why = "this file is not read: its path is not UTF-8".to_owned();
                    listing.unreadable.push((path, why));
                }
            }
        }
        listing
    }
}

/// True if a `.gitignore` lists the entry, or its name starts with a dot and no `.gitignore` includes it.
fn is_skipped(rules: Option<&GitignoreRules>, name: &OsStr, path: &Path, is_folder: bool) -> bool {
    let chain = std::iter::successors(rules, |rules| rules.above.as_deref());
    let mut matches = chain.map(|rules| rules.own.matched(path, is_folder));
    match matches.find(|found| !found.is_none()).unwrap_or(Match::None) {
        Match::Ignore(_) => true,
        Match::Whitelist(_) => false,
        Match::None => name.as_encoded_bytes().starts_with(b"."),
    }
}

impl GitignoreRules {
    /// Returns the rules of a folder and of those above it; `None` if there are none. Like in git, a file that cannot be
    /// read and a line that is not a rule have no effect.
    pub(super) fn of(files: &dyn FileSystem, folder: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        let Ok(text) = files.read(&folder.join(GITIGNORE)) else { return above };
        let mut rules = GitignoreBuilder::new(folder);
        let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&text);
        for line in text.split(|byte| *byte == b'\n').map_while(|line| str::from_utf8(line).ok()) {
            let _ = rules.add_line(None, line.strip_suffix('\r').unwrap_or(line));
        }
        let own = rules.build().ok().filter(|own| !own.is_empty());
        own.map(|own| Arc::new(Self { own, above: above.clone() })).or(above)
    }
}
