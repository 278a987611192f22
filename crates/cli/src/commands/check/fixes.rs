//! What becomes of corrections: they are written, or printed as a diff.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use preauth_source::{Diagnostic, Fix};

use super::judge::Judged;
use crate::{
    Failure, Outcome,
    args::Check,
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
pub(super) fn write(args: &Check, judged: &[Judged], output: &Output) -> Result<bool, Failure> {
    let mut whole = true;
    for one in judged {
        if args.stdin_filename.is_some() && (args.fix || args.unsafe_fixes) {
            for (path, given) in &one.tree.overlay {
                let text = one.made.get(path).map_or(given.as_slice(), |made| made.as_bytes());
                output.stdout_bytes().write_all(text)?;
            }
            continue;
        }
        for (path, text) in &one.made {
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
pub(super) fn sentence(judged: &[Judged]) -> Option<String> {
    let corrected: usize = judged.iter().map(|one| one.corrected).sum();
    let files: usize = judged.iter().map(|one| one.made.len()).sum();
    (corrected > 0).then(|| {
        format!(
            "Corrected {} in {}.",
            counted(corrected, "finding", "findings"),
            counted(files, "file", "files")
        )
    })
}

/// Prints the corrections as a diff.
pub(super) fn show(args: &Check, judged: &[Judged], output: &Output) -> Result<Outcome, Failure> {
    let mut empty = true;
    let mut withheld = BTreeSet::new();
    for one in judged {
        let mut files = BTreeMap::new();
        for (path, new) in &one.made {
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
    Ok(if is_corrected || args.exit_zero { Outcome::Clean } else { Outcome::Findings })
}
