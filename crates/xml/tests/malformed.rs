//! Syntax errors are reported once, at their location.

use preauth_source::{Diagnostic, SourceFile};
use preauth_xml::{MALFORMED, MAX_DEPTH, parse};

fn check(text: &str) -> Vec<Diagnostic> {
    parse(&SourceFile::new("Portal.xml".into(), text), &|_| true).1
}

/// Returns the only diagnostic. It must start at the `‸` in `marked`.
fn reported(marked: &str) -> Diagnostic {
    let at = marked.find('‸').expect("the test marks a place");
    let text = marked.replace('‸', "");
    let [only] = <[Diagnostic; 1]>::try_from(check(&text)).unwrap_or_else(|all| panic!("{marked}: {all:#?}"));
    assert_eq!(usize::from(only.primary.location.range.start()), at, "{marked}: {only:#?}");
    assert_eq!(&*only.code, MALFORMED);
    only
}

#[test]
fn syntax_errors_have_the_right_location() {
    let deep = "<a>".repeat(MAX_DEPTH) + "‸<a/>" + &"</a>".repeat(MAX_DEPTH);
    for (marked, message) in [
        // Elements
        ("<r>\n  <a>1‸</b>\n  <c/>\n</r>", "`</b>` stands where `</a>` should"),
        ("<r>\n  <a><b>1‸</a>\n</r>", "`</a>` stands where `</b>` should"),
        ("<r><a><b><c>1‸</r>", "`</r>` stands where `</c>` should"),
        ("<r>1‸</b></a></r>", "`</b>` stands where `</r>` should"),
        ("<r>1‸</r2><b/></r>", "`</r2>` stands where `</r>` should"),
        ("<r><a>1‸</a b=\"1\"></r>", "`</a>` should"),
        ("<r><a>1‸</A></r>", "`</A>` stands where `</a>` should"),
        ("<r/>\n‸</r>", "never begun"),
        ("<r/>\n‸<r/>\n<r/>", "a second root"),
        ("<r>\n<a>\n1‸", "ends inside `<a>`"),
        ("<r>\n<a>1</a>\n‸", "ends inside `<r>`"),
        ("<r>\n<a>1</a>\n<fie‸", "ends inside a tag"),
        ("<r>\n<a b=\"1‸", "ends inside a tag"),
        ("<r>\n<a>1</a‸", "ends inside a tag"),
        (&deep, "more than 256 deep"),
        // Names
        ("<r>\n<a>1 ‸< 2</a>\n</r>", "`<` starts no tag"),
        ("<r>\n<a>‸<1/></a>\n</r>", "`<` starts no tag"),
        ("<r>‸<></r>", "`<` starts no tag"),
        ("<r>1 ‸< 2 and no end</r", "`<` starts no tag"),
        ("<r>‸<a/b></r>", "`<` starts no tag"),
        // Outside the root
        ("‸", "empty"),
        ("\u{FEFF}\n \n‸", "empty"),
        ("<!-- a --><?pi?>\n‸", "no root element"),
        ("‸{ \"a\": 1 }", "text outside the root"),
        ("<r/>\n  ‸.", "text outside the root"),
        ("‸&amp;<r/>", "text outside the root"),
        ("‸&<r/>", "text outside the root"),
        ("<r/>‸<![CDATA[]]>", "text outside the root"),
        ("\u{FEFF}‸\u{FEFF}<r/>", "text outside the root"),
        // Attributes
        ("<r>\n<a b=\"1\" c=\"2\"\n ‸b=\"3\"/></r>", "`b` is there twice"),
        ("<r ‸a/>", "`a` has no value"),
        ("<r ‸a=1/>", "without quotes"),
        ("<r a=\"1\"‸b=\"2\"/>", "a space is missing"),
        ("<r ‸1=\"1\"/>", "no name for an attribute"),
        ("<r ‸/ >", "no name for an attribute"),
        ("<r ‸a=\"<\"/>", "`a` has `<` in its value"),
        ("<r>\n<a ‸b=\"1>\n<c d=\"2\">x</c>\n</a></r>", "`b` has `<` in its value"),
        ("<r a=\"1 ‸& 2\"/>", "`&` must be written"),
        ("<r a=\"‸&nbsp;\"/>", "stands for no character"),
        // References
        ("<r>\n<a>R‸&D</a>\n</r>", "`&` must be written `&amp;`"),
        ("<r><a>R ‸& D; and more</a></r>", "`&` must be written `&amp;`"),
        ("<r><a>R‸&</a></r>", "`&` must be written `&amp;`"),
        ("<r>R‸&&amp;</r>", "`&` must be written `&amp;`"),
        ("<r>‸&nbsp;</r>", "stands for no character"),
        ("<r>‸&#0;</r>", "stands for no character"),
        ("<r>‸&#xD800;</r>", "stands for no character"),
        // Characters
        ("<r>\n<a>\u{1F600}‸\u{0}</a></r>", "U+0000"),
        ("<r>‸\u{1B}[0m</r>", "U+001B"),
        ("<r><!-- ‸\u{FFFE} --></r>", "U+FFFE"),
        ("<r a=\"‸\u{FFFF}\"/>", "U+FFFF"),
        ("<r><a‸\u{1}/></r>", "U+0001"),
        ("<r>‸\u{1}\u{2}\u{3}<a>\u{4}</a></r>", "U+0001"),
        ("<r>a‸]]></r>", "`]]>` in a text"),
        // Comments, CDATA sections, instructions, the declaration
        ("<r><!-- a ‸-- b --></r>", "`--` is not allowed"),
        ("<r><!-- a - b ‸-- c --></r>", "`--` is not allowed"),
        ("<r><!-- a ‸---></r>", "`--` is not allowed"),
        ("<r>\n‸<!-- a\n<a>1</a>\n</r>", "this comment does not end"),
        ("<r>‸<!-", "this comment does not end"),
        ("<r>\n‸<![CDATA[ a ]]\n</r>", "no CDATA section, or it does not end"),
        ("<r>‸<![cdata[a]]></r>", "no CDATA section"),
        ("<r>‸<!ELEMENT a></r>", "`<` starts no tag"),
        ("<r>‸<?pi\n</r>", "has no `?>`"),
        ("<r>‸<? pi?></r>", "no processing instruction"),
        ("<r>‸<?XML version=\"1.0\"?></r>", "no processing instruction"),
        ("\n‸<?xml version=\"1.0\"?><r/>", "very start"),
        ("<r>‸<?xml version=\"1.0\"?></r>", "very start"),
        ("‸<?xml?><r/>", "has no `version`"),
        ("<?xml version=\"1.0\" ‸version=\"1.0\"?><r/>", "in this order"),
        ("<?xml ‸encoding=\"UTF-8\" version=\"1.0\"?><r/>", "in this order"),
        ("<?xml version=\"‸2.0\"?><r/>", "no value for `version`"),
        ("<?xml version=\"1.0\" standalone=\"‸maybe\"?><r/>", "no value for `standalone`"),
        ("‸<!DOCTYPE r [ <!ENTITY a \"b\"> ]>\n<r>&a;</r>", "DOCTYPE"),
        ("<?xml version=\"1.0\"?>\n‸<!doctype r\n<r/>", "DOCTYPE"),
        ("<r>‸<!DOCTYPE></r>", "DOCTYPE"),
    ] {
        let found = reported(marked);
        assert!(found.message.contains(message), "{marked}: {}", found.message);
    }
}

#[test]
fn merge_conflicts_are_reported_once_at_their_first_line() {
    let conflict = "‸<<<<<<< HEAD\n<a>1</a>\n=======\n<a>2</a>\n>>>>>>> feature/x\n";
    let tail = "<a>1</a>\n‸=======\n<a>2</a>\n>>>>>>> feature/x\n";
    for marked in [
        &format!("<r>\n{conflict}</r>\n"),
        &format!("<r>\n{conflict}{}</r>\n", conflict.replace('‸', "")),
        &format!("<r>\r\n{}</r>\r\n", conflict.replace('\n', "\r\n")),
        &format!("<r>\n{tail}</r>\n"),
        &format!("<r>\n{}</r>\n", conflict.replace("HEAD", "it's")),
        &format!("<r>\n{}</r>\n", conflict.replace("=======", "||||||| 1a2b3c4\n=======")),
        &format!("{conflict}<r/>\n"),
        &format!("\u{FEFF}{conflict}<r/>\n"),
        &format!("<?xml version=\"1.0\"?>\n{conflict}<r/>\n"),
        &format!("<r/>\n{conflict}"),
        "<r>\n‸>>>>>>> feature/x\n<a/>\n</r>",
        "<r>\n<a/>\n‸>>>>>>>\n</r>",
        "‸<<<<<<< HEAD\n<?xml version=\"1.0\"?>\n=======\n>>>>>>> x\n<r/>\n",
        "<r\n‸<<<<<<< HEAD\n a=\"1\"\n=======\n a=\"2\"\n>>>>>>> x\n/>",
        "<r><a>one\n‸<<<<<<< HEAD\ntwo\n=======\nthree\n>>>>>>> x\n</a></r>",
        "<r>\n<a>1</a>\n‸<<<<<<< HEAD",
        "<r>\n‸<<<<<<< HEAD\n<a>\u{0}</a>\n=======\n</r>",
    ] {
        let found = reported(marked);
        assert_eq!(found.message, "this file holds merge-conflict markers", "{marked}");
        assert!(found.help[0].starts_with("resolve the conflict"));
    }
}

#[test]
fn unusual_but_valid_xml_is_accepted() {
    for text in [
        "<r>\n<!--\n<<<<<<< HEAD\n=======\n>>>>>>> x\n-->\n<a/>\n</r>",
        "<r><![CDATA[\n<<<<<<< HEAD\n=======\n>>>>>>> x\n& < \u{A0}]]></r>",
        "<r><a>Heading\n=======\ntext</a></r>",
        "<r><a>a > b ]] ]&#93;&gt; -- ' \"</a></r>",
        "<r a='\"' b=\"'>\" c = 'x\ny'><!----><?pi a < & -- ?></r >\n<!-- after -->\n",
        "<?xml version='1.0' encoding='UTF-16' standalone='yes' ?><r/>",
        "<?xml-stylesheet href='a'?><r/>",
        "\u{FEFF}<?xml version=\"1.0\"?><r/>",
        "<m:r xmlns:m='urn:x' xsi:nil='true'>\u{FEFF}\u{85}&#xA0;&#x1F600;</m:r>",
    ] {
        assert_eq!(check(text), [], "{text}");
    }
}

#[test]
fn wrong_end_tag_shows_where_its_element_starts() {
    let found = reported("<r>\n<readable>true‸</readble>\n</r>");
    let [begun] = &found.related[..] else { panic!("{found:#?}") };
    assert_eq!(usize::from(begun.location.range.start()), 4);
    assert_eq!(begun.message, "`<readable>` begins here");
}

#[test]
fn error_range_is_at_most_one_line() {
    let text = "<r/>\nsome\r\nmore\n";
    let found = check(text);
    assert_eq!(&text[found[0].primary.location.range], "some");
}

#[test]
fn independent_errors_are_reported_in_order() {
    let found = check("<r><a>R&D</a><b>&nbsp;</b><c d='1' d='2'/></r>");
    let starts: Vec<usize> = found.iter().map(|found| found.primary.location.range.start().into()).collect();
    assert_eq!(starts, [7, 16, 35]);
}

#[test]
fn number_of_reported_errors_is_limited() {
    assert_eq!(check(&format!("<r>{}</r>", "<a>&</a>".repeat(100))).len(), 5);
}

#[test]
fn errors_in_filtered_elements_are_found() {
    let block = "<f>\n<n>A</n>\n<e>true</e>\n</f>\n";
    for planted in ["<f>\n<n>R‸&D</n>\n</f>\n", "<f>\n<e>true‸</w>\n</f>\n", "‸<<<<<<< HEAD\n"] {
        let marked = format!("<r>\n{}{planted}{}</r>\n", block.repeat(50), block.repeat(50));
        let text = marked.replace('‸', "");
        let (tree, found) = parse(&SourceFile::new("p.xml".into(), &text), &|_| false);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(Some(found[0].primary.location.range.start().into()), marked.find('‸'));
        assert_eq!(tree.root().map(|root| root.children().count()), Some(0));
    }
}

#[test]
fn elements_before_an_error_are_kept() {
    let text = "<r><a>1</a><b>2</c><d>R&D</d><e>3</e></r>";
    let (tree, _) = parse(&SourceFile::new("p.xml".into(), text), &|_| true);
    let read: Vec<_> =
        tree.root().unwrap().children().map(|node| (node.name(), node.text().into_owned())).collect();
    assert_eq!(
        read,
        [("a", "1"), ("b", "2"), ("d", "R&D"), ("e", "3")].map(|(name, text)| (name, text.to_owned()))
    );
}

#[test]
fn open_elements_end_where_reading_stops() {
    let text = "<r><a>1</a><b><c>2";
    let (tree, _) = parse(&SourceFile::new("p.xml".into(), text), &|_| true);
    let root = tree.root().unwrap();
    assert_eq!(&text[root.child("b").unwrap().range()], "<b><c>2");
    assert_eq!(root.close(), None);
}

#[test]
fn parsing_time_is_linear() {
    let wide = format!("<r>{}</r>", "<a/>".repeat(300_000));
    assert_eq!(check(&wide), []);
    let attributes: String = (0..80_000).map(|index| format!(" a{index}='1'")).collect();
    assert_eq!(check(&format!("<r{attributes}/>")), []);
    assert_eq!(check(&format!("<r{attributes} a7='2'/>")).len(), 1);
    assert_eq!(check(&"<a>".repeat(300_000)).len(), 1);
    assert_eq!(check(&format!("<r>{}</r>", "</b>".repeat(300_000))).len(), 1);
    assert_eq!(check(&format!("<r>{}", "<a><b></a>".repeat(200_000))).len(), 1);
    assert_eq!(check(&format!("<r><a>{}</a></r>", "&amp;".repeat(300_000))), []);
    assert_eq!(check(&format!("<r>{}</r>", "\n=======".repeat(200_000))), []);
    assert_eq!(check(&format!("<r>{}</r>", "<!--\n-->".repeat(200_000))), []);
}
