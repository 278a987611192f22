//! The plan of a run: its options, resolved once. No later stage knows the command line.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use preauth_source::{Applicability, Severity};

use super::args::CheckArgs;
use crate::{
    Failure,
    args::Show,
    commands::report_target::ReportTarget,
    output::{Output, write_file},
    report::Format,
    tree::load::ConfigChoice,
};

/// A run of `check`.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) sources: SourcePlan<'a>,
    pub(super) evaluation: EvaluationPlan,
    /// `None`: nothing is fixed.
    pub(super) fixes: Option<FixPlan>,
    /// Unsafe fixes were asked for, but no fix is to be made.
    pub(super) mentions_fix: bool,
    pub(super) filter: FilterPlan<'a>,
    pub(super) action: Action<'a>,
    /// The reports to write; also those of errors in the configuration, whatever the action is.
    pub(super) targets: Vec<ReportTarget>,
    /// The file of findings that are accepted and not reported.
    pub(super) baseline: Option<&'a Utf8Path>,
    /// Lists in reports for people that are left out otherwise.
    pub(super) show: &'a [Show],
    /// The fixed text of standard input goes to standard output, and the report to standard error.
    pub(super) prints_fixed_text: bool,
    pub(super) exit: ExitPlan,
}

/// The output of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action<'a> {
    /// Reports of the findings.
    Report,
    /// The fixes, as a diff.
    ShowDiff,
    /// A new baseline, in this file.
    WriteBaseline(&'a Utf8Path),
}

/// The files that are checked, and the configuration that they are checked by.
#[derive(Clone, Copy, Debug)]
pub(super) struct SourcePlan<'a> {
    pub(super) input: Input<'a>,
    /// Files outside the package directories are checked, too.
    pub(super) all: bool,
    pub(super) config: ConfigChoice<'a>,
    /// The change whose findings are reported; `None` to report all findings.
    pub(super) change: Option<Change<'a>>,
    /// Progress may be shown.
    pub(super) progress: bool,
}

/// The place of the files to check.
#[derive(Clone, Copy, Debug)]
pub(super) enum Input<'a> {
    /// Files and folders; none for the current folder.
    Paths(&'a [Utf8PathBuf]),
    /// Standard input, as the text of this file.
    Stdin(&'a Utf8Path),
}

/// A change of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change<'a> {
    /// From HEAD to the index. The index is checked.
    Staged,
    /// From the point where the history left this branch or commit, to the files on disk.
    Since(&'a str),
}

/// The conditions under which policies are evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct EvaluationPlan {
    /// The day that dates are compared with.
    pub(super) day: Date,
    /// Waivers of the configuration apply.
    pub(super) waivers: bool,
}

/// The fixes to make.
#[derive(Clone, Copy, Debug)]
pub(super) struct FixPlan {
    pub(super) at_least: Applicability,
    /// Fixes may change only files whose text was given on standard input.
    pub(super) given_files_only: bool,
    /// Fixes that remove a secret are left out, because a diff would show it.
    pub(super) keep_secrets: bool,
}

/// The findings to report and to fix.
#[derive(Clone, Copy, Debug)]
pub(super) struct FilterPlan<'a> {
    /// The only policies to report; empty for all.
    pub(super) select: &'a [String],
    pub(super) ignore: &'a [String],
    pub(super) min_severity: Severity,
}

/// The findings that make the run fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExitPlan {
    pub(super) fail_on: Severity,
    /// Findings never make the run fail.
    pub(super) always_zero: bool,
}

impl<'a> Plan<'a> {
    /// Resolves the options.
    ///
    /// # Errors
    /// Two reports in one file, or standard input without a name.
    pub(super) fn resolve(args: &'a CheckArgs, output: &Output) -> Result<Self, Failure> {
        let targets = targets(args)?;
        let input = input(args)?;
        let is_stdin = matches!(input, Input::Stdin(_));
        let at_least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        Ok(Self {
            sources: SourcePlan {
                input,
                all: args.source.all,
                config: args.config.choice(),
                change: change(args),
                progress: output.progress && !args.source.no_progress,
            },
            evaluation: EvaluationPlan { day: args.day.day(), waivers: !args.no_waivers },
            fixes: (args.fix || args.diff).then_some(FixPlan {
                at_least,
                given_files_only: is_stdin,
                keep_secrets: args.diff,
            }),
            mentions_fix: args.unsafe_fixes && !args.fix && !args.diff,
            filter: FilterPlan {
                select: &args.select,
                ignore: &args.ignore,
                min_severity: args.min_severity,
            },
            action: match &args.baseline {
                Some(path) if args.write_baseline => Action::WriteBaseline(path),
                _ if args.diff => Action::ShowDiff,
                _ => Action::Report,
            },
            targets,
            baseline: args.baseline.as_deref().filter(|_| !args.write_baseline),
            show: &args.show,
            prints_fixed_text: is_stdin && args.fix,
            exit: ExitPlan { fail_on: args.fail_on, always_zero: args.exit_zero },
        })
    }
}

fn change(args: &CheckArgs) -> Option<Change<'_>> {
    if args.staged { Some(Change::Staged) } else { args.since.as_deref().map(Change::Since) }
}

fn input(args: &CheckArgs) -> Result<Input<'_>, Failure> {
    let paths = &args.source.paths;
    let dash = paths.iter().any(|path| path == "-");
    match (&args.stdin_filename, dash) {
        (None, false) => Ok(Input::Paths(paths)),
        (Some(name), true) if paths.len() == 1 => Ok(Input::Stdin(name)),
        (Some(name), false) if paths.is_empty() => Ok(Input::Stdin(name)),
        (None, true) => Err(Failure::Message(
            "`-` needs --stdin-filename FILE: the name of the file tells its metadata type".into(),
        )),
        (Some(_), _) => Err(Failure::Message("standard input is one file: do not give other paths".into())),
    }
}

/// Returns the reports to write: the one for people if none is asked for.
fn targets(args: &CheckArgs) -> Result<Vec<ReportTarget>, Failure> {
    if args.json {
        return Ok(vec![Format::Json.into()]);
    }
    if args.format.is_empty() {
        return Ok(vec![Format::Text.into()]);
    }
    let mut used = Vec::new();
    for target in &args.format {
        let cannot = |file: &Utf8Path, error| Failure::Message(format!("cannot write `{file}`: {error}"));
        let resolved = |file: &Utf8PathBuf| write_file::target(file).map_err(|error| cannot(file, error));
        let file = target.file.as_ref().map(resolved).transpose()?;
        if used.contains(&file) {
            let place = target.file.as_ref().map_or("standard output", |file| file.as_str());
            let hint = "give each its own file, for example `--format sarif=preauth.sarif`";
            return Err(Failure::Message(format!("two reports cannot be written to {place}: {hint}")));
        }
        used.push(file);
    }
    Ok(args.format.clone())
}
