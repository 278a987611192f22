//! A rewrite does not change other elements, in any form.

use preauth_source::{SourceFile, TextRange, apply};
use preauth_xml::{NewElement, Node, Rewrite, Tree, parse};
use proptest::{collection::vec, prelude::*, sample::Index, sample::select};

/// Elements in the forms of people, Salesforce and formatters: with text, or with child elements and comments.
fn element() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "<a>x</a>",
        "<b\n  >R&amp;D</b\n>",
        "<c/>",
        "<c />",
        "<d></d>",
        "<d>\n</d>",
        "<e><![CDATA[<x> & ]]>y</e>",
        "<f g='>' h=\"/>\">\n  z\n</f>",
        "<g><?p > ?>x</g>",
        "<m:h xsi:nil='true'/>",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 30, 5, |inner| {
        let before = select(vec!["", "\n  ", "\n\t", "\r\n    ", " <!-- why: <b> & - -->", "\n\n  "]);
        let after = select(vec!["", "\n", "\r\n  ", "\n  <!-- why: <b> & - -->\n"]);
        (select(vec!["k", "l", "m"]), vec((before, inner), 1..5), after).prop_map(
            |(name, children, after)| {
                let inside: String =
                    children.into_iter().map(|(before, child)| before.to_owned() + &child).collect();
                format!("<{name}>{inside}{after}</{name}>")
            },
        )
    })
}

#[derive(Clone, Debug)]
enum Change {
    SetText,
    Remove,
    Insert(&'static str),
}

fn changes() -> impl Strategy<Value = Vec<(Index, Change)>> {
    let change = prop_oneof![
        Just(Change::SetText),
        Just(Change::Remove),
        select(vec!["a", "d", "k", "z"]).prop_map(Change::Insert),
    ];
    vec((any::<Index>(), change), 1..5)
}

fn read(text: &str) -> Tree<'_> {
    let (tree, errors) = parse(&SourceFile::new("Portal.xml".into(), text), &|_| true);
    assert_eq!(errors, [], "{text}");
    tree
}

/// Returns all elements in the order of the document.
fn all<'a, 't>(tree: &'a Tree<'t>) -> Vec<Node<'a, 't>> {
    tree.root().into_iter().flat_map(|root| std::iter::once(root).chain(root.descendants())).collect()
}

fn meet(a: TextRange, b: TextRange) -> bool {
    a.contains_range(b) || b.contains_range(a)
}

/// Returns the text after the changes, and the changed ranges: an element whose text is set or that is removed, or the
/// name of the parent of an inserted element.
fn changed(text: &str, changes: &[(Index, Change)]) -> (String, Vec<TextRange>) {
    let tree = read(text);
    let nodes = all(&tree);
    let mut rewrite = Rewrite::new(&tree);
    let mut ranges: Vec<TextRange> = Vec::new();
    for (at, change) in changes {
        let node = *at.get(&nodes);
        let range = if matches!(change, Change::Insert(_)) { node.name_range() } else { node.range() };
        if ranges.iter().any(|other| meet(*other, range)) {
            continue;
        }
        match change {
            Change::SetText if node.is_leaf() => rewrite.set_text(node, "new & <text>"),
            Change::Remove if node.parent().is_some() => rewrite.remove(node),
            Change::Insert(name) if node.trimmed_text().is_empty() => {
                rewrite.insert(node, NewElement::text(name, "1"));
            }
            _ => continue,
        }
        ranges.push(range);
    }
    (apply(text, &rewrite.finish()).expect("the edits are apart"), ranges)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn other_elements_are_not_changed(document in element(), changes in changes()) {
        let (after, changed) = changed(&document, &changes);
        let (before, now) = (read(&document), read(&after));
        let mut left = all(&now).into_iter();
        for node in all(&before).into_iter().filter(|node| !changed.iter().any(|range| meet(*range, node.range()))) {
            let raw = &document[node.range()];
            prop_assert!(left.any(|other| &after[other.range()] == raw), "{raw:?} is missing in {after:?}");
        }
    }

    #[test]
    fn comments_next_to_changes_are_kept(document in element(), changes in changes()) {
        let (after, changed) = changed(&document, &changes);
        let inside: usize = changed.iter().map(|range| document[*range].matches("<!--").count()).sum();
        let outside = document.matches("<!--").count() - inside;
        prop_assert_eq!(after.matches("<!--").count(), outside, "{:?}", after);
    }
}
