use std::borrow::Cow;

/// The text of a metadata file as Salesforce retrieves it: a line for each element, four spaces a level.
pub(super) struct Markup {
    text: String,
    root: &'static str,
}

impl Markup {
    /// A file with this root element.
    pub(super) fn new(root: &'static str) -> Self {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let namespace = "http://soap.sforce.com/2006/04/metadata";
        Self { text: format!("{head}<{root} xmlns=\"{namespace}\">\n"), root }
    }

    /// The number of bytes so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// An element below the root with a text in it.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.line("    ", name, text);
    }

    /// An element below the root with elements in it.
    pub(super) fn block(&mut self, name: &str, children: &[(&str, &str)]) {
        for part in ["    <", name, ">\n"] {
            self.text.push_str(part);
        }
        for (name, text) in children {
            self.line("        ", name, text);
        }
        for part in ["    </", name, ">\n"] {
            self.text.push_str(part);
        }
    }

    /// Appends the children of another text with the same root.
    pub(super) fn append(&mut self, other: &Self) {
        let start = Self::new(self.root).len();
        self.text.push_str(&other.text[start..]);
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        for part in ["</", self.root, ">\n"] {
            self.text.push_str(part);
        }
        self.text
    }

    fn line(&mut self, indent: &str, name: &str, text: &str) {
        let text = if text.contains('&') { Cow::Owned(text.replace('&', "&amp;")) } else { text.into() };
        for part in [indent, "<", name, ">", text.as_ref(), "</", name, ">\n"] {
            self.text.push_str(part);
        }
    }
}

/// A boolean as metadata has it.
pub(super) fn flag(set: bool) -> &'static str {
    if set { "true" } else { "false" }
}
