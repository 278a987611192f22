//! A mistake is the same mistake wherever it stands: in what is kept and in what is not, behind a byte order mark,
//! with the line ends of Windows.

use preauth_source::SourceFile;
use preauth_xml::{Skimmer, parse};

/// Mistakes that can lie inside any element. The first thing to be reported is at the mark.
const INSIDE: &[&str] = &[
    "<r>\n  <a/>\n‸<<<<<<< HEAD\n  <b/>\n=======\n  <c/>\n>>>>>>> main\n</r>",
    "<r>\n  <a>one\n‸<<<<<<< HEAD\ntwo</a>\n</r>",
    "<r>\n  <a>one</a>\n‸=======\n  <b/>\n</r>",
    "<r>\n‸=======\n  <b/>\n</r>",
    "<r>\n  <a>one</a>\n‸>>>>>>> main\n</r>",
    "<r>\n  <a/>\n‸||||||| base\n  <b/>\n</r>",
    "<r>\n  <a>x‸</b>\n</r>",
    "<r>\n  <m:a>x‸</a>\n</r>",
    "<r>\n  <a>x\n‸",
    "<r>\n  <a/>‸",
    "<r>\n  ‸<!-- x",
    "<r>\n  ‸<![CDATA[ x",
    "<r>\n  ‸<?x",
    "<r>\n  <a ‸b=\"c></a>\n</r>",
    "<r>\n  <a>R ‸& D</a>\n</r>",
    "<r>\n  <a>R‸&",
    "<r>\n  <a>‸&nbsp;</a>\n</r>",
    "<r>\n  <a>‸&;</a>\n</r>",
    "<r>\n  <a>‸&Amp;</a>\n</r>",
    "<r>\n  <a>‸&#0;</a>\n</r>",
    "<r>\n  <a>‸&#xFFFE;</a>\n</r>",
    "<r>\n  <a>‸&#x110000;</a>\n</r>",
    "<r>\n  <a>‸&#+65;</a>\n</r>",
    "<r>\n  <a>‸&#;</a>\n</r>",
    "<r>\n  <a>x‸\0</a>\n</r>",
    "<r>\n  <a>x‸\u{FFFE}</a>\n</r>",
    "<r>\n  <a b=\"‸\u{1B}\"/>\n</r>",
    "<r>\n  <!-- ‸\u{B} -->\n</r>",
    "<r>\n  <![CDATA[‸\u{C}]]>\n</r>",
    "<r>\n  <a ‸b=\"x < y\"/>\n</r>",
    "<r>\n  <a b='x ‸& y'/>\n</r>",
    "<r>\n  <a b=\"c\"\n ‸b=\"d\"/>\n</r>",
    "<r>\n  <a ‸b=c/>\n</r>",
    "<r>\n  <a ‸b/>\n</r>",
    "<r>\n  <a b=\"c\"‸d=\"e\"/>\n</r>",
    "<r>\n  <a ‸1b=\"c\"/>\n</r>",
    "<r>\n  <a>x ‸]]> y</a>\n</r>",
    "<r>\n  <!-- a-b é ‸-- y -->\n</r>",
    "<r>\n  ‸<1a/>\n</r>",
    "<r>\n  ‸<a,b/>\n</r>",
    "<r>\n  ‸<?xml version=\"1.0\"?>\n</r>",
    "<r>\n  ‸<!DOCTYPE r>\n</r>",
];

/// Mistakes in what is around the root element.
const AROUND: &[&str] = &[
    "<?xml version=\"1.0\"?>\n‸",
    "<!-- x -->\n‸",
    "‸<<<<<<< HEAD\n<r/>",
    "<?xml version=\"1.0\"?>\n‸<<<<<<< HEAD\n<r>\n=======\n<r/>",
    "<r/>\n‸=======\n<r/>\n>>>>>>> main\n",
    "<r/>\n‸</a>",
    "<r/>\n‸<r/>",
    "‸x\n<r/>",
    "<r/>\n‸x\n",
    "<r/>\n‸&amp;",
    "‸<![CDATA[x]]><r/>",
    "<r/>\n‸<?xml version=\"1.0\"?>\n",
    "‸<!DOCTYPE r>\n<r/>",
    "<?xml version=\"1.0\"?>\n‸<!DOCTYPE r [<!ENTITY e \"x\">]>\n<r>&e;</r>",
    "<r/>\n‸\0",
    "<r/>‸\u{FEFF}",
];

const BOM: &str = "\u{FEFF}";

/// The messages, each with where it starts.
fn found(text: &str, keep: bool) -> Vec<(usize, String)> {
    let (_, diagnostics) = parse(&SourceFile::new("Portal.xml".into(), text), &|_| keep);
    let found = diagnostics.into_iter();
    found.map(|one| (one.primary.location.range.start().into(), one.message)).collect()
}

/// The texts without their marks, each with where the mark was.
fn cases() -> impl Iterator<Item = (String, usize)> {
    INSIDE.iter().chain(AROUND).map(|marked| unmarked(marked))
}

fn unmarked(marked: &str) -> (String, usize) {
    (marked.replace('‸', ""), marked.find('‸').expect("the test marks a place"))
}

#[test]
fn the_first_mistake_is_at_its_place() {
    for (text, at) in cases() {
        assert_eq!(found(&text, true).first().map(|(start, _)| *start), Some(at), "{text:?}");
    }
}

#[test]
fn what_is_kept_changes_nothing() {
    for (text, _) in cases() {
        assert_eq!(found(&text, true), found(&text, false), "{text:?}");
    }
}

#[test]
fn a_mistake_deep_in_what_is_not_kept_is_the_same() {
    let outer = "<outer>\n<skipped>\n";
    for (text, at) in INSIDE.iter().map(|marked| unmarked(marked)) {
        let alone = found(&text, true).remove(0);
        assert_eq!(found(&format!("{outer}{text}"), false)[0], (outer.len() + at, alone.1), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_moves_the_place_and_nothing_else() {
    for (text, _) in cases() {
        let moved: Vec<_> = found(&text, true).into_iter().map(|(at, said)| (at + BOM.len(), said)).collect();
        assert_eq!(found(&format!("{BOM}{text}"), true), moved, "{text:?}");
    }
}

#[test]
fn the_line_ends_of_windows_move_the_place_and_nothing_else() {
    for (text, _) in cases() {
        let lines = |at: usize| text[..at].matches('\n').count();
        let moved: Vec<_> = found(&text, true).into_iter().map(|(at, said)| (at + lines(at), said)).collect();
        assert_eq!(found(&text.replace('\n', "\r\n"), true), moved, "{text:?}");
    }
}

#[test]
fn what_is_skimmed_has_a_mistake_as_well() {
    let plain = "\n<x>\n<y>1</y>\n</x>".repeat(20);
    for (text, at) in cases() {
        // The same mistake behind many elements that nobody asks for, and before many more.
        let end = text[..at].find('<').map_or(0, |_| text.find("<r>").map_or(0, |root| root + 3));
        let longer = format!("{}{plain}{}", &text[..end], &text[end..]);
        for text in [&text, &longer] {
            let mistaken = !found(text, false).is_empty();
            for window in (1..200).chain([4096]) {
                let mut skimmer = Skimmer::<()>::with_window(|_| false, window);
                let skimmed = skimmer.skim_text(text.as_bytes());
                let kept = skimmed.text().unwrap_or_else(|| panic!("{text:?} is not UTF-8"));
                assert_eq!(!found(kept, false).is_empty(), mistaken, "{text:?}, window {window}");
            }
        }
    }
}
