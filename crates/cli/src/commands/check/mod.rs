//! `preauth check`: checks trees, and fixes them.
//!
//! The stages, in order: [`plan`], [`sources`], [`base`], [`judge`], [`select`], then [`fixes`], [`reports`] and
//! [`outcome`], or [`baseline`]. Types that several stages share are in [`stages`].

mod args;
mod base;
mod baseline;
mod compare;
mod filter;
mod fixes;
mod judge;
mod outcome;
mod plan;
mod previous;
mod reportable;
mod reports;
mod results;
mod select;
mod sources;
mod stages;

pub(crate) use args::CheckArgs;
pub use reportable::Reportable;

use preauth_policy::PolicySet;

use self::{
    baseline::Baseline,
    plan::{Action, Plan},
    previous::PreviousFindings,
    stages::{BaseTree, CheckedTree, ReadTree, ensure_judged},
};
use crate::{
    Failure, Outcome,
    commands::{configuration_errors, explain::unknown_policy},
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &CheckArgs, output: &Output) -> Result<Outcome, Failure> {
    let plan = Plan::resolve(args, output)?;
    let baseline = plan.baseline.map(Baseline::read).transpose()?;
    let mut loaded = sources::load(&plan.sources)?;
    configuration_errors::hint(loaded.iter().map(|one| &one.rules), output);
    if loaded.iter().any(|one| !one.rules.errors.is_empty()) {
        let trees: Vec<_> = loaded.iter().map(|one| (one.tree.root.as_path(), &one.rules)).collect();
        configuration_errors::report(&plan.targets, &trees, output)?;
        let rules = loaded.iter().map(|one| &one.rules);
        return Err(configuration_errors::failure("Nothing was checked", rules));
    }
    for one in &mut loaded {
        ensure_known(plan.filter.ids(), &one.rules.policies)?;
        one.switched_on = one.rules.policies.switch_on(plan.filter.select);
    }
    let read = |one| sources::read(&plan.sources, plan.evaluation, one, output);
    let read: Vec<ReadTree> = loaded.into_iter().map(read).collect::<Result<_, _>>()?;
    let bases: Vec<&BaseTree> = read.iter().filter_map(|one| one.base.as_ref()).collect();
    let previous = PreviousFindings::new(&bases, baseline.as_ref());
    let checked: Vec<CheckedTree> = read.into_iter().map(|one| judge::judge(&plan, one, &previous)).collect();
    let outcome = match plan.action {
        Action::Report => report(&plan, &checked, &previous, baseline.as_ref(), output)?,
        Action::ShowDiff => fixes::show_diff(plan.exit, &checked, output)?,
        Action::WriteBaseline(path) => baseline::update(path, &checked, output)?,
    };
    ensure_judged(&checked, output)?;
    // The program ends now: the system frees the memory faster than dropping each value would.
    std::mem::forget(checked);
    Ok(outcome)
}

/// Writes fixes, reports and the closing lines.
fn report(
    plan: &Plan<'_>,
    checked: &[CheckedTree],
    previous: &PreviousFindings,
    baseline: Option<&Baseline>,
    output: &Output,
) -> Result<Outcome, Failure> {
    let is_saved = fixes::write(checked, plan.prints_fixed_text, output)?;
    let selected = select::select(&plan.filter, checked, previous);
    reports::write(plan, checked, &selected, output)?;
    outcome::summarize(checked, &selected, baseline, output);
    if plan.mentions_fix {
        output.message("No file was changed: add --fix to apply the fixes, or --diff to see them.");
    }
    if is_saved {
        return Ok(outcome::outcome(plan.exit, checked, &selected));
    }
    Err(Failure::Message("some fixes could not be written".into()))
}

/// Checks that ids on the command line are those of policies.
fn ensure_known<'i>(ids: impl Iterator<Item = &'i str>, policies: &PolicySet) -> Result<(), Failure> {
    for id in ids {
        if !policies.ids().any(|known| known == id) {
            return Err(Failure::Message(unknown_policy(policies, id)));
        }
    }
    Ok(())
}
