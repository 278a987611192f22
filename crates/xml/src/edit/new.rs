use crate::text::escape;

/// An element to be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewElement {
    name: String,
    content: NewElementContent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum NewElementContent {
    Text(String),
    Elements(Vec<NewElement>),
}

impl NewElement {
    /// An element that holds text, which is escaped. The name has no prefix: it gets its parent's.
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.into(), content: NewElementContent::Text(text.into()) }
    }

    /// An element that holds elements, in the order given.
    pub fn element(name: &str, children: Vec<NewElement>) -> Self {
        Self { name: name.into(), content: NewElementContent::Elements(children) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text, if it holds no elements.
    pub(crate) fn own_text(&self) -> Option<&str> {
        match &self.content {
            NewElementContent::Text(text) => Some(text),
            NewElementContent::Elements(_) => None,
        }
    }

    /// The element as XML; `line` is how the line that it starts on starts, if it has one to itself.
    pub(crate) fn write(&self, prefix: &str, line: Option<&LineStart>) -> String {
        let name = format!("{prefix}{}", self.name);
        match &self.content {
            NewElementContent::Text(text) => format!("<{name}>{}</{name}>", escape(text)),
            NewElementContent::Elements(children) => {
                let inner = line.map(LineStart::deeper);
                let body = write_all(children, prefix, inner.as_ref());
                format!("<{name}>{body}{}</{name}>", start(line))
            }
        }
    }
}

/// Elements as XML, each on a line of its own if there is to be one.
pub(crate) fn write_all<'n>(
    news: impl IntoIterator<Item = &'n NewElement>,
    prefix: &str,
    line: Option<&LineStart>,
) -> String {
    news.into_iter().map(|new| start(line) + &new.write(prefix, line)).collect()
}

/// Returns the newline and indentation of a line; empty where everything is on one line.
pub(crate) fn start(line: Option<&LineStart>) -> String {
    line.map(|line| format!("{}{}", line.newline, line.indent)).unwrap_or_default()
}

/// The start of a line.
#[derive(Clone, Debug)]
pub(crate) struct LineStart {
    /// The line break before it.
    pub(crate) newline: &'static str,
    pub(crate) indent: String,
    /// The indentation of one level.
    pub(crate) unit: String,
}

impl LineStart {
    pub(crate) fn deeper(&self) -> Self {
        Self { indent: format!("{}{}", self.indent, self.unit), ..self.clone() }
    }
}
