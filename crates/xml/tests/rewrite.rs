//! Changes are made in the style of what stands around them.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use preauth_source::{SourceFile, TextRange, apply};
use preauth_xml::{New, Node, Rewrite, parse};

fn rewrite(text: &str, change: impl for<'a, 't> FnOnce(&mut Rewrite<'a, 't>, Node<'a, 't>)) -> String {
    let (tree, errors) = parse(&SourceFile::new("a.xml".into(), text), &|_| true);
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
        assert_eq!(rewrite(before, |rewrite, root| rewrite.set_text(root.child("a").unwrap(), "R&D")), after);
    }
}

#[test]
fn among_their_namesakes_texts_come_in_alphabetical_order_where_those_are() {
    let with = |texts: &[&str], news: &[&str]| {
        let lines: String = texts.iter().map(|text| format!("    <b>{text}</b>\n")).collect();
        let text = format!("<r>\n    <a>1</a>\n{lines}    <c>1</c>\n</r>\n");
        let after = rewrite(&text, |rewrite, root| {
            news.iter().for_each(|new| rewrite.insert(root, New::text("b", new)));
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

#[test]
fn what_stands_around_a_text_stays() {
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
fn a_comment_stays_on_the_line_of_what_it_is_about() {
    for (before, after) in [
        ("<r>\n  <a/> <!-- of a -->\n</r>", "<r>\n  <a/> <!-- of a -->\n  <b>2</b>\n</r>"),
        (
            "<r>\n  <a/>\n  <!-- of c -->\n  <c/>\n</r>",
            "<r>\n  <a/>\n  <b>2</b>\n  <!-- of c -->\n  <c/>\n</r>",
        ),
        ("<r>\n  <a/> <!-- 1\n  2 -->\n</r>", "<r>\n  <a/>\n  <b>2</b> <!-- 1\n  2 -->\n</r>"),
        ("<r>\n  <!-- alone -->\n</r>", "<r>\n  <!-- alone -->\n    <b>2</b>\n</r>"),
    ] {
        assert_eq!(rewrite(before, |rewrite, root| rewrite.insert(root, New::text("b", "2"))), after);
    }
}

#[test]
fn the_first_of_its_siblings_takes_their_style() {
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
        assert_eq!(rewrite(before, |rewrite, root| rewrite.insert(root, New::text("b", "2"))), after);
    }
}

#[test]
fn the_indentation_of_a_nested_element_grows_by_one_level() {
    let text = "<!-- first -->\n  <r>\n    <a/>\n  </r>";
    let new = || New::element("b", vec![New::text("c", "2")]);
    let after = rewrite(text, |rewrite, root| rewrite.insert(root, new()));
    assert_eq!(after, text.replace("<a/>", "<a/>\n    <b>\n      <c>2</c>\n    </b>"));
}

#[test]
fn what_is_changed_in_a_removed_element_goes_with_it() {
    let after = rewrite("<r>\n  <p>\n    <a>1</a>\n  </p>\n  <q/>\n</r>", |rewrite, root| {
        let parent = root.child("p").unwrap();
        rewrite.set_text(parent.child("a").unwrap(), "2");
        rewrite.insert(parent, New::text("b", "2"));
        rewrite.remove(parent.child("a").unwrap());
        rewrite.remove(parent);
    });
    assert_eq!(after, "<r>\n  <q/>\n</r>");
}

#[test]
fn the_last_text_that_is_set_counts() {
    let after = rewrite("<r><a/></r>", |rewrite, root| {
        rewrite.set_text(root.child("a").unwrap(), "1");
        rewrite.set_text(root.child("a").unwrap(), "2");
    });
    assert_eq!(after, "<r><a>2</a></r>");
}

#[test]
fn bytes_are_replaced_as_they_are() {
    let after = rewrite("<r>\n<a/>\n</r>", |rewrite, root| {
        rewrite.replace(root.child("a").unwrap().range(), "<b/>");
        rewrite.replace(TextRange::empty(4.into()), "<!-- first -->");
    });
    assert_eq!(after, "<r>\n<!-- first --><b/>\n</r>");
}

#[test]
fn the_root_stays() {
    assert_eq!(
        rewrite("<r/>", |rewrite, root| {
            rewrite.remove(root);
        }),
        "<r/>"
    );
}
