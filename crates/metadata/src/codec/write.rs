//! Writing an attribute back: from a value to text edits of the app's files.

use std::fmt;

use preauth_source::{Edit, SourceFile};

use crate::{
    App, Attribute, CapturedElement, Column, ElementRef, ElementText, FileFacts, Kind, NewContent, NoLiteral,
    Value,
    codec::edits::{FileChange, edits},
};

/// The reason why an attribute cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This kind of app has no such attribute.
    NoSuchAttribute,
    /// The file that would hold it is not in the source. It is never created: the platform creates the files of an
    /// external client app itself, and a second one collides with its own.
    NoFile(Kind),
    /// The element that would hold it is not in the file.
    NoParent(String),
    /// This kind of app cannot express the value.
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
            Self::NoLiteral(value) => NoLiteral(value.clone()).fmt(f),
        }
    }
}

impl From<NoLiteral> for Refusal {
    fn from(NoLiteral(value): NoLiteral) -> Self {
        Self::NoLiteral(value)
    }
}

/// An attribute and the value it shall have; `None` removes it.
pub type Assignment = (&'static Attribute, Option<Value>);

/// The edits that give attributes of `app` these values. Other files and other elements keep every byte. The edits
/// are sorted and do not overlap, and there are none where nothing needs to change.
///
/// # Errors
/// A [`Refusal`] when one of them cannot be written; then there are no edits at all.
pub fn write(app: &App, assignments: &[Assignment]) -> Result<Vec<Edit>, Refusal> {
    let mut changes = Vec::new();
    for (attribute, value) in assignments {
        let column = attribute.column(app.kind).ok_or(Refusal::NoSuchAttribute)?;
        changes.extend(changes_of(app, column, value.as_ref())?);
    }
    let mut all = Vec::new();
    for file in &app.files {
        let wanted: Vec<&FileChange> =
            changes.iter().filter(|change| change.element.kind == file.kind).collect();
        let Some(text) = file.text.as_deref().filter(|_| file.is_well_formed() && !wanted.is_empty()) else {
            continue;
        };
        let source = SourceFile::new(file.path.clone(), text);
        let (tree, _) = preauth_xml::parse(&source, &|_| true);
        let crlf = text.contains("\r\n");
        all.extend(edits(&tree, &wanted)?.into_iter().map(|edit| if crlf { with_crlf(edit) } else { edit }));
    }
    all.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(all)
}

/// The edit with the line endings of a file that has CRLF.
fn with_crlf(edit: Edit) -> Edit {
    let insert = edit.insert.replace("\r\n", "\n").replace('\n', "\r\n");
    Edit { insert: insert.into(), ..edit }
}

/// The changes that give the elements of a column a value.
fn changes_of(app: &App, column: &Column, value: Option<&Value>) -> Result<Vec<FileChange>, Refusal> {
    let file_of = |element: &ElementRef| -> Option<&FileFacts> {
        app.files.iter().find(|file| file.kind == element.kind && file.is_well_formed()).map(|file| &**file)
    };
    let existing = |element: &ElementRef| -> Vec<ElementText> {
        let found = file_of(element).map_or(&[][..], |file| file.found(element.path));
        found.iter().map(CapturedElement::text).cloned().map(ElementText::Text).collect()
    };
    let existing: Vec<_> = column.elements.iter().map(existing).collect();
    let contents = match value {
        Some(value) => column.write(value, &existing)?,
        None => vec![Some(NewContent::Nothing); column.elements.len()],
    };
    let mut changes = Vec::new();
    for ((element, content), existing) in column.elements.iter().zip(contents).zip(&existing) {
        let Some(content) = content else { continue };
        let is_needless = content == NewContent::Nothing && existing.is_empty();
        if !is_needless {
            file_of(element).ok_or(Refusal::NoFile(element.kind))?;
            changes.push(FileChange { element: *element, content });
        }
    }
    Ok(changes)
}
