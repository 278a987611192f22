//! What becomes of corrections: they are written, or printed as a diff.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use preauth_source::{Diagnostic, Fix};

use super::{plan::ExitPlan, stages::CheckedTree};
use crate::{
    Failure, Outcome,
    output::{Output, diff::diff, write_file::save},
    report::{
        source_text::{PathDisplay, SourceTexts},
        summary::counted,
    },
};

/// Whether a correction takes out something that must not be shown.
pub(super) fn removes_secret(fix: &Fix) -> bool {
    fix.edits.iter().any(|edit| preauth_metadata::secrets(&edit.expected).iter().any(|secret| secret.opens))
}

/// Writes the corrected files; what came from standard input goes to standard output. Says which could not be
/// written, and whether all were.
pub(super) fn write(
    checked: &[CheckedTree],
    prints_fixed_text: bool,
    output: &Output,
) -> Result<bool, Failure> {
    let mut whole = true;
    for one in checked {
        if prints_fixed_text {
            for (path, given) in &one.tree.overlay {
                let text = one.fixed_texts.get(path).map_or(given.as_slice(), |made| made.as_bytes());
                output.stdout_bytes().write_all(text)?;
            }
            continue;
        }
        for (path, text) in &one.fixed_texts {
            let target = one.tree.root.join(path.as_str());
            if one.tree.overlay.contains_key(path) {
                let shown = output.relative_path(&target);
                output.message(&format!(
                    "cannot correct `{shown}`: it has changes that are not staged; stage or stash them first"
                ));
                whole = false;
            } else if let Err(error) = save(&target, text) {
                output.message(&format!("cannot write `{target}`: {error}"));
                whole = false;
            }
        }
    }
    Ok(whole)
}

/// How much was corrected, in a line.
pub(super) fn sentence(checked: &[CheckedTree]) -> Option<String> {
    let fixed: usize = checked.iter().map(|one| one.fixed).sum();
    let files: usize = checked.iter().map(|one| one.fixed_texts.len()).sum();
    (fixed > 0).then(|| {
        format!("Corrected {} in {}.", counted(fixed, "finding", "findings"), counted(files, "file", "files"))
    })
}

/// Prints the corrections as a diff.
pub(super) fn show_diff(
    exit: ExitPlan,
    checked: &[CheckedTree],
    output: &Output,
) -> Result<Outcome, Failure> {
    let mut empty = true;
    let mut withheld = BTreeSet::new();
    for one in checked {
        let mut files = BTreeMap::new();
        for (path, new) in &one.fixed_texts {
            let mut old = Vec::new();
            one.tree.read(path, &mut old)?;
            files.insert(path.clone(), (String::from_utf8_lossy(&old).into_owned(), new.clone()));
        }
        let below = PathDisplay::WithPrefix(output.diff_prefix(&one.tree.root));
        let texts = SourceTexts::new(one.tree.root.clone(), below, &one.rules.policies, BTreeMap::new());
        let diff = diff(&files, |path| texts.display_path(path));
        empty &= diff.text.is_empty();
        output.stdout_bytes().write_all(diff.text.as_bytes()).map_err(Failure::Io)?;
        withheld.extend(diff.withheld.iter().map(|path| texts.display_path(path)));
        let removed = one.judgement.diagnostics.iter().flat_map(Diagnostic::with_subsumed);
        let secret = removed.filter(|found| found.fix.as_ref().is_some_and(removes_secret));
        withheld.extend(secret.map(|found| texts.display_path(&found.primary.location.file)));
    }
    for path in &withheld {
        output.message(&format!("Part of the correction of `{path}` is left out of the diff, which would show a secret: --fix and --unsafe-fixes make it."));
    }
    let is_corrected = empty && withheld.is_empty();
    Ok(if is_corrected || exit.always_zero { Outcome::Clean } else { Outcome::Findings })
}
