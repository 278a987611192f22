use preauth_source::{Edit, Location, TextRange, TextSize};

use crate::{Node, Tree, text::escape, tree::size};

/// An element to be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    name: String,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Text(String),
    Elements(Vec<New>),
}

impl New {
    /// An element that holds text, which is escaped.
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.into(), content: Content::Text(text.into()) }
    }

    /// An element that holds elements, in the order given.
    pub fn element(name: &str, children: Vec<New>) -> Self {
        Self { name: name.into(), content: Content::Elements(children) }
    }

    /// Writes the element; `line` is the line break and indentation that its own line starts with.
    fn render(&self, line: Option<&Line>) -> String {
        let name = &self.name;
        match &self.content {
            Content::Text(text) => format!("<{name}>{}</{name}>", escape(text)),
            Content::Elements(children) => {
                let inner = line.map(Line::deeper);
                let before = |line: Option<&Line>| line.map(Line::start).unwrap_or_default();
                let body: String = children
                    .iter()
                    .map(|child| before(inner.as_ref()) + &child.render(inner.as_ref()))
                    .collect();
                format!("<{name}>{body}{}</{name}>", before(line))
            }
        }
    }
}

/// How a line starts: the document's line break, an indentation, and what one level more adds to it.
#[derive(Clone, Debug)]
struct Line {
    newline: &'static str,
    indent: String,
    unit: String,
}

impl Line {
    fn start(&self) -> String {
        format!("{}{}", self.newline, self.indent)
    }

    fn deeper(&self) -> Self {
        Self { indent: format!("{}{}", self.indent, self.unit), ..self.clone() }
    }
}

/// Structural changes of one document, as text edits that keep every other byte.
///
/// Changes are collected and become edits together, so that elements can be removed and others inserted beside
/// them.
#[derive(Debug)]
pub struct Rewrite<'a, 't> {
    tree: &'a Tree<'t>,
    texts: Vec<(Node<'a, 't>, String)>,
    removed: Vec<Node<'a, 't>>,
    inserted: Vec<(Node<'a, 't>, New)>,
}

impl<'a, 't> Rewrite<'a, 't> {
    /// No changes yet.
    pub fn new(tree: &'a Tree<'t>) -> Self {
        Self { tree, texts: Vec::new(), removed: Vec::new(), inserted: Vec::new() }
    }

    /// Makes `text` the content of a leaf element. White space around the old text stays; `xsi:nil` goes.
    pub fn set_text(&mut self, node: Node<'a, 't>, text: &str) {
        self.texts.push((node, text.to_owned()));
    }

    /// Removes an element, with its line when it has one to itself.
    pub fn remove(&mut self, node: Node<'a, 't>) {
        if !self.removed.contains(&node) {
            self.removed.push(node);
        }
    }

    /// Inserts an element: after the last sibling of its name, else before the first sibling whose name comes
    /// later in the alphabet, else at the end. Indentation and line ends are those of its neighbours.
    pub fn insert(&mut self, parent: Node<'a, 't>, new: New) {
        self.inserted.push((parent, new));
    }

    /// The edits: sorted and apart.
    pub fn finish(mut self) -> Vec<Edit> {
        let mut edits: Vec<(TextRange, String)> = Vec::new();
        for node in &self.removed {
            edits.push((self.line_range(*node), String::new()));
        }
        for (node, text) in &self.texts {
            edits.extend(self.text_edits(*node, text));
        }
        self.inserted.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        let mut parents: Vec<Node<'a, 't>> = Vec::new();
        for (parent, _) in &self.inserted {
            if !parents.contains(parent) {
                parents.push(*parent);
            }
        }
        for parent in parents {
            let news: Vec<&New> =
                self.inserted.iter().filter(|(node, _)| *node == parent).map(|(_, new)| new).collect();
            if parent.is_leaf() {
                edits.push(self.fill(parent, &news));
            } else {
                edits.extend(news.iter().map(|new| self.place(parent, new)));
            }
        }
        self.merged(edits)
    }

    /// Joins what concerns one place: insertions in their order, then a replacement that starts there.
    fn merged(&self, mut edits: Vec<(TextRange, String)>) -> Vec<Edit> {
        edits.sort_by_key(|(range, _)| (range.start(), range.end()));
        let mut joined: Vec<(TextRange, String)> = Vec::new();
        for (range, insert) in edits {
            match joined.last_mut() {
                Some((last, text)) if last.start() == range.start() && last.is_empty() => {
                    *last = range;
                    text.push_str(&insert);
                }
                _ => joined.push((range, insert)),
            }
        }
        let edit = |(range, insert): (TextRange, String)| Edit {
            location: Location::new(self.tree.path().clone(), range),
            expected: self.tree.text()[range].into(),
            insert: insert.into(),
        };
        joined.into_iter().map(edit).collect()
    }

    fn text_edits(&self, node: Node<'a, 't>, text: &str) -> Vec<(TextRange, String)> {
        let mut edits: Vec<_> = node
            .attributes()
            .filter(|(name, ..)| name.rsplit(':').next() == Some("nil"))
            .map(|(_, _, range)| (range, String::new()))
            .collect();
        let text = escape(text);
        if node.is_self_closing() {
            let tag = &self.tree.text()[node.open()];
            let slash = node.open().end()
                - size("/>".len() + (tag.len() - 2 - tag[..tag.len() - 2].trim_end().len()));
            let name = self.full_name(node);
            edits.push((TextRange::new(slash, node.open().end()), format!(">{text}</{name}>")));
            return edits;
        }
        let raw = &self.tree.text()[node.content()];
        let plain = !raw.contains('<') && !raw.trim().is_empty();
        edits.push((if plain { node.text_range() } else { node.content() }, text.into_owned()));
        edits
    }

    fn full_name(&self, node: Node<'a, 't>) -> &'t str {
        let tag = &self.tree.text()[node.open()];
        let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(tag.len());
        &tag[1..end]
    }

    /// Where to insert an element among siblings.
    fn place(&self, parent: Node<'a, 't>, new: &New) -> (TextRange, String) {
        let staying: Vec<_> = parent.children().filter(|child| !self.removed.contains(child)).collect();
        let same = staying.iter().rposition(|child| child.name() == new.name);
        let greater = staying.iter().position(|child| *child.name() > *new.name);
        let before = match (same, greater) {
            (Some(same), _) => Some(same),
            (None, Some(0)) => None,
            (None, Some(next)) => Some(next - 1),
            (None, None) => staying.len().checked_sub(1),
        };
        if let Some(previous) = before.map(|index| staying[index]) {
            let line = self.line_of(previous);
            let insert = line.as_ref().map(Line::start).unwrap_or_default() + &new.render(line.as_ref());
            return (TextRange::empty(previous.range().end()), insert);
        }
        let next = staying.first().copied().or_else(|| parent.children().next());
        let next = next.expect("invariant: only parents with children come here");
        match self.line_of(next) {
            Some(line) => {
                let insert = format!("{}{}{}", line.indent, new.render(Some(&line)), line.newline);
                (TextRange::empty(self.line_range(next).start()), insert)
            }
            None => (TextRange::empty(next.range().start()), new.render(None)),
        }
    }

    /// Fills an element that has no child elements yet.
    fn fill(&self, parent: Node<'a, 't>, news: &[&New]) -> (TextRange, String) {
        let line = self
            .line_of(parent)
            .or_else(|| parent.parent().is_none().then(|| self.document_line()).flatten());
        let inner = line.as_ref().map(Line::deeper);
        let mut body = String::new();
        for new in news {
            body.push_str(&inner.as_ref().map(Line::start).unwrap_or_default());
            body.push_str(&new.render(inner.as_ref()));
        }
        body.push_str(&line.as_ref().map(Line::start).unwrap_or_default());
        if parent.is_self_closing() {
            let slash = parent.open().end() - size("/>".len());
            return (
                TextRange::new(slash, parent.open().end()),
                format!(">{body}</{}>", self.full_name(parent)),
            );
        }
        let blank = self.tree.text()[parent.content()].trim().is_empty();
        let range = if blank { parent.content() } else { TextRange::empty(parent.content().end()) };
        (range, body)
    }

    /// How the line of an element starts, if the element is the first thing on it.
    fn line_of(&self, node: Node<'a, 't>) -> Option<Line> {
        let start = self.line_start(node.range().start());
        let indent = &self.tree.text()[TextRange::new(start, node.range().start())];
        let own = indent.trim().is_empty() && start > TextSize::new(0);
        own.then(|| Line { newline: self.newline(), indent: indent.to_owned(), unit: self.unit() })
    }

    /// The line of a root element that starts the document.
    fn document_line(&self) -> Option<Line> {
        self.tree.text().contains('\n').then(|| Line {
            newline: self.newline(),
            indent: String::new(),
            unit: self.unit(),
        })
    }

    fn newline(&self) -> &'static str {
        if self.tree.text().contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// What one level of depth adds to the indentation: as much as it adds below the root.
    fn unit(&self) -> String {
        let first = self.tree.root().and_then(|root| root.children().next());
        let indent = first.map(|first| {
            let start = self.line_start(first.range().start());
            self.tree.text()[TextRange::new(start, first.range().start())].to_owned()
        });
        indent
            .filter(|indent| !indent.is_empty() && indent.trim().is_empty())
            .unwrap_or_else(|| "    ".to_owned())
    }

    fn line_start(&self, at: TextSize) -> TextSize {
        let before = &self.tree.text()[..usize::from(at)];
        size(before.rfind('\n').map_or(0, |newline| newline + 1))
    }

    /// An element's lines with their line break, when it has them to itself; otherwise the element.
    fn line_range(&self, node: Node<'a, 't>) -> TextRange {
        let text = self.tree.text();
        let range = node.range();
        let start = self.line_start(range.start());
        let after = &text[usize::from(range.end())..];
        let rest = after.find('\n').map_or(after, |newline| &after[..=newline]);
        let alone = text[TextRange::new(start, range.start())].trim().is_empty()
            && rest.trim().is_empty()
            && rest.ends_with('\n')
            && start > TextSize::new(0);
        if alone { TextRange::new(start, range.end() + size(rest.len())) } else { range }
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::{SourceFile, apply};

    use super::*;

    fn rewrite(text: &str, change: impl for<'a, 't> FnOnce(&mut Rewrite<'a, 't>, Node<'a, 't>)) -> String {
        let (tree, errors) = crate::parse(&SourceFile::new("a.xml".into(), text), &|_| true);
        assert_eq!(errors, []);
        let mut rewrite = Rewrite::new(&tree);
        change(&mut rewrite, tree.root().unwrap());
        apply(text, &rewrite.finish()).unwrap()
    }

    #[test]
    fn text_is_set_in_every_form_of_an_element() {
        for (before, after) in [
            ("<r><a>x</a></r>", "<r><a>R&amp;D</a></r>"),
            ("<r><a\n  >x</a\n></r>", "<r><a\n  >R&amp;D</a\n></r>"),
            ("<r><a>\n  x\n</a></r>", "<r><a>\n  R&amp;D\n</a></r>"),
            ("<r><a/></r>", "<r><a>R&amp;D</a></r>"),
            ("<r><a /></r>", "<r><a>R&amp;D</a></r>"),
            ("<r><a></a></r>", "<r><a>R&amp;D</a></r>"),
            ("<r><a xsi:nil=\"true\"/></r>", "<r><a>R&amp;D</a></r>"),
            ("<r><a><![CDATA[x]]></a></r>", "<r><a>R&amp;D</a></r>"),
        ] {
            assert_eq!(
                rewrite(before, |rewrite, root| rewrite.set_text(root.child("a").unwrap(), "R&D")),
                after
            );
        }
    }

    #[test]
    fn elements_come_in_alphabetical_order_on_a_line_of_their_own() {
        let text = "<r>\n    <a>1</a>\n    <c>1</c>\n</r>\n";
        let with = |name: &str| rewrite(text, |rewrite, root| rewrite.insert(root, New::text(name, "2")));
        assert_eq!(with("b"), "<r>\n    <a>1</a>\n    <b>2</b>\n    <c>1</c>\n</r>\n");
        assert_eq!(with("A"), "<r>\n    <A>2</A>\n    <a>1</a>\n    <c>1</c>\n</r>\n");
        assert_eq!(with("a"), "<r>\n    <a>1</a>\n    <a>2</a>\n    <c>1</c>\n</r>\n");
        assert_eq!(with("d"), "<r>\n    <a>1</a>\n    <c>1</c>\n    <d>2</d>\n</r>\n");
    }

    #[test]
    fn line_ends_and_indentation_are_the_neighbours() {
        let insert = |text: &str| rewrite(text, |rewrite, root| rewrite.insert(root, New::text("b", "2")));
        assert_eq!(insert("<r>\r\n\t<a>1</a>\r\n</r>"), "<r>\r\n\t<a>1</a>\r\n\t<b>2</b>\r\n</r>");
        assert_eq!(insert("<r><a>1</a></r>"), "<r><a>1</a><b>2</b></r>");
    }

    #[test]
    fn nested_elements_are_indented() {
        let text = "<r>\n  <a>1</a>\n</r>";
        let new = || New::element("b", vec![New::text("c", "2"), New::text("d", "3")]);
        let after = rewrite(text, |rewrite, root| rewrite.insert(root, new()));
        assert_eq!(after, "<r>\n  <a>1</a>\n  <b>\n    <c>2</c>\n    <d>3</d>\n  </b>\n</r>");
    }

    #[test]
    fn an_empty_element_is_filled() {
        let fill = |text: &str| {
            rewrite(text, |rewrite, root| {
                let parent = root.child("p").unwrap();
                rewrite.insert(parent, New::text("b", "2"));
                rewrite.insert(parent, New::text("a", "1"));
            })
        };
        let after = "<r>\n  <p>\n    <a>1</a>\n    <b>2</b>\n  </p>\n</r>";
        assert_eq!(fill("<r>\n  <p/>\n</r>"), after);
        assert_eq!(fill("<r>\n  <p></p>\n</r>"), after);
        assert_eq!(fill("<r>\n  <p>\n  </p>\n</r>"), after);
        assert_eq!(fill("<r><p/></r>"), "<r><p><a>1</a><b>2</b></p></r>");
    }

    #[test]
    fn a_line_goes_with_the_element_that_has_it_to_itself() {
        let remove = |text: &str| rewrite(text, |rewrite, root| rewrite.remove(root.child("a").unwrap()));
        assert_eq!(remove("<r>\n    <a>1</a>\n    <b/>\n</r>"), "<r>\n    <b/>\n</r>");
        assert_eq!(remove("<r>\r\n    <a>\r\n 1</a>\r\n    <b/>\r\n</r>"), "<r>\r\n    <b/>\r\n</r>");
        assert_eq!(remove("<r><a>1</a><b/></r>"), "<r><b/></r>");
        assert_eq!(remove("<r>\n    <a>1</a> <!-- why -->\n</r>"), "<r>\n     <!-- why -->\n</r>");
    }

    #[test]
    fn siblings_are_exchanged_in_one_go() {
        let text = "<r>\n  <a>1</a>\n  <a>2</a>\n  <b/>\n</r>";
        let after = rewrite(text, |rewrite, root| {
            root.children_named("a").for_each(|node| rewrite.remove(node));
            rewrite.insert(root, New::text("a", "3"));
        });
        assert_eq!(after, "<r>\n  <a>3</a>\n  <b/>\n</r>");
        let after = rewrite("<r>\n  <a>1</a>\n  <a>2</a>\n</r>", |rewrite, root| {
            root.children_named("a").for_each(|node| rewrite.remove(node));
            rewrite.insert(root, New::text("a", "3"));
        });
        assert_eq!(after, "<r>\n  <a>3</a>\n</r>");
    }
}
