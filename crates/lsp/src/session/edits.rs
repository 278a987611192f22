//! Changes of files as workspace edits of the protocol. The editor applies them.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::{
    CreateFile, DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, Position, Range,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use preauth_source::{ArcStr, FilePath, Fix};

use crate::{
    protocol::position::PositionIndex,
    session::{offset_map::OffsetMap, project::OpenProject, state::SessionState},
};

/// Returns the edits of a fix, or `None` if the present texts are not those that the fix was made for.
pub(crate) fn of_fix(state: &SessionState<'_>, project: &OpenProject, fix: &Fix) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<Utf8PathBuf, Vec<TextEdit>> = BTreeMap::new();
    for edit in &fix.edits {
        let path = project.absolute(&edit.location.file);
        let document = state.text(&path)?;
        let range = std::ops::Range::<usize>::from(edit.location.range);
        if document.text.get(range) != Some(&*edit.expected) {
            return None;
        }
        let range = document.positions.range(edit.location.range);
        by_file.entry(path).or_default().push(TextEdit { range, new_text: edit.insert.to_string() });
    }
    Some(of_files(state, by_file))
}

/// Returns the edits that give files new texts, or `None` if the present texts are not those of the facts. Only the
/// difference is replaced.
pub(crate) fn of_texts(
    state: &SessionState<'_>,
    project: &OpenProject,
    texts: &BTreeMap<FilePath, ArcStr>,
) -> Option<WorkspaceEdit> {
    let mut by_file = BTreeMap::new();
    for (file, new) in texts {
        let path = project.absolute(file);
        let document = state.text(&path)?;
        let text_of_facts = project.workspace.file(file).and_then(|facts| facts.text.as_ref());
        if text_of_facts != Some(&document.text) {
            return None;
        }
        by_file.insert(path, vec![difference(&document.positions, &document.text, new)]);
    }
    Some(of_files(state, by_file))
}

/// Returns the single edit that turns the old text into the new one.
pub(crate) fn difference(positions: &PositionIndex, old: &str, new: &str) -> TextEdit {
    let (replaced, replacement) = OffsetMap::between(old, new).replacement();
    TextEdit { range: positions.range(replaced), new_text: new[replacement].to_owned() }
}

/// Returns the edits as a workspace edit, with the versions of the open documents if the client takes them.
pub(crate) fn of_files(
    state: &SessionState<'_>,
    by_file: BTreeMap<Utf8PathBuf, Vec<TextEdit>>,
) -> WorkspaceEdit {
    if !state.client.takes_versions {
        let changes = by_file.into_iter().map(|(path, edits)| (state.uri(&path), edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let documents = by_file.into_iter().map(|(path, edits)| document_change(state, &path, edits));
    WorkspaceEdit { document_changes: Some(documents.collect()), ..WorkspaceEdit::default() }
}

fn document_change(state: &SessionState<'_>, path: &Utf8Path, edits: Vec<TextEdit>) -> DocumentChange {
    let text_document = OptionalVersionedTextDocumentIdentifier {
        version: state.version(path),
        text_document_identifier: TextDocumentIdentifier { uri: state.uri(path) },
    };
    let edits = edits.into_iter().map(Edit::TextEdit).collect();
    DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits })
}

/// Returns the edit that creates a file, or `None` if the client cannot create files.
pub(crate) fn of_new_file(state: &SessionState<'_>, path: &Utf8Path, text: String) -> Option<WorkspaceEdit> {
    let start = Position { line: 0, character: 0 };
    let edit = TextEdit { range: Range { start, end: start }, new_text: text };
    let create = CreateFile { uri: state.uri(path), options: None, annotation_id: None };
    let changes = vec![DocumentChange::CreateFile(create), document_change(state, path, vec![edit])];
    state
        .client
        .creates_files
        .then(|| WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
}
