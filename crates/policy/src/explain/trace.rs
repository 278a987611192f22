//! Traces how a policy is evaluated on an app, test by test. Each step evaluates one test with the functions that a check
//! uses.

use preauth_metadata::{App, Fact, Value, Workspace};
use preauth_source::{ArcStr, Diagnostic, Location, SubjectId as Identity};

use crate::{
    PolicySet,
    evaluate::{
        context::{Case, CheckInput},
        evaluate::{PolicyOutcome, applies, expand, outcome},
        finding::describe,
        subject::Subject,
    },
    form::checks::form_check,
    judge::{
        app::judge_subject,
        judgement::{Judgement, Undecided},
        subsume::fold_all,
        tree::check,
    },
    language::{
        policy::Policy,
        predicate::{Operand, Predicate},
        test::{FactSource, Member, Observation, Test, Verdict},
    },
};

/// The evaluation of a policy, or of a check of form, on one subject.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The subject: the app, or something that belongs to it.
    pub subject: Identity,
    /// Its label.
    pub label: String,
    /// The tests in `where`.
    pub applies: Vec<Step>,
    /// The tests in `except`.
    pub except: Vec<Step>,
    /// The tests in `require`.
    pub require: Vec<Step>,
    /// The result, whether the policy is on or not.
    pub conclusion: Conclusion,
}

/// The evaluation of one test.
#[derive(Clone, Debug)]
pub struct Step {
    /// The test in words.
    pub sentence: String,
    /// The place of the test in the policy.
    pub rule: Location,
    /// The result.
    pub verdict: Verdict,
    /// The compared values in words, each with its place; the day of the check has none. Empty for a combined test.
    pub seen: Vec<(String, Option<Location>)>,
    /// The combination, for a combined test.
    pub together: Option<&'static str>,
    /// The tests that are combined, or those of the members of a list.
    pub parts: Vec<Step>,
}

/// The result of a policy on a subject.
#[derive(Clone, Debug)]
pub enum Conclusion {
    /// It applies, and its requirements hold.
    Passes,
    /// It does not apply, because of this step.
    DoesNotApply(Option<Box<Step>>),
    /// It is violated.
    Violated(Vec<Diagnostic>),
    /// It is violated, and reported as part of another policy's finding on the same subject.
    Subsumed {
        /// The other policy.
        by: ArcStr,
        /// The findings that are not reported by themselves.
        findings: Vec<Diagnostic>,
    },
    /// It cannot be decided from the source.
    Undecided(Vec<Undecided>),
}

/// Traces a policy, or a check of form, on an app and on what belongs to it: its grants, its files, the profiles and
/// permission sets that it is assigned to, its entry in the register, the settings of the org. `None` if the id is
/// unknown.
pub fn trace(
    workspace: &Workspace,
    policies: &PolicySet,
    given: &CheckInput,
    id: &str,
    app: &App,
) -> Option<Vec<Trace>> {
    let org = workspace.org();
    let case = Case { workspace, org, given };
    if form_check(id).is_some() {
        let judged = check(workspace, &policies.with_every_form_check(), given).diagnostics;
        let is_of_app = |finding: &&Diagnostic| {
            *finding.code == *id && app.files.iter().any(|file| file.path == finding.primary.location.file)
        };
        let findings: Vec<Diagnostic> = judged.iter().filter(is_of_app).cloned().collect();
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
    let judged = fold_all(policies, workspace.org(), &judged);
    let subjects = policy.select.in_tree(case).into_iter().filter(|subject| subject.belongs_to(app));
    let subjects = subjects.filter(|subject| policy.judges(subject));
    Some(subjects.map(|subject| trace_subject(policy, &subject, &judged)).collect())
}

fn trace_subject(policy: &Policy, subject: &Subject<'_>, judged: &[Diagnostic]) -> Trace {
    let steps = |tests: &[Test]| -> Vec<Step> {
        let each = tests.iter().flat_map(|test| expand(test, subject));
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
    let mut judgement = Judgement::default();
    judge_subject(policy, subject, &mut judgement);
    let Judgement { diagnostics: findings, undecided } = judgement;
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
    } else if outcome(policy, subject) == PolicyOutcome::NotApplicable {
        let out = trace.require.iter().find(|step| step.verdict == Verdict::NotApplicable);
        Conclusion::DoesNotApply(out.cloned().map(Box::new))
    } else {
        Conclusion::Passes
    };
    trace
}

/// Returns these findings as the check of the whole tree reports them.
fn violated(findings: Vec<Diagnostic>, judged: &[Diagnostic]) -> Conclusion {
    let same = |one: &Diagnostic, other: &Diagnostic| {
        one.code == other.code && one.subject == other.subject && one.primary == other.primary
    };
    let is_among = |finding: &Diagnostic| findings.iter().any(|one| same(one, finding));
    let reported: Vec<Diagnostic> = judged.iter().filter(|finding| is_among(finding)).cloned().collect();
    if !reported.is_empty() {
        return Conclusion::Violated(reported);
    }
    match judged.iter().find(|finding| finding.subsumed.iter().any(is_among)) {
        Some(outer) => Conclusion::Subsumed { by: outer.code.clone(), findings },
        None => Conclusion::Violated(findings),
    }
}

/// Evaluates a test on a subject, or on a member of a list of the subject.
fn step(test: &Test, policy: &Policy, look: &dyn FactSource, subject: &Subject<'_>) -> Step {
    let mut all = Vec::new();
    let verdict = test.observe(look, &mut all);
    let part = |test: &Test| step(test, policy, look, subject);
    let parts = |tests: &[Test]| tests.iter().map(part).collect();
    let (seen, together, parts) = match test {
        Test::All(tests) => (Vec::new(), Some("all of these"), parts(tests)),
        Test::Any(tests) => (Vec::new(), Some("any of these"), parts(tests)),
        Test::Not(test) => (Vec::new(), Some("not this"), parts(std::slice::from_ref(test))),
        Test::AsExpected(_) => (Vec::new(), None, Vec::new()),
        Test::Predicate(_) => {
            let seen = all.pop().expect("invariant: a predicate has observed a fact");
            (facts(&seen, look, subject), None, members(&seen, policy, look, subject))
        }
    };
    let rule = Location::new(policy.location.file.clone(), test.range());
    Step { sentence: test.sentence(), rule, verdict, seen, together, parts }
}

/// Returns the facts that a predicate compares.
fn facts(
    seen: &Observation<'_>,
    look: &dyn FactSource,
    subject: &Subject<'_>,
) -> Vec<(String, Option<Location>)> {
    let at = |fact: &Fact| Some(fact.place().cloned().unwrap_or_else(|| subject.home()));
    let own = (describe(seen, subject), at(&seen.fact));
    let others = seen.test.predicate.operands().into_iter().filter_map(|operand| match operand {
        Operand::Path(path) => {
            let fact = look.fact(path);
            let words = match fact.value() {
                Some(value) => format!("`{path}` is `{}`", path.show(value)),
                None => format!("`{path}` has no value"),
            };
            Some((words, at(&fact)))
        }
        Operand::AsOf(_) => Some((format!("the day of the check is `{}`", look.as_of()), None)),
        Operand::Literal(_) => None,
    });
    std::iter::once(own).chain(others).collect()
}

/// Returns the steps of the members that decide a predicate about the members of a list: for `some` those that hold, for
/// `every` those that fail.
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
        items.iter().map(|fact| step(test, policy, &Member { fact, owner: look }, subject)).collect();
    let decides = steps.iter().any(|step| step.verdict == decisive);
    steps.into_iter().filter(|step| !decides || step.verdict == decisive).collect()
}
