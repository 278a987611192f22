//! Output of fixes: fixed files, or a diff.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use preauth_source::Fix;

use super::{plan::ExitPlan, stages::CheckedTree};
use crate::{
    Failure, Outcome,
    output::{Output, diff::diff, visible::shows_secret, write_file::save},
    report::{
        source_text::{PathDisplay, SourceTexts},
        summary::counted,
    },
};

/// True if a fix removes a secret.
pub(super) fn removes_secret(fix: &Fix) -> bool {
    fix.edits.iter().any(|edit| shows_secret(&edit.expected))
}

/// Writes the fixed files; a text from standard input goes to standard output. Reports files that cannot be written.
/// Returns true if all were written.
pub(super) fn write(
    checked: &[CheckedTree],
    prints_fixed_text: bool,
    output: &Output,
) -> Result<bool, Failure> {
    let mut is_complete = true;
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
                    "cannot fix `{shown}`: it has unstaged changes; stage or stash them first"
                ));
                is_complete = false;
            } else if let Err(error) = save(&target, text) {
                output.message(&format!("cannot write `{target}`: {error}"));
                is_complete = false;
            }
        }
    }
    Ok(is_complete)
}

/// Returns the line about the fixes that were made.
pub(super) fn sentence(checked: &[CheckedTree]) -> Option<String> {
    let fixed: usize = checked.iter().map(|one| one.fixed).sum();
    let files: usize = checked.iter().map(|one| one.fixed_texts.len()).sum();
    (fixed > 0).then(|| {
        format!("Fixed {} in {}.", counted(fixed, "finding", "findings"), counted(files, "file", "files"))
    })
}

/// Prints the fixes as a diff. The outcome depends on the diff alone.
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
        withheld.extend(one.withheld.iter().map(|path| texts.display_path(path)));
    }
    for path in &withheld {
        output.message(&format!(
            "Part of the fix of `{path}` is not shown because the diff would contain a secret. Apply it with --fix instead of --diff."
        ));
    }
    Ok(if empty || exit.always_zero { Outcome::Clean } else { Outcome::Findings })
}
