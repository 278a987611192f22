//! Reading of the trees to check: from disk, from the index, or with standard input as the text of one file.

use std::{collections::BTreeSet, panic::resume_unwind, thread};

use camino::Utf8Path;
use preauth_metadata::{Kind, Workspace};
use preauth_source::FilePath;

use super::{
    base,
    plan::{Change, EvaluationPlan, Input, SourcePlan},
    stages::{LoadedTree, ReadTree},
};
use crate::{
    Failure,
    output::Output,
    tree::{
        discover::{self, FileStatus, FoundFile, ProjectTree, relative},
        file_system::{self, Disk},
        git::{Repository, snapshot::Snapshot},
        load::{self, LoadedPolicies},
    },
};

/// Finds the trees to check, and loads their policies.
pub(super) fn load(plan: &SourcePlan<'_>) -> Result<Vec<LoadedTree>, Failure> {
    match plan.input {
        Input::Stdin(name) => {
            let tree = tree_with_stdin(name, plan.all)?;
            let rules = load::policies(&tree.root, plan.config)?;
            Ok(vec![LoadedTree {
                tree,
                rules,
                switched_on: Vec::new(),
                rules_on_disk: true,
                staged: None,
                on_disk: None,
            }])
        }
        Input::Paths(paths) => {
            let trees = discover::roots(paths)?;
            let loaded = trees.iter().map(|(root, scope)| load_tree(plan, root, scope));
            let loaded: Vec<_> = loaded.collect::<Result<_, _>>()?;
            Ok(discover::without_empty_folders(loaded, |one| &one.tree))
        }
    }
}

fn load_tree(
    plan: &SourcePlan<'_>,
    root: &Utf8Path,
    scope: &BTreeSet<String>,
) -> Result<LoadedTree, Failure> {
    let is_staged = plan.change == Some(Change::Staged);
    let read_disk = || {
        let rules = load::policies(root, plan.config)?;
        let workspace = is_staged.then(|| read_disk(root, scope.clone(), plan.all, &rules));
        Ok::<_, Failure>((rules, workspace.flatten()))
    };
    let find_files = || {
        let index = match is_staged {
            true => Some(Snapshot::of_index(&Repository::around(root)?, root)?),
            false => None,
        };
        let tree = match &index {
            Some(index) => index.tree(scope.clone(), plan.all)?,
            None => discover::tree(&Disk, root.to_owned(), scope.clone(), plan.all)?,
        };
        Ok::<_, Failure>((index, tree))
    };
    // This thread waits for git, so that none of the reading threads does.
    let mut from_disk = None;
    let found = rayon::in_place_scope(|threads| {
        threads.spawn(|_| from_disk = Some(read_disk()));
        find_files()
    });
    let (staged, tree) = found?;
    let (rules, on_disk) = from_disk.expect("invariant: the scope waits for its threads")?;
    let staged_rules = match &staged {
        Some(index) => index.policies(Some(&rules), plan.config)?,
        None => None,
    };
    let rules_on_disk = staged_rules.is_none();
    let rules = staged_rules.unwrap_or(rules);
    Ok(LoadedTree { tree, rules, switched_on: Vec::new(), rules_on_disk, staged, on_disk })
}

/// Reads the files on disk; `None` if they cannot be found.
fn read_disk(
    root: &Utf8Path,
    scope: BTreeSet<String>,
    all: bool,
    rules: &LoadedPolicies,
) -> Option<Workspace> {
    let tree = discover::tree(&Disk, root.to_owned(), scope, all).ok()?;
    Some(load::workspace(&tree, rules.policies.demand(), false))
}

/// Returns the tree that contains a file, or would contain it, with standard input as the text of that file.
fn tree_with_stdin(name: &Utf8Path, all: bool) -> Result<ProjectTree, Failure> {
    let absolute = file_system::absolute(name)?;
    let folder = absolute.parent().unwrap_or(&absolute);
    let folder = folder.ancestors().find(|folder| file_system::is_folder(folder)).unwrap_or(folder);
    let folder = file_system::canonical(folder)?;
    let rest = absolute
        .strip_prefix(absolute.ancestors().find(|above| file_system::is_folder(above)).unwrap_or(&absolute));
    let absolute = rest.map_or_else(|_| absolute.clone(), |rest| folder.join(rest));
    let mut tree = match file_system::exists(&absolute) {
        true => discover::discover(std::slice::from_ref(&absolute), all)?
            .pop()
            .expect("invariant: a file belongs to one tree"),
        false => discover::tree_around(&folder, all)?,
    };
    let path = FilePath::new(relative(&tree.root, &absolute));
    let Some((kind, _)) = Kind::of_name(path.name()) else {
        return Err(Failure::Message(format!(
            "`{name}` cannot be checked: its name has no suffix of a supported metadata type"
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

/// Reads the files of a tree and, if a change is checked, at the same time those of the tree before the change.
pub(super) fn read(
    plan: &SourcePlan<'_>,
    evaluation: EvaluationPlan,
    loaded: LoadedTree,
    output: &Output,
) -> Result<ReadTree, Failure> {
    let reusable = |found: &FoundFile| {
        let (staged, on_disk) = loaded.staged.as_ref().zip(loaded.on_disk.as_ref())?;
        let is_same = loaded.rules_on_disk && staged.matches_disk(&found.path);
        load::reusable_facts(on_disk, found).filter(|_| is_same)
    };
    let (workspace, snapshot) = thread::scope(|scope| {
        let loaded = &loaded;
        let snapshot =
            plan.change.map(|change| scope.spawn(move || base::find(plan, change, loaded, output)));
        let demand = loaded.rules.policies.demand();
        let workspace = load::workspace_reusing(&loaded.tree, demand, plan.progress, reusable);
        workspace.org();
        (workspace, snapshot.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))))
    });
    let LoadedTree { tree, rules, staged, .. } = loaded;
    let mut read = ReadTree { tree, rules, workspace, staged, base: None };
    if let Some(snapshot) = snapshot {
        read.base = Some(base::check(evaluation, snapshot?, &mut read));
    }
    Ok(read)
}
