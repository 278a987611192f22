pub(crate) mod paths;

use std::fmt;

use crate::{
    Node,
    chars::{self, trim},
};

/// A way through a tree: child steps below the root, each with at most one predicate
/// (`userPermissions[name='ModifyAllData']/enabled`), or `//name` for an element anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlPath {
    steps: Vec<PathStep>,
    anywhere: bool,
}

/// A step to children of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathStep {
    name: String,
    /// A child and the text that it must have.
    predicate: Option<(String, String)>,
}

/// The reason why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlPathError {
    /// The offset in the text, in bytes.
    pub offset: usize,
    /// The message.
    pub message: String,
}

impl fmt::Display for XmlPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for XmlPathError {}

impl XmlPath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`XmlPathError`] when the text is no path.
    pub fn parse(text: &str) -> Result<Self, XmlPathError> {
        let (anywhere, rest) = text.strip_prefix("//").map_or((false, text), |rest| (true, rest));
        let mut offset = text.len() - rest.len();
        let mut steps = Vec::new();
        for part in split(rest) {
            steps.push(PathStep::parse(part, offset)?);
            offset += part.len() + 1;
        }
        if anywhere && (steps.len() > 1 || steps[0].predicate.is_some()) {
            return Err(XmlPathError { offset: 0, message: "after `//` there can be only one name".into() });
        }
        Ok(Self { steps, anywhere })
    }

    /// True if it may start anywhere, and has no more than one step.
    pub(crate) fn is_anywhere(&self) -> bool {
        self.anywhere
    }

    pub(crate) fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// The elements that it leads to from the root, in the order of the document.
    pub fn select<'a, 't>(&self, root: Node<'a, 't>) -> Vec<Node<'a, 't>> {
        if self.anywhere {
            let all = std::iter::once(root).chain(root.descendants());
            return all.filter(|node| self.steps[0].is(*node)).collect();
        }
        self.steps.iter().fold(vec![root], |nodes, step| {
            let inside = nodes.iter().flat_map(|node| node.children());
            inside.filter(|node| step.is(*node)).collect()
        })
    }
}

/// Splits at the slashes that are not in quotes.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '/') => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

impl PathStep {
    fn parse(part: &str, offset: usize) -> Result<Self, XmlPathError> {
        let error = |at: usize, message: String| Err(XmlPathError { offset: offset + at, message });
        let (name, predicate) = match part.split_once('[') {
            None => (part, None),
            Some((name, rest)) => {
                let Some(inner) = rest.strip_suffix(']') else {
                    return error(part.len(), format!("`{part}` has no `]`"));
                };
                let parsed = inner.split_once('=').and_then(|(child, value)| {
                    let value = trim(value);
                    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
                    let value = value.strip_prefix(quote)?.strip_suffix(quote)?;
                    let pair = (trim(child).to_owned(), value.to_owned());
                    (!value.contains(quote)).then_some(pair)
                });
                let Some(parsed) = parsed.filter(|(child, _)| is_name(child)) else {
                    return error(name.len() + 1, format!("`{inner}` is no predicate: write `name='value'`"));
                };
                (name, Some(parsed))
            }
        };
        if !is_name(name) {
            let message = match name {
                "" => "a step has no name".to_owned(),
                _ => format!("`{name}` is no name of an element"),
            };
            return error(0, message);
        }
        Ok(Self { name: name.to_owned(), predicate })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// True if it leads to a node that is where it leads.
    pub(crate) fn is(&self, node: Node<'_, '_>) -> bool {
        node.is_named(&self.name)
            && self.predicate.as_ref().is_none_or(|(child, value)| {
                node.child(child).is_some_and(|child| child.trimmed_text() == *value)
            })
    }
}

fn is_name(name: &str) -> bool {
    chars::is_name(name) && !name.contains(':')
}

impl fmt::Display for XmlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.anywhere {
            f.write_str("//")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str("/")?;
            }
            f.write_str(&step.name)?;
            if let Some((child, value)) = &step.predicate {
                let quote = if value.contains('\'') { '"' } else { '\'' };
                write!(f, "[{child}={quote}{value}{quote}]")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::SourceFile;

    use super::*;

    const PROFILE: &str = "<P><a><b>1</b></a><u><n>X</n><e>true</e></u><u><n>Y/Z</n><e>false</e></u></P>";

    fn texts(path: &str) -> Vec<String> {
        let (tree, _) = crate::parse(&SourceFile::new("p".into(), PROFILE), &|_| true);
        let nodes = XmlPath::parse(path).unwrap().select(tree.root().unwrap());
        nodes.iter().map(|node| node.text().into_owned()).collect()
    }

    #[test]
    fn steps_predicates_and_anywhere() {
        assert_eq!(texts("a/b"), ["1"]);
        assert_eq!(texts("u[n='X']/e"), ["true"]);
        assert_eq!(texts("u[n=\"Y/Z\"]/e"), ["false"]);
        assert_eq!(texts("//n"), ["X", "Y/Z"]);
        assert!(texts("a/c").is_empty());
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, offset) in
            [("", 0), ("a//b", 2), ("a/b[c]", 4), ("a[b='c'", 7), ("a/1", 2), ("//a/b", 0), ("a[b='x'y']", 2)]
        {
            assert_eq!(XmlPath::parse(text).unwrap_err().offset, offset, "{text}");
        }
    }

    #[test]
    fn a_path_prints_as_it_was_read() {
        for text in ["a", "a/b", "u[n='X']/e", "//n", "u[n=\"it's\"]"] {
            assert_eq!(XmlPath::parse(text).unwrap().to_string(), text);
        }
    }
}
