//! The report for people: each finding with an excerpt of the source, the requirement of the policy, and what to do.
//! Only this module uses the library that draws it.

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
use preauth_metadata::on_all_cores;
use preauth_source::{Applicability, ArcStr, Diagnostic, Label, Severity, TextRange, TextSize};

use super::{FormatDef, PathBase};
use crate::{
    output::visible::visible,
    report::{
        Run, included,
        source_text::{SourceText, SourceTexts},
    },
};

/// The number of findings that are drawn at the same time, before they are written.
const MAX_DRAWN_AT_ONCE: usize = 64;

pub(super) const FORMAT: FormatDef =
    FormatDef { paths: PathBase::CurrentFolder, write, write_colored: Some(write_colored) };

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    draw_all(runs, GraphicalTheme::unicode_nocolor(), out)
}

fn write_colored(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    draw_all(runs, GraphicalTheme::unicode(), out)
}

fn draw_all(runs: &[Run<'_>], theme: GraphicalTheme, out: &mut dyn Write) -> io::Result<()> {
    let handler =
        GraphicalReportHandler::new_themed(theme).with_context_lines(1).with_width(120).with_links(false);
    // The first finding of a policy shows its source, the others only its place.
    let mut introduced: BTreeSet<ArcStr> = BTreeSet::new();
    for run in runs {
        let listed: Vec<_> =
            run.listed().map(|found| (found, introduced.insert(found.code.clone()))).collect();
        let draw = |(diagnostic, first): &(&Diagnostic, bool)| -> Result<String, fmt::Error> {
            let mut text = String::new();
            handler.render_report(&mut text, &Drawn::of(run.texts, diagnostic, *first))?;
            Ok(trimmed(&text))
        };
        for some in listed.chunks(MAX_DRAWN_AT_ONCE) {
            for text in on_all_cores(some.iter().collect(), draw) {
                writeln!(out, "{}", text.map_err(io::Error::other)?)?;
            }
        }
        for undecided in run.listed_undecided() {
            let place = run.texts.start(&undecided.location);
            let line = format!(
                "undecided[{}]: `{}` of {} `{}` is not known: {}\n   at {}:{}:{}\n",
                undecided.policy,
                undecided.attribute,
                undecided.subject.kind,
                undecided.subject.name,
                undecided.why,
                run.texts.display_path(&undecided.location.file),
                place.line,
                place.column
            );
            writeln!(out, "{}", visible(&line))?;
        }
    }
    Ok(())
}

/// Removes white space at the end of lines.
fn trimmed(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        out.push_str(line.trim_end());
        out.push('\n');
        out
    })
}

/// The number of places in other files that are drawn with an excerpt. The others get one line each.
const MAX_DRAWN_PLACES: usize = 2;

/// A diagnostic in the form that the library draws.
struct Drawn {
    headline: String,
    severity: Severity,
    source: NamedText,
    labels: Vec<LabeledSpan>,
    help: Option<String>,
    others: Vec<Drawn>,
}

impl Drawn {
    fn of(texts: &SourceTexts<'_>, diagnostic: &Diagnostic, introduce: bool) -> Self {
        let file = &diagnostic.primary.location.file;
        let mut source = NamedText::new(&texts.display_path(file));
        let mut labels = vec![source.labeled(&diagnostic.primary, around(texts, &diagnostic.primary), true)];
        let (here, elsewhere): (Vec<&Label>, Vec<&Label>) =
            diagnostic.related.iter().partition(|label| label.location.file == *file);
        labels.extend(here.into_iter().map(|label| source.labeled(label, around(texts, label), false)));
        let (drawn, listed) = elsewhere.split_at(elsewhere.len().min(MAX_DRAWN_PLACES));
        let mut others: Vec<Self> = drawn
            .iter()
            .map(|label| Self::aside(label, &texts.display_path(&label.location.file), around(texts, label)))
            .collect();
        let mut help: Vec<String> = listed
            .iter()
            .map(|label| {
                let place = texts.start(&label.location);
                let file = texts.display_path(&label.location.file);
                format!("also {file}:{}:{}: {}", place.line, place.column, label.message)
            })
            .collect();
        if let Some(waiver) = &diagnostic.suppressed {
            let place = texts.start(&waiver.location);
            let by = waiver.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
            let file = texts.display_path(&waiver.location.file);
            help.push(format!(
                "waived until {}{by}: {} ({file}:{}:{})",
                waiver.expires, waiver.reason, place.line, place.column
            ));
        }
        if let Some(rule) = &diagnostic.rule {
            let text = texts.policy_text(&rule.location.file);
            if introduce {
                let headline =
                    Label::new(rule.location.clone(), format!("the policy requires: {}", rule.message));
                others.push(Self::aside(&headline, rule.location.file.as_str(), text));
            } else {
                let place = text.place(rule.location.range.start());
                help.push(format!(
                    "policy: {}:{}:{} ({})",
                    rule.location.file, place.line, place.column, rule.message
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
                    "`preauth check --fix --unsafe-fixes` would {}; that may cut off a client that works today",
                    fix.title
                ),
                Applicability::DisplayOnly => continue,
            };
            // An included finding may have the same fix.
            if !help.contains(&would) {
                help.push(would);
            }
        }
        help.extend(included(diagnostic).map(|included| format!("Includes: {included}")));
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
    fn aside(label: &Label, name: &str, text: Arc<SourceText>) -> Self {
        let mut source = NamedText::new(name);
        let place = source.labeled(&Label::new(label.location.clone(), ""), text, true);
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

/// Returns the text around a label.
fn around(texts: &SourceTexts<'_>, label: &Label) -> Arc<SourceText> {
    texts.around(&label.location.file, label.location.range.start())
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

/// A source text with its name for the library. It finds lines by an index. Of a large file it has only the parts that
/// are shown.
struct NamedText {
    name: String,
    parts: Vec<Arc<SourceText>>,
}

impl NamedText {
    fn new(name: &str) -> Self {
        Self { name: visible(name).into_owned(), parts: Vec::new() }
    }

    /// Returns a label on the first line of a range, and adds the part of the text that it is in.
    fn labeled(&mut self, label: &Label, part: Arc<SourceText>, primary: bool) -> LabeledSpan {
        let range = label.location.range;
        let line = part.line(part.line_of(range.start())).unwrap_or(range);
        let shown = part.excerpt(line).unwrap_or_default().trim_end().len();
        let end = line.start() + TextSize::try_from(shown).unwrap_or_default();
        let range = TextRange::new(range.start(), range.end().min(end).max(range.start()));
        self.parts.push(part);
        let span = SourceSpan::new(usize::from(range.start()).into(), usize::from(range.len()));
        let message = (!label.message.is_empty()).then(|| visible(&label.message).into_owned());
        if primary {
            LabeledSpan::new_primary_with_span(message, span)
        } else {
            LabeledSpan::new_with_span(message, span)
        }
    }

    /// Returns the only part, or the one with the most text around a range.
    fn part(&self, range: TextRange) -> Option<&SourceText> {
        if let [only] = self.parts.as_slice() {
            return Some(only);
        }
        let around = self.parts.iter().filter_map(|part| Some((part.margin(range)?, part)));
        around.max_by_key(|(around, _)| *around).map(|(_, part)| part.as_ref())
    }
}

impl SourceCode for NamedText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let size = |n: usize| TextSize::try_from(n).map_err(|_| MietteError::OutOfBounds);
        let range = TextRange::at(size(span.offset())?, size(span.len())?);
        let text = self.part(range).ok_or(MietteError::OutOfBounds)?;
        let lines = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (first, lines) = text.lines(range, lines(before), lines(after));
        let data = text.excerpt(lines).ok_or(MietteError::OutOfBounds)?.as_bytes();
        let span = SourceSpan::new(usize::from(lines.start()).into(), data.len());
        let line = usize::try_from(first).map_err(|_| MietteError::OutOfBounds)?;
        // The library asks without context for the place in the header of the excerpt.
        let column = if before == 0 { text.place(range.start()).column.saturating_sub(1) } else { 0 };
        let column = usize::try_from(column).map_err(|_| MietteError::OutOfBounds)?;
        let count = data.iter().filter(|byte| **byte == b'\n').count();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, span, line, column, count)))
    }
}
