use lsp_server::{ErrorCode, RequestId, Response};

/// Returns the response for a request that failed.
pub(crate) fn error_response(id: RequestId, code: ErrorCode, message: String) -> Response {
    Response::new_err(id, code as i32, message)
}
