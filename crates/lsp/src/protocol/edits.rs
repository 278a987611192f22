//! Changes of texts as the protocol has them. They are handed to the editor, and never made here.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::{
    CreateFile, DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, Position, Range,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use preauth_source::{ArcStr, FilePath, Fix};

use crate::session::{drift::Drift, project::Project, state::State};

/// The edits of a correction; `None` if it was made for other texts than the present ones.
pub(crate) fn of_fix(state: &State<'_>, project: &Project, fix: &Fix) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<Utf8PathBuf, Vec<TextEdit>> = BTreeMap::new();
    for edit in &fix.edits {
        let path = project.absolute(&edit.location.file);
        let text = state.text(&path)?;
        if text.text.get(std::ops::Range::<usize>::from(edit.location.range)) != Some(&*edit.expected) {
            return None;
        }
        let range = text.lines.range(edit.location.range);
        by_file.entry(path).or_default().push(TextEdit { range, new_text: edit.insert.to_string() });
    }
    Some(of_files(state, by_file))
}

/// The edits that make files read as they should; `None` if a file reads otherwise than its facts say. Only what differs
/// is replaced.
pub(crate) fn of_texts(
    state: &State<'_>,
    project: &Project,
    texts: &BTreeMap<FilePath, ArcStr>,
) -> Option<WorkspaceEdit> {
    let mut by_file = BTreeMap::new();
    for (file, new) in texts {
        let path = project.absolute(file);
        let text = state.text(&path)?;
        let read = project.workspace.file(file).and_then(|facts| facts.text.as_ref());
        if read != Some(&text.text) {
            return None;
        }
        by_file.insert(path, vec![difference(&text.lines, &text.text, new)]);
    }
    Some(of_files(state, by_file))
}

/// The one edit that makes a text of another.
pub(crate) fn difference(lines: &crate::protocol::position::Lines, old: &str, new: &str) -> TextEdit {
    let (replaced, by) = Drift::between(old, new).replaced();
    TextEdit { range: lines.range(replaced), new_text: new[by].to_owned() }
}

/// Edits of files, each for the version of its text that is open.
pub(crate) fn of_files(state: &State<'_>, by_file: BTreeMap<Utf8PathBuf, Vec<TextEdit>>) -> WorkspaceEdit {
    if !state.client.takes_versions {
        let changes = by_file.into_iter().map(|(path, edits)| (state.uri(&path), edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let documents = by_file.into_iter().map(|(path, edits)| document(state, &path, edits));
    WorkspaceEdit { document_changes: Some(documents.collect()), ..WorkspaceEdit::default() }
}

fn document(state: &State<'_>, path: &Utf8Path, edits: Vec<TextEdit>) -> DocumentChange {
    let text_document = OptionalVersionedTextDocumentIdentifier {
        version: state.version(path),
        text_document_identifier: TextDocumentIdentifier { uri: state.uri(path) },
    };
    let edits = edits.into_iter().map(Edit::TextEdit).collect();
    DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits })
}

/// A new file with a text; `None` if the client cannot make one.
pub(crate) fn of_new_file(state: &State<'_>, path: &Utf8Path, text: String) -> Option<WorkspaceEdit> {
    let start = Position { line: 0, character: 0 };
    let edit = TextEdit { range: Range { start, end: start }, new_text: text };
    let create = CreateFile { uri: state.uri(path), options: None, annotation_id: None };
    let changes = vec![DocumentChange::CreateFile(create), document(state, path, vec![edit])];
    state
        .client
        .creates_files
        .then(|| WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
}
