//! Writing an attribute back: from a value to text edits of the app's files.

use std::{collections::BTreeMap, fmt};

use preauth_source::{Edit, SourceFile};
use preauth_xml::{New, Node, Path, Rewrite, Tree};

use crate::{App, Attribute, Codec, Column, ElementRef, FileFacts, Item, Kind, RefreshToken, Value};

/// Why an attribute cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This kind of app has no such attribute.
    NoSuchAttribute,
    /// The file that would hold it is not in the source. It is never made: the platform makes the files of an
    /// external client app itself, and a second one collides with its own.
    NoFile(Kind),
    /// The element that would hold it is not in the file.
    NoParent(String),
    /// The value cannot be said in the words of this kind of app.
    NoLiteral(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchAttribute => f.write_str("this kind of app has no such setting"),
            Self::NoFile(kind) => {
                write!(
                    f,
                    "the app's {} file (`.{}`) is not in the source: retrieve it first",
                    kind.name(),
                    kind.suffix()
                )
            }
            Self::NoParent(path) => {
                write!(f, "the file has no `{path}`: retrieve it at a newer API version first")
            }
            Self::NoLiteral(value) => write!(f, "`{value}` has no literal for this kind of app"),
        }
    }
}

/// An attribute, and the value it shall have; `None` takes it away.
pub type Assignment = (&'static Attribute, Option<Value>);

/// The edits that give attributes of `app` these values. Other files and other elements keep every byte. The edits
/// are sorted and apart, and there are none where nothing needs to change.
///
/// # Errors
/// A [`Refusal`] when one of them cannot be written; nothing is half written then.
pub fn write(app: &App, assignments: &[Assignment]) -> Result<Vec<Edit>, Refusal> {
    let mut changes = Vec::new();
    for (attribute, value) in assignments {
        let column = attribute.column(app.kind).ok_or(Refusal::NoSuchAttribute)?;
        plan(app, column, value.as_ref(), &mut changes)?;
    }
    let mut edits = Vec::new();
    for file in &app.files {
        let wanted: Vec<&Change> = changes.iter().filter(|change| change.element.kind == file.kind).collect();
        let Some(text) = file.text.as_deref().filter(|_| file.is_well_formed() && !wanted.is_empty()) else {
            continue;
        };
        let source = SourceFile::new(file.path.clone(), text);
        let (tree, _) = preauth_xml::parse(&source, &|_| true);
        let crlf = text.contains("\r\n");
        edits
            .extend(apply(&tree, &wanted)?.into_iter().map(|edit| if crlf { with_crlf(edit) } else { edit }));
    }
    edits.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(edits)
}

/// The edit with the line ends of a file that has them so.
fn with_crlf(edit: Edit) -> Edit {
    let insert = edit.insert.replace("\r\n", "\n").replace('\n', "\r\n");
    Edit { insert: insert.into(), ..edit }
}

/// What is to become of one element.
struct Change {
    element: ElementRef,
    content: Content,
}

enum Content {
    /// No such element.
    Nothing,
    /// One element with this text.
    Text(String),
    /// One element for each text.
    Texts(Vec<String>),
    /// One element for each record of child elements.
    Records(Vec<Vec<(&'static str, String)>>),
}

fn plan(app: &App, column: &Column, value: Option<&Value>, changes: &mut Vec<Change>) -> Result<(), Refusal> {
    let file_of = |element: &ElementRef| -> Option<&FileFacts> {
        app.files.iter().find(|file| file.kind == element.kind && file.is_well_formed()).map(|file| &**file)
    };
    let holds =
        |element: &ElementRef| file_of(element).is_some_and(|file| !file.found(element.path).is_empty());
    let mut put = |element: ElementRef, content: Content| -> Result<(), Refusal> {
        let needless = matches!(content, Content::Nothing) && !holds(&element);
        if !needless {
            file_of(&element).ok_or(Refusal::NoFile(element.kind))?;
            changes.push(Change { element, content });
        }
        Ok(())
    };
    let first = column.elements[0];
    let Some(value) = value else {
        return column.elements.iter().try_for_each(|element| put(*element, Content::Nothing));
    };
    let is_list = matches!(
        column.codec,
        Codec::Repeated(_) | Codec::Lines(_) | Codec::Ranges { .. } | Codec::Attributes
    );
    if is_list {
        // What stands in the other places is read as a part of the list.
        column.elements[1..].iter().try_for_each(|other| put(*other, Content::Nothing))?;
    }
    match column.codec {
        Codec::One(item) => {
            let home = column.elements.iter().copied().find(|element| holds(element)).unwrap_or(first);
            put(home, Content::Text(literal(item, value)?))
        }
        Codec::Repeated(item) => put(first, Content::Texts(literals(item, value)?)),
        Codec::Commas(item) => {
            let wanted = literals(item, value)?;
            let listed = |element: &ElementRef| -> Vec<String> {
                let text = file_of(element).and_then(|file| file.text_of(element.path));
                text.iter().flat_map(|text| text.split(',')).map(|part| part.trim().to_owned()).collect()
            };
            // A name stays in the file that has it: each list may admit people of its own. New ones go into the first.
            let here = listed(&first);
            let elsewhere: Vec<String> = column.elements[1..].iter().flat_map(listed).collect();
            for other in &column.elements[1..] {
                put(*other, joined(listed(other).into_iter().filter(|name| wanted.contains(name)), ","))?;
            }
            let text = file_of(&first).and_then(|file| file.text_of(first.path));
            let separator = if text.is_some_and(|text| text.contains(", ")) { ", " } else { "," };
            let mut names = here.clone();
            names.retain(|name| wanted.contains(name));
            let new = wanted.into_iter().filter(|name| !here.contains(name) && !elsewhere.contains(name));
            new.for_each(|name| place(&mut names, name));
            put(first, joined(names.into_iter(), separator))
        }
        Codec::Lines(item) => put(first, joined(literals(item, value)?.into_iter(), "\n")),
        Codec::TwoSwitches => {
            let on = value.as_bool().ok_or_else(|| Refusal::NoLiteral(value.to_string()))?;
            let switches = if on { column.elements } else { &column.elements[..1] };
            switches.iter().try_for_each(|element| put(*element, Content::Text(on.to_string())))
        }
        Codec::RefreshTokenLiteral => put(first, Content::Text(refresh_token_literal(refresh_token(value)?))),
        Codec::RefreshTokenTriple => {
            let policy = refresh_token(value)?;
            let (word, period) = match policy {
                RefreshToken::UntilRevoked => ("Infinite", None),
                RefreshToken::ExpireImmediately => ("Zero", None),
                RefreshToken::AfterInactivity(period) => ("SpecificInactivity", Some(period)),
                RefreshToken::AfterLifetime(period) => ("SpecificLifetime", Some(period)),
            };
            let text = |text: String| Content::Text(text);
            put(first, text(word.to_owned()))?;
            put(
                column.elements[1],
                period.map_or(Content::Nothing, |period| text(period.amount.to_string())),
            )?;
            put(
                column.elements[2],
                period.map_or(Content::Nothing, |period| text(period.unit.title_case().to_owned())),
            )
        }
        Codec::Ranges { start, end } => {
            put(first, records(value, &[("start", start), ("end", end), ("description", "description")]))
        }
        Codec::Attributes => put(first, records(value, &[("key", "key"), ("formula", "formula")])),
        Codec::EnabledNames => Err(Refusal::NoSuchAttribute),
    }
}

/// Puts a name at its place in the alphabet; last, where the others are in no such order.
fn place(names: &mut Vec<String>, name: String) {
    let at = if names.is_sorted() { names.partition_point(|other| *other < name) } else { names.len() };
    names.insert(at, name);
}

/// One element with these names, or none.
fn joined(names: impl Iterator<Item = String>, separator: &str) -> Content {
    let names: Vec<String> = names.collect();
    if names.is_empty() { Content::Nothing } else { Content::Text(names.join(separator)) }
}

fn refresh_token(value: &Value) -> Result<RefreshToken, Refusal> {
    match value {
        Value::RefreshToken(policy) => Ok(*policy),
        other => Err(Refusal::NoLiteral(other.to_string())),
    }
}

fn refresh_token_literal(policy: RefreshToken) -> String {
    let counted =
        |word: &str, period: crate::Duration| format!("{word}:{}:{}", period.amount, period.unit.as_str());
    match policy {
        RefreshToken::UntilRevoked => "infinite".into(),
        RefreshToken::ExpireImmediately => "zero".into(),
        RefreshToken::AfterInactivity(period) => counted("specific_inactivity", period),
        RefreshToken::AfterLifetime(period) => counted("specific_lifetime", period),
    }
}

fn literal(item: Item, value: &Value) -> Result<String, Refusal> {
    let text = value.to_string();
    match item {
        Item::Flag | Item::Number | Item::Text => Ok(text),
        Item::Words(words) | Item::WordsOfAnyCase(words) => words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, literal)| (*literal).to_owned())
            .ok_or(Refusal::NoLiteral(text)),
    }
}

fn literals(item: Item, value: &Value) -> Result<Vec<String>, Refusal> {
    let items = value.as_list().unwrap_or_default();
    items.iter().filter_map(crate::Fact::value).map(|value| literal(item, value)).collect()
}

fn records(value: &Value, fields: &[(&'static str, &'static str)]) -> Content {
    let items = value.as_list().unwrap_or_default().iter().filter_map(crate::Fact::value);
    let record = |value: &Value| match value {
        Value::Record(facts) => fields
            .iter()
            .filter_map(|(field, element)| Some((*element, facts.get(field)?.value()?.to_string())))
            .collect(),
        _ => Vec::new(),
    };
    Content::Records(items.map(record).collect())
}

/// Applies changes to one file.
fn apply<'a, 't>(tree: &'a Tree<'t>, changes: &[&Change]) -> Result<Vec<Edit>, Refusal> {
    let mut rewrite = Rewrite::new(tree);
    let root = tree.root().expect("invariant: a well-formed file has a root");
    let mut holders: BTreeMap<&str, Vec<New>> = BTreeMap::new();
    for change in changes {
        let path = Path::parse(change.element.path).expect("invariant: the tables hold paths");
        let nodes = path.select(root);
        let mut insert = |rewrite: &mut Rewrite<'a, 't>, new: &dyn Fn(&str) -> New| -> Result<(), Refusal> {
            let made = change.element.path.split_once('/').filter(|(holder, _)| HOLDERS.contains(holder));
            match (parent_of(root, change.element.path), made) {
                (Ok((parent, name)), _) => rewrite.insert(parent, new(name)),
                (Err(_), Some((holder, name))) => holders.entry(holder).or_default().push(new(name)),
                (Err(refusal), None) => return Err(refusal),
            }
            Ok(())
        };
        match &change.content {
            Content::Nothing => nodes.iter().for_each(|node| rewrite.remove(*node)),
            Content::Text(text) => match nodes.as_slice() {
                [] => insert(&mut rewrite, &|name| New::text(name, text))?,
                [first, rest @ ..] => {
                    if first.trimmed_text() != *text {
                        rewrite.set_text(*first, text);
                    }
                    rest.iter().for_each(|node| rewrite.remove(*node));
                }
            },
            Content::Texts(wanted) => {
                for node in &nodes {
                    if !wanted.iter().any(|text| node.trimmed_text() == *text) {
                        rewrite.remove(*node);
                    }
                }
                for text in
                    wanted.iter().filter(|text| !nodes.iter().any(|node| node.trimmed_text() == **text))
                {
                    insert(&mut rewrite, &|name| New::text(name, text))?;
                }
            }
            Content::Records(wanted) => {
                let is = |node: &Node<'_, '_>, record: &[(&str, String)]| {
                    node.children().count() == record.len()
                        && record.iter().all(|(name, text)| {
                            node.child(name).is_some_and(|child| child.trimmed_text() == *text)
                        })
                };
                for node in &nodes {
                    if !wanted.iter().any(|record| is(node, record)) {
                        rewrite.remove(*node);
                    }
                }
                for record in wanted.iter().filter(|record| !nodes.iter().any(|node| is(node, record))) {
                    let children = || record.iter().map(|(name, text)| New::text(name, text)).collect();
                    insert(&mut rewrite, &|name| New::element(name, children()))?;
                }
            }
        }
    }
    for (holder, mut parts) in holders {
        parts.sort_by(|a, b| a.name().cmp(b.name()));
        rewrite.insert(root, New::element(holder, parts));
    }
    Ok(rewrite.finish())
}

/// Elements that hold others, and that a file need not have: nothing in them is required, and without any of it a
/// retrieve leaves them out. They are made where something in them is written.
const HOLDERS: [&str; 1] = ["sessionPolicy"];

/// The element that holds a path's last step, and that step.
fn parent_of<'a, 't, 'p>(root: Node<'a, 't>, path: &'p str) -> Result<(Node<'a, 't>, &'p str), Refusal> {
    if let Some(name) = path.strip_prefix("//") {
        // It is read wherever it stands; where it should stand is not said.
        return Err(Refusal::NoParent(name.to_owned()));
    }
    let Some((parent, name)) = path.rsplit_once('/') else { return Ok((root, path)) };
    let found = Path::parse(parent).ok().and_then(|parent| parent.select(root).first().copied());
    found.map(|node| (node, name)).ok_or_else(|| Refusal::NoParent(parent.to_owned()))
}
