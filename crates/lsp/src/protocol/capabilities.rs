//! What the server is able to do, in the protocol's words.

use preauth_metadata::Kind;
use serde_json::{Value, json};

use crate::{
    handlers::COMMANDS,
    protocol::{client::Client, diagnostics},
};

/// What a client may ask for.
pub(crate) fn of(client: &Client) -> Value {
    let mut capabilities = json!({
        "positionEncoding": client.encoding.kind(),
        "textDocumentSync": { "openClose": true, "change": 1, "save": { "includeText": false } },
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentSymbolProvider": true,
        "codeLensProvider": {},
        "completionProvider": { "triggerCharacters": [">", ","] },
        "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll"] },
        "executeCommandProvider": { "commands": COMMANDS },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
        },
    });
    if client.pulls {
        capabilities["diagnosticProvider"] =
            json!({ "identifier": "preauth", "interFileDependencies": true, "workspaceDiagnostics": true });
    }
    if client.reads_content {
        capabilities["workspace"]["textDocumentContent"] = json!({ "schemes": [diagnostics::SCHEME] });
    }
    capabilities
}

/// The files that the client is asked to watch.
pub(crate) fn watchers() -> Value {
    let suffixes: Vec<&str> = Kind::all().map(Kind::suffix).collect();
    let suffixes = suffixes.join(",");
    let globs = [
        format!("**/*.{{{suffixes}}}"),
        format!("**/*.{{{suffixes}}}-meta.xml"),
        "**/*.{yaml,yml}".into(),
        "**/{sfdx-project.json,.forceignore,package.xml}".into(),
    ];
    let watchers = globs.map(|glob| json!({ "globPattern": glob }));
    json!({ "registrations": [{
        "id": "preauth-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] })
}
