//! Skimming: text that is left out does not change the requested elements, for any document, any window and any elements
//! remembered before.

use std::fmt::Write as _;

use preauth_source::{TextRange, TextSize};
use preauth_xml::{Node, RepeatedElement, Skimmed, Skimmer, Tree, parse};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    documents::{element, soup, style},
    file, text,
};

fn is_requested(name: &str) -> bool {
    name.starts_with('a')
}

/// The name, the text and the ranges of an element.
type Summary = (String, String, Vec<TextRange>);

/// Summarizes all requested elements of a tree. `place` maps a range to the document.
fn summarize(tree: &Tree<'_>, place: impl Fn(TextRange) -> TextRange) -> Vec<Summary> {
    let Some(root) = tree.root() else { return Vec::new() };
    let summary = |node: Node<'_, '_>| {
        let ranges = [node.range(), node.open(), node.content(), node.text_range(), node.name_range()];
        (node.name().to_owned(), node.text().into_owned(), ranges.map(&place).to_vec())
    };
    let below = root.children().flat_map(|child| std::iter::once(child).chain(child.descendants()));
    let root = (root.name().to_owned(), format!("{:?}", tree.namespace()), vec![place(root.open())]);
    std::iter::once(root).chain(below.map(summary)).collect()
}

/// Empty ranges have no defined place, so they are compared as equal.
fn exact(range: TextRange) -> TextRange {
    if range.is_empty() { TextRange::default() } else { range }
}

/// Reads a whole document: the summaries of its requested elements, or `None` if it is malformed.
fn read_whole(text: &str) -> Option<Vec<Summary>> {
    let (tree, errors) = parse(&file(text), &is_requested);
    errors.is_empty().then(|| summarize(&tree, exact))
}

/// Asserts that a skimmed document is read like the whole one.
fn assert_same(text: &str, skimmed: &Skimmed<'_, String>) {
    assert_same_as(&read_whole(text), text, skimmed);
}

fn assert_same_as(whole: &Option<Vec<Summary>>, text: &str, skimmed: &Skimmed<'_, String>) {
    let kept = skimmed.text().unwrap();
    let (tree, errors) = parse(&file(kept), &is_requested);
    assert_eq!(errors.is_empty(), whole.is_some(), "{kept:?}");
    if let Some(whole) = whole {
        // Only an empty range may lie where text was left out.
        let place = |range: TextRange| match skimmed.range(range) {
            Some(range) => range,
            None if range.is_empty() => TextRange::default(),
            None => panic!("{range:?} spans text that was left out of {kept:?}"),
        };
        let repeated: Vec<TextRange> = skimmed.repeated().map(|element| echo_range(text, &element)).collect();
        let is_echo = |(_, _, ranges): &Summary| {
            repeated.iter().any(|element| element.contains_range(ranges[0]) && !ranges[0].is_empty())
        };
        let expected: Vec<&Summary> = whole.iter().filter(|summary| !is_echo(summary)).collect();
        let summaries = summarize(&tree, |range| exact(place(range)));
        assert_eq!(summaries.iter().collect::<Vec<_>>(), expected);
    }
}

/// Asserts that the document has the remembered element where the echo says, and returns its range.
fn echo_range(text: &str, element: &RepeatedElement<'_, String>) -> TextRange {
    let start = usize::from(element.at);
    assert!(text[start..].starts_with(element.what));
    TextRange::at(element.at, TextSize::of(element.what.as_str()))
}

/// Skims a document and remembers all its elements, each with its own text.
fn skim_and_remember(skimmer: &mut Skimmer<'_, String>, text: &str) {
    let skimmed = skimmer.skim_text(text.as_bytes());
    assert_same(text, &skimmed);
    let Some(kept) = skimmed.text() else { return };
    let new: Vec<_> = skimmed
        .elements()
        .map(|element| {
            assert!(kept[element.range].contains(element.name));
            (element.range, kept[element.range].to_owned())
        })
        .collect();
    new.into_iter().for_each(|(element, what)| skimmer.remember(element, what));
}

/// Children of a root as Salesforce writes them: mostly elements of the same few shapes.
#[derive(Clone, Debug)]
struct RepetitiveDocument {
    children: Vec<(usize, String, String)>,
    break_lines: bool,
}

const SHAPES: [&str; 12] = [
    "    <fields>\n        <edit>{1}</edit>\n        <field>{2}</field>\n    </fields>\n",
    "    <fields>\n        <edit>{1}</edit>\n        <field>{2}</field>\n    </fields>\n",
    "    <fields>\n        <field>{2}</field>\n    </fields>\n",
    "    <access>\n        <name>{1}</name>\n        <on>true</on>\n    </access>\n",
    "    <layouts>\n        <layout>{1}</layout>\n        <type/>\n    </layouts>\n",
    "    <layouts><layout><deep>{1}</deep></layout></layouts>",
    "    <custom>{1}</custom>\n",
    "    <odd kind=\"x>{1}\">{2}</odd>\n",
    "    <odd><!-- </odd> {1} --><![CDATA[</odd> {2}]]></odd >\n",
    "    <!-- <fields></fields> -->\n",
    "    <m:other>{1}</m:other>\n",
    "    <empty/>\n",
];

fn repetitive_document() -> impl Strategy<Value = RepetitiveDocument> {
    let value = || prop_oneof![3 => "[A-Za-z_.0-9 ]{0,20}", 1 => text()];
    let child = (0..SHAPES.len(), value(), value());
    (vec(child, 0..24), any::<bool>())
        .prop_map(|(children, break_lines)| RepetitiveDocument { children, break_lines })
}

impl RepetitiveDocument {
    fn text(&self) -> String {
        let mut out =
            String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://a\">\n");
        for (shape, one, two) in &self.children {
            let plain = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace("]]>", "]]&gt;");
            let (one, two) = match *shape {
                7 => (plain(one).replace('"', "'"), plain(two)),
                8 => (one.replace('-', "_"), two.replace("]]", "")),
                _ => (plain(one), plain(two)),
            };
            let child = SHAPES[*shape].replace("{1}", &one).replace("{2}", &two);
            write!(out, "{child}").unwrap();
        }
        out.push_str("</Profile>\n");
        if self.break_lines { out } else { out.replace(['\n', '\t'], " ") }
    }
}

proptest! {
    #[test]
    fn requested_elements_are_read_as_from_the_whole_document(
        documents in vec(repetitive_document(), 1..4),
        window in 1_usize..300,
    ) {
        let mut skimmer = Skimmer::with_window(is_requested, window);
        for document in documents {
            skim_and_remember(&mut skimmer, &document.text());
        }
    }

    #[test]
    fn unusual_documents_are_read_as_a_whole(element in element(), style in style(), window in 1_usize..100) {
        let text = element.document(&style);
        let mut skimmer = Skimmer::with_window(is_requested, window);
        for _ in 0..2 {
            skim_and_remember(&mut skimmer, &text);
        }
    }

    #[test]
    fn malformed_text_is_not_left_out(
        document in repetitive_document(),
        window in 1_usize..300,
        (at, length) in (any::<prop::sample::Index>(), 0_usize..12),
        replacement in prop_oneof![soup(), select(vec!["<", "&", "</", "]]>", "\n=======\n", "\u{1}", "-->"]).prop_map(String::from)],
    ) {
        let sound = document.text();
        let mut text: Vec<char> = sound.chars().collect();
        let start = at.index(text.len());
        let end = (start + length).min(text.len());
        text.splice(start..end, replacement.chars());
        let text: String = text.into_iter().collect();
        let mut skimmer = Skimmer::with_window(is_requested, window);
        skim_and_remember(&mut skimmer, &sound);
        assert_same(&text, &skimmer.skim_text(text.as_bytes()));
    }

    #[test]
    fn truncated_documents_are_malformed(document in repetitive_document(), at in any::<prop::sample::Index>()) {
        let text = document.text();
        let mut end = at.index(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut skimmer = Skimmer::with_window(is_requested, 64);
        skim_and_remember(&mut skimmer, &text);
        assert_same(&text[..end], &skimmer.skim_text(&text.as_bytes()[..end]));
    }

    #[test]
    fn any_bytes_can_be_skimmed(bytes in vec(any::<u8>(), 0..200), window in 1_usize..64) {
        let mut skimmer = Skimmer::<()>::with_window(is_requested, window);
        let skimmed = skimmer.skim_text(&bytes);
        prop_assert_eq!(skimmed.text().is_some(), std::str::from_utf8(&bytes).is_ok());
    }
}

/// A profile with unusual elements, larger than the windows.
fn large_profile() -> String {
    let mut out = String::from("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a -->\n<Profile>\n");
    for index in 0..40 {
        for shape in SHAPES {
            let text = ["true", "Account.Région &amp; Co", "a &gt; b"][index % 3];
            let child = shape.replace("{1}", text).replace("{2}", &"x".repeat(index));
            out.push_str(&child);
        }
    }
    out + "    <access><name>last</name></access>\n</Profile>\n<!-- b -->\n"
}

#[test]
fn result_does_not_depend_on_the_window() {
    let text = large_profile();
    let expected = read_whole(&text);
    let whole = Skimmer::<()>::new(is_requested).skim_text(text.as_bytes()).text().map(str::to_owned);
    // The largest element has about 200 bytes: a window that is larger may only end at another place.
    let windows = (1..200).chain((200..600).step_by(19));
    for window in windows.chain([1000, 4096, text.len() - 1, text.len(), text.len() + 1]) {
        let mut skimmer = Skimmer::with_window(is_requested, window);
        let skimmed = skimmer.skim_text(text.as_bytes());
        assert_eq!(skimmed.text().map(str::to_owned), whole, "{window}");
        assert_same_as(&expected, &text, &skimmed);
    }
}

#[test]
fn repeated_elements_that_are_not_requested_are_left_out() {
    let field = "    <fields>\n        <edit>true</edit>\n        <field>A.B__c</field>\n    </fields>\n";
    let text = format!("<Profile>\n{}    <a>1</a>\n</Profile>\n", field.repeat(1000));
    let mut skimmer = Skimmer::<()>::with_window(is_requested, 4096);
    let skimmed = skimmer.skim_text(text.as_bytes());
    let kept = format!("<Profile>\n{field}    <a>1</a>\n</Profile>\n");
    assert_eq!(skimmed.text(), Some(kept.as_str()));
    assert!(!skimmed.is_whole());
}

#[test]
fn remembered_elements_are_left_out() {
    let element = |name: &str| format!("    <access>\n        <name>{name}</name>\n    </access>\n");
    let (one, two, new) = (element("One"), element("Two"), element("Three"));
    let mut skimmer = Skimmer::with_window(is_requested, 4096);
    skim_and_remember(&mut skimmer, &format!("<Profile>\n{one}{two}</Profile>\n"));
    let text = format!("<Profile>\n{one}{two}{new}{two}{one}</Profile>\n");
    let skimmed = skimmer.skim_text(text.as_bytes());
    assert_eq!(skimmed.text(), Some(&*format!("<Profile>\n{one}{new}</Profile>\n")));
    let repeated: Vec<_> = skimmed.repeated().map(|element| element.what.trim()).collect();
    assert_eq!(repeated, [two.trim(), two.trim(), one.trim()]);
    assert_same(&text, &skimmed);
}
