use std::{
    collections::VecDeque,
    io::{Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, Sender},
    thread,
};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::Uri;
use serde_json::{Value, json};

use crate::{
    Host, Log, handlers,
    protocol::{capabilities, client::ClientFeatures, response::error_response, transport},
    session::{client_session::Session, notifications, state::SessionState},
};

/// The end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client sent `shutdown` before the end.
    Orderly,
    /// The client disconnected, or sent `exit` without `shutdown`.
    Abrupt,
}

/// Serves a client until it ends the session or disconnects.
pub fn serve(
    host: &(dyn Host + Sync),
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    log: Log,
) -> Ending {
    let incoming = transport::incoming(input, log.clone());
    let (outgoing, writer) = transport::outgoing(output);
    // Deeply nested documents are read recursively.
    const STACK_BYTES: usize = 16 << 20;
    let ending = thread::scope(|scope| {
        let run = || {
            let queue = VecDeque::new();
            Server { host, log, incoming, outgoing, queue, phase: Phase::Started, requests_sent: 0 }.run()
        };
        let main = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        main.map_or(Ending::Abrupt, |main| main.join().unwrap_or(Ending::Abrupt))
    });
    // The last messages are written before the program ends.
    let _ = writer.join();
    ending
}

struct Server<'h> {
    host: &'h dyn Host,
    log: Log,
    incoming: Receiver<Message>,
    outgoing: Sender<Message>,
    queue: VecDeque<Message>,
    phase: Phase<'h>,
    /// The number of requests sent to the client.
    requests_sent: u64,
}

/// The phase of a session.
enum Phase<'h> {
    /// Before `initialize`.
    Started,
    /// After `initialize`.
    Serving(Box<Session<'h>>),
    /// After `shutdown`.
    ShutDown,
}

impl<'h> Server<'h> {
    fn run(mut self) -> Ending {
        while let Some(message) = self.next() {
            match message {
                Message::Notification(notification) if notification.method == "exit" => break,
                Message::Notification(notification) => self.notify(notification),
                Message::Request(request) => self.answer(request),
                Message::Response(response) => {
                    if let Err(error) = response.response_result {
                        let line = format!("the client refused {}: {}", response.id, error.message);
                        self.log.write_line(&line);
                    }
                }
            }
        }
        if matches!(self.phase, Phase::ShutDown) { Ending::Orderly } else { Ending::Abrupt }
    }

    /// Returns the next message. Publishes diagnostics before it waits for one.
    fn next(&mut self) -> Option<Message> {
        self.queue.extend(self.incoming.try_iter());
        if let Some(message) = self.queue.pop_front() {
            return Some(message);
        }
        self.publish();
        self.incoming.recv().ok()
    }

    fn send(&self, message: impl Into<Message>) {
        // Sending fails only after the client has disconnected.
        let _ = self.outgoing.send(message.into());
    }

    fn notify(&mut self, notification: Notification) {
        let Phase::Serving(session) = &mut self.phase else { return };
        session.unsettle();
        let method = notification.method.clone();
        let result =
            catch_unwind(AssertUnwindSafe(|| notifications::apply(&mut session.state, notification)));
        match result {
            Ok(Ok(())) => {}
            Ok(Err(why)) => self.log.write_line(&format!("{method}: {why}")),
            Err(_) => self.log.write_line(&format!("{method}: internal error")),
        }
        self.send_requests();
    }

    fn answer(&mut self, request: Request) {
        let (id, method) = (request.id.clone(), request.method.clone());
        let response = match (&mut self.phase, method.as_str()) {
            (Phase::Started, "initialize") => self.initialize(&request),
            (Phase::Started, _) => {
                error_response(id, ErrorCode::ServerNotInitialized, "send `initialize` first".into())
            }
            (Phase::Serving(_), "initialize") => {
                error_response(id, ErrorCode::InvalidRequest, "`initialize` was already sent".into())
            }
            (Phase::Serving(_), "shutdown") => {
                self.phase = Phase::ShutDown;
                Response::new_ok(id, Value::Null)
            }
            (Phase::ShutDown, _) => {
                error_response(id, ErrorCode::InvalidRequest, "after `shutdown`, send only `exit`".into())
            }
            (Phase::Serving(_), _) => {
                self.queue.extend(self.incoming.try_iter());
                if self.is_cancelled(&id) {
                    error_response(id, ErrorCode::RequestCanceled, "the client cancelled the request".into())
                } else {
                    self.handle(request)
                }
            }
        };
        self.send(response);
        self.send_requests();
    }

    fn handle(&mut self, request: Request) -> Response {
        let Phase::Serving(session) = &mut self.phase else {
            return error_response(request.id, ErrorCode::ServerNotInitialized, "there is no session".into());
        };
        let (id, method) = (request.id.clone(), request.method.clone());
        let response = catch_unwind(AssertUnwindSafe(|| {
            session.state.catch_up();
            handlers::answer(session, request)
        }));
        response.unwrap_or_else(|_| {
            self.log.write_line(&format!("{method}: internal error"));
            let message = format!("internal error in `{method}`. Please report it.");
            error_response(id, ErrorCode::InternalError, message)
        })
    }

    /// True if a waiting notification cancels the request.
    fn is_cancelled(&self, id: &RequestId) -> bool {
        let id = serde_json::to_value(id).unwrap_or_default();
        self.queue.iter().any(|message| match message {
            Message::Notification(notification) => {
                notification.method == "$/cancelRequest" && notification.params.get("id") == Some(&id)
            }
            _ => false,
        })
    }

    fn initialize(&mut self, request: &Request) -> Response {
        let client = ClientFeatures::new(&request.params);
        let answer = json!({
            "capabilities": capabilities::server_capabilities(&client),
            "serverInfo": { "name": "preauth", "version": env!("CARGO_PKG_VERSION") },
        });
        let mut state = SessionState::new(self.host, client, self.log.clone());
        for folder in workspace_folders(&request.params) {
            state.add_folder(&folder);
        }
        if state.client.watches {
            state.requests.push(("client/registerCapability", capabilities::file_watchers()));
        }
        self.phase = Phase::Serving(Box::new(Session::new(state)));
        Response::new_ok(request.id.clone(), answer)
    }

    fn send_requests(&mut self) {
        let Phase::Serving(session) = &mut self.phase else { return };
        if !session.state.is_ready {
            return;
        }
        for (method, params) in std::mem::take(&mut session.state.requests) {
            self.requests_sent += 1;
            let id = RequestId::from(format!("preauth-{}", self.requests_sent));
            let _ = self.outgoing.send(Request { id, method: method.into(), params }.into());
        }
    }

    /// Sends the diagnostics that changed.
    fn publish(&mut self) {
        let Phase::Serving(session) = &mut self.phase else { return };
        match catch_unwind(AssertUnwindSafe(|| session.publish())) {
            Ok(published) => {
                for params in published {
                    self.send(Notification::new("textDocument/publishDiagnostics".into(), params));
                }
            }
            Err(_) => self.log.write_line("publishing diagnostics: internal error"),
        }
        self.send_requests();
    }
}

/// Returns the folders of the workspace. Older clients name only one.
fn workspace_folders(initialize: &Value) -> Vec<Uri> {
    let uri = |value: Option<&Value>| value.and_then(Value::as_str).map(Uri::from);
    match initialize.get("workspaceFolders").and_then(Value::as_array) {
        Some(folders) => folders.iter().filter_map(|folder| uri(folder.get("uri"))).collect(),
        None => uri(initialize.get("rootUri")).into_iter().collect(),
    }
}
