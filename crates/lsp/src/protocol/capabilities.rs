//! The capabilities of the server.

use preauth_metadata::Kind;
use serde_json::{Value, json};

use crate::protocol::{client::ClientFeatures, commands::COMMANDS, uri};

/// Returns the capabilities that the server offers to this client.
pub(crate) fn server_capabilities(client: &ClientFeatures) -> Value {
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
        capabilities["workspace"]["textDocumentContent"] = json!({ "schemes": [uri::CONTENT_SCHEME] });
    }
    capabilities
}

/// Returns the registration of the files that the client shall watch.
pub(crate) fn file_watchers() -> Value {
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
