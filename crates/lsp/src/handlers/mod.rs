//! What a client can ask for: one handler each.

pub(crate) mod cursor;
pub(crate) mod words;

mod code_action;
mod code_lens;
mod command;
mod completion;
mod content;
mod definition;
mod hover;
mod pull;
mod references;
mod symbols;

use lsp_server::{ErrorCode, Request, RequestId, Response};
use serde_json::Value;

use crate::session::{
    server::{Session, refusal},
    state::State,
};

pub(crate) use command::COMMANDS;

/// Answers a request.
pub(crate) fn answer(session: &mut Session<'_>, asked: Request) -> Response {
    use lsp_types as lsp;
    Asked::new(asked)
        .of_session::<lsp::DocumentDiagnosticRequest>(session, pull::of_document)
        .of_session::<lsp::WorkspaceDiagnosticRequest>(session, pull::of_workspace)
        .of_session::<lsp::ExecuteCommandRequest>(session, command::execute)
        .of::<lsp::CodeActionRequest>(session, code_action::actions)
        .of::<lsp::CodeLensRequest>(session, code_lens::lenses)
        .of::<lsp::CompletionRequest>(session, completion::items)
        .of::<lsp::DefinitionRequest>(session, definition::of)
        .of::<lsp::DocumentSymbolRequest>(session, symbols::of)
        .of::<lsp::HoverRequest>(session, hover::of)
        .of::<lsp::ReferencesRequest>(session, references::of)
        .of::<lsp::TextDocumentContentRequest>(session, content::of)
        .response()
}

/// A request that looks for its handler.
enum Asked {
    Open { id: RequestId, method: String, params: Value },
    Answered(Response),
}

impl Asked {
    fn new(asked: Request) -> Self {
        Self::Open { id: asked.id, method: asked.method, params: asked.params }
    }

    /// Hands the request to a handler that only looks, if it is for it.
    fn of<R: lsp_types::Request>(
        self,
        session: &mut Session<'_>,
        handler: fn(&State<'_>, &R::Params) -> R::Result,
    ) -> Self {
        self.by::<R>(|params| handler(&session.state, params))
    }

    /// Hands the request to a handler, if it is for it.
    fn of_session<'h, R: lsp_types::Request>(
        self,
        session: &mut Session<'h>,
        handler: fn(&mut Session<'h>, &R::Params) -> R::Result,
    ) -> Self {
        self.by::<R>(|params| handler(session, params))
    }

    fn by<R: lsp_types::Request>(self, handler: impl FnOnce(&R::Params) -> R::Result) -> Self {
        match self {
            Self::Open { id, method, params } if method == R::METHOD.as_str() => {
                Self::Answered(match serde_json::from_value(params) {
                    Ok(params) => Response::new_ok(id, handler(&params)),
                    Err(error) => refusal(id, ErrorCode::InvalidParams, error.to_string()),
                })
            }
            other => other,
        }
    }

    fn response(self) -> Response {
        match self {
            Self::Answered(response) => response,
            Self::Open { id, method, .. } => {
                refusal(id, ErrorCode::MethodNotFound, format!("`{method}` is not known here"))
            }
        }
    }
}
