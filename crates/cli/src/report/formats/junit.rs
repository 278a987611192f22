//! A JUnit report: a suite for each policy with a failure for each finding, or a passed test if there is none.
//!
//! Source: the schema of Jenkins' xUnit plugin (`junit-10.xsd`).

use std::io::{self, Write};

use preauth_source::Diagnostic;

use super::{FormatDef, PathBase, xml::ReportElement};
use crate::report::{Run, with_help};

/// The tests of one policy.
struct JunitSuite<'r> {
    id: &'r str,
    title: &'r str,
    findings: Vec<(&'r Run<'r>, &'r Diagnostic)>,
}

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::CurrentFolder, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<JunitSuite<'_>> = Vec::new();
    for run in runs {
        let on = run.policies.on().map(|policy| (&*policy.id, policy.title.as_str()));
        for (id, title) in on.chain(run.diagnostics.iter().map(|found| (&*found.code, ""))) {
            if !suites.iter().any(|suite| suite.id == id) {
                suites.push(JunitSuite { id, title, findings: Vec::new() });
            }
        }
        for found in &run.diagnostics {
            let of_policy = suites.iter_mut().find(|suite| suite.id == &*found.code);
            of_policy.into_iter().for_each(|suite| suite.findings.push((run, found)));
        }
    }
    let tests: usize = suites.iter().map(JunitSuite::tests).sum();
    let failures: usize = suites.iter().map(JunitSuite::failures).sum();
    ReportElement::new("testsuites")
        .with("name", "preauth")
        .with("tests", &tests.to_string())
        .with("failures", &failures.to_string())
        .with("errors", "0")
        .with_children(suites.iter().map(JunitSuite::element))
        .write(out)
}

impl JunitSuite<'_> {
    fn tests(&self) -> usize {
        self.findings.len().max(1)
    }

    fn failures(&self) -> usize {
        self.findings.iter().filter(|(_, found)| found.suppressed.is_none()).count()
    }

    fn element(&self) -> ReportElement {
        let suite = ReportElement::new("testsuite")
            .with("name", self.id)
            .with("tests", &self.tests().to_string())
            .with("failures", &self.failures().to_string())
            .with("errors", "0")
            .with("skipped", &(self.findings.len() - self.failures()).to_string());
        if self.findings.is_empty() {
            return suite.with_children([self.case(self.title)]);
        }
        suite.with_children(self.findings.iter().map(|(run, found)| self.finding(run, found)))
    }

    fn case(&self, name: &str) -> ReportElement {
        ReportElement::new("testcase").with("classname", &format!("preauth.{}", self.id)).with("name", name)
    }

    fn finding(&self, run: &Run<'_>, found: &Diagnostic) -> ReportElement {
        let location = &found.primary.location;
        let start = run.texts.start(location);
        let place = format!("{}:{}:{}", run.texts.display_path(&location.file), start.line, start.column);
        let name = match &found.subject {
            Some(subject) => format!("{} {} ({place})", subject.kind, subject.name),
            None => place.clone(),
        };
        let outcome = match &found.suppressed {
            Some(waiver) => ReportElement::new("skipped")
                .with("message", &format!("waived until {}: {}", waiver.expires, waiver.reason)),
            None => ReportElement::new("failure")
                .with("type", found.severity.as_str())
                .with("message", &found.message)
                .with_text(&format!("{place}\n{}", with_help(found))),
        };
        self.case(&name).with_children([outcome])
    }
}
