//! The requests of the client: one file a feature, and one line in [`answer`].

mod code_action;
mod code_lens;
mod completion;
mod cursor;
mod definition;
mod describe;
mod document_symbols;
mod execute_command;
mod hover;
mod pull_diagnostics;
mod references;
mod targets;
mod text_document_content;

use lsp_server::{ErrorCode, Request, RequestId, Response};
use serde_json::Value;

use crate::{
    protocol::response::error_response,
    session::{client_session::Session, state::SessionState},
};

/// Answers a request.
pub(crate) fn answer(session: &mut Session<'_>, request: Request) -> Response {
    use lsp_types as lsp;
    Dispatch::new(request)
        .on_mut::<lsp::DocumentDiagnosticRequest>(session, pull_diagnostics::document_diagnostics)
        .on_mut::<lsp::WorkspaceDiagnosticRequest>(session, pull_diagnostics::workspace_diagnostics)
        .on_mut::<lsp::ExecuteCommandRequest>(session, execute_command::execute_command)
        .on::<lsp::CodeActionRequest>(session, code_action::code_actions)
        .on::<lsp::CodeLensRequest>(session, code_lens::code_lenses)
        .on::<lsp::CompletionRequest>(session, completion::completions)
        .on::<lsp::DefinitionRequest>(session, definition::definitions)
        .on::<lsp::DocumentSymbolRequest>(session, document_symbols::document_symbols)
        .on::<lsp::HoverRequest>(session, hover::hover)
        .on::<lsp::ReferencesRequest>(session, references::references)
        .on::<lsp::TextDocumentContentRequest>(session, text_document_content::content)
        .response()
}

/// A request on its way to its handler.
enum Dispatch {
    Pending { id: RequestId, method: String, params: Value },
    Answered(Response),
}

impl Dispatch {
    fn new(request: Request) -> Self {
        Self::Pending { id: request.id, method: request.method, params: request.params }
    }

    /// Calls a handler that only reads the state, if the request is of type `R`.
    fn on<R: lsp_types::Request>(
        self,
        session: &mut Session<'_>,
        handler: fn(&SessionState<'_>, &R::Params) -> R::Result,
    ) -> Self {
        self.call::<R>(|params| handler(&session.state, params))
    }

    /// Calls a handler that may change the session, if the request is of type `R`.
    fn on_mut<'h, R: lsp_types::Request>(
        self,
        session: &mut Session<'h>,
        handler: fn(&mut Session<'h>, &R::Params) -> R::Result,
    ) -> Self {
        self.call::<R>(|params| handler(session, params))
    }

    fn call<R: lsp_types::Request>(self, handler: impl FnOnce(&R::Params) -> R::Result) -> Self {
        match self {
            Self::Pending { id, method, params } if method == R::METHOD.as_str() => {
                Self::Answered(match serde_json::from_value(params) {
                    Ok(params) => Response::new_ok(id, handler(&params)),
                    Err(error) => error_response(id, ErrorCode::InvalidParams, error.to_string()),
                })
            }
            other => other,
        }
    }

    fn response(self) -> Response {
        match self {
            Self::Answered(response) => response,
            Self::Pending { id, method, .. } => {
                error_response(id, ErrorCode::MethodNotFound, format!("`{method}` is not supported"))
            }
        }
    }
}
