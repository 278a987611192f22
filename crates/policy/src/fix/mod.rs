//! Correcting a tree: judge, apply what may be applied, judge again, until nothing changes.

pub(crate) mod repair;

use std::collections::BTreeMap;

use preauth_metadata::Workspace;
use preauth_source::{Applicability, ArcStr, Diagnostic, Edit, FilePath, Fix};

use crate::{
    PolicySet,
    evaluate::subject::CheckInput,
    fix::repair::changed_files,
    judge::tree::{Judgement, check},
};

/// A tree that has been corrected.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new texts of the files that were changed.
    pub texts: BTreeMap<FilePath, ArcStr>,
    /// The findings that were corrected.
    pub corrected: Vec<Diagnostic>,
    /// What is left.
    pub left: Judgement,
}

/// Applies every correction that is trusted at least so far, and that `wanted` agrees to, until there is none left.
/// Corrections that touch each other are made one after the other, each on what the one before has left.
pub fn fix(
    workspace: &mut Workspace,
    policies: &PolicySet,
    given: &CheckInput,
    at_least: Applicability,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> Fixed {
    let mut fixed = Fixed::default();
    // Every round corrects something and what is corrected stays so; the bound is for policies that quarrel.
    const ROUNDS: usize = 64;
    for _ in 0..ROUNDS {
        let judgement = check(workspace, policies, given);
        let (edits, corrected) = chosen(&judgement, at_least, wanted);
        let changed = if edits.is_empty() { None } else { changed_files(workspace, &edits) };
        let Some(changed) = changed else {
            fixed.left = judgement;
            return fixed;
        };
        for file in changed {
            if let Some(text) = &file.text {
                fixed.texts.insert(file.path.clone(), text.clone());
            }
            workspace.set(file);
        }
        fixed.corrected.extend(corrected);
    }
    fixed.left = check(workspace, policies, given);
    fixed
}

/// The corrections of one round: in the order of the findings, each that touches none before it.
fn chosen(
    judgement: &Judgement,
    at_least: Applicability,
    wanted: &dyn Fn(&Diagnostic, &Fix) -> bool,
) -> (Vec<Edit>, Vec<Diagnostic>) {
    let mut edits: Vec<Edit> = Vec::new();
    let mut corrected = Vec::new();
    for diagnostic in judgement.diagnostics.iter().flat_map(Diagnostic::with_subsumed) {
        let Some(fix) = diagnostic.fix.as_ref().filter(|_| diagnostic.suppressed.is_none()) else { continue };
        let touches = |edit: &Edit| {
            edits.iter().any(|other| {
                let (a, b) = (&edit.location, &other.location);
                a.file == b.file && a.range.start() <= b.range.end() && b.range.start() <= a.range.end()
            })
        };
        if fix.applicability >= at_least && wanted(diagnostic, fix) && !fix.edits.iter().any(touches) {
            edits.extend(fix.edits.iter().cloned());
            corrected.push(diagnostic.clone());
        }
    }
    (edits, corrected)
}
