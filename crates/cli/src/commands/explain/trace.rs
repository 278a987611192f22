//! The evaluation of a policy for one app: its JSON and its text.

use std::io::{self, Write};

use preauth_metadata::App;
use preauth_policy::{Conclusion, PolicyOutcome, PolicySet, Step, Trace, Verdict};
use preauth_source::{Diagnostic, Location};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{commands::listing::Listing, report::source_text::SourceTexts, tree::load::LoadedPolicies};

/// The output of `preauth explain ID --app NAME --json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JsonTraces {
    /// The version of this shape: 1.
    version: u32,
    /// One for each subject that the policy checks: the app, or something that belongs to it.
    traces: Vec<JsonTrace>,
}

/// The evaluation of the policy for one subject.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Traced")]
pub(crate) struct JsonTrace {
    /// The policy's id.
    policy: String,
    /// The app.
    app: String,
    /// The subject that is checked: the app, or something that belongs to it.
    subject: Option<TraceSubject>,
    /// The result, whether the policy is on or off.
    verdict: TraceVerdict,
    /// The reasons for the result.
    because: Vec<String>,
    /// The reason why the policy is off; `null` if it is on.
    off: Option<String>,
    /// The tests that decide if the policy applies.
    applies: Vec<TracedTest>,
    /// The tests for exceptions.
    except: Vec<TracedTest>,
    /// The tests that must hold.
    require: Vec<TracedTest>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Subject")]
struct TraceSubject {
    /// `App`, `Grant`, `Profile`, …
    kind: &'static str,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Outcome")]
enum TraceVerdict {
    Passes,
    Violated,
    /// It is violated, and a waiver applies.
    Waived,
    /// It is violated, and the finding of another policy on the same subject includes it.
    #[serde(rename = "spokenFor")]
    Included,
    Undecided,
    DoesNotApply,
}

/// A test and its result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Tested")]
struct TracedTest {
    /// The test in words.
    sentence: String,
    verdict: TracedTestVerdict,
    /// The place of the test in the policy. The files of built-in policies are inside the program.
    rule: TracePlace,
    /// The facts in the source.
    seen: Vec<TracedFact>,
    /// The way in which the results of the parts are combined, for a test with parts.
    together: Option<&'static str>,
    /// The tests that it consists of, or its tests of the members of a list.
    parts: Vec<TracedTest>,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "TestVerdict")]
enum TracedTestVerdict {
    Holds,
    Fails,
    Unknown,
    DoesNotApply,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Seen")]
struct TracedFact {
    says: String,
    /// `null` for facts that are not in a file, such as the date.
    place: Option<TracePlace>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
struct TracePlace {
    file: String,
    line: u32,
    column: u32,
}

impl TracePlace {
    fn of(texts: &SourceTexts<'_>, location: &Location) -> Self {
        let start = texts.start(location);
        Self { file: texts.display_path(&location.file), line: start.line, column: start.column }
    }

    fn policy_text(texts: &SourceTexts<'_>, location: &Location) -> Self {
        let start = texts.policy_text(&location.file).place(location.range.start());
        Self { file: location.file.to_string(), line: start.line, column: start.column }
    }

    fn shown(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Returns the reason why a policy is off; `None` if it is on.
pub(crate) fn why_off(
    rules: &LoadedPolicies,
    id: &str,
    app: &App,
    texts: &SourceTexts<'_>,
) -> Option<String> {
    match rules.config.rule(id, app) {
        Some(rule) if !rule.off => None,
        Some(rule) => Some(format!("switched off by {}", TracePlace::of(texts, &rule.location).shown())),
        None => rules.policies.get(id).filter(|policy| policy.off).map(|policy| {
            format!("off: it is in the set `{}`, and `rules` does not switch it on", policy.set.as_str())
        }),
    }
}

impl JsonTrace {
    pub(crate) fn new(
        id: &str,
        app: &App,
        trace: &Trace,
        off: Option<String>,
        texts: &SourceTexts<'_>,
    ) -> Self {
        let tested = |steps: &[Step]| steps.iter().map(|step| TracedTest::of(step, texts)).collect();
        let place = |location: &Location| TracePlace::of(texts, location).shown();
        let (verdict, because) = match &trace.conclusion {
            Conclusion::Passes => (TraceVerdict::Passes, Vec::new()),
            Conclusion::DoesNotApply(step) => {
                (TraceVerdict::DoesNotApply, step.iter().map(|step| decisive(step, &place)).collect())
            }
            Conclusion::Violated(findings) => (
                if findings.iter().all(|finding| finding.suppressed.is_some()) {
                    TraceVerdict::Waived
                } else {
                    TraceVerdict::Violated
                },
                findings.iter().map(|finding| found(finding, &place)).collect(),
            ),
            Conclusion::Subsumed { by, .. } => {
                (TraceVerdict::Included, vec![format!("reported as part of `{by}`")])
            }
            Conclusion::Undecided(undecided) => (
                TraceVerdict::Undecided,
                undecided
                    .iter()
                    .map(|one| {
                        format!("`{}` is not known: {} ({})", one.attribute, one.why, place(&one.location))
                    })
                    .collect(),
            ),
        };
        Self {
            policy: id.to_owned(),
            app: app.name.to_string(),
            subject: Some(TraceSubject { kind: trace.subject.kind, name: trace.subject.name.to_string() }),
            verdict,
            because,
            off,
            applies: tested(&trace.applies),
            except: tested(&trace.except),
            require: tested(&trace.require),
        }
    }

    /// Returns the trace for an app that has no subject of the policy.
    pub(crate) fn without_subject(id: &str, app: &App, policies: &PolicySet) -> Self {
        let select = policies.get(id).map_or("", |policy| policy.select.as_str());
        Self {
            policy: id.to_owned(),
            app: app.name.to_string(),
            subject: None,
            verdict: TraceVerdict::DoesNotApply,
            because: vec![format!("the policy checks each `{select}`; the source of this app has none")],
            off: None,
            applies: Vec::new(),
            except: Vec::new(),
            require: Vec::new(),
        }
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let subject = match &self.subject {
            Some(subject) if subject.kind != "App" => {
                format!("{} `{}` of `{}`", subject.kind, subject.name, self.app)
            }
            _ => format!("`{}`", self.app),
        };
        let verdict = match self.verdict {
            TraceVerdict::Passes => PolicyOutcome::Holds.in_words(),
            TraceVerdict::Violated | TraceVerdict::Included => PolicyOutcome::Violated.in_words(),
            TraceVerdict::Waived => "violated, but waived",
            TraceVerdict::Undecided => PolicyOutcome::NotDetermined.in_words(),
            TraceVerdict::DoesNotApply => PolicyOutcome::NotApplicable.in_words(),
        };
        let is_included = self.verdict == TraceVerdict::Included;
        write!(out, "{} on {subject}: {verdict}", self.policy)?;
        if is_included {
            write!(out, "; {}", self.because.join("; "))?;
        }
        writeln!(out)?;
        if let Some(off) = &self.off {
            writeln!(out, "  {off}; if it were on, this would be the result")?;
        }
        for because in self.because.iter().filter(|_| !is_included) {
            writeln!(out, "  {because}")?;
        }
        for (title, tests) in
            [("applies when", &self.applies), ("unless", &self.except), ("requires", &self.require)]
        {
            if !tests.is_empty() {
                writeln!(out, "\n{title}")?;
            }
            tests.iter().try_for_each(|test| test.print(1, out))?;
        }
        Ok(())
    }
}

/// Returns a finding and its waiver in words.
fn found(finding: &Diagnostic, place: &dyn Fn(&Location) -> String) -> String {
    let Diagnostic { severity, message, primary, suppressed, .. } = finding;
    let waived = suppressed.as_ref().map(|waiver| {
        format!("; waived until {}: {} ({})", waiver.expires, waiver.reason, place(&waiver.location))
    });
    format!("{severity}: {message} ({}){}", place(&primary.location), waived.unwrap_or_default())
}

/// Returns, in words, the test that decides that a policy does not apply, and the fact that it is about.
fn decisive(step: &Step, place: &dyn Fn(&Location) -> String) -> String {
    let verdict = match step.verdict {
        Verdict::Holds => "holds",
        Verdict::NotApplicable => "not applicable",
        _ => "fails",
    };
    let seen = step.seen.first().map(|(says, at)| {
        let at = at.as_ref().map(|at| format!(" ({})", place(at))).unwrap_or_default();
        format!("; {says}{at}")
    });
    format!("{verdict}: {}{}", step.sentence, seen.unwrap_or_default())
}

/// Parts of a test that the text shows; the others are counted.
const MAX_SHOWN_PARTS: usize = 12;

impl TracedTest {
    fn of(step: &Step, texts: &SourceTexts<'_>) -> Self {
        Self {
            sentence: step.sentence.clone(),
            verdict: match step.verdict {
                Verdict::Holds => TracedTestVerdict::Holds,
                Verdict::Fails => TracedTestVerdict::Fails,
                Verdict::Unknown => TracedTestVerdict::Unknown,
                Verdict::NotApplicable => TracedTestVerdict::DoesNotApply,
            },
            rule: TracePlace::policy_text(texts, &step.rule),
            seen: step
                .seen
                .iter()
                .map(|(says, place)| TracedFact {
                    says: says.clone(),
                    place: place.as_ref().map(|place| TracePlace::of(texts, place)),
                })
                .collect(),
            together: step.together,
            parts: step.parts.iter().map(|part| Self::of(part, texts)).collect(),
        }
    }

    fn print(&self, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        let verdict = match self.verdict {
            TracedTestVerdict::Holds => "holds",
            TracedTestVerdict::Fails => "fails",
            TracedTestVerdict::Unknown => "unknown",
            TracedTestVerdict::DoesNotApply => "not applicable",
        };
        let indent = "  ".repeat(depth);
        writeln!(out, "{indent}{verdict}: {}", self.together.unwrap_or(&self.sentence))?;
        for seen in &self.seen {
            let place = seen.place.as_ref().map(|place| format!(" ({})", place.shown())).unwrap_or_default();
            writeln!(out, "{indent}  - {}{place}", seen.says)?;
        }
        self.parts.iter().take(MAX_SHOWN_PARTS).try_for_each(|part| part.print(depth + 1, out))?;
        let more = self.parts.len().saturating_sub(MAX_SHOWN_PARTS);
        if more > 0 {
            writeln!(out, "{indent}  … and {more} more")?;
        }
        Ok(())
    }
}

impl JsonTraces {
    pub(crate) fn new(traces: Vec<JsonTrace>) -> Self {
        Self { version: 1, traces }
    }
}

impl Listing for JsonTraces {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for (index, traced) in self.traces.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            traced.print(out)?;
        }
        Ok(())
    }
}
