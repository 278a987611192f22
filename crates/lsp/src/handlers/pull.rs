use std::hash::{DefaultHasher, Hash, Hasher};

use lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::session::server::Session;

/// What is wrong with one file.
pub(super) fn of_document(
    session: &mut Session<'_>,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReport {
    let path = session.state.path(&params.text_document.uri);
    let items = path.and_then(|path| session.current().get(&path).cloned()).unwrap_or_default();
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

/// What is wrong with all files, open or not. A file of which the client knows something that is no more gets an empty
/// report.
pub(super) fn of_workspace(
    session: &mut Session<'_>,
    params: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReport {
    let said = session.current().clone();
    let mut reports = Vec::new();
    let mut known = params.previous_result_ids.clone();
    for (path, items) in said {
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
    for gone in known.into_iter().filter(|known| known.value != empty) {
        let full_document_diagnostic_report =
            FullDocumentDiagnosticReport { result_id: Some(empty.clone()), items: Vec::new() };
        reports.push(
            WorkspaceFullDocumentDiagnosticReport {
                uri: gone.uri,
                version: None,
                full_document_diagnostic_report,
            }
            .into(),
        );
    }
    WorkspaceDiagnosticReport { items: reports }
}

/// What tells one list of diagnostics from another.
fn result_id(items: &[lsp_types::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    items.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
