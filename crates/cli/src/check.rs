//! `preauth check`: judge a tree, and correct it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use preauth_metadata::{App, Org};
use preauth_policy::{Given, Judgement, PolicySet, check, fix};
use preauth_source::{Applicability, Diagnostic, FilePath, Fix};

use crate::{
    Failure, Outcome,
    args::{Check, Format},
    coverage::{self, Coverage},
    diff::diff,
    discover::{Tree, discover},
    load::{self, Rules},
    output::{Output, prefixes},
    report::{self, Run},
    save::save,
    texts::{ShownAs, Texts},
};

/// What became of one tree.
struct Judged {
    tree: Tree,
    rules: Rules,
    judgement: Judgement,
    coverage: Coverage,
    /// Texts that corrections have made.
    made: BTreeMap<FilePath, Arc<str>>,
    corrected: usize,
}

/// Runs the command.
pub(crate) fn run(args: &Check, output: &Output) -> Result<Outcome, Failure> {
    let format = if args.json { Format::Json } else { args.format };
    let trees = discover(&args.source.paths, args.source.all)?;
    let mut ready = Vec::new();
    for tree in trees {
        let rules = load::rules(&tree.root, args.config.choice())?;
        known_ids(&rules.policies, args.select.iter().chain(&args.ignore))?;
        ready.push((tree, rules));
    }
    if ready.iter().any(|(_, rules)| !rules.mistakes.is_empty()) {
        report_mistakes(format, &ready, output)?;
        return Err(Failure::Said("nothing was judged: mend the configuration first".into()));
    }
    let judged: Vec<Judged> =
        ready.into_iter().map(|(tree, rules)| judge(args, output, tree, rules)).collect();
    let empty = judged.iter().all(|judged| judged.tree.files.is_empty());
    let outcome =
        if args.diff { show_diff(&judged, output)? } else { report_all(args, format, &judged, output)? };
    if empty {
        let outside = judged.iter().map(|judged| judged.tree.outside).sum();
        return Err(Failure::Said(coverage::nothing_to_read(outside)));
    }
    Ok(outcome)
}

/// Reports what is wrong with configurations and policies.
pub(crate) fn report_mistakes(
    format: Format,
    ready: &[(Tree, Rules)],
    output: &Output,
) -> Result<(), Failure> {
    let texts: Vec<Texts<'_>> = ready
        .iter()
        .map(|(tree, rules)| {
            Texts::new(tree.root.clone(), ShownAs::FromHere(output), &rules.policies, rules.texts.clone())
        })
        .collect();
    let coverage = Coverage::default();
    let runs: Vec<Run<'_>> = ready
        .iter()
        .zip(&texts)
        .map(|((_, rules), texts)| Run {
            texts,
            diagnostics: &rules.mistakes,
            undecided: &[],
            coverage: &coverage,
            show: &[],
        })
        .collect();
    Ok(report::write(format, &runs, output.colored, &mut output.stdout())?)
}

/// Checks that ids given on the command line name something.
fn known_ids<'i>(policies: &PolicySet, ids: impl Iterator<Item = &'i String>) -> Result<(), Failure> {
    for id in ids {
        if !policies.ids().any(|known| known == id) {
            let near = preauth_source::nearest(id, policies.ids());
            let hint = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            return Err(Failure::Said(format!("there is no policy `{id}`{hint}")));
        }
    }
    Ok(())
}

fn judge(args: &Check, output: &Output, tree: Tree, rules: Rules) -> Judged {
    let progress = output.progress && !args.source.no_progress;
    let mut workspace = load::workspace(&tree, rules.policies.demand(), progress);
    let given = Given::new(&rules.config, args.as_of.unwrap_or_else(today));
    let at_least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let (mut judgement, made, corrected) = if args.fix || args.unsafe_fixes || args.diff {
        let wanted = |diagnostic: &Diagnostic, fix: &Fix| {
            let asked = reported(args, &tree, &workspace_files(diagnostic, fix), diagnostic);
            // A diff would show what it removes.
            asked && !(args.diff && removes_secret(fix))
        };
        let fixed = fix(&mut workspace, &rules.policies, &given, at_least, &wanted);
        (fixed.left, fixed.texts, fixed.corrected.len())
    } else {
        (check(&workspace, &rules.policies, &given), BTreeMap::new(), 0)
    };
    let org = workspace.org();
    judgement.diagnostics.extend(tree.diagnostics.iter().cloned());
    judgement.diagnostics.sort_by(Diagnostic::order);
    let scoped = |diagnostic: &Diagnostic| reported(args, &tree, &files_of(&org, diagnostic), diagnostic);
    judgement.diagnostics.retain(scoped);
    let coverage = Coverage::of(&tree, &workspace, &org);
    Judged { tree, rules, judgement, coverage, made, corrected }
}

/// The day it is here.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned_datetime(TimeZone::system()).date()
}

/// Whether a correction takes out something that must not be shown.
fn removes_secret(fix: &Fix) -> bool {
    fix.edits.iter().any(|edit| preauth_metadata::secrets(&edit.expected).iter().any(|secret| secret.opens))
}

fn workspace_files(diagnostic: &Diagnostic, fix: &Fix) -> Vec<FilePath> {
    fix.files().chain([&diagnostic.primary.location.file]).cloned().collect()
}

/// The files that a finding is about: where it is, what belongs to it, and all of the app that it is about.
fn files_of(org: &Org, diagnostic: &Diagnostic) -> Vec<FilePath> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    let mut files: Vec<FilePath> = labels.map(|label| label.location.file.clone()).collect();
    let about = |app: &&Arc<App>| {
        let subject = diagnostic.subject.as_ref();
        subject.is_some_and(|subject| match subject.kind {
            "App" => subject.name == app.name,
            "Grant" => subject.name.strip_prefix(&*app.name).is_some_and(|rest| rest.starts_with('/')),
            _ => false,
        }) && app.files.iter().any(|file| files.contains(&file.path))
    };
    let own: Vec<FilePath> = org
        .apps
        .iter()
        .filter(about)
        .flat_map(|app| app.files.iter().map(|file| file.path.clone()))
        .collect();
    files.extend(own);
    files
}

/// Whether a finding is to be reported: it is about what was asked for, and it was asked for it.
fn reported(args: &Check, tree: &Tree, files: &[FilePath], diagnostic: &Diagnostic) -> bool {
    let in_scope =
        tree.scope.is_empty() || files.iter().any(|file| tree.scope.iter().any(|path| file.is_within(path)));
    let is = |ids: &[String]| ids.iter().any(|id| **id == *diagnostic.code);
    in_scope
        && (args.select.is_empty() || is(&args.select))
        && !is(&args.ignore)
        && diagnostic.severity >= args.min_severity
}

fn report_all(args: &Check, format: Format, judged: &[Judged], output: &Output) -> Result<Outcome, Failure> {
    let mut unsaved = 0;
    for one in judged {
        for (path, text) in &one.made {
            let target = one.tree.root.join(path.as_str());
            if let Err(error) = save(&target, text) {
                output.say(&format!("cannot write `{target}`: {error}"));
                unsaved += 1;
            }
        }
    }
    let roots: Vec<_> = judged.iter().map(|one| one.tree.root.as_path()).collect();
    let common = prefixes(&roots);
    let texts: Vec<Texts<'_>> = judged
        .iter()
        .zip(common)
        .map(|(one, common)| {
            let shown_as =
                if format == Format::Json { ShownAs::Below(common) } else { ShownAs::FromHere(output) };
            let given =
                one.rules.texts.iter().chain(&one.made).map(|(path, text)| (path.clone(), text.clone()));
            Texts::new(one.tree.root.clone(), shown_as, &one.rules.policies, given.collect())
        })
        .collect();
    let runs: Vec<Run<'_>> = judged
        .iter()
        .zip(&texts)
        .map(|(one, texts)| Run {
            texts,
            diagnostics: &one.judgement.diagnostics,
            undecided: &one.judgement.undecided,
            coverage: &one.coverage,
            show: &args.show,
        })
        .collect();
    report::write(format, &runs, output.colored, &mut output.stdout())?;
    let (waived, all): (Vec<&Diagnostic>, Vec<&Diagnostic>) = judged
        .iter()
        .flat_map(|one| &one.judgement.diagnostics)
        .partition(|diagnostic| diagnostic.suppressed.is_some());
    let corrected: usize = judged.iter().map(|one| one.corrected).sum();
    if corrected > 0 {
        let files: usize = judged.iter().map(|one| one.made.len()).sum();
        output.say(&format!(
            "Corrected {} in {}.",
            coverage::counted(corrected, "finding", "findings"),
            coverage::counted(files, "file", "files")
        ));
    }
    output.say(&coverage::found(&all, waived.len()));
    for one in judged {
        output.say(&one.coverage.sentence(one.judgement.undecided.len()));
    }
    if unsaved > 0 {
        return Err(Failure::Said("not every correction could be written".into()));
    }
    let could_not_judge = |diagnostic: &&Diagnostic| {
        matches!(&*diagnostic.code, "file-unreadable" | "config-invalid" | "policy-invalid")
    };
    if all.iter().any(could_not_judge) || judged.iter().any(|one| one.coverage.unreadable > 0) {
        return Ok(Outcome::CouldNotJudge);
    }
    let fails = all.iter().any(|diagnostic| diagnostic.severity >= args.fail_on);
    Ok(if fails && !args.exit_zero { Outcome::Findings } else { Outcome::Clean })
}

fn show_diff(judged: &[Judged], output: &Output) -> Result<Outcome, Failure> {
    let mut empty = true;
    let mut withheld = BTreeSet::new();
    for one in judged {
        let mut files = BTreeMap::new();
        for (path, new) in &one.made {
            let old = fs::read_to_string(one.tree.root.join(path.as_str())).map_err(Failure::Io)?;
            files.insert(path.clone(), (old, new.clone()));
        }
        let below = ShownAs::Below(output.to_tree(&one.tree.root));
        let texts = Texts::new(one.tree.root.clone(), below, &one.rules.policies, BTreeMap::new());
        let diff = diff(&files, |path| texts.shown(path));
        empty &= diff.text.is_empty();
        output.stdout().write_all(diff.text.as_bytes()).map_err(Failure::Io)?;
        withheld.extend(diff.withheld.iter().map(|path| texts.shown(path)));
        let removed = one.judgement.diagnostics.iter().flat_map(Diagnostic::with_subsumed);
        let secret = removed.filter(|found| found.fix.as_ref().is_some_and(removes_secret));
        withheld.extend(secret.map(|found| texts.shown(&found.primary.location.file)));
    }
    for path in &withheld {
        output.say(&format!("Part of the correction of `{path}` is left out of the diff, which would show a secret: --fix and --unsafe-fixes make it."));
    }
    Ok(if empty && withheld.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
