//! What a client tells: which texts are open, and what has changed.

use lsp_server::Notification;
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    TextDocumentContentChangeEvent,
};
use serde::de::DeserializeOwned;

use crate::{protocol::position::Text, session::state::State};

/// Takes notice of something.
///
/// # Errors
/// What is said cannot be understood: why. Nothing is changed.
pub(crate) fn take(state: &mut State<'_>, said: Notification) -> Result<(), String> {
    match said.method.as_str() {
        "initialized" => state.is_ready = true,
        "textDocument/didOpen" => {
            let document = read::<DidOpenTextDocumentParams>(said)?.text_document;
            state.open(document.uri, document.version, &document.text);
        }
        "textDocument/didChange" => change(state, read(said)?)?,
        "textDocument/didClose" => {
            state.close(&read::<DidCloseTextDocumentParams>(said)?.text_document.uri);
        }
        "textDocument/didSave" => {
            let uri = read::<DidSaveTextDocumentParams>(said)?.text_document.uri;
            if let Some(path) = state.path(&uri) {
                state.touch(&path);
            }
        }
        "workspace/didChangeWatchedFiles" => {
            for event in read::<DidChangeWatchedFilesParams>(said)?.changes {
                if let Some(path) = state.path(&event.uri) {
                    state.touch(&path);
                }
            }
        }
        "workspace/didChangeWorkspaceFolders" => {
            let event = read::<DidChangeWorkspaceFoldersParams>(said)?.event;
            event.removed.iter().for_each(|folder| state.remove_folder(&folder.uri));
            event.added.iter().for_each(|folder| state.add_folder(&folder.uri));
        }
        // Settings are the client's own affair, and what starts with `$/` may be ignored.
        _ => {}
    }
    Ok(())
}

fn read<P: DeserializeOwned>(said: Notification) -> Result<P, String> {
    serde_json::from_value(said.params).map_err(|error| error.to_string())
}

/// Takes another text. Clients are told to send whole texts; one that sends parts all the same is understood.
fn change(state: &mut State<'_>, params: DidChangeTextDocumentParams) -> Result<(), String> {
    let document = params.text_document;
    let uri = document.text_document_identifier.uri;
    let path = state.path(&uri).ok_or("the document is no file")?;
    let mut text = state.open_text(&path).cloned().ok_or("the document is not open")?;
    for event in params.content_changes {
        match event {
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                text = whole.text.into();
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                let before = Text::of_buffer(text.clone(), state.client.encoding);
                let mut new = text.to_string();
                new.replace_range(std::ops::Range::<usize>::from(before.bytes(part.range)), &part.text);
                text = new.into();
            }
        }
    }
    state.change(uri, document.version, &text);
    Ok(())
}
