//! A JUnit report: a suite for each policy, with a failure for each finding, also for those that are included in others. A
//! policy without findings has a test that passes if it holds, and is skipped if it is not applicable or not determined.
//!
//! Source: the schema of Jenkins' xUnit plugin (`junit-10.xsd`).

use std::io::{self, Write};

use preauth_policy::PolicyOutcome;
use preauth_source::Diagnostic;

use super::{FormatDef, PathBase, xml::ReportElement};
use crate::report::{
    Run,
    results::{PolicyResult, merged},
    with_help,
};

/// The tests of one policy.
struct JunitSuite<'r> {
    id: String,
    findings: Vec<JunitFinding<'r>>,
    /// The result of the policy. `None` for errors that no policy reports.
    result: Option<PolicyResult>,
}

/// A finding of the policy.
struct JunitFinding<'r> {
    run: &'r Run<'r>,
    found: &'r Diagnostic,
    /// The policy whose finding includes it.
    under: Option<&'r str>,
}

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::CurrentFolder, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let results = merged(runs.iter().flat_map(|run| (run.results)()));
    let mut suites: Vec<JunitSuite<'_>> = results
        .into_iter()
        .map(|result| JunitSuite { id: result.id.clone(), findings: Vec::new(), result: Some(result) })
        .collect();
    for run in runs {
        for outer in &run.diagnostics {
            let included =
                outer.subsumed.iter().map(|found| JunitFinding { run, found, under: Some(&outer.code) });
            for finding in std::iter::once(JunitFinding { run, found: outer, under: None }).chain(included) {
                let id = &finding.found.code;
                match suites.iter_mut().find(|suite| *suite.id == **id) {
                    Some(suite) => suite.findings.push(finding),
                    None => {
                        suites.push(JunitSuite { id: id.to_string(), findings: vec![finding], result: None });
                    }
                }
            }
        }
    }
    // The form of files is only of interest if something is wrong with it.
    let is_shown = |suite: &JunitSuite<'_>| {
        !suite.findings.is_empty() || suite.result.as_ref().is_some_and(|result| !result.is_form)
    };
    suites.retain(is_shown);
    let elements: Vec<JunitElement> = suites.iter().map(JunitSuite::element).collect();
    let total = |count: fn(&JunitElement) -> usize| elements.iter().map(count).sum::<usize>().to_string();
    ReportElement::new("testsuites")
        .with("name", "preauth")
        .with("tests", &total(|element| element.tests))
        .with("failures", &total(|element| element.failures))
        .with("errors", "0")
        .with_children(elements.into_iter().map(|element| element.suite))
        .write(out)
}

/// A suite, and the numbers of its tests.
struct JunitElement {
    suite: ReportElement,
    tests: usize,
    failures: usize,
}

impl JunitSuite<'_> {
    fn element(&self) -> JunitElement {
        let mut cases: Vec<ReportElement> =
            self.findings.iter().map(|finding| self.finding(finding)).collect();
        let failures = self.findings.iter().filter(|finding| finding.found.suppressed.is_none()).count();
        let mut passed = 0;
        if let Some(result) = &self.result {
            let is_undecided = result.tally.undecided > 0;
            if cases.is_empty() || is_undecided {
                passed = usize::from(result.outcome() == PolicyOutcome::Holds);
                cases.push(self.summary(result));
            }
        }
        let tests = cases.len();
        let suite = ReportElement::new("testsuite")
            .with("name", &self.id)
            .with("tests", &tests.to_string())
            .with("failures", &failures.to_string())
            .with("errors", "0")
            .with("skipped", &(tests - failures - passed).to_string())
            .with_children(cases);
        JunitElement { suite, tests, failures }
    }

    /// Returns the test that says the result of the policy. It passes only if the policy holds.
    fn summary(&self, result: &PolicyResult) -> ReportElement {
        let sentence = result.sentence();
        self.case(&result.title).with_children([match result.outcome() {
            PolicyOutcome::Holds => ReportElement::new("system-out").with_text(&sentence),
            _ => ReportElement::new("skipped").with("message", &sentence),
        }])
    }

    fn case(&self, name: &str) -> ReportElement {
        ReportElement::new("testcase").with("classname", &format!("preauth.{}", self.id)).with("name", name)
    }

    fn finding(&self, finding: &JunitFinding<'_>) -> ReportElement {
        let JunitFinding { run, found, under } = finding;
        let location = &found.primary.location;
        let start = run.texts.start(location);
        let place = format!("{}:{}:{}", run.texts.display_path(&location.file), start.line, start.column);
        let name = match &found.subject {
            Some(subject) => format!("{} {} ({place})", subject.kind, subject.name),
            None => place.clone(),
        };
        let under = under.map(|code| format!(" (reported under `{code}`)")).unwrap_or_default();
        let outcome = match &found.suppressed {
            Some(waiver) => ReportElement::new("skipped")
                .with("message", &format!("waived until {}: {}", waiver.expires, waiver.reason)),
            None => ReportElement::new("failure")
                .with("type", found.severity.as_str())
                .with("message", &format!("{}{under}", found.message))
                .with_text(&format!("{place}\n{}", with_help(found))),
        };
        self.case(&name).with_children([outcome])
    }
}
