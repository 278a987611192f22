//! Reports of the findings, in every format that is asked for.

use camino::Utf8Path;
use preauth_source::ArcStr;

use super::{
    compare::AllFingerprints,
    outcome,
    plan::Plan,
    results::policy_results,
    stages::{CheckedTree, SelectedFindings},
};
use crate::{
    Failure,
    commands::report_target,
    output::Output,
    report::{Format, Run, source_text::SourceTexts},
};

/// Writes every report of the plan.
pub(super) fn write(
    plan: &Plan<'_>,
    checked: &[CheckedTree],
    selected: &[SelectedFindings],
    output: &Output,
) -> Result<(), Failure> {
    for target in &plan.targets {
        let write = |runs: &[Run<'_>]| target.write(runs, plan.prints_fixed_text, output);
        with_runs(plan, target.format, checked, selected, output, write)?;
    }
    Ok(())
}

/// Calls `report` with the findings as a format shows them.
pub(super) fn with_runs<T>(
    plan: &Plan<'_>,
    format: Format,
    checked: &[CheckedTree],
    selected: &[SelectedFindings],
    output: &Output,
    report: impl FnOnce(&[Run<'_>]) -> T,
) -> T {
    let roots: Vec<&Utf8Path> = checked.iter().map(|one| one.tree.root.as_path()).collect();
    let texts: Vec<SourceTexts<'_>> = checked
        .iter()
        .zip(report_target::shown_as(format, &roots, output))
        .map(|(one, shown_as)| {
            let mut given = one.rules.texts.clone();
            let text = |bytes: &Vec<u8>| ArcStr::from(String::from_utf8_lossy(bytes));
            given.extend(one.tree.overlay.iter().map(|(path, bytes)| (path.clone(), text(bytes))));
            given.extend(one.fixed_texts.iter().map(|(path, text)| (path.clone(), text.clone())));
            SourceTexts::new(one.tree.root.clone(), shown_as, &one.rules.policies, given)
                .with_workspace(&one.workspace)
        })
        .collect();
    for (texts, selected) in texts.iter().zip(selected) {
        texts.prepare(selected.diagnostics.iter().map(|found| &found.primary.location.file));
    }
    let all = AllFingerprints::new(checked);
    let prints: Vec<_> = selected.iter().map(|selected| || all.of_selected(selected)).collect();
    let results = |one, selected| move || policy_results(plan, one, selected);
    let results: Vec<_> =
        checked.iter().zip(selected).map(|(one, selected)| results(one, selected)).collect();
    let places = outcome::places(checked, output);
    let runs: Vec<Run<'_>> = checked
        .iter()
        .zip(&texts)
        .zip(selected)
        .zip(prints.iter().zip(&results))
        .zip(&places)
        .map(|((((one, texts), selected), (fingerprints, results)), place)| Run {
            texts,
            policies: &one.rules.policies,
            config: &one.rules.config,
            as_of: plan.evaluation.day,
            org: Some(&one.org),
            change: selected.change(one),
            diagnostics: selected.diagnostics.iter().collect(),
            fingerprints,
            results,
            undecided: &selected.undecided,
            coverage: &one.coverage,
            place: place.as_deref(),
            show: plan.show,
        })
        .collect();
    report(&runs)
}
