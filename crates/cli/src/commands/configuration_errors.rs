//! Errors in configurations and policies. While a configuration has errors, nothing is checked.

use std::collections::BTreeSet;

use camino::Utf8Path;
use preauth_source::fingerprints;

use super::report_target::{self, ReportTarget};
use crate::{
    Failure,
    args::DayArgs,
    output::Output,
    report::{Format, Run, source_text::SourceTexts, summary::Coverage},
    tree::load::{CONFIG_FILE, LoadedPolicies},
};

/// Says on standard error which files are probably meant to be the configuration, but have another name.
pub(crate) fn hint<'r>(rules: impl IntoIterator<Item = &'r LoadedPolicies>, output: &Output) {
    let files: BTreeSet<_> = rules.into_iter().filter_map(|rules| rules.misnamed_file.as_deref()).collect();
    for file in files {
        let shown = output.relative_path(file);
        output.message(&format!("`{shown}` is not read: the configuration must be called `{CONFIG_FILE}`"));
    }
}

/// Reports the errors in one configuration for people.
///
/// # Errors
/// There are any.
pub(crate) fn refuse(root: &Utf8Path, rules: &LoadedPolicies, output: &Output) -> Result<(), Failure> {
    if rules.errors.is_empty() {
        return Ok(());
    }
    report(&[Format::Text.into()], &[(root, rules)], output)?;
    Err(failure("Nothing was done", [rules]))
}

/// The most files whose names are in the failure after a report of errors.
const MAX_NAMED_FILES: usize = 3;

/// Returns the failure that follows a report of the errors: its `effect`, and which file to edit.
pub(crate) fn failure<'r>(effect: &str, rules: impl IntoIterator<Item = &'r LoadedPolicies>) -> Failure {
    let errors = rules.into_iter().flat_map(|rules| &rules.errors);
    let files: BTreeSet<&str> = errors.map(|error| error.primary.location.file.name()).collect();
    let files = match files.len() {
        0..=MAX_NAMED_FILES => Vec::from_iter(files).join(", "),
        count => format!("{count} files"),
    };
    Failure::Message(format!("{effect}. Fix the errors above in {files}."))
}

/// Reports the errors in the configurations of several trees.
pub(crate) fn report(
    targets: &[ReportTarget],
    trees: &[(&Utf8Path, &LoadedPolicies)],
    output: &Output,
) -> Result<(), Failure> {
    let roots: Vec<&Utf8Path> = trees.iter().map(|(root, _)| *root).collect();
    let coverage = Coverage::default();
    let prints: Vec<_> = trees.iter().map(|(_, rules)| || fingerprints(&rules.errors)).collect();
    for target in targets {
        let texts: Vec<SourceTexts<'_>> = trees
            .iter()
            .zip(report_target::shown_as(target.format, &roots, output))
            .map(|((root, rules), shown_as)| {
                SourceTexts::new((*root).to_owned(), shown_as, &rules.policies, rules.texts.clone())
            })
            .collect();
        let runs: Vec<Run<'_>> = trees
            .iter()
            .zip(&texts)
            .zip(&prints)
            .map(|(((_, rules), texts), fingerprints)| Run {
                texts,
                policies: &rules.policies,
                config: &rules.config,
                as_of: DayArgs::default().day(),
                org: None,
                change: None,
                diagnostics: rules.errors.iter().collect(),
                fingerprints,
                results: &Vec::new,
                undecided: &[],
                coverage: &coverage,
                place: None,
                show: &[],
            })
            .collect();
        target.write(&runs, false, output)?;
    }
    Ok(())
}
