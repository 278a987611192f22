use preauth_source::{Diagnostic, Label, Severity, SourceFile, TextRange};
use quick_xml::{
    Error, Reader,
    errors::{IllFormedError, SyntaxError},
    events::Event,
};

use crate::{
    Tree, check,
    tree::{Element, NONE, size},
};

/// How deep elements may lie in each other. Salesforce's own files go four deep.
pub const MAX_DEPTH: usize = 256;

const BOM: &str = "\u{FEFF}";

/// Reads a document.
///
/// `keep` is asked the name of each child of the root: where it says no, the child is checked like everything else
/// and then forgotten. Reading ends at the first thing that is not well-formed XML 1.0, which is the one diagnostic
/// (`xml-malformed`); the tree then holds what came before it. A DOCTYPE is refused.
pub fn parse<'t>(file: &SourceFile<'t>, keep: &dyn Fn(&str) -> bool) -> (Tree<'t>, Vec<Diagnostic>) {
    let mut parser = Parser {
        file,
        keep,
        base: if file.text.starts_with(BOM) { BOM.len() } else { 0 },
        tree: Tree { path: file.path.clone(), text: file.text, elements: Vec::new() },
        open: Vec::new(),
        rooted: false,
    };
    let diagnostic = if u32::try_from(file.text.len()).is_err() {
        Some(parser.malformed(0..0, "the file is larger than 4 GB", "too large"))
    } else {
        parser.run().err().map(|diagnostic| *diagnostic)
    };
    parser.close_all();
    (parser.tree, diagnostic.into_iter().collect())
}

struct Parser<'p, 't> {
    file: &'p SourceFile<'t>,
    keep: &'p dyn Fn(&str) -> bool,
    /// Where the text starts, behind a byte order mark.
    base: usize,
    tree: Tree<'t>,
    open: Vec<Open>,
    /// Whether the root element has begun.
    rooted: bool,
}

/// An element that has not ended yet.
struct Open {
    tag: TextRange,
    name: TextRange,
    /// Its index in the tree, if it is kept.
    kept: u32,
    /// Its last child in the tree so far.
    last: u32,
    has_children: bool,
}

type Checked = Result<(), Box<Diagnostic>>;

impl<'t> Parser<'_, 't> {
    fn run(&mut self) -> Checked {
        let text = &self.file.text[self.base..];
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.check_comments = true;
        let illegal = check::illegal_char(text).map(|(at, c)| (self.base + at, c));
        loop {
            let start = self.base + position(reader.buffer_position());
            let event = reader.read_event();
            let end = self.base + position(reader.buffer_position());
            if let Some((at, c)) = illegal.filter(|(at, _)| *at < end.max(start + 1)) {
                let message = format!("the character U+{:04X} is not allowed in XML", u32::from(c));
                return self.refuse(at..at + c.len_utf8(), message, "not allowed");
            }
            match event {
                Ok(Event::Eof) => return self.end_of_text(),
                Ok(event) => self.event(&event, start, end)?,
                Err(error) => {
                    let at = self.base + position(reader.error_position());
                    return self.syntax(&error, at);
                }
            }
        }
    }

    fn event(&mut self, event: &Event<'_>, start: usize, end: usize) -> Checked {
        match event {
            Event::Start(_) | Event::Empty(_) => self.tag(start, end, matches!(event, Event::Empty(_))),
            Event::End(_) => self.end_tag(start, end),
            Event::Text(_) => self.character_data(start, end),
            Event::GeneralRef(_) => self.reference(start, end),
            Event::CData(_) if self.open.is_empty() => {
                self.refuse(start..end, "there is text outside the root element", "outside the root element")
            }
            Event::Decl(_) if start > self.base => self.refuse(
                start..end,
                "the XML declaration must stand at the very start of the file",
                "not at the start",
            ),
            Event::DocType(_) => {
                let label = self.malformed(start..end, "the file has a DOCTYPE, which is refused", "refused");
                Err(Box::new(label.with_help("remove it: Salesforce never writes one, and the entities that it can define are an attack on whoever reads the file")))
            }
            _ => Ok(()),
        }
    }

    fn tag(&mut self, start: usize, end: usize, empty: bool) -> Checked {
        let raw = &self.file.text[start..end];
        self.conflict(start)?;
        let inner = &raw[1..raw.len() - if empty { 2 } else { 1 }];
        let length = inner.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inner.len());
        let name = &inner[..length];
        if !check::is_name(name) {
            let shown: String = name.chars().take(40).collect();
            return self.refuse(
                start..(start + 1 + length).min(end),
                format!("`<` does not start a tag here: `{shown}` is no name for an element"),
                "no tag",
            );
        }
        if length < inner.len()
            && let Err(mistake) = check::attributes(&inner[length..], start + 1 + length)
        {
            return self.refuse(mistake.range, mistake.message, "here");
        }
        if self.open.is_empty() && self.rooted {
            let label = self.malformed(start..end, "there is a second root element", "the second one");
            return Err(Box::new(
                label.with_help("a metadata file has one root element: move this one into a file of its own"),
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return self.refuse(
                start..end,
                format!("elements lie more than {MAX_DEPTH} deep in each other"),
                "too deep",
            );
        }
        self.rooted = true;
        let tag = range(start, end);
        let name_range = range(start + 1, start + 1 + length);
        let kept = self.push(tag, name_range, name);
        if empty {
            self.finish(kept, TextRange::empty(size(end)));
        } else {
            self.open.push(Open { tag, name: name_range, kept, last: NONE, has_children: false });
        }
        Ok(())
    }

    /// Adds an element to the tree if it is to be kept, and says where.
    fn push(&mut self, open: TextRange, name: TextRange, text: &str) -> u32 {
        let kept_parent = match self.open.last_mut() {
            None => Some(NONE),
            Some(parent) => {
                parent.has_children = true;
                (parent.kept != NONE).then_some(parent.kept)
            }
        };
        let local = text.rsplit(':').next().unwrap_or(text);
        let Some(parent) = kept_parent.filter(|_| self.open.len() != 1 || (self.keep)(local)) else {
            return NONE;
        };
        let index = u32::try_from(self.tree.elements.len()).expect("invariant: fewer elements than bytes");
        self.tree.elements.push(Element {
            open,
            close: TextRange::empty(open.end()),
            name,
            parent,
            next: NONE,
            first: NONE,
        });
        if let Some(holder) = self.open.last_mut() {
            let last = std::mem::replace(&mut holder.last, index);
            if last == NONE {
                self.tree.elements[parent as usize].first = index;
            } else {
                self.tree.elements[last as usize].next = index;
            }
        }
        index
    }

    fn finish(&mut self, index: u32, close: TextRange) {
        if index != NONE {
            self.tree.elements[index as usize].close = close;
        }
    }

    fn end_tag(&mut self, start: usize, end: usize) -> Checked {
        let name = self.file.text[start + 2..end - 1].trim_end();
        let Some(open) = self.open.last() else {
            return self.refuse(
                start..end,
                format!("`</{name}>` ends an element that was never begun"),
                "never begun",
            );
        };
        let expected = &self.file.text[open.name];
        if name != expected {
            let begun = Label::new(self.file.at(open.tag), format!("`<{expected}>` begins here"));
            let message = format!("`</{name}>` stands where `</{expected}>` should");
            let diagnostic = self.malformed(start..end, message, "the wrong end tag").with_related(begun);
            return Err(Box::new(diagnostic));
        }
        let kept = open.kept;
        self.open.pop();
        self.finish(kept, range(start, end));
        Ok(())
    }

    fn character_data(&self, start: usize, end: usize) -> Checked {
        let text = &self.file.text[start..end];
        if self.open.is_empty() {
            let Some(at) = text.find(|c: char| !c.is_ascii_whitespace()) else { return Ok(()) };
            self.conflict(start + at)?;
            let stop = start + text.trim_end().len();
            return self.refuse(
                start + at..stop,
                "there is text outside the root element",
                "outside the root element",
            );
        }
        if let Some(at) = text.find("]]>") {
            return self.refuse(start + at..start + at + 3, "`]]>` in text must be written `]]&gt;`", "here");
        }
        // Only between elements: `=======` may underline a heading in a description.
        if self.open.last().is_some_and(|open| open.has_children) {
            let mut at = start;
            for line in text.split_inclusive('\n') {
                if !line.trim().is_empty() {
                    self.conflict(at)?;
                }
                at += line.len();
            }
        }
        Ok(())
    }

    fn reference(&self, start: usize, end: usize) -> Checked {
        let raw = &self.file.text[start..end];
        if self.open.is_empty() {
            return self.refuse(
                start..end,
                "there is text outside the root element",
                "outside the root element",
            );
        }
        if check::is_reference(raw.trim_start_matches('&').trim_end_matches(';')) {
            return Ok(());
        }
        self.refuse(start..end, format!("`{raw}` is no character reference that XML knows"), "unknown")
    }

    /// Refuses a merge-conflict marker at the start of a line.
    fn conflict(&self, start: usize) -> Checked {
        let text = self.file.text;
        let at_line_start = start == self.base || text[..start].ends_with('\n');
        let line = &text[start..text[start..].find('\n').map_or(text.len(), |end| start + end)];
        if !at_line_start || !check::is_conflict_marker(line) {
            return Ok(());
        }
        let stop = start + line.trim_end().len();
        let diagnostic =
            self.malformed(start..stop, "the file holds merge-conflict markers", "left by a merge");
        Err(Box::new(
            diagnostic.with_help("decide between the two versions, and remove the lines with the markers"),
        ))
    }

    fn end_of_text(&self) -> Checked {
        let end = self.file.text.len();
        if let Some(open) = self.open.last() {
            let name = &self.file.text[open.name];
            let begun = Label::new(self.file.at(open.tag), format!("`<{name}>` begins here"));
            let message = format!("the file ends inside `<{name}>`");
            let diagnostic = self.malformed(end..end, message, "the file ends here").with_related(begun);
            return Err(Box::new(diagnostic.with_help("the file may have been cut off: retrieve it again")));
        }
        if self.rooted {
            return Ok(());
        }
        let message = if self.file.text[self.base..].trim().is_empty() {
            "the file is empty"
        } else {
            "the file has no root element"
        };
        self.refuse(self.base..self.base, message, "nothing here")
    }

    fn syntax(&self, error: &Error, at: usize) -> Checked {
        let end = self.file.text.len();
        let at = at.min(end);
        self.conflict(at)?;
        let message = match error {
            Error::IllFormed(IllFormedError::UnclosedReference) => "`&` must be written `&amp;`",
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => "`--` is not allowed in a comment",
            Error::Syntax(SyntaxError::UnclosedComment) => "the comment does not end",
            Error::Syntax(SyntaxError::UnclosedCData) => "the CDATA section does not end",
            Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => "`<?` has no `?>`",
            Error::Syntax(SyntaxError::UnclosedDoctype) => "the file has a DOCTYPE, which is refused",
            Error::Syntax(_) => "`<` does not start a tag here, or the tag does not end",
            _ => return self.refuse(at..at, error.to_string(), "here"),
        };
        let stop = self.file.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        self.refuse(at..stop, message, "here")
    }

    fn refuse(&self, at: std::ops::Range<usize>, message: impl Into<String>, label: &str) -> Checked {
        Err(Box::new(self.malformed(at, message, label)))
    }

    fn malformed(&self, at: std::ops::Range<usize>, message: impl Into<String>, label: &str) -> Diagnostic {
        let location = self.file.at(range(at.start, at.end));
        Diagnostic::new("xml-malformed", Severity::Error, message, Label::new(location, label))
    }

    /// Ends what is still open where the reading ended.
    fn close_all(&mut self) {
        let end = self.tree.elements.iter().map(|element| element.close.end().max(element.open.end())).max();
        while let Some(open) = self.open.pop() {
            self.finish(open.kept, TextRange::empty(end.unwrap_or_default()));
        }
    }
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).expect("invariant: an offset into a text in memory")
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(size(start), size(end))
}
