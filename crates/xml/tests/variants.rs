//! Syntax errors do not depend on the surroundings: filtered elements, a byte order mark or
//! Windows newlines.

use preauth_source::SourceFile;
use preauth_xml::{Skimmer, parse};

/// Errors inside of elements. The first one is at the mark.
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

/// Errors outside of the root element.
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

/// Returns the messages, each with its offset.
fn found(text: &str, keep: bool) -> Vec<(usize, String)> {
    let (_, diagnostics) = parse(&SourceFile::new("Portal.xml".into(), text), &|_| keep);
    let found = diagnostics.into_iter();
    found.map(|one| (one.primary.location.range.start().into(), one.message)).collect()
}

/// Returns the texts without their marks, each with the offset of its mark.
fn cases() -> impl Iterator<Item = (String, usize)> {
    INSIDE.iter().chain(AROUND).map(|marked| unmarked(marked))
}

fn unmarked(marked: &str) -> (String, usize) {
    (marked.replace('‸', ""), marked.find('‸').expect("the test marks a place"))
}

#[test]
fn first_error_has_the_right_location() {
    for (text, at) in cases() {
        assert_eq!(found(&text, true).first().map(|(start, _)| *start), Some(at), "{text:?}");
    }
}

#[test]
fn filter_does_not_change_errors() {
    for (text, _) in cases() {
        assert_eq!(found(&text, true), found(&text, false), "{text:?}");
    }
}

#[test]
fn error_inside_filtered_elements_is_reported_alike() {
    let outer = "<outer>\n<skipped>\n";
    for (text, at) in INSIDE.iter().map(|marked| unmarked(marked)) {
        let alone = found(&text, true).remove(0);
        assert_eq!(found(&format!("{outer}{text}"), false)[0], (outer.len() + at, alone.1), "{text:?}");
    }
}

#[test]
fn byte_order_mark_only_shifts_locations() {
    for (text, _) in cases() {
        let moved: Vec<_> =
            found(&text, true).into_iter().map(|(at, message)| (at + BOM.len(), message)).collect();
        assert_eq!(found(&format!("{BOM}{text}"), true), moved, "{text:?}");
    }
}

#[test]
fn windows_newlines_only_shift_locations() {
    for (text, _) in cases() {
        let lines = |at: usize| text[..at].matches('\n').count();
        let moved: Vec<_> =
            found(&text, true).into_iter().map(|(at, message)| (at + lines(at), message)).collect();
        assert_eq!(found(&text.replace('\n', "\r\n"), true), moved, "{text:?}");
    }
}

#[test]
fn skimming_reports_malformed_documents() {
    let plain = "\n<x>\n<y>1</y>\n</x>".repeat(20);
    for (text, at) in cases() {
        // The same error after and before many elements that are skipped.
        let end = text[..at].find('<').map_or(0, |_| text.find("<r>").map_or(0, |root| root + 3));
        let longer = format!("{}{plain}{}", &text[..end], &text[end..]);
        for text in [&text, &longer] {
            let is_malformed = !found(text, false).is_empty();
            for window in (1..200).chain([4096]) {
                let mut skimmer = Skimmer::<()>::with_window(|_| false, window);
                let skimmed = skimmer.skim_text(text.as_bytes());
                let kept = skimmed.text().unwrap_or_else(|| panic!("{text:?} is not UTF-8"));
                assert_eq!(!found(kept, false).is_empty(), is_malformed, "{text:?}, window {window}");
            }
        }
    }
}
