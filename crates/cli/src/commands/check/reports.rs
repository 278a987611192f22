//! Reporting what was found, in every format that was asked for.

use std::io::Write;

use camino::Utf8Path;
use preauth_source::{ArcStr, fingerprints};

use super::{
    judge::{Judged, today},
    select::{Prints, Selected},
};
use crate::{
    Failure,
    args::{Check, Format, Target},
    output::{Output, tree_prefixes, write_file::save},
    report::{
        self, PathBase, Run,
        source_text::{PathDisplay, SourceTexts},
        summary::Coverage,
    },
    tree::{file_system::repository_around, load::LoadedPolicies},
};

/// Writes every report that was asked for.
pub(super) fn write(
    args: &Check,
    targets: &[Target],
    judged: &[Judged],
    selected: &[Selected],
    output: &Output,
) -> Result<(), Failure> {
    // The corrected text has standard output for itself.
    let aside = args.stdin_filename.is_some() && (args.fix || args.unsafe_fixes);
    for target in targets {
        let print = |runs: &[Run<'_>]| print(target, runs, aside, output);
        with_runs(args, target.format, judged, selected, output, print)?;
    }
    Ok(())
}

/// Does something with what there is to report in a format.
pub(super) fn with_runs<T>(
    args: &Check,
    format: Format,
    judged: &[Judged],
    selected: &[Selected],
    output: &Output,
    report: impl FnOnce(&[Run<'_>]) -> T,
) -> T {
    let roots: Vec<&Utf8Path> = judged.iter().map(|one| one.tree.root.as_path()).collect();
    let texts: Vec<SourceTexts<'_>> = judged
        .iter()
        .zip(shown_as(format, &roots, output))
        .map(|(one, shown_as)| {
            let mut given = one.rules.texts.clone();
            let text = |bytes: &Vec<u8>| ArcStr::from(String::from_utf8_lossy(bytes));
            given.extend(one.tree.overlay.iter().map(|(path, bytes)| (path.clone(), text(bytes))));
            given.extend(one.made.iter().map(|(path, text)| (path.clone(), text.clone())));
            SourceTexts::new(one.tree.root.clone(), shown_as, &one.rules.policies, given)
                .with_workspace(&one.workspace)
        })
        .collect();
    let all = Prints::new(judged);
    let prints: Vec<_> = selected.iter().map(|selected| || all.of(selected)).collect();
    let runs: Vec<Run<'_>> = judged
        .iter()
        .zip(&texts)
        .zip(selected)
        .zip(&prints)
        .map(|(((one, texts), selected), fingerprints)| Run {
            texts,
            policies: &one.rules.policies,
            config: &one.rules.config,
            as_of: args.as_of.unwrap_or_else(today),
            org: Some(&one.org),
            change: selected.change(one),
            diagnostics: selected.diagnostics(one).collect(),
            fingerprints,
            undecided: &selected.undecided,
            coverage: &one.coverage,
            show: &args.show,
        })
        .collect();
    report(&runs)
}

/// Reports what is wrong with configurations and policies.
pub(crate) fn mistakes(
    targets: &[Target],
    ready: &[(&Utf8Path, &LoadedPolicies)],
    output: &Output,
) -> Result<(), Failure> {
    let roots: Vec<&Utf8Path> = ready.iter().map(|(root, _)| *root).collect();
    let coverage = Coverage::default();
    let prints: Vec<_> = ready
        .iter()
        .map(|(_, rules)| || fingerprints(&rules.errors).into_iter().map(|prints| prints[0]).collect())
        .collect();
    for target in targets {
        let texts: Vec<SourceTexts<'_>> = ready
            .iter()
            .zip(shown_as(target.format, &roots, output))
            .map(|((root, rules), shown_as)| {
                SourceTexts::new((*root).to_owned(), shown_as, &rules.policies, rules.texts.clone())
            })
            .collect();
        let runs: Vec<Run<'_>> = ready
            .iter()
            .zip(&texts)
            .zip(&prints)
            .map(|(((_, rules), texts), fingerprints)| Run {
                texts,
                policies: &rules.policies,
                config: &rules.config,
                as_of: today(),
                org: None,
                change: None,
                diagnostics: rules.errors.iter().collect(),
                fingerprints,
                undecided: &[],
                coverage: &coverage,
                show: &[],
            })
            .collect();
        print(target, &runs, false, output)?;
    }
    Ok(())
}

/// How a format shows the paths in each tree.
fn shown_as<'o>(format: Format, roots: &[&'o Utf8Path], output: &'o Output) -> Vec<PathDisplay<'o>> {
    match report::path_base(format) {
        PathBase::CurrentFolder => roots.iter().map(|_| PathDisplay::FromCurrentFolder(output)).collect(),
        PathBase::Tree => tree_prefixes(roots).into_iter().map(PathDisplay::WithPrefix).collect(),
        PathBase::Repository => {
            roots.iter().map(|root| PathDisplay::FromFolder(repository_around(root), output)).collect()
        }
    }
}

fn print(target: &Target, runs: &[Run<'_>], aside: bool, output: &Output) -> Result<(), Failure> {
    match &target.file {
        None if aside => report::write(target.format, runs, false, &mut std::io::stderr().lock())?,
        None => {
            let mut out = output.stdout_bytes();
            report::write(target.format, runs, output.colored, &mut out)?;
            out.flush()?;
        }
        Some(file) => {
            let mut bytes = Vec::new();
            report::write(target.format, runs, false, &mut bytes)?;
            let text = String::from_utf8(bytes).expect("invariant: reports are text");
            save(file, &text).map_err(|error| Failure::Said(format!("cannot write `{file}`: {error}")))?;
        }
    }
    Ok(())
}
