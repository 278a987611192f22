use serde_json::Value;

use crate::protocol::position::Encoding;

/// What the editor is able to do, as far as that makes a difference.
#[derive(Debug)]
pub(crate) struct Client {
    /// What it counts columns in.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics, and can be told to ask again.
    pub(crate) pulls: bool,
    /// It can be told to ask for code lenses again.
    pub(crate) refreshes_lenses: bool,
    /// It shows related places of a diagnostic.
    pub(crate) shows_related: bool,
    /// It takes whole code actions, not commands only.
    pub(crate) takes_actions: bool,
    /// It shows code actions that cannot be taken, and why.
    pub(crate) shows_disabled: bool,
    /// It takes edits of versions of documents.
    pub(crate) takes_versions: bool,
    /// It creates files as part of an edit.
    pub(crate) creates_files: bool,
    /// It can be asked to watch files.
    pub(crate) watches: bool,
    /// It shows a document when it is asked to.
    pub(crate) shows_documents: bool,
    /// It asks for the text of documents that are no files.
    pub(crate) reads_content: bool,
    /// It asks people for the reason of a waiver by itself, and sends it with the command.
    pub(crate) asks_reasons: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. What is malformed in them counts as not said.
    pub(crate) fn new(initialize: &Value) -> Self {
        let said = |path: &str| initialize.pointer(path);
        let can = |path: &str| said(&format!("/capabilities{path}")) == Some(&Value::Bool(true));
        let has = |path: &str| said(&format!("/capabilities{path}")).is_some_and(|value| !value.is_null());
        let lists = |path: &str, word: &str| {
            let list = said(&format!("/capabilities{path}")).and_then(Value::as_array);
            list.is_some_and(|words| words.iter().any(|known| known == word))
        };
        let offered = said("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let offered: Vec<_> = offered
            .into_iter()
            .flatten()
            .filter_map(|kind| serde_json::from_value(kind.clone()).ok())
            .collect();
        Self {
            encoding: Encoding::negotiate(&offered),
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
            asks_reasons: said("/initializationOptions/asksReasons") == Some(&Value::Bool(true)),
        }
    }
}
