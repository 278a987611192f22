use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::{Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, Sender},
    thread,
};

use camino::Utf8PathBuf;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{PublishDiagnosticsParams, Uri};
use serde_json::{Value, json};

use crate::{
    Host, handlers,
    protocol::{
        capabilities,
        client::Client,
        diagnostics::{self, ByFile},
        transport,
    },
    session::{log::Log, state::State, sync},
};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client said that it would end.
    Orderly,
    /// The client went away.
    Abrupt,
}

/// Serves a client until it ends the session or goes away.
pub fn serve(
    host: &(dyn Host + Sync),
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    log: Log,
) -> Ending {
    let incoming = transport::incoming(input, log.clone());
    let (outgoing, writer) = transport::outgoing(output);
    // Deep documents are read with deep stacks.
    const STACK: usize = 16 << 20;
    let ending = thread::scope(|scope| {
        let run = || {
            Server { host, log, incoming, outgoing, queue: VecDeque::new(), phase: Phase::Begun, sent: 0 }
                .run()
        };
        let main = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        main.map_or(Ending::Abrupt, |main| main.join().unwrap_or(Ending::Abrupt))
    });
    // What was said last is written before the end.
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
    /// How many requests were sent to the client.
    sent: u64,
}

/// How far a session is.
enum Phase<'h> {
    /// Nothing is known of the client.
    Begun,
    /// It is served.
    Serving(Box<Session<'h>>),
    /// It has said that it will end.
    ShutDown,
}

/// A session with a client that is known.
pub(crate) struct Session<'h> {
    pub(crate) state: State<'h>,
    /// What was last said of each file.
    pub(crate) said: ByFile,
    /// Of which version of each open document it was said.
    versions: BTreeMap<Utf8PathBuf, i32>,
    /// Whether the client has been told all there is.
    settled: bool,
}

impl<'h> Server<'h> {
    fn run(mut self) -> Ending {
        while let Some(message) = self.next() {
            match message {
                Message::Notification(said) if said.method == "exit" => {
                    return if matches!(self.phase, Phase::ShutDown) {
                        Ending::Orderly
                    } else {
                        Ending::Abrupt
                    };
                }
                Message::Notification(said) => self.take(said),
                Message::Request(asked) => self.answer(asked),
                Message::Response(response) => {
                    if let Err(error) = response.response_result {
                        self.log.say(&format!("the client refused {}: {}", response.id, error.message));
                    }
                }
            }
        }
        if matches!(self.phase, Phase::ShutDown) { Ending::Orderly } else { Ending::Abrupt }
    }

    /// The next message. Before it is waited for, the client is told what is new.
    fn next(&mut self) -> Option<Message> {
        self.queue.extend(self.incoming.try_iter());
        if let Some(message) = self.queue.pop_front() {
            return Some(message);
        }
        self.settle();
        self.incoming.recv().ok()
    }

    fn send(&self, message: impl Into<Message>) {
        // Whoever has gone away hears nothing.
        let _ = self.outgoing.send(message.into());
    }

    fn take(&mut self, said: Notification) {
        let Phase::Serving(session) = &mut self.phase else { return };
        session.settled = false;
        let method = said.method.clone();
        let taken = catch_unwind(AssertUnwindSafe(|| sync::take(&mut session.state, said)));
        match taken {
            Ok(Ok(())) => {}
            Ok(Err(why)) => self.log.say(&format!("{method}: {why}")),
            Err(_) => self.log.say(&format!("{method}: a mistake of the server's")),
        }
        self.send_requests();
    }

    fn answer(&mut self, asked: Request) {
        let (id, method) = (asked.id.clone(), asked.method.clone());
        let response = match (&mut self.phase, method.as_str()) {
            (Phase::Begun, "initialize") => self.initialize(&asked),
            (Phase::Begun, _) => {
                refusal(id, ErrorCode::ServerNotInitialized, "`initialize` comes first".into())
            }
            (Phase::Serving(_), "initialize") => {
                refusal(id, ErrorCode::InvalidRequest, "`initialize` comes once".into())
            }
            (Phase::Serving(_), "shutdown") => {
                self.phase = Phase::ShutDown;
                Response::new_ok(id, Value::Null)
            }
            (Phase::ShutDown, _) => {
                refusal(id, ErrorCode::InvalidRequest, "nothing but `exit` comes behind `shutdown`".into())
            }
            (Phase::Serving(_), _) => {
                self.queue.extend(self.incoming.try_iter());
                if self.is_cancelled(&id) {
                    refusal(id, ErrorCode::RequestCanceled, "as asked".into())
                } else {
                    self.handle(asked)
                }
            }
        };
        self.send(response);
        self.send_requests();
    }

    fn handle(&mut self, asked: Request) -> Response {
        let Phase::Serving(session) = &mut self.phase else {
            return refusal(asked.id, ErrorCode::ServerNotInitialized, "there is no session".into());
        };
        let (id, method) = (asked.id.clone(), asked.method.clone());
        let answered = catch_unwind(AssertUnwindSafe(|| {
            session.state.catch_up();
            handlers::answer(session, asked)
        }));
        answered.unwrap_or_else(|_| {
            self.log.say(&format!("{method}: a mistake of the server's"));
            refusal(id, ErrorCode::InternalError, format!("`{method}` failed: please report it"))
        })
    }

    /// Whether a request that waits was taken back. A client may do so while others are answered.
    fn is_cancelled(&self, id: &RequestId) -> bool {
        let id = serde_json::to_value(id).unwrap_or_default();
        self.queue.iter().any(|message| match message {
            Message::Notification(said) => {
                said.method == "$/cancelRequest" && said.params.get("id") == Some(&id)
            }
            _ => false,
        })
    }

    fn initialize(&mut self, asked: &Request) -> Response {
        let client = Client::new(&asked.params);
        let answer = json!({
            "capabilities": capabilities::of(&client),
            "serverInfo": { "name": "preauth", "version": env!("CARGO_PKG_VERSION") },
        });
        let mut state = State::new(self.host, client, self.log.clone());
        for folder in folders(&asked.params) {
            state.add_folder(&folder);
        }
        if state.client.watches {
            state.requests.push(("client/registerCapability", capabilities::watchers()));
        }
        self.phase = Phase::Serving(Box::new(Session {
            state,
            said: ByFile::new(),
            versions: BTreeMap::new(),
            settled: true,
        }));
        Response::new_ok(asked.id.clone(), answer)
    }

    fn send_requests(&mut self) {
        let Phase::Serving(session) = &mut self.phase else { return };
        // Nothing is asked of a client before it has said that it is ready.
        if !session.state.is_ready {
            return;
        }
        for (method, params) in std::mem::take(&mut session.state.requests) {
            self.sent += 1;
            let id = RequestId::from(format!("preauth-{}", self.sent));
            let _ = self.outgoing.send(Request { id, method: method.into(), params }.into());
        }
    }

    /// Tells the client what is new.
    fn settle(&mut self) {
        let Phase::Serving(session) = &mut self.phase else { return };
        if std::mem::replace(&mut session.settled, true) {
            return;
        }
        let settled = catch_unwind(AssertUnwindSafe(|| {
            session.state.catch_up();
            session.news()
        }));
        match settled {
            Ok(news) => news
                .into_iter()
                .for_each(|one| self.send(Notification::new("textDocument/publishDiagnostics".into(), one))),
            Err(_) => self.log.say("judging: a mistake of the server's"),
        }
        self.send_requests();
    }
}

impl Session<'_> {
    /// What is to be said: of files of which something else was said before, and then of open documents that are other
    /// versions now. A client that asks for it is only told to ask again.
    fn news(&mut self) -> Vec<PublishDiagnosticsParams> {
        let now = diagnostics::all(&self.state);
        let of_either = now.keys().chain(self.said.keys());
        let changed: BTreeSet<Utf8PathBuf> =
            of_either.filter(|path| now.get(*path) != self.said.get(*path)).cloned().collect();
        self.said = now;
        if !changed.is_empty() && self.state.client.refreshes_lenses {
            self.state.requests.push(("workspace/codeLens/refresh", Value::Null));
        }
        if self.state.client.pulls {
            if !changed.is_empty() {
                self.state.requests.push(("workspace/diagnostic/refresh", Value::Null));
            }
            return Vec::new();
        }
        let versions = self.state.versions();
        let newer: Vec<Utf8PathBuf> = versions
            .iter()
            .filter(|(path, version)| self.versions.get(*path) != Some(*version))
            .map(|(path, _)| path.clone())
            .collect();
        self.versions = versions;
        let others = changed.iter().filter(|path| !newer.contains(path));
        let news = others.chain(&newer).map(|path| PublishDiagnosticsParams {
            uri: self.state.uri(path),
            version: self.state.version(path),
            diagnostics: self.said.get(path).cloned().unwrap_or_default(),
        });
        news.collect()
    }

    /// What is to be said of all files now.
    pub(crate) fn current(&mut self) -> &BTreeMap<Utf8PathBuf, Vec<lsp_types::Diagnostic>> {
        self.said = diagnostics::all(&self.state);
        &self.said
    }
}

/// The folders of the workspace: all of them, or the one that older clients name.
fn folders(initialize: &Value) -> Vec<Uri> {
    let uri = |value: Option<&Value>| value.and_then(Value::as_str).map(Uri::from);
    match initialize.get("workspaceFolders").and_then(Value::as_array) {
        Some(folders) => folders.iter().filter_map(|folder| uri(folder.get("uri"))).collect(),
        None => uri(initialize.get("rootUri")).into_iter().collect(),
    }
}

pub(crate) fn refusal(id: RequestId, code: ErrorCode, why: String) -> Response {
    Response::new_err(id, code as i32, why)
}
