//! `preauth check`: judge a tree, and correct it.

pub(crate) mod base;
pub(crate) mod baseline;
pub(crate) mod filter;
pub(crate) mod fixes;
pub(crate) mod outcome;
pub(crate) mod previous;

mod judge;
mod reportable;
mod reports;
mod select;
mod sources;

pub(crate) use judge::today;
pub use reportable::Reportable;
pub(crate) use reports::mistakes as report_mistakes;

use std::{
    io,
    panic::resume_unwind,
    thread::{self, ScopedJoinHandle},
};

use base::Before;
use camino::{Utf8Path, Utf8PathBuf};
use judge::{Judged, Ready};
use preauth_metadata::Workspace;
use preauth_policy::PolicySet;
use previous::Known;

use crate::{
    Failure, Outcome,
    args::{Check, Format, Target},
    commands::check::baseline::Baseline,
    output::{Output, write_file},
    report::summary,
    tree::{
        discover::{FoundFile, ProjectTree},
        file_system,
        git::snapshot::Snapshot,
        load::{self, LoadedPolicies},
    },
};

/// Runs the command.
pub(crate) fn run(args: &Check, output: &Output) -> Result<Outcome, Failure> {
    let targets = targets(args)?;
    let baseline = match &args.baseline {
        Some(path) if !args.write_baseline || file_system::exists(path) => Some(Baseline::read(path)?),
        _ => None,
    };
    let ruled = sources::ruled(args)?;
    if ruled.iter().any(|one| !one.rules.errors.is_empty()) {
        let mistaken: Vec<_> = ruled.iter().map(|one| (one.tree.root.as_path(), &one.rules)).collect();
        reports::mistakes(&targets, &mistaken, output)?;
        return Err(Failure::Said("nothing was judged: mend the configuration first".into()));
    }
    for one in &ruled {
        known_ids(&one.rules.policies, args.select.iter().chain(&args.ignore))?;
    }
    let ready: Vec<Ready> = ruled.into_iter().map(|one| read(args, output, one)).collect::<Result<_, _>>()?;
    let befores: Vec<&Before> = ready.iter().filter_map(|one| one.before.as_ref()).collect();
    let known = Known::new(&befores, baseline.as_ref().filter(|_| !args.write_baseline));
    let judged: Vec<Judged> = ready.into_iter().map(|ready| judge::judge(args, ready, &known)).collect();
    let outcome = match &args.baseline {
        Some(path) if args.write_baseline => {
            write_baseline(path, &baseline.unwrap_or_default(), &judged, output)?
        }
        _ if args.diff => fixes::show(args, &judged, output)?,
        _ => report(args, &targets, &judged, &known, baseline.as_ref(), output)?,
    };
    if judged.iter().all(|judged| judged.tree.files.is_empty()) {
        return Err(nothing_to_read(&judged));
    }
    // The program ends: to give back piece by piece what the system takes back at once would only take time.
    std::mem::forget(judged);
    Ok(outcome)
}

fn nothing_to_read(judged: &[Judged]) -> Failure {
    let outside = judged.iter().map(|judged| judged.tree.outside).sum();
    Failure::Said(summary::nothing_to_read(outside))
}

/// A tree and its rules.
struct Ruled {
    tree: ProjectTree,
    rules: LoadedPolicies,
    /// Whether the rules are those of the work tree.
    rules_on_disk: bool,
    /// What git keeps of a tree that is judged as it is staged.
    staged: Option<Snapshot>,
    /// What was read of the work tree while git was asked what is staged.
    on_disk: Option<Workspace>,
}

/// What somebody else has done meanwhile.
fn joined<T>(meanwhile: ScopedJoinHandle<'_, T>) -> T {
    meanwhile.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Reads a tree and folds it, and meanwhile asks git what it was before the change that is judged, if one is.
fn read(args: &Check, output: &Output, ruled: Ruled) -> Result<Ready, Failure> {
    let progress = output.progress && !args.source.no_progress;
    let is_change = args.since.is_some() || args.staged;
    // What is staged is mostly what is on disk.
    let known = |found: &FoundFile| {
        let (staged, on_disk) = ruled.staged.as_ref().zip(ruled.on_disk.as_ref())?;
        let is_known = ruled.rules_on_disk && staged.matches_disk(&found.path);
        load::reusable_facts(on_disk, found).filter(|_| is_known)
    };
    let (workspace, past) = thread::scope(|scope| {
        let past = is_change.then(|| scope.spawn(|| base::past(args, output, &ruled)));
        let demand = ruled.rules.policies.demand();
        let workspace = load::workspace_reusing(&ruled.tree, demand, progress, known);
        workspace.org();
        (workspace, past.map(joined))
    });
    let Ruled { tree, rules, staged, .. } = ruled;
    let mut ready = Ready { tree, rules, workspace, staged, before: None };
    if let Some(past) = past {
        ready.before = Some(base::before(args, past?, &mut ready));
    }
    Ok(ready)
}

fn report(
    args: &Check,
    targets: &[Target],
    judged: &[Judged],
    known: &Known,
    baseline: Option<&Baseline>,
    output: &Output,
) -> Result<Outcome, Failure> {
    let saved = fixes::write(args, judged, output)?;
    let selected = select::select(args, judged, known);
    reports::write(args, targets, judged, &selected, output)?;
    outcome::say(judged, &selected, baseline, output);
    if saved {
        return Ok(outcome::outcome(args, judged, &selected));
    }
    Err(Failure::Said("not every correction could be written".into()))
}

fn write_baseline(
    path: &Utf8Path,
    old: &Baseline,
    judged: &[Judged],
    output: &Output,
) -> Result<Outcome, Failure> {
    if judged.iter().any(|one| !one.tree.scope.is_empty()) {
        let message = "a baseline is of whole trees: give no path inside of one with --write-baseline";
        return Err(Failure::Said(message.into()));
    }
    if judged.iter().all(|one| one.tree.files.is_empty()) {
        return Err(nothing_to_read(judged));
    }
    let unread: usize = judged.iter().map(|one| one.coverage.unreadable).sum();
    if unread > 0 {
        let files = summary::counted(unread, "file", "files");
        let message =
            format!("the baseline is not written, for {files} could not be read: `preauth check` says which");
        return Err(Failure::Said(message));
    }
    let new = select::baseline(judged);
    new.write(path)?;
    output.message(&format!(
        "Wrote {} to `{path}`: {} new, {} pruned.",
        summary::counted(new.len(), "finding", "findings"),
        new.without(old),
        old.without(&new)
    ));
    Ok(Outcome::Clean)
}

/// The reports that were asked for: the one for people when none was.
fn targets(args: &Check) -> Result<Vec<Target>, Failure> {
    if args.json {
        return Ok(vec![Format::Json.into()]);
    }
    if args.format.is_empty() {
        return Ok(vec![Format::Text.into()]);
    }
    let mut seen = Vec::new();
    for target in &args.format {
        let cannot = |file: &Utf8Path, error| Failure::Said(format!("cannot write `{file}`: {error}"));
        let resolved = |file: &Utf8PathBuf| write_file::target(file).map_err(|error| cannot(file, error));
        let file = target.file.as_ref().map(resolved).transpose()?;
        if seen.contains(&file) {
            let place = target.file.as_ref().map_or("standard output", |file| file.as_str());
            let hint = "give each a file of its own, as in `--format sarif=preauth.sarif`";
            return Err(Failure::Said(format!("two reports cannot both go to {place}: {hint}")));
        }
        seen.push(file);
    }
    Ok(args.format.clone())
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

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
