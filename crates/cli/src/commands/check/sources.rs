//! What is judged: the work tree, what is staged of it, or a text from standard input in the place of a file.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::{Kind, Workspace};
use preauth_source::FilePath;

use super::Ruled;
use crate::{
    Failure,
    args::Check,
    tree::{
        discover::{self, FileStatus, FoundFile, ProjectTree, discover, relative},
        file_system::{self, Disk},
        git::{Repository, snapshot::Snapshot},
        load::{self, LoadedPolicies},
    },
};

/// The trees to judge, with their rules.
pub(super) fn ruled(args: &Check) -> Result<Vec<Ruled>, Failure> {
    let rules_of = |root: &Utf8Path| load::policies(root, args.config.choice());
    if let Some(name) = stdin_name(args)? {
        let tree = with_text_of(name, args.source.all)?;
        let rules = rules_of(&tree.root)?;
        return Ok(vec![Ruled { tree, rules, rules_on_disk: true, staged: None, on_disk: None }]);
    }
    let ruled = |(root, scope): (Utf8PathBuf, BTreeSet<String>)| {
        let read_on_disk = || {
            let rules = rules_of(&root)?;
            let read = args.staged.then(|| read(&root, scope.clone(), args.source.all, &rules));
            Ok::<_, Failure>((rules, read.flatten()))
        };
        let find_judged = || {
            let state = match args.staged {
                true => Some(Snapshot::of_index(&Repository::around(&root)?, &root)?),
                false => None,
            };
            let tree = match &state {
                Some(state) => state.tree(scope.clone(), args.source.all)?,
                None => discover::tree(&Disk, root.clone(), scope.clone(), args.source.all)?,
            };
            Ok::<_, Failure>((state, tree))
        };
        // Git is waited for here, and not by one of the threads that read.
        let mut on_disk = None;
        let judged = rayon::in_place_scope(|threads| {
            threads.spawn(|_| on_disk = Some(read_on_disk()));
            find_judged()
        });
        let (state, tree) = judged?;
        let (rules, on_disk) = on_disk.expect("invariant: what was begun has ended")?;
        let as_staged = match &state {
            Some(state) => state.policies(Some(&rules), args.config.choice())?,
            None => None,
        };
        let rules_on_disk = as_staged.is_none();
        let rules = as_staged.unwrap_or(rules);
        Ok(Ruled { tree, rules, rules_on_disk, staged: state, on_disk })
    };
    discover::roots(&args.source.paths)?.into_iter().map(ruled).collect()
}

/// What is on disk, if it can be found.
fn read(root: &Utf8Path, scope: BTreeSet<String>, all: bool, rules: &LoadedPolicies) -> Option<Workspace> {
    let tree = discover::tree(&Disk, root.to_owned(), scope, all).ok()?;
    Some(load::workspace(&tree, rules.policies.demand(), false))
}

/// The name of the text on standard input, when that is what to judge.
fn stdin_name(args: &Check) -> Result<Option<&Utf8Path>, Failure> {
    let dash = args.source.paths.iter().any(|path| path == "-");
    match (&args.stdin_filename, dash) {
        (None, false) => Ok(None),
        (Some(name), true) if args.source.paths.len() == 1 => Ok(Some(name)),
        (Some(name), false) if args.source.paths.is_empty() => Ok(Some(name)),
        (None, true) => {
            Err(Failure::Said("`-` needs a name, which says what the text is: --stdin-filename FILE".into()))
        }
        (Some(_), _) => {
            Err(Failure::Said("standard input is one file: give no other path beside `-`".into()))
        }
    }
}

/// The tree that a file is in, or would be in, with the text of standard input in its place.
fn with_text_of(name: &Utf8Path, all: bool) -> Result<ProjectTree, Failure> {
    let absolute = file_system::absolute(name)?;
    let folder = absolute.parent().unwrap_or(&absolute);
    let folder = folder.ancestors().find(|folder| file_system::is_folder(folder)).unwrap_or(folder);
    let folder = file_system::canonical(folder)?;
    let rest = absolute
        .strip_prefix(absolute.ancestors().find(|above| file_system::is_folder(above)).unwrap_or(&absolute));
    let absolute = rest.map_or_else(|_| absolute.clone(), |rest| folder.join(rest));
    let start = if file_system::exists(&absolute) { &absolute } else { &folder };
    let mut trees = discover(std::slice::from_ref(start), all)?;
    let (Some(mut tree), None) = (trees.pop(), trees.pop()) else {
        return Err(Failure::Said(format!("`{name}` is in no project: several are below its folder")));
    };
    let path = FilePath::new(relative(&tree.root, &absolute));
    let Some((kind, _)) = Kind::of_name(path.name()) else {
        return Err(Failure::Said(format!(
            "`{name}` is no file that is judged: its name says no metadata type"
        )));
    };
    let text = file_system::read_stdin()?;
    if let Err(at) = tree.files.binary_search_by(|found| found.path.cmp(&path)) {
        tree.files.insert(at, FoundFile { path: path.clone(), kind, status: FileStatus::Judged });
    }
    tree.scope = vec![path.as_str().to_owned()];
    tree.overlay.insert(path, text);
    Ok(tree)
}
