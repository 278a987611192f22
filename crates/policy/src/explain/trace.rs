//! Traces: how a policy comes to its verdict on an app, test by test. The verdicts are those of the judgement itself:
//! each step puts one test to the subject, as judging does.

use preauth_metadata::{App, Fact, Value, Workspace};
use preauth_source::{ArcStr, Diagnostic, Location, Subject as Identity};

use crate::{
    PolicySet,
    evaluate::{
        applies, expanded, judge, seen_words,
        subject::{Case, CheckInput, Of, Subject},
    },
    form::checks::form_check,
    judge::tree::{Undecided, check},
    language::{
        policy::Policy,
        predicate::{Operand, Predicate},
        test::{FactSource, Member, Observation, Test, Verdict},
    },
};

/// How a policy, or a check of form, comes to its verdict on one subject.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What is judged: the app, or what belongs to it.
    pub subject: Identity,
    /// What people call it.
    pub label: String,
    /// The tests that say when the policy applies.
    pub applies: Vec<Step>,
    /// The tests that say when it does not apply all the same.
    pub except: Vec<Step>,
    /// The tests that must hold.
    pub require: Vec<Step>,
    /// What it comes to, whether the policy is on or not.
    pub conclusion: Conclusion,
}

/// One test and what became of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What the test says.
    pub sentence: String,
    /// Where the policy says so.
    pub rule: Location,
    /// What it comes to.
    pub verdict: Verdict,
    /// What it was put to and compared with, in words, and where that is decided; the day has no place. Empty for tests
    /// that are put together of others.
    pub seen: Vec<(String, Option<Location>)>,
    /// How its parts make it, where it is put together of other tests.
    pub together: Option<&'static str>,
    /// The tests that it is put together of, or those of the members of a list.
    pub parts: Vec<Step>,
}

/// What a policy comes to on a subject.
#[derive(Clone, Debug)]
pub enum Conclusion {
    /// It applies, and what it requires holds.
    Passes,
    /// It does not apply: the step that decides that.
    DoesNotApply(Option<Box<Step>>),
    /// It is violated.
    Violated(Vec<Diagnostic>),
    /// It is violated, and the finding of another policy on the same subject says so.
    SpokenFor {
        /// The other policy.
        by: ArcStr,
        /// What is wrong.
        findings: Vec<Diagnostic>,
    },
    /// The source does not tell.
    Undecided(Vec<Undecided>),
}

/// Traces a policy, or a check of form, on an app and on what belongs to it: its grants, its files, the profiles and
/// permission sets that it is assigned to, its entry in the register, the settings of the org. `None` when nothing has
/// that id.
pub fn trace(
    workspace: &Workspace,
    policies: &PolicySet,
    given: &CheckInput,
    id: &str,
    app: &App,
) -> Option<Vec<Trace>> {
    let org = workspace.org();
    let case = Case { workspace, org, given, asked: None, outlines: None };
    if form_check(id).is_some() {
        let judged = check(workspace, &policies.with_every_form_check(), given).diagnostics;
        let here = |finding: &&Diagnostic| {
            *finding.code == *id && app.files.iter().any(|file| file.path == finding.primary.location.file)
        };
        let findings: Vec<Diagnostic> = judged.iter().filter(here).cloned().collect();
        return Some(vec![Trace {
            subject: app.subject(),
            label: app.label().to_owned(),
            applies: Vec::new(),
            except: Vec::new(),
            require: Vec::new(),
            conclusion: if findings.is_empty() { Conclusion::Passes } else { Conclusion::Violated(findings) },
        }]);
    }
    let policy = policies.of_app(policies.get(id)?, Some(app));
    let judged = check(workspace, policies, given).diagnostics;
    let subjects = case.subjects(policy.select).into_iter().filter(|subject| belongs(subject, app));
    Some(subjects.map(|subject| of_subject(policy, &subject, &judged)).collect())
}

/// Whether a subject is an app, or belongs to it.
fn belongs(subject: &Subject<'_>, app: &App) -> bool {
    match &subject.of {
        Of::App(other, _) | Of::Grant(_, other, _) | Of::Certificate(_, other, _) => other.home == app.home,
        Of::IpRanges(_, of) => of.is_some_and(|other| other.home == app.home),
        Of::Component(component) => app
            .grants
            .iter()
            .filter_map(|grant| grant.resolution.component())
            .any(|granted| granted.kind == component.kind && granted.name == component.name),
        Of::Org => true,
        Of::Entry(entry) => {
            subject.case.entry(app).is_some_and(|found| std::ptr::eq::<crate::RegisterEntry>(found, *entry))
        }
        Of::File(file, _) => app.files.iter().any(|own| own.path == file.path),
    }
}

fn of_subject(policy: &Policy, subject: &Subject<'_>, judged: &[Diagnostic]) -> Trace {
    let steps = |tests: &[Test]| -> Vec<Step> {
        let each = tests.iter().flat_map(|test| expanded(test, subject));
        each.map(|test| step(&test, policy, subject, subject)).collect()
    };
    let mut trace = Trace {
        subject: subject.identity(),
        label: subject.label().into_owned(),
        applies: steps(&policy.applies),
        except: steps(&policy.except),
        require: steps(&policy.require),
        conclusion: Conclusion::Passes,
    };
    let (mut findings, mut undecided) = (Vec::new(), Vec::new());
    judge(policy, subject, &mut findings, &mut undecided);
    let applies = applies(policy, subject);
    trace.conclusion = if matches!(applies, Verdict::Fails | Verdict::NotApplicable) {
        let out = |step: &&Step| matches!(step.verdict, Verdict::Fails | Verdict::NotApplicable);
        let excepted = |step: &&Step| step.verdict == Verdict::Holds;
        let decisive = trace.applies.iter().find(out).or_else(|| trace.except.iter().find(excepted));
        Conclusion::DoesNotApply(decisive.cloned().map(Box::new))
    } else if !findings.is_empty() {
        violated(findings, judged)
    } else if !undecided.is_empty() {
        Conclusion::Undecided(undecided)
    } else {
        Conclusion::Passes
    };
    trace
}

/// What the judgement of the whole tree made of these findings.
fn violated(findings: Vec<Diagnostic>, judged: &[Diagnostic]) -> Conclusion {
    let same = |one: &Diagnostic, other: &Diagnostic| {
        one.code == other.code && one.subject == other.subject && one.primary == other.primary
    };
    let is_among = |finding: &Diagnostic| findings.iter().any(|one| same(one, finding));
    let weighed: Vec<Diagnostic> = judged.iter().filter(|finding| is_among(finding)).cloned().collect();
    if !weighed.is_empty() {
        return Conclusion::Violated(weighed);
    }
    match judged.iter().find(|finding| finding.subsumed.iter().any(is_among)) {
        Some(speaker) => Conclusion::SpokenFor { by: speaker.code.clone(), findings },
        None => Conclusion::Violated(findings),
    }
}

/// Puts a test to a subject, or to a member of a list of it.
fn step(test: &Test, policy: &Policy, look: &dyn FactSource, subject: &Subject<'_>) -> Step {
    let mut all = Vec::new();
    let verdict = test.judge(look, &mut all);
    let part = |test: &Test| step(test, policy, look, subject);
    let parts = |tests: &[Test]| tests.iter().map(part).collect();
    let (seen, together, parts) = match test {
        Test::All(tests) => (Vec::new(), Some("all of these"), parts(tests)),
        Test::Any(tests) => (Vec::new(), Some("any of these"), parts(tests)),
        Test::Not(test) => (Vec::new(), Some("the opposite of this"), parts(std::slice::from_ref(test))),
        Test::AsExpected(_) => (Vec::new(), None, Vec::new()),
        Test::Predicate(_) => {
            let seen = all.pop().expect("invariant: a word that is judged has seen a fact");
            (facts(&seen, look, subject), None, members(&seen, policy, look, subject))
        }
    };
    let rule = Location::new(policy.location.file.clone(), test.range());
    Step { sentence: test.sentence(), rule, verdict, seen, together, parts }
}

/// What a word was put to: its fact, and those that it is compared with.
fn facts(
    seen: &Observation<'_>,
    look: &dyn FactSource,
    subject: &Subject<'_>,
) -> Vec<(String, Option<Location>)> {
    let at = |fact: &Fact| Some(fact.place().cloned().unwrap_or_else(|| subject.home()));
    let own = (seen_words(seen, subject), at(&seen.fact));
    let others = seen.test.predicate.operands().into_iter().filter_map(|operand| match operand {
        Operand::Path(path) => {
            let fact = look.fact(path);
            let words = match fact.value() {
                Some(value) => format!("`{path}` is `{}`", path.show(value)),
                None => format!("`{path}` has no value"),
            };
            Some((words, at(&fact)))
        }
        Operand::AsOf(_) => Some((format!("the day is `{}`", look.as_of()), None)),
        Operand::Literal(_) => None,
    });
    std::iter::once(own).chain(others).collect()
}

/// The steps of the members of a list that decide a word about members: those that pass where one is enough, those
/// that do not where all must.
fn members(
    seen: &Observation<'_>,
    policy: &Policy,
    look: &dyn FactSource,
    subject: &Subject<'_>,
) -> Vec<Step> {
    let (test, decisive) = match &seen.test.predicate {
        Predicate::Some(test) => (test, Verdict::Holds),
        Predicate::Every(test) => (test, Verdict::Fails),
        _ => return Vec::new(),
    };
    let items = seen.fact.value().and_then(Value::as_list).unwrap_or_default();
    let steps: Vec<Step> =
        items.iter().map(|fact| step(test, policy, &Member { fact, of: look }, subject)).collect();
    let decides = steps.iter().any(|step| step.verdict == decisive);
    steps.into_iter().filter(|step| !decides || step.verdict == decisive).collect()
}
