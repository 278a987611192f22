//! A baseline: the accepted findings of a project, which are not reported.
//!
//! Findings are compared by fingerprint and never counted: after one is fixed, a new one of the same policy is reported.
//! The other fields of the file are for people who read it.

use std::collections::BTreeMap;

use camino::Utf8Path;
use preauth_policy::successor;
use preauth_source::{Diagnostic, Fingerprint};
use serde::{Deserialize, Serialize};

use super::{
    compare::AllFingerprints,
    stages::{CheckedTree, could_not_check, ensure_judged},
};
use crate::{
    Failure, Outcome,
    output::{Output, write_file::save},
    report::summary::counted,
    tree::file_system,
};

/// The content of a baseline file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    version: u32,
    /// The way in which the fingerprints are made.
    scheme: String,
    findings: Vec<BaselineEntry>,
}

/// A finding in the file, with what a reviewer needs to recognise it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineEntry {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    subject: Option<String>,
    message: String,
    fingerprint: String,
}

/// The findings of a baseline.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    entries: BTreeMap<Fingerprint, BaselineEntry>,
}

impl Baseline {
    /// Reads the file.
    pub(crate) fn read(path: &Utf8Path) -> Result<Self, Failure> {
        let text = file_system::read_text(path).map_err(|error| {
            Failure::Message(format!(
                "cannot read the baseline `{path}`: {error} (--write-baseline creates it)"
            ))
        })?;
        let wrong = |why: String| Failure::Message(format!("`{path}` is not a baseline: {why}"));
        let file: BaselineFile = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if file.version != 1 || file.scheme != Fingerprint::SCHEME {
            return Err(wrong(format!(
                "it was written by another version of preauth (version {}, scheme {}): delete it and create a new one with --write-baseline",
                file.version, file.scheme
            )));
        }
        let entries = file.findings.into_iter().map(|entry| {
            let print = entry.fingerprint.parse();
            print
                .map(|print| (print, entry.clone()))
                .map_err(|()| wrong(format!("`{}` is not a fingerprint", entry.fingerprint)))
        });
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// Returns a baseline of all findings without a waiver.
    pub(super) fn of_trees(checked: &[CheckedTree]) -> Self {
        let prints = AllFingerprints::new(checked);
        let found = checked.iter().flat_map(|one| &one.judgement.diagnostics).zip(prints.all());
        let live = found.filter(|(found, _)| found.suppressed.is_none() && !could_not_check(found));
        let entry = |(diagnostic, print): (&Diagnostic, &Fingerprint)| {
            let subject = diagnostic.subject.as_ref();
            let entry = BaselineEntry {
                code: diagnostic.code.to_string(),
                subject: subject.map(|subject| format!("{} {}", subject.kind, subject.name)),
                message: diagnostic.message.clone(),
                fingerprint: print.to_string(),
            };
            (*print, entry)
        };
        Self { entries: live.map(entry).collect() }
    }

    pub(crate) fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.entries.keys().copied()
    }

    /// Returns the retired policies that findings are of, each with its successor.
    pub(super) fn retired(&self) -> BTreeMap<&str, &'static str> {
        let entries = self.entries.values();
        entries.filter_map(|entry| Some((entry.code.as_str(), successor(&entry.code)?))).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the number of findings that are not in `other`.
    pub(super) fn count_missing_in(&self, other: &Self) -> usize {
        self.entries.keys().filter(|print| !other.entries.contains_key(print)).count()
    }

    /// Writes the file. The order does not depend on the places of the findings.
    pub(crate) fn write(&self, path: &Utf8Path) -> Result<(), Failure> {
        let mut findings: Vec<BaselineEntry> = self.entries.values().cloned().collect();
        findings.sort();
        let file = BaselineFile { version: 1, scheme: Fingerprint::SCHEME.into(), findings };
        let text = serde_json::to_string_pretty(&file).expect("invariant: a baseline is JSON") + "\n";
        save(path, &text).map_err(|error| Failure::Message(format!("cannot write `{path}`: {error}")))
    }
}

/// Writes the findings of all trees as the new baseline.
///
/// # Errors
/// Something was not checked, so that findings would be missing from the baseline.
pub(super) fn update(path: &Utf8Path, checked: &[CheckedTree], output: &Output) -> Result<Outcome, Failure> {
    if checked.iter().any(|one| !one.tree.scope.is_empty()) {
        let message = "--write-baseline needs whole projects: do not give paths inside a project";
        return Err(Failure::Message(message.into()));
    }
    ensure_judged(checked, output)?;
    let unread: usize = checked.iter().map(|one| one.coverage.unreadable).sum();
    if unread > 0 {
        let files = counted(unread, "file", "files");
        let message = format!(
            "the baseline was not written because {files} could not be read; `preauth check` lists them"
        );
        return Err(Failure::Message(message));
    }
    let old = if file_system::exists(path) { Baseline::read(path)? } else { Baseline::default() };
    let new = Baseline::of_trees(checked);
    new.write(path)?;
    output.message(&format!(
        "Wrote {} to `{path}`: {} new, {} pruned.",
        counted(new.len(), "finding", "findings"),
        new.count_missing_in(&old),
        old.count_missing_in(&new)
    ));
    Ok(Outcome::Clean)
}
