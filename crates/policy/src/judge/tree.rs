//! Judges a tree: each unit by itself, then what depends on all of them.

use preauth_metadata::{Workspace, on_all_cores};
use preauth_source::Diagnostic;

use crate::{
    PolicySet,
    evaluate::{
        context::{Case, CheckInput},
        owner,
        unit::Unit,
    },
    judge::{
        judgement::{Judgement, Undecided},
        overrides::unmatched_overrides,
        retired::retired_ids,
        unit::judge_unit,
        waivers::{WaiverMatch, WaiverOutcomes, relate_widened, waive},
    },
};

/// Checks a tree: the form of its files, and every policy on every subject. No finding is included in another: see
/// [`fold`](crate::fold).
pub fn check(workspace: &Workspace, policies: &PolicySet, given: &CheckInput) -> Judgement {
    let org = workspace.org();
    let case = Case { workspace, org, given };
    let units: Vec<Unit<'_>> = Unit::all(org).chain([Unit::Org]).collect();
    let judged = on_all_cores(units, |unit| judge_and_waive(case, policies, unit));
    let mut units: Vec<JudgedUnit> = judged.into_iter().flatten().map(|unit| *unit).collect();

    let matches = units.iter().flat_map(|unit| &unit.matches);
    let outcomes = WaiverOutcomes::new(&given.waivers, matches);
    let undecided = || units.iter().flat_map(|unit| &unit.undecided);
    let about_waivers = outcomes.findings(case, policies, &|is| undecided().any(is));
    let widened = outcomes.widened();

    let mut judgement = Judgement::default();
    for unit in &mut units {
        relate_widened(&given.waivers, &unit.matches, &widened, &mut unit.findings);
        judgement.diagnostics.append(&mut unit.findings);
        judgement.undecided.append(&mut unit.undecided);
    }
    judgement.diagnostics.extend(about_waivers);
    judgement.diagnostics.extend(unmatched_overrides(case, policies));
    judgement.diagnostics.extend(retired_ids(case, policies));
    for finding in &mut judgement.diagnostics {
        policies.adjust(finding, owner::of_diagnostic(org, finding));
    }
    judgement.diagnostics.sort_by(|a, b| a.order(b).then_with(|| a.subject.cmp(&b.subject)));
    judgement.diagnostics.dedup();
    judgement
}

/// The judgement of one unit, with its waivers.
struct JudgedUnit {
    findings: Vec<Diagnostic>,
    undecided: Vec<Undecided>,
    matches: Vec<WaiverMatch>,
}

/// Judges one unit and suppresses the findings that are waived. Most units give nothing, which takes no memory.
fn judge_and_waive(case: Case<'_>, policies: &PolicySet, unit: Unit<'_>) -> Option<Box<JudgedUnit>> {
    let Judgement { diagnostics: mut findings, undecided } = judge_unit(case, policies, unit);
    let matches = waive(case, policies, &mut findings);
    if findings.is_empty() && undecided.is_empty() {
        return None;
    }
    Some(Box::new(JudgedUnit { findings, undecided, matches }))
}
