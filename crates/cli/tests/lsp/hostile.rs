//! Clients that violate the protocol.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{Client, FixtureCopy, capabilities_of_most_editors, uri};

const APP: &str = "force-app/main/default/connectedApps/Payroll_Bridge.connectedApp-meta.xml";

#[test]
fn exit_code_shows_how_the_client_ended_the_session() {
    let copy = FixtureCopy::new("acme");
    assert_eq!(Client::with_folders(&[&copy.root], capabilities_of_most_editors()).end().code(), Some(0));
    let mut without = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    without.notify("exit", Value::Null);
    assert_eq!(without.wait().code(), Some(1));
    assert_eq!(Client::with_folders(&[&copy.root], capabilities_of_most_editors()).go_away().code(), Some(1));
    assert_eq!(Client::start(&[]).go_away().code(), Some(1));
}

#[test]
fn requests_in_the_wrong_phase_are_refused() {
    let copy = FixtureCopy::new("acme");
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
fn invalid_messages_are_skipped() {
    let copy = FixtureCopy::new("acme");
    let log = copy.outside().join("log.txt");
    let mut client = Client::with_options(
        &["--log", log.to_str().unwrap()],
        &[&copy.root],
        capabilities_of_most_editors(),
        Value::Null,
    );
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
fn cancelled_request_is_answered_once() {
    let copy = FixtureCopy::new("acme");
    let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
    let (path, text) = copy.file(APP);
    client.open(&path, &text);
    // All messages are written at once, so the request is still waiting when it is cancelled.
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
    // It may have been answered before it was cancelled, but it is answered exactly once.
    assert!(second.is_ok() || second.unwrap_err()["code"] == -32800);
    assert!(client.end().success());
}

/// A message of a client, valid or invalid.
#[derive(Clone, Debug)]
enum Input {
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

/// Paths of existing, missing and invalid files.
const FILES: [&str; 6] = [
    APP,
    "force-app/main/default/permissionsets/Integration_User.permissionset-meta.xml",
    "preauth.yaml",
    "force-app/main/default/connectedApps/Not There.connectedApp-meta.xml",
    "../elsewhere.profile-meta.xml",
    "notes.txt",
];

fn texts() -> impl Strategy<Value = String> {
    let app = std::fs::read_to_string(crate::support::fixtures("trees/acme").join(APP)).unwrap();
    let cut = app.clone();
    prop_oneof![
        (0..app.len()).prop_map(move |at| app[..app.floor_char_boundary(at)].to_owned()),
        (0..cut.len(), "[<>&a-z🦀\r\n]{0,6}").prop_map(move |(at, insert)| {
            let at = cut.floor_char_boundary(at);
            format!("{}{insert}{}", &cut[..at], &cut[at..])
        }),
        "[<>/&;:\\-a-z🦀\u{FEFF}\r\n ]{0,60}",
        Just("rules:\n  scope-full: off\n".to_owned()),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let file = 0..FILES.len();
    prop_oneof![
        file.clone().prop_map(Input::Open),
        (file.clone(), texts()).prop_map(|(file, text)| Input::Change(file, text)),
        (file.clone(), any::<[u32; 4]>(), texts()).prop_map(|(file, range, text)| Input::Part(
            file,
            range.map(|n| n % 50),
            text
        )),
        file.clone().prop_map(Input::Close),
        file.clone().prop_map(Input::Touch),
        (file.clone(), 0..METHODS.len(), 0u32..60, any::<u32>())
            .prop_map(|(file, method, line, column)| Input::Ask(file, method, line, column)),
        file.prop_map(Input::Actions),
        "\\PC{0,12}".prop_map(Input::Nonsense),
    ]
}

/// Asserts that every range is inside the text.
fn assert_ranges_inside(text: &str, diagnostics: &[Value]) {
    // In the protocol a single `\r` ends a line too.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    for end in diagnostics.iter().flat_map(|one| [&one["range"]["start"], &one["range"]["end"]]) {
        let line = usize::try_from(end["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(end["character"].as_u64().unwrap()).unwrap();
        assert!(line < lines.len() && column <= lines[line] + 1, "{end} in {text:?}");
    }
}

/// Each case starts a server, so there are few cases unless `PROPTEST_CASES` is set.
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
    fn no_sequence_of_messages_crashes_the_server(messages in prop::collection::vec(input(), 1..40)) {
        let copy = FixtureCopy::new("acme");
        let log = copy.outside().join("log.txt");
        let mut client = Client::with_options(&["--log", log.to_str().unwrap()], &[&copy.root], capabilities_of_most_editors(), Value::Null);
        let path = |file: usize| copy.root.join(FILES[file]);
        let mut version = 0;
        for message in messages {
            version += 1;
            match message {
                Input::Open(file) => {
                    let text = std::fs::read_to_string(path(file)).unwrap_or_default();
                    client.open(&path(file), &text);
                }
                Input::Change(file, text) => {
                    let document = json!({ "uri": uri(&path(file)), "version": version });
                    client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
                }
                Input::Part(file, [a, b, c, d], text) => {
                    let range = json!({ "start": { "line": a, "character": b }, "end": { "line": c, "character": d } });
                    let document = json!({ "uri": uri(&path(file)), "version": version });
                    client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": text }] }));
                }
                Input::Close(file) => {
                    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path(file)) } }));
                }
                Input::Touch(file) => {
                    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&path(file)), "type": 2 }] }));
                }
                Input::Ask(file, method, line, character) => {
                    let params = json!({ "textDocument": { "uri": uri(&path(file)) }, "position": { "line": line, "character": character } });
                    client.request(METHODS[method], params).unwrap();
                }
                Input::Actions(file) => {
                    client.actions(&path(file), None);
                }
                Input::Nonsense(method) => client.notify(&method, json!([method])),
            }
        }
        // The server still works, and publishes the same as a new server.
        for file in 0..FILES.len() {
            client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path(file)) } }));
        }
        let (app, text) = copy.file(APP);
        client.open(&app, &text);
        assert_ranges_inside(&text, &client.diagnostics(&app));
        let mut fresh = Client::with_options(&[], &[&copy.root], capabilities_of_most_editors(), Value::Null);
        fresh.open(&app, &text);
        prop_assert_eq!(client.diagnostics(&app), fresh.diagnostics(&app));
        prop_assert!(fresh.end().success());
        prop_assert!(client.end().success());
        let log = std::fs::read_to_string(log).unwrap();
        prop_assert!(!log.contains("internal error"), "{}", log);
    }

    #[test]
    fn every_range_is_inside_the_present_text(edits in prop::collection::vec(texts(), 1..12)) {
        let copy = FixtureCopy::new("acme");
        let mut client = Client::with_folders(&[&copy.root], capabilities_of_most_editors());
        let (app, text) = copy.file(APP);
        client.open(&app, &text);
        for text in edits {
            client.change(&app, &text);
            assert_ranges_inside(&text, &client.diagnostics(&app));
        }
        prop_assert!(client.end().success());
    }
}
