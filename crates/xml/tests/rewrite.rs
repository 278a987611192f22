//! Changes copy the style of the surrounding text.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use preauth_source::{SourceFile, TextRange, apply};
use preauth_xml::{NewElement, Node, Rewrite, parse};

fn rewrite(text: &str, change: impl for<'a, 't> FnOnce(&mut Rewrite<'a, 't>, Node<'a, 't>)) -> String {
    let (tree, errors) = parse(&SourceFile::new("a.xml".into(), text), &|_| true);
    assert_eq!(errors, []);
    let mut rewrite = Rewrite::new(&tree);
    change(&mut rewrite, tree.root().unwrap());
    apply(text, &rewrite.finish()).unwrap()
}

#[test]
fn text_can_be_set_in_every_form_of_an_element() {
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
        assert_eq!(rewrite(before, |rewrite, root| rewrite.set_text(root.child("a").unwrap(), "R&D")), after);
    }
}

#[test]
fn inserted_text_keeps_repeated_elements_sorted() {
    let with = |texts: &[&str], news: &[&str]| {
        let lines: String = texts.iter().map(|text| format!("    <b>{text}</b>\n")).collect();
        let text = format!("<r>\n    <a>1</a>\n{lines}    <c>1</c>\n</r>\n");
        let after = rewrite(&text, |rewrite, root| {
            news.iter().for_each(|new| rewrite.insert(root, NewElement::text("b", new)));
        });
        let (tree, _) = parse(&SourceFile::new("a.xml".into(), &after), &|_| true);
        let texts = tree.root().unwrap().children().map(|child| child.trimmed_text().into_owned());
        texts.collect::<Vec<_>>()[1..].join("").replace('1', "")
    };
    assert_eq!(with(&["B", "D"], &["E", "A", "C"]), "ABCDE");
    assert_eq!(with(&["B"], &["B"]), "BB");
    assert_eq!(with(&["D", "B"], &["E", "A"]), "DBAE");
}

#[test]
fn inserted_elements_are_sorted_on_their_own_line() {
    let text = "<r>\n    <a>1</a>\n    <c>1</c>\n</r>\n";
    let with = |name: &str| rewrite(text, |rewrite, root| rewrite.insert(root, NewElement::text(name, "2")));
    assert_eq!(with("b"), "<r>\n    <a>1</a>\n    <b>2</b>\n    <c>1</c>\n</r>\n");
    assert_eq!(with("A"), "<r>\n    <A>2</A>\n    <a>1</a>\n    <c>1</c>\n</r>\n");
    assert_eq!(with("a"), "<r>\n    <a>1</a>\n    <a>2</a>\n    <c>1</c>\n</r>\n");
    assert_eq!(with("d"), "<r>\n    <a>1</a>\n    <c>1</c>\n    <d>2</d>\n</r>\n");
}

#[test]
fn inserted_elements_copy_newlines_and_indentation() {
    let insert = |text: &str| rewrite(text, |rewrite, root| rewrite.insert(root, NewElement::text("b", "2")));
    assert_eq!(insert("<r>\r\n\t<a>1</a>\r\n</r>"), "<r>\r\n\t<a>1</a>\r\n\t<b>2</b>\r\n</r>");
    assert_eq!(insert("<r><a>1</a></r>"), "<r><a>1</a><b>2</b></r>");
}

#[test]
fn nested_elements_are_indented() {
    let text = "<r>\n  <a>1</a>\n</r>";
    let new = || NewElement::element("b", vec![NewElement::text("c", "2"), NewElement::text("d", "3")]);
    let after = rewrite(text, |rewrite, root| rewrite.insert(root, new()));
    assert_eq!(after, "<r>\n  <a>1</a>\n  <b>\n    <c>2</c>\n    <d>3</d>\n  </b>\n</r>");
}

#[test]
fn empty_element_can_be_filled() {
    let fill = |text: &str| {
        rewrite(text, |rewrite, root| {
            let parent = root.child("p").unwrap();
            rewrite.insert(parent, NewElement::text("b", "2"));
            rewrite.insert(parent, NewElement::text("a", "1"));
        })
    };
    let after = "<r>\n  <p>\n    <a>1</a>\n    <b>2</b>\n  </p>\n</r>";
    assert_eq!(fill("<r>\n  <p/>\n</r>"), after);
    assert_eq!(fill("<r>\n  <p></p>\n</r>"), after);
    assert_eq!(fill("<r>\n  <p>\n  </p>\n</r>"), after);
    assert_eq!(fill("<r><p/></r>"), "<r><p><a>1</a><b>2</b></p></r>");
}

#[test]
fn removing_an_element_removes_its_own_line() {
    let remove = |text: &str| rewrite(text, |rewrite, root| rewrite.remove(root.child("a").unwrap()));
    assert_eq!(remove("<r>\n    <a>1</a>\n    <b/>\n</r>"), "<r>\n    <b/>\n</r>");
    assert_eq!(remove("<r>\r\n    <a>\r\n 1</a>\r\n    <b/>\r\n</r>"), "<r>\r\n    <b/>\r\n</r>");
    assert_eq!(remove("<r><a>1</a><b/></r>"), "<r><b/></r>");
    assert_eq!(remove("<r>\n    <a>1</a> <!-- why -->\n</r>"), "<r>\n     <!-- why -->\n</r>");
}

#[test]
fn siblings_can_be_replaced_at_once() {
    let text = "<r>\n  <a>1</a>\n  <a>2</a>\n  <b/>\n</r>";
    let after = rewrite(text, |rewrite, root| {
        root.children_named("a").for_each(|node| rewrite.remove(node));
        rewrite.insert(root, NewElement::text("a", "3"));
    });
    assert_eq!(after, "<r>\n  <a>3</a>\n  <b/>\n</r>");
    let after = rewrite("<r>\n  <a>1</a>\n  <a>2</a>\n</r>", |rewrite, root| {
        root.children_named("a").for_each(|node| rewrite.remove(node));
        rewrite.insert(root, NewElement::text("a", "3"));
    });
    assert_eq!(after, "<r>\n  <a>3</a>\n</r>");
}

#[test]
fn comments_and_whitespace_around_a_text_are_kept() {
    for (before, after) in [
        ("<r><a><!-- why --> x </a></r>", "<r><a><!-- why --> 2 </a></r>"),
        ("<r><a> <![CDATA[ x ]]> </a></r>", "<r><a> 2 </a></r>"),
        ("<r><a>x<![CDATA[y]]><!-- why --></a></r>", "<r><a>2<!-- why --></a></r>"),
        ("<r><a>x<!-- in --> y</a></r>", "<r><a>2</a></r>"),
        ("<r><a><!-- why --></a></r>", "<r><a><!-- why -->2</a></r>"),
        ("<r><a b='1' xsi:nil='true' c='2' /></r>", "<r><a b='1' c='2'>2</a></r>"),
        ("<r><a xsi:nil='true'></a></r>", "<r><a>2</a></r>"),
        ("<m:r><m:a/></m:r>", "<m:r><m:a>2</m:a></m:r>"),
    ] {
        assert_eq!(rewrite(before, |rewrite, root| rewrite.set_text(root.child("a").unwrap(), "2")), after);
    }
}

#[test]
fn comment_stays_on_the_line_of_its_element() {
    for (before, after) in [
        ("<r>\n  <a/> <!-- of a -->\n</r>", "<r>\n  <a/> <!-- of a -->\n  <b>2</b>\n</r>"),
        (
            "<r>\n  <a/>\n  <!-- of c -->\n  <c/>\n</r>",
            "<r>\n  <a/>\n  <b>2</b>\n  <!-- of c -->\n  <c/>\n</r>",
        ),
        ("<r>\n  <a/> <!-- 1\n  2 -->\n</r>", "<r>\n  <a/>\n  <b>2</b> <!-- 1\n  2 -->\n</r>"),
        ("<r>\n  <!-- alone -->\n</r>", "<r>\n  <!-- alone -->\n    <b>2</b>\n</r>"),
    ] {
        assert_eq!(rewrite(before, |rewrite, root| rewrite.insert(root, NewElement::text("b", "2"))), after);
    }
}

#[test]
fn inserted_first_sibling_copies_their_style() {
    for (before, after) in [
        ("<r>\r\n\t<c/>\r\n</r>\r\n", "<r>\r\n\t<b>2</b>\r\n\t<c/>\r\n</r>\r\n"),
        ("<r><c/>\n</r>", "<r><b>2</b><c/>\n</r>"),
        ("<r>\n<c/>\n</r>", "<r>\n<b>2</b>\n<c/>\n</r>"),
        ("<m:r><m:c/></m:r>", "<m:r><m:b>2</m:b><m:c/></m:r>"),
        ("<r/>\n", "<r>\n    <b>2</b>\n</r>\n"),
        (
            "<?xml version=\"1.0\"?>\r\n<r></r>\r\n",
            "<?xml version=\"1.0\"?>\r\n<r>\r\n    <b>2</b>\r\n</r>\r\n",
        ),
        ("<r xsi:nil='true' />", "<r><b>2</b></r>"),
        ("\u{FEFF}<r/>", "\u{FEFF}<r><b>2</b></r>"),
    ] {
        assert_eq!(rewrite(before, |rewrite, root| rewrite.insert(root, NewElement::text("b", "2"))), after);
    }
}

#[test]
fn nested_element_is_indented_by_one_more_level() {
    let text = "<!-- first -->\n  <r>\n    <a/>\n  </r>";
    let new = || NewElement::element("b", vec![NewElement::text("c", "2")]);
    let after = rewrite(text, |rewrite, root| rewrite.insert(root, new()));
    assert_eq!(after, text.replace("<a/>", "<a/>\n    <b>\n      <c>2</c>\n    </b>"));
}

#[test]
fn changes_in_a_removed_element_are_dropped() {
    let after = rewrite("<r>\n  <p>\n    <a>1</a>\n  </p>\n  <q/>\n</r>", |rewrite, root| {
        let parent = root.child("p").unwrap();
        rewrite.set_text(parent.child("a").unwrap(), "2");
        rewrite.insert(parent, NewElement::text("b", "2"));
        rewrite.remove(parent.child("a").unwrap());
        rewrite.remove(parent);
    });
    assert_eq!(after, "<r>\n  <q/>\n</r>");
}

#[test]
fn last_text_set_wins() {
    let after = rewrite("<r><a/></r>", |rewrite, root| {
        rewrite.set_text(root.child("a").unwrap(), "1");
        rewrite.set_text(root.child("a").unwrap(), "2");
    });
    assert_eq!(after, "<r><a>2</a></r>");
}

#[test]
fn bytes_are_replaced_without_escaping() {
    let after = rewrite("<r>\n<a/>\n</r>", |rewrite, root| {
        rewrite.replace(root.child("a").unwrap().range(), "<b/>");
        rewrite.replace(TextRange::empty(4.into()), "<!-- first -->");
    });
    assert_eq!(after, "<r>\n<!-- first --><b/>\n</r>");
}

#[test]
fn root_cannot_be_removed() {
    assert_eq!(
        rewrite("<r/>", |rewrite, root| {
            rewrite.remove(root);
        }),
        "<r/>"
    );
}
