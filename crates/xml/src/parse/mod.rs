mod builder;
mod conflict;
mod markup;
mod token;

use std::ops::ControlFlow;

use preauth_source::{Diagnostic, SourceFile, TextRange};
use quick_xml::{
    Error, Reader,
    errors::{IllFormedError, SyntaxError},
    events::Event,
};

use crate::{
    Tree, attributes,
    chars::{self, is_name, is_space},
    error::{XmlError, shown},
    tree::{local, size},
};
use builder::Builder;
use token::{PlainToken, plain};

/// The maximum depth of elements. Salesforce's own files have four levels.
pub const MAX_DEPTH: usize = 256;

/// The number of errors that are reported of one file. The first one counts.
const MAX_ERRORS: usize = 5;

const BOM: &str = "\u{FEFF}";

/// The declaration that nearly all files have.
const USUAL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// Reads a document.
///
/// `keep` is asked the name of each child of the root: where it says no, the child is checked like everything else
/// and then forgotten. What is not well-formed XML 1.0 is reported (`xml-malformed`), sorted by place and a handful
/// at most; the tree then holds what could be read. A DOCTYPE is refused.
pub fn parse<'t>(file: &SourceFile<'t>, keep: &dyn Fn(&str) -> bool) -> (Tree<'t>, Vec<Diagnostic>) {
    let mut tree = Tree { path: file.path.clone(), text: file.text, elements: Vec::new() };
    if u32::try_from(file.text.len()).is_err() {
        let mistake = XmlError::new(0..0, "this file is larger than 4 GB").label("not read");
        return (tree, vec![mistake.into_diagnostic(file)]);
    }
    let mut parser = Parser {
        file,
        builder: Builder::new(keep),
        rooted: false,
        nesting_is_sure: true,
        diagnostics: Vec::new(),
    };
    let end = parser.run();
    tree.elements = parser.builder.finish(size(end));
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by(Diagnostic::order);
    (tree, diagnostics)
}

struct Parser<'p, 't> {
    file: &'p SourceFile<'t>,
    builder: Builder<'p>,
    /// True if the root element has begun.
    rooted: bool,
    /// True if every tag so far was understood. Otherwise end tags that do not fit are no news.
    nesting_is_sure: bool,
    diagnostics: Vec<Diagnostic>,
}

/// Continue or stop reading.
type Flow = ControlFlow<()>;

const ON: Flow = ControlFlow::Continue(());

impl Parser<'_, '_> {
    /// Reads to the end, or to the mistake behind which nothing can be understood; says where that is.
    fn run(&mut self) -> usize {
        let file = self.file.text;
        let base = if file.starts_with(BOM) { BOM.len() } else { 0 };
        let text = &file[base..];
        // The reader would drop a second mark, and all places with it.
        if text.starts_with(BOM) {
            let _ = self.outside_root(base, base + BOM.len());
            return base;
        }
        let illegal = chars::illegal(text).map(|(at, c)| (base + at, c));
        // Nothing can be wrong with it.
        let mut start = base + if text.starts_with(USUAL) { USUAL.len() } else { 0 };
        while start < file.len() {
            let before = self.diagnostics.len();
            let (flow, end) = match plain(file.as_bytes(), start) {
                Some((token, end)) => (self.token(token, start, end), end),
                None => self.odd(start),
            };
            let ends_before = |at| move |found: &Diagnostic| found.primary.location.range.end() <= size(at);
            if let Some((at, c)) = illegal.filter(|(at, _)| (start..end).contains(at))
                && !self.diagnostics[before..].first().is_some_and(ends_before(at))
            {
                // A tag or a text with an illegal character in it is not called anything else.
                self.diagnostics.truncate(before);
                let message = format!("the character U+{:04X} is not allowed in XML", u32::from(c));
                let mistake = XmlError::new(at..at + c.len_utf8(), message).label("an illegal character");
                if self.report(mistake.help("remove it")).is_break() {
                    return start;
                }
            }
            if flow.is_break() {
                return start;
            }
            start = end;
        }
        let _ = self.end_of_text();
        start
    }

    fn token(&mut self, token: PlainToken, start: usize, end: usize) -> Flow {
        match token {
            PlainToken::Text { harmless: true } if !self.builder.open().is_empty() => ON,
            PlainToken::Text { .. } => self.character_data(start, end),
            PlainToken::Begin { name_end } => self.begin(start, end, name_end, false),
            PlainToken::Empty { name_end } => self.begin(start, end, name_end, true),
            PlainToken::End => self.end_tag(start, end),
        }
    }

    /// Reads what takes `quick-xml` to understand, and says where that ends.
    fn odd(&mut self, start: usize) -> (Flow, usize) {
        let mut reader = Reader::from_str(&self.file.text[start..]);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let event = reader.read_event();
        let end = start + offset(reader.buffer_position());
        let flow = match &event {
            Ok(event) => self.event(event, start, end),
            Err(error) => self.syntax(error, start, end),
        };
        (flow, end)
    }

    fn event(&mut self, event: &Event<'_>, start: usize, end: usize) -> Flow {
        let text = self.file.text;
        match event {
            Event::Start(_) | Event::Empty(_) => self.tag(start, end, matches!(event, Event::Empty(_))),
            Event::End(_) => self.end_tag(start, end),
            Event::Text(_) => self.character_data(start, end),
            Event::GeneralRef(_) | Event::CData(_) if self.builder.open().is_empty() => {
                self.outside_root(start, end)
            }
            Event::GeneralRef(_) => self.check(attributes::reference(text, start..end)),
            Event::CData(_) => ON,
            Event::Comment(_) => self.check(markup::comment(text, start..end)),
            Event::Decl(_) => self.check(markup::declaration(text, start..end)),
            Event::PI(_) => self.check(markup::instruction(text, start..end)),
            Event::DocType(_) => self.stop(markup::doctype(start..end)),
            Event::Eof => Flow::Break(()),
        }
    }

    fn tag(&mut self, start: usize, end: usize, empty: bool) -> Flow {
        let text = self.file.text;
        let inside = start + 1..end - if empty { 2 } else { 1 };
        let inner = &text[inside.clone()];
        let name_end = start + 1 + inner.find(is_space).unwrap_or(inner.len());
        let name = &text[start + 1..name_end];
        if !is_name(name) {
            self.nesting_is_sure = false;
            let mistake = XmlError::new(start..name_end, "`<` starts no tag here")
                .help("a `<` in a text must be written `&lt;`");
            return self.report_or_conflict(mistake, start, end);
        }
        if name_end < inside.end
            && let Err(mistake) = attributes::check(text, name_end..inside.end)
        {
            self.nesting_is_sure = false;
            self.report_or_conflict(mistake, start, end)?;
        }
        self.begin(start, end, name_end, empty)
    }

    /// Begins an element, whose name is one, with a tag that nothing is wrong with by itself.
    fn begin(&mut self, start: usize, end: usize, name_end: usize, empty: bool) -> Flow {
        let text = self.file.text;
        if let Some(marker) = self.builder.open().last().and_then(|parent| parent.marker) {
            return self.stop(conflict::mistake(text, marker));
        }
        if self.builder.open().is_empty() && self.rooted {
            let mistake = XmlError::new(start..end, "this is a second root element").label("the second one");
            let help = "a file has one root element: move this one into a file of its own";
            return self.stop_outside(mistake.help(help));
        }
        if self.builder.open().len() >= MAX_DEPTH {
            let message = format!("elements lie more than {MAX_DEPTH} deep in each other here");
            return self.stop(XmlError::new(start..end, message).label("too deep"));
        }
        self.rooted = true;
        let name = &text[start + 1..name_end];
        if empty {
            self.builder.add(range(start, end), size(name_end), local(name));
        } else {
            self.builder.begin(range(start, end), range(start + 1, name_end), local(name));
        }
        ON
    }

    fn end_tag(&mut self, start: usize, end: usize) -> Flow {
        let text = self.file.text;
        let name = text[start + 2..end - 1].trim_end_matches(is_space);
        let Some((open, outer)) = self.builder.open().split_last() else {
            let message = format!("`</{}>` ends an element that was never begun", shown(name));
            return self.misfit(XmlError::new(start..end, message).label("ends nothing"), start, end);
        };
        let innermost = outer.len();
        let expected = &text[open.name];
        if name == expected {
            self.builder.end(innermost, range(start, end));
            return ON;
        }
        let message = format!("`</{}>` stands where `</{expected}>` should", shown(name));
        let mistake = XmlError::new(start..end, message).label("the wrong end tag").begun(open.tag, expected);
        // End tags are missing if an element further out has this name. Otherwise this one is misspelt: the first
        // time, for later ones may be left over from what went wrong before.
        let known = outer.iter().rposition(|open| &text[open.name] == name);
        let ended = known.or(self.nesting_is_sure.then_some(innermost));
        self.misfit(mistake, start, end)?;
        if let Some(ended) = ended {
            self.builder.end(ended, range(start, end));
        }
        ON
    }

    /// Reports an end tag that does not fit, unless that may only follow from an earlier mistake.
    fn misfit(&mut self, mistake: XmlError, start: usize, end: usize) -> Flow {
        match std::mem::replace(&mut self.nesting_is_sure, false) {
            true => self.report_or_conflict(mistake, start, end),
            false => ON,
        }
    }

    fn character_data(&mut self, start: usize, end: usize) -> Flow {
        let whole = self.file.text;
        let text = &whole[start..end];
        let Some(open) = self.builder.innermost() else {
            let trimmed = text.trim_start_matches(is_space);
            return if trimmed.is_empty() { ON } else { self.outside_root(end - trimmed.len(), end) };
        };
        if memchr::memchr3(b'=', b'>', b'|', text.as_bytes()).is_none() {
            return ON;
        }
        // In the text of a leaf `=======` may underline a heading; between elements it is git's.
        if let Some(at) = conflict::marker(whole, start..end) {
            if open.has_children {
                return self.stop(conflict::mistake(whole, at));
            }
            open.marker.get_or_insert(at);
        }
        let Some(at) = text.find("]]>").map(|at| start + at) else { return ON };
        let mistake = XmlError::new(at..at + 3, "`]]>` in a text must be written `]]&gt;`");
        self.report(mistake.label("ends no CDATA section"))
    }

    fn end_of_text(&mut self) -> Flow {
        let text = self.file.text;
        let end = text.len();
        match self.builder.open().last() {
            Some(open) if self.nesting_is_sure => {
                let name = &text[open.name];
                let mistake = XmlError::new(end..end, format!("the file ends inside `<{name}>`"))
                    .label("the file ends here")
                    .begun(open.tag, name)
                    .help("it may have been cut off: retrieve it again");
                self.report(mistake)
            }
            None if !self.rooted && self.diagnostics.is_empty() => {
                let empty = text.trim_start_matches(BOM).trim_matches(is_space).is_empty();
                let message = if empty { "this file is empty" } else { "this file has no root element" };
                self.report(XmlError::new(end..end, message))
            }
            _ => ON,
        }
    }

    /// Reports markup that the reader does not understand, from `start` on.
    fn syntax(&mut self, error: &Error, start: usize, end: usize) -> Flow {
        let text = self.file.text;
        if matches!(error, Error::IllFormed(IllFormedError::UnclosedReference)) {
            return match self.builder.open().is_empty() {
                true => self.outside_root(start, end),
                false => self.check(attributes::reference(text, start..end)),
            };
        }
        if markup::is_doctype(&text[start..]) {
            return self.stop(markup::doctype(start..end));
        }
        let mistake = match error {
            Error::Syntax(error @ (SyntaxError::UnclosedComment | SyntaxError::UnclosedCData)) => {
                return self.stop(markup::unclosed(*error, text, start));
            }
            Error::Syntax(error) => markup::unclosed(*error, text, start),
            _ => XmlError::new(start..end, error.to_string()),
        };
        let _ = self.report_or_conflict(mistake, start, end);
        Flow::Break(())
    }

    fn outside_root(&mut self, start: usize, end: usize) -> Flow {
        if let Some(at) = conflict::marker(self.file.text, start..end) {
            return self.stop(conflict::mistake(self.file.text, at));
        }
        let mistake = XmlError::new(start..end, "there is text outside the root element");
        self.stop_outside(mistake.label("outside the root element"))
    }

    /// Ends at something outside the root element, unless it may be outside only because of an earlier mistake.
    fn stop_outside(&mut self, mistake: XmlError) -> Flow {
        if self.nesting_is_sure { self.stop(mistake) } else { Flow::Break(()) }
    }

    /// Reports a mistake in what is read from `start` to `end`, or the merge conflict that is the cause of it.
    fn report_or_conflict(&mut self, mistake: XmlError, start: usize, end: usize) -> Flow {
        match conflict::marker(self.file.text, start..end) {
            Some(at) => self.stop(conflict::mistake(self.file.text, at)),
            None => self.report(mistake),
        }
    }

    fn check(&mut self, checked: Result<(), XmlError>) -> Flow {
        checked.map_or_else(|mistake| self.report(mistake), |()| ON)
    }

    fn stop(&mut self, mistake: XmlError) -> Flow {
        let _ = self.report(mistake);
        Flow::Break(())
    }

    fn report(&mut self, mistake: XmlError) -> Flow {
        self.diagnostics.push(mistake.into_diagnostic(self.file));
        if self.diagnostics.len() < MAX_ERRORS { ON } else { Flow::Break(()) }
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).expect("invariant: a place in a text in memory")
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(size(start), size(end))
}
