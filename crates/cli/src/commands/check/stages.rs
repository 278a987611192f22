//! A tree in the stages of a run: loaded, read, checked, and the findings that are selected from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use preauth_metadata::{Org, Workspace, codes::FILE_UNREADABLE};
use preauth_policy::{
    BaseState, Judgement, Undecided,
    codes::{CONFIG_INVALID, POLICY_INVALID},
};
use preauth_source::{ArcStr, Diagnostic, FilePath};

use crate::{
    Failure,
    output::Output,
    report::{
        Comparison,
        summary::{Coverage, nothing_in_folders},
    },
    tree::{discover::ProjectTree, git::snapshot::Snapshot, load::LoadedPolicies},
};

/// A tree whose files are found and whose policies are loaded.
pub(super) struct LoadedTree {
    pub(super) tree: ProjectTree,
    pub(super) rules: LoadedPolicies,
    /// The ids of the policies that are on only because the command line selects them.
    pub(super) switched_on: Vec<String>,
    /// The policies are those on disk, not those of the index.
    pub(super) rules_on_disk: bool,
    /// The index, if that is checked instead of the files on disk.
    pub(super) staged: Option<Snapshot>,
    /// The files on disk, if the index is checked: most of them are the same.
    pub(super) on_disk: Option<Workspace>,
}

/// A tree whose files are read.
pub(super) struct ReadTree {
    pub(super) tree: ProjectTree,
    pub(super) rules: LoadedPolicies,
    pub(super) workspace: Workspace,
    /// The index, if that is checked instead of the files on disk.
    pub(super) staged: Option<Snapshot>,
    /// The tree before the change, if a change is checked.
    pub(super) base: Option<BaseTree>,
}

/// A tree before the change, checked.
pub(super) struct BaseTree {
    /// The branch or commit as it was named, and the commit that it is.
    pub(super) name: String,
    pub(super) state: BaseState,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) undecided: Vec<Undecided>,
}

/// A tree that is checked, after fixes if any were made.
pub(super) struct CheckedTree {
    pub(super) tree: ProjectTree,
    pub(super) rules: LoadedPolicies,
    pub(super) workspace: Workspace,
    pub(super) org: Arc<Org>,
    /// The tree before the change, if a change is checked.
    pub(super) base: Option<BaseTree>,
    /// All findings, before any are selected. None is included in another.
    pub(super) judgement: Judgement,
    pub(super) coverage: Coverage,
    /// The texts of fixed files.
    pub(super) fixed_texts: BTreeMap<FilePath, ArcStr>,
    /// Number of fixed findings.
    pub(super) fixed: usize,
    /// Files with a fix that was not made because a diff would show a secret.
    pub(super) withheld: BTreeSet<FilePath>,
}

/// The findings of one tree that are reported.
#[derive(Debug, Default)]
pub(super) struct SelectedFindings {
    /// The findings, each with those that it includes.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The index of each finding in the judgement of the tree.
    pub(super) indices: Vec<usize>,
    /// Number of diagnostics of all trees before this one.
    pub(super) offset: usize,
    pub(super) undecided: Vec<Undecided>,
    /// Number of findings that are left out because they are not new.
    pub(super) known: usize,
    /// Number of findings that the change removed.
    pub(super) removed: usize,
}

impl SelectedFindings {
    /// Returns the change that was checked, if one was.
    pub(super) fn change<'j>(&self, checked: &'j CheckedTree) -> Option<Comparison<'j>> {
        let base = checked.base.as_ref()?;
        Some(Comparison { from: &base.name, org: &base.state.org, known: self.known, gone: self.removed })
    }
}

/// Returns the message that nothing was judged: no tree has a file or, apart from apps that are left out, an app, or none
/// of the folders on the command line has a file. A change may have no file in them. `None` if something was judged.
pub(super) fn nothing_judged(checked: &[CheckedTree], output: &Output) -> Option<String> {
    let coverage = Coverage::sum(checked.iter().map(|one| &one.coverage));
    let is_change = checked.iter().any(|one| one.base.is_some());
    let trees = || checked.iter().map(|one| (&one.tree, &one.workspace));
    coverage.nothing_judged().or_else(|| if is_change { None } else { nothing_in_folders(trees(), output) })
}

/// Checks that anything was judged.
///
/// # Errors
/// Nothing was.
pub(super) fn ensure_judged(checked: &[CheckedTree], output: &Output) -> Result<(), Failure> {
    nothing_judged(checked, output).map_or(Ok(()), |message| Err(Failure::Message(message)))
}

/// True if a diagnostic means that something could not be checked.
pub(super) fn could_not_check(diagnostic: &Diagnostic) -> bool {
    matches!(&*diagnostic.code, FILE_UNREADABLE | CONFIG_INVALID | POLICY_INVALID)
}
