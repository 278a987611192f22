//! What was said of a tree, kept to be said again after an edit.

use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

use preauth_metadata::{Component, Components, Org, Workspace, on_all_cores};
use preauth_source::Diagnostic;

use crate::{
    PolicySet,
    evaluate::{
        owner,
        subject::{Asked, Case, CheckInput},
        unit::{OwnedUnit, Unit},
    },
    judge::{
        outline::Outline,
        subsume::subsumed,
        tree::{Judgement, Undecided, judge_unit},
        waivers::{Use, Uses, name_widened, waive},
    },
    rules::overrides::unmatched,
};

/// What was said of a tree. After an edit only what the edit has a part in is judged again.
#[derive(Debug, Default)]
pub struct Judged {
    /// The parts of the tree, in order.
    parts: Vec<Judgements>,
    /// What is said of the org itself.
    of_org: Said,
    components: Option<Arc<Components>>,
    /// What is said of all parts and of the org, in the order of the source.
    diagnostics: Vec<Arc<Diagnostic>>,
}

/// A part and what is said of it.
#[derive(Debug)]
struct Judgements {
    of: OwnedUnit,
    is_judged: bool,
    /// The components that its judgement has asked for; see [`Asked`].
    asked: Option<Vec<Arc<Component>>>,
    /// What the judgement of the org looks at in its apps.
    outlines: Vec<Arc<Outline>>,
    /// `None` where nothing is.
    said: Option<Box<Said>>,
}

/// What is said of a part.
#[derive(Debug, Default)]
struct Said {
    undecided: Vec<Undecided>,
    /// What it is to the waivers.
    uses: Vec<Use>,
    /// The findings as they were judged, where waivers may have to be named in them.
    raw: Vec<Diagnostic>,
    /// The waivers that are named in them.
    widened: Vec<usize>,
    /// The findings as they are reported.
    findings: Vec<Arc<Diagnostic>>,
}

impl Judged {
    /// Judges a tree. What was said of a part of it is said again where nothing has changed that its judgement has
    /// looked at; so the policies, and what is given, must be the same each time.
    pub fn again(
        &mut self,
        workspace: &Workspace,
        policies: &PolicySet,
        given: &CheckInput,
    ) -> &[Arc<Diagnostic>] {
        let org = workspace.org();
        let mut gone = Vec::new();
        let mut new = self.take_over(org, &mut gone);
        let parts = &self.parts;
        let judge = |index: usize| {
            let asked = Asked::default();
            let case = Case { workspace, org, given, asked: Some(&asked), outlines: None };
            let part = parts[index].of.unit();
            let said = Some(Said::of(case, policies, part)).filter(|said| !said.is_empty()).map(Box::new);
            let outlines: Vec<_> = part.apps().iter().map(|app| Arc::new(Outline::of(case, app))).collect();
            (said, outlines, asked.into_components())
        };
        let judged = on_all_cores(new.clone(), judge);
        for (index, (said, outlines, asked)) in new.iter().zip(judged) {
            let part = &mut self.parts[*index];
            part.is_judged = true;
            part.outlines = outlines;
            part.asked = asked;
            part.said = said;
        }
        let outlines: Vec<_> = self.parts.iter().flat_map(|part| &part.outlines).cloned().collect();
        let case = Case { workspace, org, given, asked: None, outlines: Some(&outlines) };
        let mut of_org = Said::of(case, policies, Unit::Org);
        let all = || self.parts.iter().filter_map(|part| part.said.as_deref()).chain([&of_org]);
        let uses = Uses::of(&given.waivers, all().flat_map(|said| &said.uses));
        let undecided = || all().flat_map(|said| &said.undecided);
        let mut of_all = uses.said(case, policies, &|is| undecided().any(is));
        of_all.extend(unmatched(case, policies));
        let widened = uses.widened();
        // What is named in a finding may change with what is said elsewhere.
        let named = |part: &Judgements| {
            part.said.as_deref().is_some_and(|said| said.widened != said.to_be_named(&widened))
        };
        let renamed: Vec<usize> = (0..self.parts.len()).filter(|index| named(&self.parts[*index])).collect();
        new.extend(renamed);
        new.sort_unstable();
        new.dedup();
        let mut come = Vec::new();
        for index in new {
            let Some(said) = &mut self.parts[index].said else { continue };
            gone.append(&mut said.findings);
            said.report(case, policies, &widened, Vec::new());
            come.extend(said.findings.iter().cloned());
        }
        of_org.report(case, policies, &widened, of_all);
        if of_org.findings == self.of_org.findings {
            of_org.findings = std::mem::take(&mut self.of_org.findings);
        } else {
            gone.append(&mut self.of_org.findings);
            come.extend(of_org.findings.iter().cloned());
        }
        self.of_org = of_org;
        self.components = Some(org.components.clone());
        replace(&mut self.diagnostics, &gone, come);
        &self.diagnostics
    }

    /// All that was said of the tree.
    pub fn judgement(&self) -> Judgement {
        let of_parts = self.parts.iter().filter_map(|part| part.said.as_deref());
        let undecided = of_parts.chain([&self.of_org]).flat_map(|said| &said.undecided).cloned();
        let diagnostics = self.diagnostics.iter().map(|diagnostic| Diagnostic::clone(diagnostic));
        Judgement { diagnostics: diagnostics.collect(), undecided: undecided.collect() }
    }

    /// Takes over the parts that a tree has now. Gives those that are to be judged; what was said of what they were, and
    /// of others that are no more, is `gone`.
    fn take_over(&mut self, org: &Org, gone: &mut Vec<Arc<Diagnostic>>) -> Vec<usize> {
        self.line_up(org, gone);
        let before = self.components.as_ref();
        let same = before.is_some_and(|before| Arc::ptr_eq(before, &org.components));
        let named_alike = before.is_some_and(|before| org.components.names_as(before));
        let holds = |asked: &Option<Vec<Arc<Component>>>| {
            let there = |asked: &Vec<_>| named_alike && org.components.are_all_there(asked);
            same || asked.as_ref().is_none_or(there)
        };
        let mut new = Vec::new();
        for (index, (kept, part)) in self.parts.iter_mut().zip(Unit::all(org)).enumerate() {
            if kept.is_judged && kept.of.unit().is(part) && holds(&kept.asked) {
                continue;
            }
            gone.extend(kept.said.take().into_iter().flat_map(|said| said.findings));
            *kept = Judgements::none(part);
            new.push(index);
        }
        new
    }

    /// Makes the parts those that a tree has now, one by one, whatever became of each.
    fn line_up(&mut self, org: &Org, gone: &mut Vec<Arc<Diagnostic>>) {
        let stands = |kept: &Judgements, part: Unit<'_>| {
            kept.of.unit().is(part) || kept.of.unit().order(part) == Ordering::Equal
        };
        let mut parts = Unit::all(org);
        let are_lined_up = self.parts.iter().all(|kept| parts.next().is_some_and(|part| stands(kept, part)));
        if are_lined_up && parts.next().is_none() {
            return;
        }
        let mut before = std::mem::take(&mut self.parts).into_iter().peekable();
        self.parts.reserve_exact(Unit::all(org).count());
        for part in Unit::all(org) {
            while let Some(other) = before.next_if(|kept| kept.of.unit().order(part) == Ordering::Less) {
                gone.extend(other.said.into_iter().flat_map(|said| said.findings));
            }
            let kept = before.next_if(|kept| stands(kept, part));
            self.parts.push(kept.unwrap_or_else(|| Judgements::none(part)));
        }
        gone.extend(before.filter_map(|kept| kept.said).flat_map(|said| said.findings));
    }
}

impl Judgements {
    /// A part that was not judged yet.
    fn none(part: Unit<'_>) -> Self {
        Self { of: OwnedUnit::of(part), is_judged: false, asked: None, outlines: Vec::new(), said: None }
    }
}

impl From<Judged> for Judgement {
    fn from(judged: Judged) -> Self {
        let mut undecided = Vec::new();
        for said in judged.parts.into_iter().filter_map(|part| part.said) {
            undecided.extend(said.undecided);
        }
        undecided.extend(judged.of_org.undecided);
        drop(judged.of_org.findings);
        let diagnostics = judged.diagnostics.into_iter().map(Arc::unwrap_or_clone).collect();
        Self { diagnostics, undecided }
    }
}

impl Said {
    /// What is said of a part, without what is said of it only together with others.
    fn of(case: Case<'_>, policies: &PolicySet, part: Unit<'_>) -> Self {
        let Judgement { diagnostics: mut raw, undecided } = judge_unit(case, policies, part);
        let uses = waive(case, policies, &mut raw);
        raw.shrink_to_fit();
        Self { undecided, uses, raw, ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.undecided.is_empty() && self.uses.is_empty() && self.raw.is_empty()
    }

    /// Those of the waivers that are for another value than is there that are to be named in the findings.
    fn to_be_named(&self, widened: &BTreeSet<usize>) -> Vec<usize> {
        let beside = self.uses.iter().filter(|r#use| r#use.beside.is_some()).map(|r#use| r#use.waiver);
        beside.filter(|waiver| widened.contains(waiver)).collect()
    }

    /// Makes the findings what is reported, and those that are said of all parts together with them.
    fn report(
        &mut self,
        case: Case<'_>,
        policies: &PolicySet,
        widened: &BTreeSet<usize>,
        of_all: Vec<Diagnostic>,
    ) {
        let is_named = self.uses.iter().any(|r#use| r#use.beside.is_some());
        let mut findings = if is_named { self.raw.clone() } else { std::mem::take(&mut self.raw) };
        self.widened = self.to_be_named(widened);
        name_widened(&case.given.waivers, &self.uses, widened, &mut findings);
        findings.extend(of_all);
        for finding in &mut findings {
            policies.adjust(finding, owner::of_diagnostic(case.org, finding));
        }
        let mut findings = subsumed(policies, findings);
        findings.sort_by(Diagnostic::order);
        findings.dedup();
        self.findings = findings.into_iter().map(Arc::new).collect();
        // They were collected in the room that the findings took themselves.
        self.findings.shrink_to_fit();
    }
}

/// Puts findings in the place of others, in order.
fn replace(all: &mut Vec<Arc<Diagnostic>>, gone: &[Arc<Diagnostic>], come: Vec<Arc<Diagnostic>>) {
    let order = |a: &Arc<Diagnostic>, b: &Arc<Diagnostic>| a.order(b).then_with(|| a.subject.cmp(&b.subject));
    if gone.len() + come.len() > FEW {
        let gone: BTreeSet<_> = gone.iter().map(Arc::as_ptr).collect();
        all.retain(|finding| !gone.contains(&Arc::as_ptr(finding)));
        all.extend(come);
        all.sort_by(order);
        return;
    }
    for finding in gone {
        let from = all.partition_point(|other| order(other, finding) == Ordering::Less);
        if let Some(at) = all[from..].iter().position(|other| Arc::ptr_eq(other, finding)) {
            all.remove(from + at);
        }
    }
    for finding in come {
        let at = all.partition_point(|other| order(other, &finding) != Ordering::Greater);
        all.insert(at, finding);
    }
}

/// How many findings are sooner put in their places one by one than all sorted.
const FEW: usize = 64;
