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
use preauth_source::{Applicability, ArcStr, Diagnostic, Label, Severity};

use super::{FormatDef, PathBase};
use crate::{
    output::visible::visible,
    report::{
        Run, included,
        source_text::{Excerpt, SourceText, SourceTexts},
    },
};

/// The lines before and after a mark that are drawn.
const CONTEXT_LINES: u32 = 1;
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
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_context_lines(CONTEXT_LINES as usize)
        .with_width(120)
        .with_links(false);
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
        let (here, elsewhere): (Vec<&Label>, Vec<&Label>) =
            diagnostic.related.iter().partition(|label| label.location.file == *file);
        let marked = std::iter::once(&diagnostic.primary).chain(here);
        let marked = marked.map(|label| (label, around(texts, label))).collect();
        let (source, labels) = NamedText::new(&texts.display_path(file), marked);
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
        let (source, labels) = NamedText::new(name, vec![(&Label::new(label.location.clone(), ""), text)]);
        Self {
            headline: visible(&label.message).into_owned(),
            severity: Severity::Info,
            source,
            labels,
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

/// The lines of a file that are drawn, with its name for the library.
struct NamedText {
    name: String,
    excerpt: Excerpt,
}

impl NamedText {
    /// Collects the lines around labels, of which the first is the primary one, and returns the labels as the library
    /// marks them.
    fn new(name: &str, labels: Vec<(&Label, Arc<SourceText>)>) -> (Self, Vec<LabeledSpan>) {
        let (labels, marks): (Vec<&Label>, Vec<_>) =
            labels.into_iter().map(|(label, text)| (label, (text, label.location.range))).unzip();
        let excerpt = Excerpt::new(&marks, CONTEXT_LINES);
        let spans = labels.iter().zip(&excerpt.marks).enumerate().map(|(index, (label, mark))| {
            let span = SourceSpan::new(mark.start.into(), mark.len);
            let message = (!label.message.is_empty()).then(|| visible(&label.message).into_owned());
            match index {
                0 => LabeledSpan::new_primary_with_span(message, span),
                _ => LabeledSpan::new_with_span(message, span),
            }
        });
        let spans = spans.collect();
        (Self { name: visible(name).into_owned(), excerpt }, spans)
    }
}

impl SourceCode for NamedText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let part = self.excerpt.part(start, end, before, after).ok_or(MietteError::OutOfBounds)?;
        let line = usize::try_from(part.line).map_err(|_| MietteError::OutOfBounds)?;
        // The library asks without context for the place in the header of the excerpt.
        let mark = self.excerpt.marks.iter().find(|mark| before == 0 && mark.start == start);
        let column = mark.map_or(0, |mark| mark.column.saturating_sub(1));
        let column = usize::try_from(column).map_err(|_| MietteError::OutOfBounds)?;
        let count = part.text.bytes().filter(|byte| *byte == b'\n').count();
        let span = SourceSpan::new(part.start.into(), part.text.len());
        let data = part.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, span, line, column, count)))
    }
}
