use serde_json::Value;

use crate::protocol::position::PositionEncoding;

/// The capabilities of the client that change what the server does.
#[derive(Debug)]
pub(crate) struct ClientFeatures {
    /// The unit of its columns.
    pub(crate) encoding: PositionEncoding,
    /// It pulls diagnostics, and takes a refresh request.
    pub(crate) pulls: bool,
    /// It takes a refresh request for code lenses.
    pub(crate) refreshes_lenses: bool,
    /// It shows related locations of a diagnostic.
    pub(crate) shows_related: bool,
    /// It takes code actions, and not only commands.
    pub(crate) takes_actions: bool,
    /// It shows disabled code actions with the reason.
    pub(crate) shows_disabled: bool,
    /// It takes edits of versioned documents.
    pub(crate) takes_versions: bool,
    /// It creates files as part of a workspace edit.
    pub(crate) creates_files: bool,
    /// It watches files on request.
    pub(crate) watches: bool,
    /// It shows a document on request.
    pub(crate) shows_documents: bool,
    /// It requests the text of documents that are not files.
    pub(crate) reads_content: bool,
    /// It prompts for the reason of a waiver, and sends it with the command.
    pub(crate) asks_reasons: bool,
}

impl ClientFeatures {
    /// Reads the parameters of `initialize`. Malformed members count as missing.
    pub(crate) fn new(initialize: &Value) -> Self {
        let member = |path: &str| initialize.pointer(path);
        let can = |path: &str| member(&format!("/capabilities{path}")) == Some(&Value::Bool(true));
        let has = |path: &str| member(&format!("/capabilities{path}")).is_some_and(|value| !value.is_null());
        let lists = |path: &str, item: &str| {
            let list = member(&format!("/capabilities{path}")).and_then(Value::as_array);
            list.is_some_and(|items| items.iter().any(|known| known == item))
        };
        let offered = member("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let offered: Vec<_> = offered
            .into_iter()
            .flatten()
            .filter_map(|kind| serde_json::from_value(kind.clone()).ok())
            .collect();
        Self {
            encoding: PositionEncoding::negotiate(&offered),
            pulls: has("/textDocument/diagnostic") && can("/workspace/diagnostics/refreshSupport"),
            refreshes_lenses: can("/workspace/codeLens/refreshSupport"),
            shows_related: can("/textDocument/publishDiagnostics/relatedInformation")
                || can("/textDocument/diagnostic/relatedInformation"),
            takes_actions: has("/textDocument/codeAction/codeActionLiteralSupport"),
            shows_disabled: can("/textDocument/codeAction/disabledSupport"),
            takes_versions: can("/workspace/workspaceEdit/documentChanges"),
            creates_files: lists("/workspace/workspaceEdit/resourceOperations", "create")
                && can("/workspace/workspaceEdit/documentChanges"),
            watches: can("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            shows_documents: can("/window/showDocument/support"),
            reads_content: has("/workspace/textDocumentContent"),
            asks_reasons: member("/initializationOptions/asksReasons") == Some(&Value::Bool(true)),
        }
    }
}
