//! Clients that misbehave.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{Client, Copy, able, uri};

const APP: &str = "force-app/main/default/connectedApps/Payroll_Bridge.connectedApp-meta.xml";

#[test]
fn a_session_ends_as_the_client_ends_it() {
    let copy = Copy::of("acme");
    assert_eq!(Client::of(&[&copy.root], able()).end().code(), Some(0));
    let mut without = Client::of(&[&copy.root], able());
    without.notify("exit", Value::Null);
    assert_eq!(without.wait().code(), Some(1));
    assert_eq!(Client::of(&[&copy.root], able()).go_away().code(), Some(1));
    assert_eq!(Client::start(&[]).go_away().code(), Some(1));
}

#[test]
fn what_comes_at_the_wrong_time_is_refused() {
    let copy = Copy::of("acme");
    let mut client = Client::start(&[]);
    assert_eq!(client.request("textDocument/hover", json!({})).unwrap_err()["code"], -32002);
    client
        .request(
            "initialize",
            json!({ "capabilities": 3, "workspaceFolders": [7, { "uri": uri(&copy.root) }] }),
        )
        .unwrap();
    assert_eq!(client.request("initialize", json!({})).unwrap_err()["code"], -32600);
    assert_eq!(client.request("no/such/thing", json!({})).unwrap_err()["code"], -32601);
    assert_eq!(client.request("textDocument/hover", json!({ "position": 1 })).unwrap_err()["code"], -32602);
    client.request("shutdown", Value::Null).unwrap();
    assert_eq!(client.request("textDocument/hover", json!({})).unwrap_err()["code"], -32600);
    client.notify("exit", Value::Null);
    assert!(client.wait().success());
}

#[test]
fn what_is_no_message_is_passed_over() {
    let copy = Copy::of("acme");
    let log = copy.outside().join("log.txt");
    let mut client = Client::with(&["--log", log.to_str().unwrap()], &[&copy.root], able(), Value::Null);
    client.write(b"Content-Length: 9\r\n\r\n{ broken ");
    client.write(b"Content-Length: 2\r\n\r\n[]");
    client.write(b"nonsense\r\n");
    let (path, text) = copy.file(APP);
    client.open(&path, &text);
    assert!(!client.diagnostics(&path).is_empty());
    assert!(client.end().success());
    assert!(std::fs::read_to_string(log).unwrap().contains("invalid message"));
}

#[test]
fn a_request_that_is_taken_back_is_not_answered_in_vain() {
    let copy = Copy::of("acme");
    let mut client = Client::of(&[&copy.root], able());
    let (path, text) = copy.file(APP);
    client.open(&path, &text);
    // All in one write: the request is still waiting when it is taken back.
    let mut bytes = Vec::new();
    let symbols = json!({ "textDocument": { "uri": uri(&path) } });
    for message in [
        json!({ "jsonrpc": "2.0", "id": 700, "method": "textDocument/documentSymbol", "params": symbols }),
        json!({ "jsonrpc": "2.0", "id": 701, "method": "textDocument/documentSymbol", "params": symbols }),
        json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 701 } }),
    ] {
        let text = message.to_string();
        bytes.extend(format!("Content-Length: {}\r\n\r\n{text}", text.len()).bytes());
    }
    client.write(&bytes);
    let first = client.answer(700);
    let second = client.answer(701);
    assert!(first.is_ok());
    // It may have been answered before anybody took it back; it is answered once in any case.
    assert!(second.is_ok() || second.unwrap_err()["code"] == -32800);
    assert!(client.end().success());
}

/// Something a client may send, sensible or not.
#[derive(Clone, Debug)]
enum Sent {
    Open(usize),
    Change(usize, String),
    Part(usize, [u32; 4], String),
    Close(usize),
    Touch(usize),
    Ask(usize, usize, u32, u32),
    Actions(usize),
    Nonsense(String),
}

const METHODS: [&str; 5] = [
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/codeLens",
];

/// Paths that are there, that are not, and that could not be.
const FILES: [&str; 6] = [
    APP,
    "force-app/main/default/permissionsets/Integration_User.permissionset-meta.xml",
    "preauth.yaml",
    "force-app/main/default/connectedApps/Not There.connectedApp-meta.xml",
    "../elsewhere.profile-meta.xml",
    "notes.txt",
];

fn texts() -> impl Strategy<Value = String> {
    let app = std::fs::read_to_string(crate::client::fixtures().join("acme").join(APP)).unwrap();
    let cut = app.clone();
    prop_oneof![
        (0..app.len()).prop_map(move |at| app[..app.floor_char_boundary(at)].to_owned()),
        (0..cut.len(), "[<>&a-z🦀\r\n]{0,6}").prop_map(move |(at, by)| {
            let at = cut.floor_char_boundary(at);
            format!("{}{by}{}", &cut[..at], &cut[at..])
        }),
        "[<>/&;:\\-a-z🦀\u{FEFF}\r\n ]{0,60}",
        Just("rules:\n  scope-full: off\n".to_owned()),
    ]
}

fn sent() -> impl Strategy<Value = Sent> {
    let file = 0..FILES.len();
    prop_oneof![
        file.clone().prop_map(Sent::Open),
        (file.clone(), texts()).prop_map(|(file, text)| Sent::Change(file, text)),
        (file.clone(), any::<[u32; 4]>(), texts()).prop_map(|(file, range, text)| Sent::Part(
            file,
            range.map(|n| n % 50),
            text
        )),
        file.clone().prop_map(Sent::Close),
        file.clone().prop_map(Sent::Touch),
        (file.clone(), 0..METHODS.len(), 0u32..60, any::<u32>())
            .prop_map(|(file, method, line, column)| Sent::Ask(file, method, line, column)),
        file.prop_map(Sent::Actions),
        "\\PC{0,12}".prop_map(Sent::Nonsense),
    ]
}

/// Every range in an answer is a place that the text has.
fn places_are_there(text: &str, diagnostics: &[Value]) {
    // As the protocol has it, `\r` alone ends a line too.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    for end in diagnostics.iter().flat_map(|one| [&one["range"]["start"], &one["range"]["end"]]) {
        let line = usize::try_from(end["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(end["character"].as_u64().unwrap()).unwrap();
        assert!(line < lines.len() && column <= lines[line] + 1, "{end} in {text:?}");
    }
}

/// A server is started for every case: few are tried, unless `PROPTEST_CASES` says how many.
fn config() -> ProptestConfig {
    let wanted = std::env::var_os("PROPTEST_CASES").is_some();
    let few = ProptestConfig {
        cases: 8,
        max_shrink_iters: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if wanted { ProptestConfig { failure_persistence: None, ..ProptestConfig::default() } } else { few }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_sequence_of_messages_brings_it_down(messages in prop::collection::vec(sent(), 1..40)) {
        let copy = Copy::of("acme");
        let log = copy.outside().join("log.txt");
        let mut client = Client::with(&["--log", log.to_str().unwrap()], &[&copy.root], able(), Value::Null);
        let path = |file: usize| copy.root.join(FILES[file]);
        let mut version = 0;
        for message in messages {
            version += 1;
            match message {
                Sent::Open(file) => {
                    let text = std::fs::read_to_string(path(file)).unwrap_or_default();
                    client.open(&path(file), &text);
                }
                Sent::Change(file, text) => {
                    let document = json!({ "uri": uri(&path(file)), "version": version });
                    client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
                }
                Sent::Part(file, [a, b, c, d], text) => {
                    let range = json!({ "start": { "line": a, "character": b }, "end": { "line": c, "character": d } });
                    let document = json!({ "uri": uri(&path(file)), "version": version });
                    client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": text }] }));
                }
                Sent::Close(file) => {
                    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path(file)) } }));
                }
                Sent::Touch(file) => {
                    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&path(file)), "type": 2 }] }));
                }
                Sent::Ask(file, method, line, character) => {
                    let params = json!({ "textDocument": { "uri": uri(&path(file)) }, "position": { "line": line, "character": character } });
                    client.request(METHODS[method], params).unwrap();
                }
                Sent::Actions(file) => {
                    client.actions(&path(file), None);
                }
                Sent::Nonsense(method) => client.notify(&method, json!([method])),
            }
        }
        // It still works, and says nothing else than a server that has seen nothing of all this.
        for file in 0..FILES.len() {
            client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path(file)) } }));
        }
        let (app, text) = copy.file(APP);
        client.open(&app, &text);
        places_are_there(&text, &client.diagnostics(&app));
        let mut fresh = Client::with(&[], &[&copy.root], able(), Value::Null);
        fresh.open(&app, &text);
        prop_assert_eq!(client.diagnostics(&app), fresh.diagnostics(&app));
        prop_assert!(fresh.end().success());
        prop_assert!(client.end().success());
        let log = std::fs::read_to_string(log).unwrap();
        prop_assert!(!log.contains("internal error"), "{}", log);
    }

    #[test]
    fn every_place_is_in_the_text_that_it_was_found_in(edits in prop::collection::vec(texts(), 1..12)) {
        let copy = Copy::of("acme");
        let mut client = Client::of(&[&copy.root], able());
        let (app, text) = copy.file(APP);
        client.open(&app, &text);
        for text in edits {
            client.change(&app, &text);
            places_are_there(&text, &client.diagnostics(&app));
        }
        prop_assert!(client.end().success());
    }
}
