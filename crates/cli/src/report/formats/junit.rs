//! A JUnit report: a suite for each policy, a failure for each finding, and a passed test where there is none.
//!
//! Source: the schema of Jenkins' xUnit plugin (`junit-10.xsd`).

use std::io::{self, Write};

use preauth_source::Diagnostic;

use crate::report::{Run, formats::xml::Element};

/// The tests of one policy.
struct Suite<'r> {
    id: &'r str,
    title: &'r str,
    found: Vec<(&'r Run<'r>, &'r Diagnostic)>,
}

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for run in runs {
        let on = run.policies.on().map(|policy| (&*policy.id, policy.title.as_str()));
        for (id, title) in on.chain(run.diagnostics.iter().map(|found| (&*found.code, ""))) {
            if !suites.iter().any(|suite| suite.id == id) {
                suites.push(Suite { id, title, found: Vec::new() });
            }
        }
        for found in &run.diagnostics {
            let of_policy = suites.iter_mut().find(|suite| suite.id == &*found.code);
            of_policy.into_iter().for_each(|suite| suite.found.push((run, found)));
        }
    }
    let tests: usize = suites.iter().map(Suite::tests).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    Element::new("testsuites")
        .with("name", "preauth")
        .with("tests", &tests.to_string())
        .with("failures", &failures.to_string())
        .with("errors", "0")
        .with_children(suites.iter().map(Suite::element))
        .write(out)
}

impl Suite<'_> {
    fn tests(&self) -> usize {
        self.found.len().max(1)
    }

    fn failures(&self) -> usize {
        self.found.iter().filter(|(_, found)| found.suppressed.is_none()).count()
    }

    fn element(&self) -> Element {
        let suite = Element::new("testsuite")
            .with("name", self.id)
            .with("tests", &self.tests().to_string())
            .with("failures", &self.failures().to_string())
            .with("errors", "0")
            .with("skipped", &(self.found.len() - self.failures()).to_string());
        if self.found.is_empty() {
            return suite.with_children([self.case(self.title)]);
        }
        suite.with_children(self.found.iter().map(|(run, found)| self.failed(run, found)))
    }

    fn case(&self, name: &str) -> Element {
        Element::new("testcase").with("classname", &format!("preauth.{}", self.id)).with("name", name)
    }

    fn failed(&self, run: &Run<'_>, found: &Diagnostic) -> Element {
        let location = &found.primary.location;
        let start = run.texts.start(location);
        let place = format!("{}:{}:{}", run.texts.display_path(&location.file), start.line, start.column);
        let name = match &found.subject {
            Some(subject) => format!("{} {} ({place})", subject.kind, subject.name),
            None => place.clone(),
        };
        let outcome = match &found.suppressed {
            Some(waiver) => Element::new("skipped")
                .with("message", &format!("waived until {}: {}", waiver.expires, waiver.reason)),
            None => Element::new("failure")
                .with("type", found.severity.as_str())
                .with("message", &found.message)
                .with_text(&format!("{place}\n{}", crate::report::with_help(found))),
        };
        self.case(&name).with_children([outcome])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_a_failed_test_of_its_policy() {
        sample::prints(
            write,
            "<testsuite name=\"scope-full\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">",
        );
        sample::prints(write, "<failure type=\"error\" message=\"full access is too much: 100%\">");
    }

    #[test]
    fn what_is_waived_is_skipped() {
        sample::prints(write, "<skipped message=\"waived until 2027-01-31: vendor fix due\"/>");
    }

    #[test]
    fn a_policy_without_findings_is_a_passed_test() {
        sample::prints(write, "<testcase classname=\"preauth.self-authorize\" name=");
    }
}
