//! XML as reports need it.

use std::io::{self, Write};

/// An element with attributes, and with either text or children in it.
#[derive(Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    /// With one more attribute.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.push((name, value.to_owned()));
        self
    }

    pub(super) fn with_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    pub(super) fn with_children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    pub(super) fn push(&mut self, child: Element) {
        self.children.push(child);
    }

    /// Writes it as a whole document.
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

/// The text with what means something in XML escaped. What XML has no way to say is hidden, and is written out with
/// all else that is.
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
    use crate::output::visible::Visible;

    #[test]
    fn what_is_written_reads_back() {
        let text = "a < b & \"c\"\n> d\u{1}";
        let element = Element::new("x").with("y", text).with_children([Element::new("z").with_text(text)]);
        let mut out = Vec::new();
        element.write(&mut Visible::new(&mut out)).unwrap();
        let written = String::from_utf8(out).unwrap();
        let (tree, diagnostics) =
            preauth_xml::parse(&preauth_source::SourceFile::new("x.xml".into(), &written), &|_: &str| true);
        assert_eq!(diagnostics, []);
        assert_eq!(tree.root().unwrap().children().next().unwrap().text(), text.replace('\u{1}', "\\u0001"));
    }
}
