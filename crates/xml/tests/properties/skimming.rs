//! Skimming: what is left out changes nothing of what is asked for, whatever the document, the window, and what was
//! learned before.

use std::fmt::Write as _;

use preauth_source::{TextRange, TextSize};
use preauth_xml::{Echo, Node, Skimmed, Skimmer, Tree, parse};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    documents::{element, soup, style},
    file, text,
};

fn is_asked_for(name: &str) -> bool {
    name.starts_with('a')
}

/// All that the tree says of the elements that are asked for; `place` gives the place in the document of a range.
fn said(tree: &Tree<'_>, place: impl Fn(TextRange) -> TextRange) -> Vec<(String, String, Vec<TextRange>)> {
    let Some(root) = tree.root() else { return Vec::new() };
    let of = |node: Node<'_, '_>| {
        let ranges = [node.range(), node.open(), node.content(), node.text_range(), node.name_range()];
        (node.name().to_owned(), node.text().into_owned(), ranges.map(&place).to_vec())
    };
    let below = root.children().flat_map(|child| std::iter::once(child).chain(child.descendants()));
    let root = (root.name().to_owned(), format!("{:?}", tree.namespace()), vec![place(root.open())]);
    std::iter::once(root).chain(below.map(of)).collect()
}

/// Holds what is read of a skimmed document against what is read of the whole one.
fn is_the_same(text: &str, skimmed: &Skimmed<'_, String>) {
    let (whole, mistakes) = parse(&file(text), &is_asked_for);
    let kept = skimmed.text().unwrap();
    let (tree, found) = parse(&file(kept), &is_asked_for);
    assert_eq!(found.is_empty(), mistakes.is_empty(), "{kept:?}");
    if mistakes.is_empty() {
        // Only an empty range may lie where something was left out.
        let place = |range: TextRange| match skimmed.range(range) {
            Some(range) => range,
            None if range.is_empty() => TextRange::default(),
            None => panic!("{range:?} spans what was left out of {kept:?}"),
        };
        let exact = |range: TextRange| if range.is_empty() { TextRange::default() } else { range };
        let echoes: Vec<TextRange> = skimmed.echoes().map(|echo| is_there(text, &echo)).collect();
        let is_echo = |said: &(String, String, Vec<TextRange>)| {
            echoes.iter().any(|echo| echo.contains_range(said.2[0]) && !said.2[0].is_empty())
        };
        let mut said_of_whole = said(&whole, exact);
        said_of_whole.retain(|said| !is_echo(said));
        assert_eq!(said(&tree, |range| exact(place(range))), said_of_whole);
    }
}

/// Holds what is told of an element that was left out against the document; where it is.
fn is_there(text: &str, echo: &Echo<'_, String>) -> TextRange {
    let start = usize::from(echo.at);
    assert!(text[start..].starts_with(echo.what));
    TextRange::at(echo.at, TextSize::of(echo.what.as_str()))
}

/// Skims a document and remembers all that can be, by its own text.
fn skim_and_remember(skimmer: &mut Skimmer<'_, String>, text: &str) {
    let skimmed = skimmer.skim_text(text.as_bytes());
    is_the_same(text, &skimmed);
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

/// Children of a root as Salesforce writes them: the same few again and again, and now and then something else.
#[derive(Clone, Debug)]
struct Alike {
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

fn alike() -> impl Strategy<Value = Alike> {
    let value = || prop_oneof![3 => "[A-Za-z_.0-9 ]{0,20}", 1 => text()];
    let child = (0..SHAPES.len(), value(), value());
    (vec(child, 0..24), any::<bool>()).prop_map(|(children, break_lines)| Alike { children, break_lines })
}

impl Alike {
    fn document(&self) -> String {
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
    fn what_is_asked_for_is_read_as_from_the_whole(
        documents in vec(alike(), 1..4),
        window in 1_usize..300,
    ) {
        let mut skimmer = Skimmer::with_window(is_asked_for, window);
        for document in documents {
            skim_and_remember(&mut skimmer, &document.document());
        }
    }

    #[test]
    fn odd_documents_are_read_as_the_whole(element in element(), style in style(), window in 1_usize..100) {
        let text = element.document(&style);
        let mut skimmer = Skimmer::with_window(is_asked_for, window);
        for _ in 0..2 {
            skim_and_remember(&mut skimmer, &text);
        }
    }

    #[test]
    fn damage_is_not_left_out(
        document in alike(),
        window in 1_usize..300,
        (at, length) in (any::<prop::sample::Index>(), 0_usize..12),
        instead in prop_oneof![soup(), select(vec!["<", "&", "</", "]]>", "\n=======\n", "\u{1}", "-->"]).prop_map(String::from)],
    ) {
        let sound = document.document();
        let mut text: Vec<char> = sound.chars().collect();
        let start = at.index(text.len());
        let end = (start + length).min(text.len());
        text.splice(start..end, instead.chars());
        let text: String = text.into_iter().collect();
        let mut skimmer = Skimmer::with_window(is_asked_for, window);
        skim_and_remember(&mut skimmer, &sound);
        is_the_same(&text, &skimmer.skim_text(text.as_bytes()));
    }

    #[test]
    fn a_document_that_is_cut_off_is_not_whole(document in alike(), at in any::<prop::sample::Index>()) {
        let text = document.document();
        let mut end = at.index(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut skimmer = Skimmer::with_window(is_asked_for, 64);
        skim_and_remember(&mut skimmer, &text);
        is_the_same(&text[..end], &skimmer.skim_text(&text.as_bytes()[..end]));
    }

    #[test]
    fn any_bytes_can_be_skimmed(bytes in vec(any::<u8>(), 0..200), window in 1_usize..64) {
        let mut skimmer = Skimmer::<()>::with_window(is_asked_for, window);
        let skimmed = skimmer.skim_text(&bytes);
        prop_assert_eq!(skimmed.text().is_some(), std::str::from_utf8(&bytes).is_ok());
    }
}

/// A profile with what needs care in it, larger than the windows it is read through.
fn large() -> String {
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
fn every_window_gives_the_same() {
    let text = large();
    let whole = Skimmer::<()>::new(is_asked_for).skim_text(text.as_bytes()).text().map(str::to_owned);
    for window in (1..600).chain([1000, 4096, text.len() - 1, text.len(), text.len() + 1]) {
        let mut skimmer = Skimmer::with_window(is_asked_for, window);
        let skimmed = skimmer.skim_text(text.as_bytes());
        assert_eq!(skimmed.text().map(str::to_owned), whole, "{window}");
        is_the_same(&text, &skimmed);
    }
}

#[test]
fn what_nobody_asks_for_is_left_out() {
    let field = "    <fields>\n        <edit>true</edit>\n        <field>A.B__c</field>\n    </fields>\n";
    let text = format!("<Profile>\n{}    <a>1</a>\n</Profile>\n", field.repeat(1000));
    let mut skimmer = Skimmer::<()>::with_window(is_asked_for, 4096);
    let skimmed = skimmer.skim_text(text.as_bytes());
    let kept = format!("<Profile>\n{field}    <a>1</a>\n</Profile>\n");
    assert_eq!(skimmed.text(), Some(kept.as_str()));
    assert!(!skimmed.is_whole());
}

#[test]
fn what_is_remembered_is_left_out_as_well() {
    let element = |name: &str| format!("    <access>\n        <name>{name}</name>\n    </access>\n");
    let (one, two, new) = (element("One"), element("Two"), element("Three"));
    let mut skimmer = Skimmer::with_window(is_asked_for, 4096);
    skim_and_remember(&mut skimmer, &format!("<Profile>\n{one}{two}</Profile>\n"));
    let text = format!("<Profile>\n{one}{two}{new}{two}{one}</Profile>\n");
    let skimmed = skimmer.skim_text(text.as_bytes());
    assert_eq!(skimmed.text(), Some(&*format!("<Profile>\n{one}{new}</Profile>\n")));
    let echoes: Vec<_> = skimmed.echoes().map(|echo| echo.what.trim()).collect();
    assert_eq!(echoes, [two.trim(), two.trim(), one.trim()]);
    is_the_same(&text, &skimmed);
}
