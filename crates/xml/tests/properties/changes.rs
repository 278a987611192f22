//! Changes are read back, and nothing else is changed.

use std::fmt::Write as _;

use preauth_source::{TextRange, apply};
use preauth_xml::{NewElement, Node, Rewrite, escape, parse};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{file, text};

/// A document as Salesforce writes them: elements with child elements or text, one on each line or all on one line.
#[derive(Clone, Debug)]
struct Plain {
    name: &'static str,
    text: String,
    children: Vec<Plain>,
}

const WORDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn plain() -> impl Strategy<Value = Plain> {
    let leaf = (select(&WORDS[..]), text()).prop_map(|(name, text)| Plain {
        name,
        text: text.trim().to_owned(),
        children: Vec::new(),
    });
    leaf.prop_recursive(3, 30, 6, |inner| {
        (select(&WORDS[..]), vec(inner, 0..6)).prop_map(|(name, children)| Plain {
            name,
            text: String::new(),
            children,
        })
    })
}

impl Plain {
    fn write(&self, unit: Option<&str>, depth: usize, out: &mut String) {
        let line = |depth: usize| unit.map(|unit| format!("\n{}", unit.repeat(depth))).unwrap_or_default();
        let name = self.name;
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str(&[format!("<{name}/>"), format!("<{name} xsi:nil=\"true\"/>")][depth % 2]);
            return;
        }
        write!(out, "<{name}>").unwrap();
        for child in &self.children {
            out.push_str(&line(depth + 1));
            child.write(unit, depth + 1, out);
        }
        match self.children.is_empty() {
            true => write!(out, "{}</{name}>", escape(&self.text)).unwrap(),
            false => write!(out, "{}</{name}>", line(depth)).unwrap(),
        }
    }

    fn of(node: Node<'_, '_>) -> String {
        let inner: String = node.children().map(Self::of).collect();
        format!("({} {:?} {inner})", node.name(), node.trimmed_text())
    }
}

/// A change of the element at an index.
#[derive(Clone, Debug)]
enum Change {
    Set(String),
    Remove,
    Insert(&'static str, String),
    InsertElement(&'static str, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        text().prop_map(|text| Change::Set(text.trim().to_owned())),
        Just(Change::Remove),
        (select(&WORDS[..]), text()).prop_map(|(name, text)| Change::Insert(name, text.trim().to_owned())),
        (select(&WORDS[..]), select(&WORDS[..])).prop_map(|(name, inner)| Change::InsertElement(name, inner)),
    ]
}

/// Applies the changes to the expected elements.
fn expected(node: Node<'_, '_>, changes: &[(TextRange, Change)]) -> Option<String> {
    let mine = || changes.iter().filter(|(range, _)| *range == node.range()).map(|(_, change)| change);
    if node.parent().is_some() && mine().any(|change| matches!(change, Change::Remove)) {
        return None;
    }
    let mut text = mine().filter_map(|change| match change {
        Change::Set(text) => Some(text.clone()),
        _ => None,
    });
    let text = text.next_back().unwrap_or_else(|| node.trimmed_text().into_owned());
    let mut news: Vec<(&str, Option<&str>, String)> = mine()
        .filter_map(|change| match change {
            Change::Insert(name, text) => Some((*name, Some(text.as_str()), format!("({name} {text:?} )"))),
            Change::InsertElement(name, inner) => {
                Some((*name, None, format!("({name} \"\" ({inner} \"1\" ))")))
            }
            _ => None,
        })
        .collect();
    news.sort_by_key(|(name, text, _)| (*name, *text));
    let staying: Vec<(&str, String, String)> = node
        .children()
        .filter_map(|child| {
            Some((child.name(), child.trimmed_text().into_owned(), expected(child, changes)?))
        })
        .collect();
    let place = |name: &str, text: Option<&str>| {
        let same: Vec<&str> =
            staying.iter().filter(|(known, ..)| *known == name).map(|(_, text, _)| text.as_str()).collect();
        let ordered = same.windows(2).all(|pair| pair[0] <= pair[1]);
        let before = match text {
            Some(text) if ordered => same.iter().filter(|other| **other <= text).count(),
            _ => same.len(),
        };
        let mut nth = staying.iter().enumerate().filter(|(_, (known, ..))| *known == name);
        let greater = || staying.iter().position(|(known, ..)| *known > name).unwrap_or(staying.len());
        match (same.is_empty(), before) {
            (true, _) => greater(),
            (false, 0) => nth.next().unwrap().0,
            (false, before) => nth.nth(before - 1).unwrap().0 + 1,
        }
    };
    let mut inner = String::new();
    for index in 0..=staying.len() {
        let here = news.iter().filter(|(name, text, _)| place(name, *text) == index);
        inner.extend(here.map(|(.., new)| new.as_str()));
        inner.extend(staying.get(index).map(|(.., child)| child.as_str()));
    }
    Some(format!("({} {text:?} {inner})", node.name()))
}

proptest! {
    #[test]
    fn changes_are_read_back(
        document in plain(),
        unit in select(vec![None, Some(""), Some("  "), Some("    "), Some("\t")]),
        carriage_returns in any::<bool>(),
        wanted in vec((any::<prop::sample::Index>(), change()), 0..8),
    ) {
        let mut text = "<?xml version=\"1.0\"?>\n".to_owned();
        document.write(unit, 0, &mut text);
        let text = if carriage_returns { text.replace('\n', "\r\n") } else { text };
        let (tree, found) = parse(&file(&text), &|_| true);
        prop_assert_eq!(found, []);
        let root = tree.root().unwrap();
        let nodes: Vec<_> = std::iter::once(root).chain(root.descendants()).collect();
        let mut rewrite = Rewrite::new(&tree);
        let mut changes = Vec::new();
        for (at, change) in wanted {
            let node = nodes[at.index(nodes.len())];
            let has_text = !node.trimmed_text().is_empty();
            let is_set = changes.iter().any(|(range, change)| *range == node.range() && matches!(change, Change::Set(_)));
            let is_filled = changes.iter().any(|(range, change)| {
                *range == node.range() && matches!(change, Change::Insert(..) | Change::InsertElement(..))
            });
            match &change {
                Change::Set(text) if node.is_leaf() && !is_filled => rewrite.set_text(node, text),
                Change::Remove => rewrite.remove(node),
                Change::Insert(name, text) if !has_text && !is_set => rewrite.insert(node, NewElement::text(name, text)),
                Change::InsertElement(name, inner) if !has_text && !is_set => {
                    rewrite.insert(node, NewElement::element(name, vec![NewElement::text(inner, "1")]));
                }
                _ => continue,
            }
            changes.push((node.range(), change));
        }
        let edits = rewrite.finish();
        prop_assert!(edits.windows(2).all(|pair| pair[0].location.range.end() <= pair[1].location.range.start()));
        let after = apply(&text, &edits).unwrap();
        let (read, found) = parse(&file(&after), &|_| true);
        prop_assert_eq!(found, [], "{}", after);
        prop_assert_eq!(Plain::of(read.root().unwrap()), expected(root, &changes).unwrap(), "{}", after);
    }

    #[test]
    fn inserting_keeps_order_and_form(
        mut names in vec(select(&WORDS[..]), 1..6),
        new in vec(select(&WORDS[..]), 1..6),
        newline in select(vec!["\n", "\r\n"]),
    ) {
        names.sort_unstable();
        let document = |names: &[&str]| -> String {
            let lines: String = names.iter().map(|name| format!("  <{name}>1</{name}>{newline}")).collect();
            format!("<r>{newline}{lines}</r>{newline}")
        };
        let text = document(&names);
        let (tree, _) = parse(&file(&text), &|_| true);
        let mut rewrite = Rewrite::new(&tree);
        for name in &new {
            rewrite.insert(tree.root().unwrap(), NewElement::text(name, "1"));
        }
        names.extend(&new);
        names.sort_unstable();
        prop_assert_eq!(apply(&text, &rewrite.finish()).unwrap(), document(&names));
    }

    #[test]
    fn removing_reverts_inserting(
        mut names in vec(select(&WORDS[..]), 1..6),
        new in vec(select(&["g", "h"][..]), 1..4),
    ) {
        names.sort_unstable();
        let lines: String = names.iter().map(|name| format!("\t<{name}>1</{name}>\r\n")).collect();
        let text = format!("<r>\r\n{lines}</r>");
        let (tree, _) = parse(&file(&text), &|_| true);
        let mut rewrite = Rewrite::new(&tree);
        for name in &new {
            rewrite.insert(tree.root().unwrap(), NewElement::element(name, vec![NewElement::text("i", "1")]));
        }
        let more = apply(&text, &rewrite.finish()).unwrap();
        let (tree, _) = parse(&file(&more), &|_| true);
        let mut rewrite = Rewrite::new(&tree);
        for node in tree.root().unwrap().children().filter(|node| new.contains(&node.name())) {
            rewrite.remove(node);
        }
        prop_assert_eq!(apply(&more, &rewrite.finish()).unwrap(), text);
    }
}
