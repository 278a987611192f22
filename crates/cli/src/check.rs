//! `preauth check`: judge a tree, and correct it.

mod corrections;
mod judge;
mod reports;
mod scope;
mod verdict;

pub(crate) use judge::today;
pub(crate) use reports::mistakes as report_mistakes;

use std::io;

use preauth_policy::PolicySet;

use crate::{
    Failure, Outcome,
    args::{Check, Format, Target},
    coverage,
    discover::discover,
    load,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &Check, output: &Output) -> Result<Outcome, Failure> {
    let targets = targets(args)?;
    let trees = discover(&args.source.paths, args.source.all)?;
    let mut ready = Vec::new();
    for tree in trees {
        let rules = load::rules(&tree.root, args.config.choice())?;
        known_ids(&rules.policies, args.select.iter().chain(&args.ignore))?;
        ready.push((tree, rules));
    }
    if ready.iter().any(|(_, rules)| !rules.mistakes.is_empty()) {
        let ready: Vec<_> = ready.iter().map(|(tree, rules)| (tree.root.as_path(), rules)).collect();
        reports::mistakes(&targets, &ready, output)?;
        return Err(Failure::Said("nothing was judged: mend the configuration first".into()));
    }
    let judged: Vec<_> =
        ready.into_iter().map(|(tree, rules)| judge::judge(args, output, tree, rules)).collect();
    let outcome = if args.diff {
        corrections::show(&judged, output)?
    } else {
        let saved = corrections::write(&judged, output);
        reports::write(args, &targets, &judged, output)?;
        verdict::say(&judged, output);
        if !saved {
            return Err(Failure::Said("not every correction could be written".into()));
        }
        verdict::outcome(args, &judged)
    };
    if judged.iter().all(|judged| judged.tree.files.is_empty()) {
        let outside = judged.iter().map(|judged| judged.tree.outside).sum();
        return Err(Failure::Said(coverage::nothing_to_read(outside)));
    }
    Ok(outcome)
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
        if seen.contains(&&target.file) {
            let place = target.file.as_ref().map_or("standard output", |file| file.as_str());
            let hint = "give all but one a file, as in `--format sarif=preauth.sarif`";
            return Err(Failure::Said(format!("two reports cannot both go to {place}: {hint}")));
        }
        seen.push(&target.file);
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
