//! A client that runs the program as a language server.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio},
};

use serde_json::{Value, json};

use crate::support::{copy_into, fixtures, preauth};

pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    sent: i64,
    versions: BTreeMap<String, i64>,
    /// The last diagnostics of each document.
    pub(crate) published: BTreeMap<String, Value>,
    /// The requests of the server.
    pub(crate) asked: Vec<Value>,
    pub(crate) capabilities: Value,
}

/// Returns the capabilities of most editors.
pub(crate) fn capabilities_of_most_editors() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-32"] },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } }, "disabledSupport": true },
        },
        "window": { "showDocument": { "support": true } },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
    })
}

impl Client {
    /// Starts a server without `initialize`.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = preauth();
        command.arg("lsp").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self {
            child,
            input,
            output,
            sent: 0,
            versions: BTreeMap::new(),
            published: BTreeMap::new(),
            asked: Vec::new(),
            capabilities: Value::Null,
        }
    }

    /// Starts a server with these workspace folders.
    pub(crate) fn with_folders(folders: &[&Path], capabilities: Value) -> Self {
        Self::with_options(&["--as-of", "2026-01-01"], folders, capabilities, Value::Null)
    }

    pub(crate) fn with_options(
        args: &[&str],
        folders: &[&Path],
        capabilities: Value,
        options: Value,
    ) -> Self {
        let mut client = Self::start(args);
        let folders: Vec<Value> =
            folders.iter().map(|folder| json!({ "uri": uri(folder), "name": "folder" })).collect();
        let params = json!({
            "processId": null, "rootUri": null, "workspaceFolders": folders,
            "capabilities": capabilities, "initializationOptions": options,
        });
        client.capabilities = client.request("initialize", params).unwrap()["capabilities"].clone();
        client.notify("initialized", json!({}));
        client
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let Some(input) = self.input.as_mut() else { return };
        // Writing fails after the server has ended.
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and returns its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.sent += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": self.sent, "method": method, "params": params });
        if message["params"].is_null() {
            message.as_object_mut().unwrap().remove("params");
        }
        self.send(&message);
        self.sent
    }

    /// Sends a request and waits for its response.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    pub(crate) fn answer(&mut self, id: i64) -> Result<Value, Value> {
        loop {
            let message = self.receive().expect("the server ended before it answered");
            if message["id"] == id && message.get("method").is_none() {
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    /// Receives a message and records it.
    pub(crate) fn receive(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            let (name, value) =
                line.split_once(": ").expect("a header, and nothing else, on standard output");
            if name == "Content-Length" {
                length = value.trim().parse().unwrap();
            }
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).unwrap();
        let message: Value = serde_json::from_slice(&text).unwrap();
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            self.published.insert(params["uri"].as_str().unwrap().into(), params.clone());
        } else if message.get("method").is_some() && message.get("id").is_some() {
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            self.asked.push(message.clone());
        }
        Some(message)
    }

    pub(crate) fn open(&mut self, path: &Path, text: &str) {
        self.versions.insert(uri(path), 1);
        let document = json!({ "uri": uri(path), "languageId": "xml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, path: &Path, text: &str) {
        let version = self.versions.get_mut(&uri(path)).unwrap();
        *version += 1;
        let document = json!({ "uri": uri(path), "version": *version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Waits for the diagnostics of the present version of a document.
    pub(crate) fn diagnostics(&mut self, path: &Path) -> Vec<Value> {
        let (uri, version) = (uri(path), self.versions[&uri(path)]);
        while self.published.get(&uri).is_none_or(|params| params["version"] != version) {
            self.receive().expect("the server ended before it published");
        }
        self.known(path)
    }

    /// Returns the last diagnostics of a file.
    pub(crate) fn known(&self, path: &Path) -> Vec<Value> {
        let diagnostics = self.published.get(&uri(path)).and_then(|params| params["diagnostics"].as_array());
        diagnostics.cloned().unwrap_or_default()
    }

    /// Returns the codes of the last diagnostics of a file.
    pub(crate) fn codes(&self, path: &Path) -> Vec<String> {
        self.known(path).iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn at(&mut self, method: &str, path: &Path, text: &str, what: &str) -> Value {
        let position = position(text, what);
        let mut params = json!({ "textDocument": { "uri": uri(path) }, "position": position });
        if method.ends_with("references") {
            params["context"] = json!({ "includeDeclaration": false });
        }
        self.request(method, params).unwrap()
    }

    /// Requests the code actions of a whole document.
    pub(crate) fn actions(&mut self, path: &Path, only: Option<&str>) -> Vec<Value> {
        let end = json!({ "line": 100_000, "character": 0 });
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
        let mut context = json!({ "diagnostics": [] });
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({ "textDocument": { "uri": uri(path) }, "range": range, "context": context });
        self.request("textDocument/codeAction", params).unwrap().as_array().unwrap().clone()
    }

    /// Ends the session as an editor does.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.request("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
        self.wait()
    }

    /// Closes the input, reads all messages of the server, and waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        drop(self.input.take());
        while self.receive().is_some() {}
        self.child.wait().unwrap()
    }

    /// Closes the input without `shutdown`, and waits for the end of the server.
    pub(crate) fn go_away(mut self) -> ExitStatus {
        drop(self.input.take());
        let mut rest = Vec::new();
        self.output.read_to_end(&mut rest).unwrap();
        self.child.wait().unwrap()
    }
}

pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.to_str().unwrap().replace(' ', "%20"))
}

/// Returns the position of the first occurrence of `what`, in UTF-32 columns.
pub(crate) fn position(text: &str, what: &str) -> Value {
    let at = text.find(what).unwrap_or_else(|| panic!("no {what} in {text}"));
    let line = text[..at].matches('\n').count();
    let column = text[..at].rsplit('\n').next().unwrap().chars().count();
    json!({ "line": line, "character": column })
}

/// Returns the text of a document after the edits.
pub(crate) fn edited(text: &str, edits: &[Value]) -> String {
    let offset = |place: &Value| {
        let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(place["character"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_unstable();
    let mut new = text.to_owned();
    for (start, end, insert) in edits.into_iter().rev() {
        new.replace_range(start..end, insert);
    }
    new
}

/// A writable copy of a fixture.
pub(crate) struct FixtureCopy {
    folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
}

impl FixtureCopy {
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join(name);
        copy_into(&fixtures("trees").join(name), &root);
        Self { folder, root }
    }

    pub(crate) fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, path: &str) -> (PathBuf, String) {
        let file = self.root.join(path);
        let text = std::fs::read_to_string(&file).unwrap();
        (file, text)
    }
}
