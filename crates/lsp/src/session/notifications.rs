//! Notifications of the client: opened, changed and closed documents, changed files and folders.

use lsp_server::Notification;
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    TextDocumentContentChangeEvent,
};
use serde::de::DeserializeOwned;

use crate::{protocol::position::TextDocument, session::state::SessionState};

/// Applies a notification to the state.
///
/// # Errors
/// The notification is invalid. The text says why. The state is unchanged.
pub(crate) fn apply(state: &mut SessionState<'_>, notification: Notification) -> Result<(), String> {
    match notification.method.as_str() {
        "initialized" => state.is_ready = true,
        "textDocument/didOpen" => {
            let document = params::<DidOpenTextDocumentParams>(notification)?.text_document;
            state.open(document.uri, document.version, &document.text);
        }
        "textDocument/didChange" => change(state, params(notification)?)?,
        "textDocument/didClose" => {
            state.close(&params::<DidCloseTextDocumentParams>(notification)?.text_document.uri);
        }
        "textDocument/didSave" => {
            let uri = params::<DidSaveTextDocumentParams>(notification)?.text_document.uri;
            if let Some(path) = state.path(&uri) {
                state.file_changed(&path);
            }
        }
        "workspace/didChangeWatchedFiles" => {
            for event in params::<DidChangeWatchedFilesParams>(notification)?.changes {
                if let Some(path) = state.path(&event.uri) {
                    state.file_changed(&path);
                }
            }
        }
        "workspace/didChangeWorkspaceFolders" => {
            let event = params::<DidChangeWorkspaceFoldersParams>(notification)?.event;
            event.removed.iter().for_each(|folder| state.remove_folder(&folder.uri));
            event.added.iter().for_each(|folder| state.add_folder(&folder.uri));
        }
        // The server has no settings of its own, and notifications that start with `$/` may be ignored.
        _ => {}
    }
    Ok(())
}

fn params<P: DeserializeOwned>(notification: Notification) -> Result<P, String> {
    serde_json::from_value(notification.params).map_err(|error| error.to_string())
}

/// Changes the text of an open document. The server asks for whole texts, but also accepts partial changes.
fn change(state: &mut SessionState<'_>, params: DidChangeTextDocumentParams) -> Result<(), String> {
    let document = params.text_document;
    let uri = document.text_document_identifier.uri;
    let path = state.path(&uri).ok_or("the document is not a file")?;
    let mut text = state.open_text(&path).cloned().ok_or("the document is not open")?;
    for event in params.content_changes {
        match event {
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                text = whole.text.into();
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                let before = TextDocument::of_buffer(text.clone(), state.client.encoding);
                let mut new = text.to_string();
                new.replace_range(std::ops::Range::<usize>::from(before.bytes(part.range)), &part.text);
                text = new.into();
            }
        }
    }
    state.change(uri, document.version, &text);
    Ok(())
}
