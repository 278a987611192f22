//! Every text can be parsed, and a well-formed document is read as it was written.

use std::fmt::Write as _;

use preauth_source::TextRange;
use preauth_xml::{Node, Tree, escape, parse};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{file, text};

/// An element as it is expected after reading.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Text(String),
    Data(String),
    Comment(&'static str),
    Instruction,
    Element(Element),
}

const NAMES: [&str; 8] = ["a", "ab", "b", "label", "m:c", "x-1", "é", "Z"];

pub(crate) fn element() -> impl Strategy<Value = Element> {
    let attributes = || {
        let names = prop::sample::subsequence(vec!["b", "c", "xsi:type"], 0..3);
        (names, text(), text()).prop_map(|(names, one, two)| {
            names.into_iter().zip([one, two]).map(|(name, value)| (name, value.replace('\n', " "))).collect()
        })
    };
    let leaf = prop_oneof![
        4 => text().prop_map(Item::Text),
        1 => text().prop_map(|text| Item::Data(text.replace("]]", ""))),
        1 => select(vec!["", " a & <b> ", "\n- 'x'\n"]).prop_map(Item::Comment),
        1 => Just(Item::Instruction),
    ];
    let make = |(name, attributes, items)| Element { name, attributes, items };
    let item = leaf.prop_recursive(4, 40, 6, move |item| {
        (select(&NAMES[..]), attributes(), vec(item, 0..6)).prop_map(move |parts| Item::Element(make(parts)))
    });
    (select(&NAMES[..]), attributes(), vec(item, 0..8)).prop_map(make)
}

/// The form of a document.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    mark: bool,
    declaration: bool,
    carriage_returns: bool,
    short: bool,
    quote: char,
}

pub(crate) fn style() -> impl Strategy<Value = Style> {
    (any::<[bool; 4]>(), select(vec!['"', '\''])).prop_map(
        |([mark, declaration, carriage_returns, short], quote)| Style {
            mark,
            declaration,
            carriage_returns,
            short,
            quote,
        },
    )
}

impl Element {
    fn write(&self, style: &Style, out: &mut String) {
        let (name, quote) = (self.name, style.quote);
        write!(out, "<{name}").unwrap();
        for (name, value) in &self.attributes {
            let value = escape(value).replace('\'', "&#39;").replace('"', "&quot;");
            write!(out, " {name} = {quote}{value}{quote}").unwrap();
        }
        if self.items.is_empty() && style.short {
            out.push_str(" />");
            return;
        }
        out.push('>');
        for item in &self.items {
            match item {
                Item::Text(text) => out.push_str(&escape(text).replace('\'', "&#x27;")),
                Item::Data(text) => write!(out, "<![CDATA[{text}]]>").unwrap(),
                Item::Comment(text) => write!(out, "<!--{text}-->").unwrap(),
                Item::Instruction => out.push_str("<?pi a < b & c?>"),
                Item::Element(element) => element.write(style, out),
            }
        }
        write!(out, "</{name} >").unwrap();
    }

    pub(crate) fn document(&self, style: &Style) -> String {
        let mut out = String::new();
        if style.declaration {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- first -->\n");
        }
        self.write(style, &mut out);
        out.push_str("\n<!-- last -->\n");
        let out = if style.carriage_returns { out.replace('\n', "\r\n") } else { out };
        if style.mark { format!("\u{FEFF}{out}") } else { out }
    }

    fn local(&self) -> &'static str {
        self.name.rsplit(':').next().unwrap()
    }

    fn text(&self) -> String {
        let own = |item: &Item| match item {
            Item::Text(text) | Item::Data(text) => text.clone(),
            _ => String::new(),
        };
        self.items.iter().map(own).collect()
    }

    fn children(&self) -> impl Iterator<Item = &Element> {
        self.items.iter().filter_map(|item| match item {
            Item::Element(element) => Some(element),
            _ => None,
        })
    }

    fn assert_read_as(&self, node: Node<'_, '_>) {
        assert_eq!(node.name(), self.local());
        assert_eq!(node.text(), self.text());
        for (name, value) in &self.attributes {
            assert_eq!(node.attribute(name.rsplit(':').next().unwrap()).as_deref(), Some(value.as_str()));
        }
        let children: Vec<_> = self.children().collect();
        assert_eq!(node.children().count(), children.len());
        children.iter().zip(node.children()).for_each(|(element, node)| element.assert_read_as(node));
    }
}

/// Returns the text of an element, joined from its tags, its children and the texts between them.
fn rebuilt(node: Node<'_, '_>) -> String {
    let text = node.tree().text();
    let content = node.content();
    let mut out = text[node.open()].to_owned();
    let mut at = content.start();
    for child in node.children() {
        assert_eq!(child.parent(), Some(node));
        out.push_str(&text[TextRange::new(at, child.range().start())]);
        out.push_str(&rebuilt(child));
        at = child.range().end();
    }
    out.push_str(&text[TextRange::new(at, content.end())]);
    out.push_str(node.close().map_or("", |close| &text[close]));
    assert_eq!(out, text[node.range()]);
    out
}

/// Calls every function of a tree.
fn visit(tree: &Tree<'_>) {
    let _ = tree.namespace();
    let Some(root) = tree.root() else { return };
    rebuilt(root);
    for node in std::iter::once(root).chain(root.descendants()) {
        let _ = &tree.text()[node.text_range()];
        assert!(node.range().contains_range(node.name_range()));
        let _ = (node.trimmed_text(), node.is_nil(), node.attribute("b"), node.is_self_closing());
    }
}

/// Returns a random sequence of XML fragments.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    let parts = vec![
        "<a>",
        "</a>",
        "<b c='1'>",
        "</b>",
        "<",
        ">",
        "/",
        "/>",
        "&",
        ";",
        "&amp;",
        "'",
        "\"",
        "=",
        "<!--",
        "-->",
        "--",
        "<![CDATA[",
        "]]>",
        "<?xml version='1.0'?>",
        "<?",
        "?>",
        "<!DOCTYPE",
        "\n",
        "\r\n",
        "\n<<<<<<< x\n",
        "\n=======\n",
        "\n>>>>>>> x\n",
        "\u{FEFF}",
        "é",
        "\u{0}",
        "\u{FFFF}",
        " ",
        "a",
        "xmlns:",
        "<!",
        "[",
    ];
    vec(select(parts), 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_can_be_parsed(text in prop_oneof![soup(), any::<String>()]) {
        let (tree, found) = parse(&file(&text), &|_| true);
        visit(&tree);
        prop_assert!(found.len() <= 5);
        prop_assert!(!found.is_empty() || tree.root().is_some());
        for found in &found {
            let _ = &text[found.primary.location.range];
        }
    }

    #[test]
    fn damaged_document_can_be_parsed(
        element in element(),
        style in style(),
        (at, length) in (any::<prop::sample::Index>(), 0_usize..12),
        replacement in soup(),
    ) {
        let mut text: Vec<char> = element.document(&style).chars().collect();
        let start = at.index(text.len());
        let end = (start + length).min(text.len());
        text.splice(start..end, replacement.chars());
        let text: String = text.into_iter().collect();
        let (tree, kept) = parse(&file(&text), &|_| true);
        visit(&tree);
        prop_assert_eq!(kept, parse(&file(&text), &|_| false).1);
    }

    #[test]
    fn document_is_read_as_written(element in element(), style in style()) {
        let text = element.document(&style);
        let (tree, found) = parse(&file(&text), &|_| true);
        prop_assert_eq!(found, []);
        visit(&tree);
        element.assert_read_as(tree.root().unwrap());
    }

    #[test]
    fn filtering_elements_does_not_change_others(element in element(), style in style()) {
        let text = element.document(&style);
        let keep = |name: &str| name.starts_with('a');
        let (all, _) = parse(&file(&text), &|_| true);
        let (some, found) = parse(&file(&text), &keep);
        prop_assert_eq!(found, []);
        let (all, some) = (all.root().unwrap(), some.root().unwrap());
        let ranges = |nodes: Vec<Node<'_, '_>>| -> Vec<_> {
            nodes.into_iter().flat_map(|node| std::iter::once(node).chain(node.descendants()).map(Node::range)
                .collect::<Vec<_>>()).collect()
        };
        let wanted = all.children().filter(|child| keep(child.name())).collect();
        prop_assert_eq!(ranges(some.children().collect()), ranges(wanted));
        prop_assert_eq!(some.text(), all.text());
    }
}
