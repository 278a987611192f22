//! The tree before the change that is checked.

use std::{collections::BTreeSet, sync::Arc};

use preauth_metadata::{Kind, Workspace};
use preauth_policy::{BaseState, Judgement};
use preauth_source::{Diagnostic, FilePath};

use super::{
    judge::given,
    plan::{Change, EvaluationPlan, SourcePlan},
    stages::{BaseTree, LoadedTree, ReadTree},
};
use crate::{
    Failure,
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

/// The tree before the change as git has it, not read yet.
pub(super) struct BaseSource {
    /// The branch or commit as it was named, and the commit that it is.
    name: String,
    snapshot: Snapshot,
    tree: ProjectTree,
    /// Its configuration and policies, if they differ from the present ones.
    rules: Option<LoadedPolicies>,
    /// The configuration has errors, so the present one takes its place.
    rules_are_invalid: bool,
    /// The components that the change deletes by a manifest.
    deleted: BTreeSet<DeletedComponent>,
}

/// Finds the files before the change in git.
pub(super) fn find(
    plan: &SourcePlan<'_>,
    change: Change<'_>,
    now: &LoadedTree,
    output: &Output,
) -> Result<BaseSource, Failure> {
    let (snapshot, start, named, after) = match (&now.staged, change) {
        (Some(staged), _) => {
            (staged.head_snapshot()?, staged.head().map(str::to_owned), "HEAD", ChangedState::Index(staged))
        }
        (None, change) => {
            let named = match change {
                Change::Since(named) => named,
                Change::Staged => "HEAD",
            };
            let repository = Repository::around(&now.tree.root)?;
            let after = ChangedState::WorkTree(repository.untracked()?);
            let start = repository.merge_base(named)?;
            (Snapshot::of_commit(&repository, &now.tree.root, &start)?, Some(start), named, after)
        }
    };
    let tree = match &now.staged {
        Some(staged) => snapshot.tree_reusing(staged, &now.tree, plan.all)?,
        None => snapshot.tree(now.tree.scope.iter().cloned().collect(), plan.all)?,
    };
    let on_disk = now.rules_on_disk.then_some(&now.rules);
    let mut rules = snapshot.policies(on_disk, plan.config)?;
    let rules_are_invalid = rules.take_if(|rules| !rules.errors.is_empty()).is_some();
    if rules_are_invalid {
        output.message(&format!(
            "The configuration at `{named}` has errors: the files at `{named}` are checked with the present configuration."
        ));
    }
    if let Some(rules) = &mut rules {
        rules.policies.switch_on(&now.switched_on);
    }
    let deleted = destructive::deleted_components(&now.tree, &snapshot, after)?;
    let name = match start {
        Some(commit) if commit.starts_with(named) => named.to_owned(),
        Some(commit) => format!("{named} ({})", &commit[..10.min(commit.len())]),
        None => "nothing (no commit yet)".into(),
    };
    Ok(BaseSource { name, snapshot, tree, rules, rules_are_invalid, deleted })
}

/// Reads and checks the tree before the change. Then removes from the present tree the components that the change
/// deletes by a manifest.
pub(super) fn check(evaluation: EvaluationPlan, source: BaseSource, now: &mut ReadTree) -> BaseTree {
    let BaseSource { name, snapshot, tree, rules: own, rules_are_invalid, deleted } = source;
    let rules = own.as_ref().unwrap_or(&now.rules);
    let is_same = |path: &FilePath| match &now.staged {
        Some(staged) => snapshot.has_same_content(staged, path),
        None => snapshot.matches_disk(path) && !now.tree.overlay.contains_key(path),
    };
    let is_reusable = |found: &FoundFile| own.is_none() && is_same(&found.path);
    let reusable =
        |found: &FoundFile| load::reusable_facts(&now.workspace, found).filter(|_| is_reusable(found));
    let mut workspace = load::workspace_reusing(&tree, rules.policies.demand(), false, reusable);
    let has_same_project = tree.project_file == now.tree.project_file
        && tree.project_file.as_ref().is_none_or(is_same)
        && tree.api_version == now.tree.api_version;
    if own.is_none() && has_same_project {
        workspace = derived(&now.workspace, &workspace);
    }
    let register = (!rules_are_invalid).then(|| rules.config.register.clone());
    let state = BaseState { org: workspace.org().clone(), register };
    let given = given(evaluation, rules, Some(&state));
    let Judgement { mut diagnostics, undecided } = preauth_policy::check(&workspace, &rules.policies, &given);
    diagnostics.extend(tree.diagnostics);
    diagnostics.sort_by(Diagnostic::order);
    remove_deleted(&deleted, &workspace, &mut now.workspace);
    BaseTree { name, state, diagnostics, undecided }
}

/// Removes deleted components from the present workspace.
fn remove_deleted(deleted: &BTreeSet<DeletedComponent>, before: &Workspace, now: &mut Workspace) {
    let org = now.org().clone();
    for deleted in deleted {
        deleted.files(&org).iter().for_each(|path| now.remove(path));
    }
    for kind in [Kind::Profile, Kind::PermissionSet] {
        let holds = |workspace: &Workspace| workspace.files().any(|file| file.kind == kind);
        if holds(before) && !holds(now) {
            now.has_no_more(kind);
        }
    }
}

/// Returns the workspace `then`, made by changing a copy of `now`: the parts that both share are not derived again.
fn derived(now: &Workspace, then: &Workspace) -> Workspace {
    let mut derived = now.clone();
    let is_added = |path: &FilePath| then.file(path).is_none();
    now.files().filter(|facts| is_added(&facts.path)).for_each(|facts| derived.remove(&facts.path));
    for facts in then.files() {
        if !now.file(&facts.path).is_some_and(|known| Arc::ptr_eq(known, facts)) {
            derived.set(facts.clone());
        }
    }
    derived
}
