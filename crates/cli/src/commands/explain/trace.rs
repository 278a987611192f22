//! How a policy comes to its verdict on an app, for people and for programs.

use std::io::{self, Write};

use preauth_metadata::App;
use preauth_policy::{Conclusion, PolicySet, Step, Trace, Verdict};
use preauth_source::{Diagnostic, Location};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{commands::listing::Listing, report::source_text::SourceTexts, tree::load::LoadedPolicies};

/// What `preauth explain ID --app NAME --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Traces {
    /// The version of this shape: 1.
    version: u32,
    /// One for each thing that the policy judges: the app, or what belongs to it.
    traces: Vec<Traced>,
}

/// How the policy comes to its verdict on one subject.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Traced {
    /// The policy's id.
    policy: String,
    /// The app that was asked for.
    app: String,
    /// What is judged: the app, or what belongs to it.
    subject: Option<Subject>,
    /// What it comes to, whether the policy is on or not.
    verdict: Outcome,
    /// What decides that, in words.
    because: Vec<String>,
    /// Why the policy is not asked, where it is switched off.
    off: Option<String>,
    /// When it applies.
    applies: Vec<Tested>,
    /// When it does not apply all the same.
    except: Vec<Tested>,
    /// What must hold.
    require: Vec<Tested>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Subject {
    /// `App`, `Grant`, `Profile`, …
    kind: &'static str,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    Passes,
    Violated,
    /// It is violated, and a waiver silences that.
    Waived,
    /// Another policy's finding on the same subject says so.
    SpokenFor,
    Undecided,
    DoesNotApply,
}

/// A test and what became of it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Tested {
    /// What the test says.
    sentence: String,
    verdict: TestVerdict,
    /// Where the policy says so; of a built-in policy the file is inside the program.
    rule: Place,
    /// What the source says of it.
    seen: Vec<Seen>,
    /// How its parts make it, where it is put together of other tests.
    together: Option<&'static str>,
    /// The tests that it is put together of, or those of the members of a list.
    parts: Vec<Tested>,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum TestVerdict {
    Holds,
    Fails,
    Unknown,
    DoesNotApply,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Seen {
    says: String,
    /// `null` for what no file says, such as the day.
    place: Option<Place>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Place {
    file: String,
    line: u32,
    column: u32,
}

impl Place {
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

/// Why a policy is not asked, where it is switched off.
pub(crate) fn off(rules: &LoadedPolicies, id: &str, app: &App, texts: &SourceTexts<'_>) -> Option<String> {
    match rules.config.rule(id, app) {
        Some(rule) if !rule.off => None,
        Some(rule) => Some(format!("switched off by {}", Place::of(texts, &rule.location).shown())),
        None => rules.policies.get(id).filter(|policy| policy.off).map(|policy| {
            format!("not on: it is in the set `{}`, and `rules` does not name it", policy.set.as_str())
        }),
    }
}

impl Traced {
    pub(crate) fn of(
        id: &str,
        app: &App,
        trace: &Trace,
        off: Option<String>,
        texts: &SourceTexts<'_>,
    ) -> Self {
        let tested = |steps: &[Step]| steps.iter().map(|step| Tested::of(step, texts)).collect();
        let place = |location: &Location| Place::of(texts, location).shown();
        let (verdict, because) = match &trace.conclusion {
            Conclusion::Passes => (Outcome::Passes, Vec::new()),
            Conclusion::DoesNotApply(step) => {
                (Outcome::DoesNotApply, step.iter().map(|step| decisive(step, &place)).collect())
            }
            Conclusion::Violated(findings) => (
                if findings.iter().all(|finding| finding.suppressed.is_some()) {
                    Outcome::Waived
                } else {
                    Outcome::Violated
                },
                findings.iter().map(|finding| found(finding, &place)).collect(),
            ),
            Conclusion::Subsumed { by, .. } => {
                (Outcome::SpokenFor, vec![format!("the finding of `{by}` speaks for it")])
            }
            Conclusion::Undecided(undecided) => (
                Outcome::Undecided,
                undecided
                    .iter()
                    .map(|one| {
                        format!("for want of `{}`: {} ({})", one.attribute, one.why, place(&one.location))
                    })
                    .collect(),
            ),
        };
        Self {
            policy: id.to_owned(),
            app: app.name.to_string(),
            subject: Some(Subject { kind: trace.subject.kind, name: trace.subject.name.to_string() }),
            verdict,
            because,
            off,
            applies: tested(&trace.applies),
            except: tested(&trace.except),
            require: tested(&trace.require),
        }
    }

    /// Of an app that has nothing which the policy judges.
    pub(crate) fn of_nothing(id: &str, app: &App, policies: &PolicySet) -> Self {
        let select = policies.get(id).map_or("", |policy| policy.select.as_str());
        Self {
            policy: id.to_owned(),
            app: app.name.to_string(),
            subject: None,
            verdict: Outcome::DoesNotApply,
            because: vec![format!("it judges each `{select}`, and nothing in the source of this app is one")],
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
            Outcome::Passes => "passes",
            Outcome::Violated => "violated",
            Outcome::Waived => "violated, and waived",
            Outcome::SpokenFor => "violated, and spoken for",
            Outcome::Undecided => "undecided",
            Outcome::DoesNotApply => "does not apply",
        };
        writeln!(out, "{} on {subject}: {verdict}", self.policy)?;
        if let Some(off) = &self.off {
            writeln!(out, "  {off}; this is what it would come to")?;
        }
        for because in &self.because {
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

/// A finding, and what silences it.
fn found(finding: &Diagnostic, place: &dyn Fn(&Location) -> String) -> String {
    let Diagnostic { severity, message, primary, suppressed, .. } = finding;
    let waived = suppressed.as_ref().map(|waiver| {
        format!("; waived until {}: {} ({})", waiver.expires, waiver.reason, place(&waiver.location))
    });
    format!("{severity}: {message} ({}){}", place(&primary.location), waived.unwrap_or_default())
}

/// The test that decides that a policy does not apply, and what the source says of it.
fn decisive(step: &Step, place: &dyn Fn(&Location) -> String) -> String {
    let verdict = match step.verdict {
        Verdict::Holds => "this holds",
        Verdict::NotApplicable => "the question does not arise",
        _ => "this fails",
    };
    let seen = step.seen.first().map(|(says, at)| {
        let at = at.as_ref().map(|at| format!(" ({})", place(at))).unwrap_or_default();
        format!("; {says}{at}")
    });
    format!("{verdict}: {}{}", step.sentence, seen.unwrap_or_default())
}

/// So many parts of a test are shown to people.
const PARTS_SHOWN: usize = 12;

impl Tested {
    fn of(step: &Step, texts: &SourceTexts<'_>) -> Self {
        Self {
            sentence: step.sentence.clone(),
            verdict: match step.verdict {
                Verdict::Holds => TestVerdict::Holds,
                Verdict::Fails => TestVerdict::Fails,
                Verdict::Unknown => TestVerdict::Unknown,
                Verdict::NotApplicable => TestVerdict::DoesNotApply,
            },
            rule: Place::policy_text(texts, &step.rule),
            seen: step
                .seen
                .iter()
                .map(|(says, place)| Seen {
                    says: says.clone(),
                    place: place.as_ref().map(|place| Place::of(texts, place)),
                })
                .collect(),
            together: step.together,
            parts: step.parts.iter().map(|part| Self::of(part, texts)).collect(),
        }
    }

    fn print(&self, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        let verdict = match self.verdict {
            TestVerdict::Holds => "holds",
            TestVerdict::Fails => "fails",
            TestVerdict::Unknown => "unknown",
            TestVerdict::DoesNotApply => "no question",
        };
        let indent = "  ".repeat(depth);
        writeln!(out, "{indent}{verdict}: {}", self.together.unwrap_or(&self.sentence))?;
        for seen in &self.seen {
            let place = seen.place.as_ref().map(|place| format!(" ({})", place.shown())).unwrap_or_default();
            writeln!(out, "{indent}  - {}{place}", seen.says)?;
        }
        self.parts.iter().take(PARTS_SHOWN).try_for_each(|part| part.print(depth + 1, out))?;
        let more = self.parts.len().saturating_sub(PARTS_SHOWN);
        if more > 0 {
            writeln!(out, "{indent}  … and {more} more")?;
        }
        Ok(())
    }
}

impl Traces {
    pub(crate) fn new(traces: Vec<Traced>) -> Self {
        Self { version: 1, traces }
    }
}

impl Listing for Traces {
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
