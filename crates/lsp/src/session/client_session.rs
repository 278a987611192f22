use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;
use lsp_types::PublishDiagnosticsParams;
use serde_json::Value;

use crate::session::{
    diagnostics::{self, DiagnosticsByFile},
    state::SessionState,
};

/// A session after `initialize`: its state, and what the client knows of it.
pub(crate) struct Session<'h> {
    pub(crate) state: SessionState<'h>,
    /// The diagnostics that the client received last.
    published: DiagnosticsByFile,
    /// The version of each open document that they were published for.
    versions: BTreeMap<Utf8PathBuf, i32>,
    /// True if nothing has changed since the last call of [`Session::publish`].
    is_settled: bool,
}

impl<'h> Session<'h> {
    pub(crate) fn new(state: SessionState<'h>) -> Self {
        Self { state, published: DiagnosticsByFile::new(), versions: BTreeMap::new(), is_settled: true }
    }

    /// Marks the published diagnostics as possibly outdated.
    pub(crate) fn unsettle(&mut self) {
        self.is_settled = false;
    }

    /// Returns the diagnostics to publish: first those of files where they changed, then those of open documents with a
    /// new version. A client that pulls diagnostics gets a refresh request instead.
    pub(crate) fn publish(&mut self) -> Vec<PublishDiagnosticsParams> {
        if std::mem::replace(&mut self.is_settled, true) {
            return Vec::new();
        }
        self.state.catch_up();
        let current = diagnostics::all(&self.state);
        let paths = current.keys().chain(self.published.keys());
        let changed: BTreeSet<Utf8PathBuf> =
            paths.filter(|path| current.get(*path) != self.published.get(*path)).cloned().collect();
        self.published = current;
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
        let published = others.chain(&newer).map(|path| PublishDiagnosticsParams {
            uri: self.state.uri(path),
            version: self.state.version(path),
            diagnostics: self.published.get(path).cloned().unwrap_or_default(),
        });
        published.collect()
    }

    /// Returns the present diagnostics of all files, which the caller sends to the client.
    pub(crate) fn diagnostics(&mut self) -> &DiagnosticsByFile {
        self.published = diagnostics::all(&self.state);
        &self.published
    }
}
