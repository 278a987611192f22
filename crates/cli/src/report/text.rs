//! The report for people: each finding with the source it is about, the policy that demands otherwise, and what to
//! do. The only module that knows the library that draws it.

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, Write},
    sync::Arc,
};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use preauth_source::{Applicability, ArcStr, Diagnostic, Label, Severity, TextRange, TextSize};

use super::Run;
use crate::{
    texts::{Text, Texts},
    visible::visible,
};

pub(super) fn write(runs: &[Run<'_>], colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let theme = if colored { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_context_lines(1).with_width(120).with_links(false);
    // A policy is shown with its source where it speaks first, and by its place after that.
    let mut introduced: BTreeSet<ArcStr> = BTreeSet::new();
    for run in runs {
        for diagnostic in run.listed() {
            let first = introduced.insert(diagnostic.code.clone());
            let drawn = Drawn::of(run.texts, diagnostic, first);
            let mut text = String::new();
            handler.render_report(&mut text, &drawn).map_err(io::Error::other)?;
            writeln!(out, "{}", trimmed(&text))?;
        }
        for undecided in run.listed_undecided() {
            let (place, _) = run.texts.places(&undecided.location);
            let said = format!(
                "undecided[{}]: `{}` of {} `{}` is not known: {}\n   at {}:{}:{}\n",
                undecided.policy,
                undecided.attribute,
                undecided.subject.kind,
                undecided.subject.name,
                undecided.why,
                run.texts.shown(&undecided.location.file),
                place.line,
                place.column
            );
            writeln!(out, "{}", visible(&said))?;
        }
    }
    Ok(())
}

/// Without white space at the end of lines.
fn trimmed(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        out.push_str(line.trim_end());
        out.push('\n');
        out
    })
}

/// How many places in other files are drawn with their source; the others are a line each.
const DRAWN: usize = 2;

/// A diagnostic as the library wants to have it.
struct Drawn {
    headline: String,
    severity: Severity,
    source: NamedText,
    labels: Vec<LabeledSpan>,
    help: Option<String>,
    others: Vec<Drawn>,
}

impl Drawn {
    fn of(texts: &Texts<'_>, diagnostic: &Diagnostic, introduce: bool) -> Self {
        let file = &diagnostic.primary.location.file;
        let source = NamedText::new(&texts.shown(file), texts.of(file));
        let mut labels = vec![labeled(&diagnostic.primary, &source.text, true)];
        let (here, elsewhere): (Vec<&Label>, Vec<&Label>) =
            diagnostic.related.iter().partition(|label| label.location.file == *file);
        labels.extend(here.into_iter().map(|label| labeled(label, &source.text, false)));
        let (drawn, listed) = elsewhere.split_at(elsewhere.len().min(DRAWN));
        let mut others: Vec<Self> = drawn
            .iter()
            .map(|label| {
                let file = &label.location.file;
                Self::aside(label, NamedText::new(&texts.shown(file), texts.of(file)))
            })
            .collect();
        let mut help: Vec<String> = listed
            .iter()
            .map(|label| {
                let (place, _) = texts.places(&label.location);
                let file = texts.shown(&label.location.file);
                format!("also {file}:{}:{}: {}", place.line, place.column, label.message)
            })
            .collect();
        if let Some(waiver) = &diagnostic.suppressed {
            let (place, _) = texts.places(&waiver.location);
            let by = waiver.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
            let file = texts.shown(&waiver.location.file);
            help.push(format!(
                "waived until {}{by}: {} ({file}:{}:{})",
                waiver.expires, waiver.reason, place.line, place.column
            ));
        }
        if let Some(rule) = &diagnostic.rule {
            let source = NamedText::new(rule.location.file.as_str(), texts.of_rule(&rule.location.file));
            if introduce {
                let headline =
                    Label::new(rule.location.clone(), format!("the policy requires: {}", rule.message));
                others.push(Self::aside(&headline, source));
            } else {
                let place = source.text.place(rule.location.range.start());
                help.push(format!(
                    "policy: {}:{}:{} ({})",
                    source.name, place.line, place.column, rule.message
                ));
            }
        }
        help.extend(diagnostic.help.iter().cloned());
        let live = diagnostic.with_subsumed().filter(|finding| finding.suppressed.is_none());
        let fixes = live.filter_map(|finding| finding.fix.as_ref());
        for fix in fixes {
            let would = match fix.applicability {
                Applicability::Safe => format!("`preauth check --fix` would {}", fix.title),
                Applicability::Unsafe => format!(
                    "`preauth check --unsafe-fixes` would {}; that may cut off a client that works today",
                    fix.title
                ),
                Applicability::DisplayOnly => continue,
            };
            // What is spoken for may want the same.
            if !help.contains(&would) {
                help.push(would);
            }
        }
        if !diagnostic.subsumed.is_empty() {
            let codes: Vec<_> = diagnostic.subsumed.iter().map(|finding| finding.code.to_string()).collect();
            help.push(format!("this speaks for {}", codes.join(", ")));
        }
        let headline = format!(
            "{}{}[{}]: {}",
            if diagnostic.suppressed.is_some() { "waived " } else { "" },
            diagnostic.severity,
            diagnostic.code,
            diagnostic.message
        );
        Self {
            headline: visible(&headline).into_owned(),
            severity: diagnostic.severity,
            source,
            labels,
            help: (!help.is_empty()).then(|| visible(&help.join("\n")).into_owned()),
            others,
        }
    }

    /// A place in another file.
    fn aside(label: &Label, source: NamedText) -> Self {
        let place = labeled(&Label::new(label.location.clone(), ""), &source.text, true);
        Self {
            headline: visible(&label.message).into_owned(),
            severity: Severity::Info,
            source,
            labels: vec![place],
            help: None,
            others: Vec::new(),
        }
    }
}

/// A label on one line: of a range over several lines, the first is enough to show where it is.
fn labeled(label: &Label, text: &Text, primary: bool) -> LabeledSpan {
    let range = label.location.range;
    let line = text.line(text.line_of(range.start())).unwrap_or(range);
    let shown = text.shown().get(std::ops::Range::<usize>::from(line)).unwrap_or_default().trim_end().len();
    let end = line.start() + TextSize::try_from(shown).unwrap_or_default();
    let range = TextRange::new(range.start(), range.end().min(end).max(range.start()));
    let span = SourceSpan::new(usize::from(range.start()).into(), usize::from(range.len()));
    let message = (!label.message.is_empty()).then(|| visible(&label.message).into_owned());
    if primary {
        LabeledSpan::new_primary_with_span(message, span)
    } else {
        LabeledSpan::new_with_span(message, span)
    }
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        (!self.others.is_empty()).then(|| {
            Box::new(self.others.iter().map(|other| other as &dyn miette::Diagnostic))
                as Box<dyn Iterator<Item = _>>
        })
    }
}

/// A text that finds its lines without counting from the start each time.
struct NamedText {
    name: String,
    text: Arc<Text>,
}

impl NamedText {
    fn new(name: &str, text: Arc<Text>) -> Self {
        Self { name: visible(name).into_owned(), text }
    }
}

impl SourceCode for NamedText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (text, at) = (&self.text, span.offset());
        let offset = |at: usize| TextSize::try_from(at).map_err(|_| MietteError::OutOfBounds);
        let lines = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let first = text.line_of(offset(span.offset())?).saturating_sub(lines(before));
        let last = text.line_of(offset(span.offset() + span.len())?).saturating_add(lines(after));
        let start = text.line(first).map_or(0, |line| usize::from(line.start()));
        let end = (first..=last)
            .rev()
            .find_map(|line| text.line(line))
            .map_or(text.shown().len(), |line| line.end().into());
        let data = text.shown().as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let span = SourceSpan::new(start.into(), end - start);
        let line = usize::try_from(first).map_err(|_| MietteError::OutOfBounds)?;
        // The library asks without context for the place that it puts above the source.
        let column = if before == 0 { text.place(offset(at)?).column.saturating_sub(1) } else { 0 };
        let column = usize::try_from(column).map_err(|_| MietteError::OutOfBounds)?;
        let count = data.iter().filter(|byte| **byte == b'\n').count();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, span, line, column, count)))
    }
}
