//! What a tree was before the change that is judged.

use std::{collections::BTreeSet, sync::Arc};

use preauth_metadata::{Kind, Org, Workspace};
use preauth_policy::{Judgement, Undecided, check};
use preauth_source::{Diagnostic, FilePath};

use super::{
    Ruled,
    judge::{Ready, given},
};
use crate::{
    Failure,
    args::Check,
    output::Output,
    tree::{
        discover::{FoundFile, ProjectTree},
        git::{
            Repository,
            destructive::{self, ChangedState, DeletedComponent},
            snapshot::Snapshot,
        },
        load::{self, LoadedPolicies},
    },
};

/// A tree before a change.
pub(super) struct Before {
    /// What it is called: the branch or commit that was named, and the commit that is compared with.
    pub(super) name: String,
    pub(super) org: Arc<Org>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) undecided: Vec<Undecided>,
}

/// What git tells of a tree before a change, and of the change.
pub(super) struct Past {
    /// What the tree before the change is called.
    name: String,
    state: Snapshot,
    tree: ProjectTree,
    /// Its configuration and its policies, if they are others than now.
    rules: Option<LoadedPolicies>,
    /// What the change says it deletes.
    deleted: BTreeSet<DeletedComponent>,
}

/// Asks git what the tree was before the change.
pub(super) fn past(args: &Check, output: &Output, now: &Ruled) -> Result<Past, Failure> {
    let (state, start, named, after) = match (&now.staged, &args.since) {
        (Some(staged), _) => {
            (staged.head_snapshot()?, staged.head().map(str::to_owned), "HEAD", ChangedState::Index(staged))
        }
        (None, named) => {
            let named = named.as_deref().unwrap_or("HEAD");
            let repository = Repository::around(&now.tree.root)?;
            let after = ChangedState::WorkTree(repository.untracked()?);
            let start = repository.merge_base(named)?;
            (Snapshot::of_commit(&repository, &now.tree.root, &start)?, Some(start), named, after)
        }
    };
    let tree = match &now.staged {
        Some(staged) => state.tree_reusing(staged, &now.tree, args.source.all)?,
        None => state.tree(now.tree.scope.iter().cloned().collect(), args.source.all)?,
    };
    let on_disk = now.rules_on_disk.then_some(&now.rules);
    let rules = state.policies(on_disk, args.config.choice())?.filter(|rules| {
        let whole = rules.errors.is_empty();
        if !whole {
            output.message(&format!(
                "The configuration at `{named}` has mistakes: the tree that it is of is judged by the present one."
            ));
        }
        whole
    });
    let deleted = destructive::deleted_components(&now.tree, &state, after)?;
    let name = match start {
        Some(commit) if commit.starts_with(named) => named.to_owned(),
        Some(commit) => format!("{named} ({})", &commit[..10.min(commit.len())]),
        None => "nothing, for there is no commit yet".into(),
    };
    Ok(Past { name, state, tree, rules, deleted })
}

/// Reads and judges the tree before the change, and takes out of what it is now what the change says it deletes.
pub(super) fn before(args: &Check, past: Past, now: &mut Ready) -> Before {
    let Past { name, state, tree, rules: own, deleted } = past;
    let rules = own.as_ref().unwrap_or(&now.rules);
    let is_same = |path: &FilePath| match &now.staged {
        Some(staged) => state.has_same_content(staged, path),
        None => state.matches_disk(path) && !now.tree.overlay.contains_key(path),
    };
    let is_known = |found: &FoundFile| own.is_none() && is_same(&found.path);
    let known = |found: &FoundFile| load::reusable_facts(&now.workspace, found).filter(|_| is_known(found));
    let mut workspace = load::workspace_reusing(&tree, rules.policies.demand(), false, known);
    let has_same_project = tree.project_file == now.tree.project_file
        && tree.project_file.as_ref().is_none_or(is_same)
        && tree.api_version == now.tree.api_version;
    let is_alike = own.is_none() && has_same_project;
    if is_alike {
        workspace = told_from(&now.workspace, &workspace);
    }
    let given = given(args, rules, Some(workspace.org()));
    let Judgement { mut diagnostics, undecided } = check(&workspace, &rules.policies, &given);
    diagnostics.extend(tree.diagnostics);
    diagnostics.sort_by(Diagnostic::order);
    let org = now.workspace.org().clone();
    for deleted in deleted {
        deleted.files(&org).iter().for_each(|path| now.workspace.remove(path));
    }
    for kind in [Kind::Profile, Kind::PermissionSet] {
        let holds = |workspace: &Workspace| workspace.files().any(|file| file.kind == kind);
        if holds(&workspace) && !holds(&now.workspace) {
            now.workspace.has_no_more(kind);
        }
    }
    Before { name, org: workspace.org().clone(), diagnostics, undecided }
}

/// A workspace as another in which some files are read again: what the others say together is known.
fn told_from(now: &Workspace, then: &Workspace) -> Workspace {
    let mut told = now.clone();
    now.files().filter(|facts| then.file(&facts.path).is_none()).for_each(|facts| told.remove(&facts.path));
    for facts in then.files() {
        if !now.file(&facts.path).is_some_and(|known| Arc::ptr_eq(known, facts)) {
            told.set(facts.clone());
        }
    }
    told
}
