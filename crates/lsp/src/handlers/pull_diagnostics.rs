use std::hash::{DefaultHasher, Hash, Hasher};

use lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::session::client_session::Session;

/// Returns the diagnostics of one document.
pub(super) fn document_diagnostics(
    session: &mut Session<'_>,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReport {
    let path = session.state.path(&params.text_document.uri);
    let items = path.and_then(|path| session.diagnostics().get(&path).cloned()).unwrap_or_default();
    let id = result_id(&items);
    if params.previous_result_id.as_ref() == Some(&id) {
        return DocumentDiagnosticReport::RelatedUnchangedDocumentDiagnosticReport(
            RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            },
        );
    }
    DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
    })
}

/// Returns the diagnostics of all files, open or not. A file that had diagnostics in the client's last report and has none
/// now gets an empty report.
pub(super) fn workspace_diagnostics(
    session: &mut Session<'_>,
    params: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReport {
    let diagnostics = session.diagnostics().clone();
    let mut reports = Vec::new();
    let mut known = params.previous_result_ids.clone();
    for (path, items) in diagnostics {
        let (uri, version) = (session.state.uri(&path), session.state.version(&path));
        let id = result_id(&items);
        let before = known.iter().position(|known| session.state.path(&known.uri).as_ref() == Some(&path));
        let before = before.map(|index| known.swap_remove(index).value);
        reports.push(if before.as_ref() == Some(&id) {
            let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id: id };
            WorkspaceUnchangedDocumentDiagnosticReport { uri, version, unchanged_document_diagnostic_report }
                .into()
        } else {
            let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(id), items };
            WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report }.into()
        });
    }
    let empty = result_id(&[]);
    for outdated in known.into_iter().filter(|known| known.value != empty) {
        let full_document_diagnostic_report =
            FullDocumentDiagnosticReport { result_id: Some(empty.clone()), items: Vec::new() };
        reports.push(
            WorkspaceFullDocumentDiagnosticReport {
                uri: outdated.uri,
                version: None,
                full_document_diagnostic_report,
            }
            .into(),
        );
    }
    WorkspaceDiagnosticReport { items: reports }
}

/// Returns the result id of a list of diagnostics. Equal lists have equal ids.
fn result_id(items: &[lsp_types::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    items.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
