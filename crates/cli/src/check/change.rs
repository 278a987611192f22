//! What a tree was before the change that is judged.

use std::sync::Arc;

use preauth_metadata::{Kind, Org, Workspace};
use preauth_policy::{Undecided, check};
use preauth_source::Diagnostic;

use super::judge::{Ready, given};
use crate::{
    Failure,
    args::Check,
    destructive,
    discover::{Found, Standing},
    git::Repository,
    kept::{At, State},
    load,
    output::Output,
};

/// A tree before a change.
pub(super) struct Before {
    /// What it is called: the branch or commit that was named, and the commit that is compared with.
    pub(super) name: String,
    pub(super) org: Arc<Org>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) undecided: Vec<Undecided>,
}

/// Reads and judges the tree before the change, and takes out of what it is now what the change says it deletes.
pub(super) fn before(args: &Check, output: &Output, now: &mut Ready) -> Result<Before, Failure> {
    let repository = Repository::around(&now.tree.root)?;
    let (start, named) = match &args.since {
        Some(named) => (Some(repository.start_of_change(named)?), named.as_str()),
        None => (repository.head()?, "HEAD"),
    };
    let at = start.as_deref().map_or(At::Nothing, At::Commit);
    let sparse = now.staged.is_none();
    let (tree, state) = State::read(&repository, &now.tree, args.source.all, at, sparse)?;
    let on_disk = now.rules_on_disk.then_some(&now.rules);
    let own = state.rules(on_disk, args.config.choice())?.filter(|rules| {
        let whole = rules.mistakes.is_empty();
        if !whole {
            output.say(&format!(
                "The configuration at `{named}` has mistakes: the tree that it is of is judged by the present one."
            ));
        }
        whole
    });
    let rules = own.as_ref().unwrap_or(&now.rules);
    let known = |found: &Found| {
        let same = match &now.staged {
            Some(staged) => state.has_alike(staged, &found.path),
            None => state.is_as_on_disk(&found.path) && !now.tree.given.contains_key(&found.path),
        };
        let judged = found.standing == Standing::Judged;
        let facts = now.workspace.file(&found.path);
        facts.filter(|facts| own.is_none() && same && facts.judged == judged).cloned()
    };
    let workspace = load::workspace_beside(&tree, rules.policies.demand(), false, known);
    let given = given(args, rules);
    let mut judgement = check(&workspace, &rules.policies, &given);
    judgement.diagnostics.extend(tree.diagnostics);
    judgement.diagnostics.sort_by(Diagnostic::order);
    let org = now.workspace.org().clone();
    for deleted in destructive::deleted(&repository, &now.tree, &state, now.staged.as_ref())? {
        deleted.files(&org).iter().for_each(|path| now.workspace.remove(path));
    }
    for kind in [Kind::Profile, Kind::PermissionSet] {
        let holds = |workspace: &Workspace| workspace.files().any(|file| file.kind == kind);
        if holds(&workspace) && !holds(&now.workspace) {
            now.workspace.has_no_more(kind);
        }
    }
    let name = match start {
        Some(commit) if commit.starts_with(named) => named.to_owned(),
        Some(commit) => format!("{named} ({})", &commit[..10.min(commit.len())]),
        None => "nothing, for there is no commit yet".into(),
    };
    Ok(Before {
        name,
        org: workspace.org().clone(),
        diagnostics: judgement.diagnostics,
        undecided: judgement.undecided,
    })
}
