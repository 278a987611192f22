//! One folder of a tree, and the `.gitignore` files that count in it.

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
use preauth_source::FilePath;

use crate::tree::file_system::{EntryKind, FileSystem, FolderEntry};

const GITIGNORE: &str = ".gitignore";

/// A folder to look into.
pub(super) struct Folder {
    path: PathBuf,
    /// The path as it is told; `None` if it is not UTF-8.
    told: Option<String>,
    /// The rules of the folders above it.
    rules: Option<Arc<GitignoreRules>>,
}

/// What a folder holds that is not passed by.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<FilePath>,
    /// What could not be looked into or told, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// What the `.gitignore` of a folder says, and where it says nothing, those of the folders above.
pub(super) struct GitignoreRules {
    here: Gitignore,
    above: Option<Arc<GitignoreRules>>,
}

impl Folder {
    pub(super) fn new(path: &Path, told: String, rules: Option<Arc<GitignoreRules>>) -> Self {
        Self { path: path.to_owned(), told: Some(told), rules }
    }

    /// Looks into it. Nothing but folders and files of wanted names is held to the rules.
    pub(super) fn list(
        &self,
        files: &dyn FileSystem,
        wanted: &impl Fn(&str) -> bool,
        up_to_repository: bool,
    ) -> Listing {
        let mut listing = Listing::default();
        let unreadable = |why: io::Error| (self.path.clone(), format!("this cannot be looked into: {why}"));
        let entries = match files.entries(&self.path) {
            Ok(entries) => entries,
            Err(error) => {
                listing.unreadable.push(unreadable(error));
                return listing;
            }
        };
        let mut rules = self.rules.clone();
        let mut has_rules = false;
        let mut inside = Vec::new();
        for entry in entries {
            match entry {
                Ok(FolderEntry { name, kind }) => {
                    has_rules |= name == GITIGNORE;
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
            if is_passed_by(rules.as_deref(), &name, &path, is_folder) {
                continue;
            }
            let told = self.told.as_deref().zip(name.to_str()).map(|(folder, name)| match folder {
                "" => name.to_owned(),
                _ => [folder, name].join("/"),
            });
            match (kind, told) {
                (EntryKind::Folder, told) => listing.folders.push(Self { path, told, rules: rules.clone() }),
                // A link that leads nowhere counts as a file: who reads it will say so.
                (EntryKind::Link, _) if files.exists(&path) && !files.is_file(&path) => {}
                (_, Some(told)) => listing.files.push(FilePath::new(told)),
                (_, None) => {
                    let why = "this file is not read: its path is not UTF-8".to_owned();
                    listing.unreadable.push((path, why));
                }
            }
        }
        listing
    }
}

/// Whether a `.gitignore` names it; or it has a dot before its name, and none says that it is to be read all the same.
fn is_passed_by(rules: Option<&GitignoreRules>, name: &OsStr, path: &Path, is_folder: bool) -> bool {
    let counting = std::iter::successors(rules, |rules| rules.above.as_deref());
    let mut said = counting.map(|rules| rules.here.matched(path, is_folder));
    match said.find(|said| !said.is_none()).unwrap_or(Match::None) {
        Match::Ignore(_) => true,
        Match::Whitelist(_) => false,
        Match::None => name.as_encoded_bytes().starts_with(b"."),
    }
}

impl GitignoreRules {
    /// The rules that count below a folder, if it has any or there are some above it. What cannot be read, and a line
    /// that is no rule, is without effect, as it is for git.
    pub(super) fn of(files: &dyn FileSystem, folder: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        let Ok(text) = files.read(&folder.join(GITIGNORE)) else { return above };
        let mut rules = GitignoreBuilder::new(folder);
        let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&text);
        for line in text.split(|byte| *byte == b'\n').map_while(|line| str::from_utf8(line).ok()) {
            let _ = rules.add_line(None, line.strip_suffix('\r').unwrap_or(line));
        }
        let here = rules.build().ok().filter(|here| !here.is_empty());
        here.map(|here| Arc::new(Self { here, above: above.clone() })).or(above)
    }
}
