//! The XML of the JUnit and Checkstyle reports.

use std::io::{self, Write};

/// An element with attributes, and with either text or children.
#[derive(Debug)]
pub(super) struct ReportElement {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<ReportElement>,
}

impl ReportElement {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    /// Adds an attribute.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.push((name, value.to_owned()));
        self
    }

    pub(super) fn with_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    pub(super) fn with_children(mut self, children: impl IntoIterator<Item = ReportElement>) -> Self {
        self.children.extend(children);
        self
    }

    pub(super) fn push(&mut self, child: ReportElement) {
        self.children.push(child);
    }

    /// Writes the element as a document.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        self.write_at(0, out)
    }

    fn write_at(&self, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        let (indent, name) = ("  ".repeat(depth), self.name);
        write!(out, "{indent}<{name}")?;
        for (name, value) in &self.attributes {
            write!(out, " {name}=\"{}\"", escaped(value).replace('\n', "&#10;").replace('\t', "&#9;"))?;
        }
        if !self.text.is_empty() {
            return writeln!(out, ">{}</{name}>", escaped(&self.text));
        }
        if self.children.is_empty() {
            return writeln!(out, "/>");
        }
        writeln!(out, ">")?;
        self.children.iter().try_for_each(|child| child.write_at(depth + 1, out))?;
        writeln!(out, "{indent}</{name}>")
    }
}

/// Returns the text with the special characters of XML escaped. The characters that XML cannot hold are hidden ones,
/// which are escaped like in all reports.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::visible::VisibleWriter;

    #[test]
    fn written_document_can_be_read() {
        let text = "a < b & \"c\"\n> d\u{1}";
        let element =
            ReportElement::new("x").with("y", text).with_children([ReportElement::new("z").with_text(text)]);
        let mut out = Vec::new();
        element.write(&mut VisibleWriter::new(&mut out)).unwrap();
        let written = String::from_utf8(out).unwrap();
        let (tree, diagnostics) =
            preauth_xml::parse(&preauth_source::SourceFile::new("x.xml".into(), &written), &|_: &str| true);
        assert_eq!(diagnostics, []);
        assert_eq!(tree.root().unwrap().children().next().unwrap().text(), text.replace('\u{1}', "\\u0001"));
    }
}
