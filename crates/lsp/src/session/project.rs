use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::{App, FileFacts, Form, Org, Reader, Workspace, not_utf8};
use preauth_policy::{CheckInput, check, fold_all};
use preauth_source::{ArcStr, Diagnostic, FilePath, Location, SourceFile, TextRange};

use crate::{Host, LoadedProject, ProjectPolicies, session::offset_map::OffsetMap};

/// A project while it is edited: the facts of its files, its policies and its findings.
///
/// A text that is malformed XML while it is typed has no facts, and findings in other files would change with every key.
/// So the last well-formed text of an open file counts until it is well-formed again. Its syntax errors are those of the
/// present text. Findings of the earlier text are shown at their new positions.
pub(crate) struct OpenProject {
    pub(crate) root: Utf8PathBuf,
    pub(crate) workspace: Workspace,
    /// The last policies without an error. They are the ones that are evaluated.
    pub(crate) policies: ProjectPolicies,
    /// The errors in the present policies.
    policy_errors: Vec<Diagnostic>,
    /// The texts of the present policies.
    policy_texts: BTreeMap<FilePath, ArcStr>,
    /// The errors in the files that define the layout of the project.
    layout_errors: Vec<Diagnostic>,
    /// The open files whose present text is malformed.
    stale_files: BTreeMap<FilePath, StaleFile>,
    findings: OnceLock<Vec<Diagnostic>>,
}

/// A file with facts of an earlier text, because its present text is malformed.
struct StaleFile {
    /// The map from the text of the facts to the present text.
    offset_map: OffsetMap,
    /// The text of the facts.
    text: ArcStr,
    /// The errors in the present text.
    diagnostics: Vec<Diagnostic>,
}

impl OpenProject {
    pub(crate) fn new(loaded: LoadedProject) -> Self {
        let mut project = Self {
            root: loaded.root,
            workspace: loaded.workspace,
            policies: ProjectPolicies::default(),
            policy_errors: Vec::new(),
            policy_texts: BTreeMap::new(),
            layout_errors: loaded.diagnostics,
            stale_files: BTreeMap::new(),
            findings: OnceLock::new(),
        };
        project.replace_policies(loaded.policies);
        project
    }

    /// Takes over the state of an earlier project at the same root: its valid policies, if the present ones have errors,
    /// and its stale files.
    pub(crate) fn inherit(&mut self, mut earlier: Self) {
        let same_demand = earlier.workspace.demand() == self.workspace.demand();
        if !self.policy_errors.is_empty() && same_demand {
            self.policies = std::mem::take(&mut earlier.policies);
        }
        let unchanged = earlier.stale_files.into_iter().filter(|(path, _)| {
            let facts = self.workspace.file(path);
            facts.is_some_and(|facts| {
                earlier.workspace.file(path).is_some_and(|before| Arc::ptr_eq(facts, before))
            })
        });
        self.stale_files = unchanged.collect();
    }

    /// Sets the policies. Returns true if their demand differs, so that all files must be read again.
    pub(crate) fn set_policies(&mut self, policies: ProjectPolicies) -> bool {
        let demand_changed =
            policies.errors.is_empty() && *self.workspace.demand() != policies.policies.demand();
        self.replace_policies(policies);
        demand_changed
    }

    fn replace_policies(&mut self, policies: ProjectPolicies) {
        self.clear_findings();
        self.policy_errors.clone_from(&policies.errors);
        self.policy_texts.clone_from(&policies.texts);
        if policies.errors.is_empty() {
            self.policies = policies;
        }
    }

    /// Keeps the last valid policies and reports why the present ones cannot be read.
    pub(crate) fn set_policy_error(&mut self, error: Diagnostic) {
        self.clear_findings();
        self.policy_errors = vec![error];
    }

    /// Returns the path of a file relative to the root, or `None` for a file outside the project.
    pub(crate) fn relative(&self, path: &Utf8Path) -> Option<FilePath> {
        let inside = path.strip_prefix(&self.root).ok()?;
        Some(FilePath::new(inside.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/")))
    }

    /// Returns the absolute path of a file.
    pub(crate) fn absolute(&self, file: &FilePath) -> Utf8PathBuf {
        self.root.join(file.as_str())
    }

    /// True if the file at the path is one of the configuration or policy files, or would be if it existed.
    pub(crate) fn is_policy_file(&self, path: &Utf8Path) -> bool {
        let texts = self.policy_texts.keys().chain(self.policies.texts.keys());
        texts.map(|file| self.absolute(file)).any(|file| file == path)
    }

    /// Returns the configuration or policy file at a path.
    pub(crate) fn policy_file(&self, path: &Utf8Path) -> Option<&FilePath> {
        self.policies.texts.keys().find(|file| self.absolute(file) == path)
    }

    /// Reads the open text of a file of the project. `before` returns its earlier text. Returns false if the project has
    /// no such file.
    pub(crate) fn edit(
        &mut self,
        path: &FilePath,
        text: &ArcStr,
        before: impl FnOnce() -> Option<ArcStr>,
    ) -> bool {
        let Some(old) = self.workspace.file(path).cloned() else { return false };
        self.clear_findings();
        let new = self.read_facts(&old, text);
        let last = self.stale_files.remove(path).map(|stale| stale.text);
        let last = last.or_else(|| (new.form == Form::Malformed).then(before).flatten());
        match last {
            Some(last) if new.form == Form::Malformed && old.is_well_formed() => {
                let diagnostics = new.diagnostics;
                let mut facts = FileFacts::clone(&old);
                facts.diagnostics.clone_from(&diagnostics);
                let offset_map = OffsetMap::between(&last, text);
                self.stale_files.insert(path.clone(), StaleFile { offset_map, text: last, diagnostics });
                self.workspace.set(facts);
            }
            _ => self.workspace.set(new),
        }
        true
    }

    /// Reads a file from disk.
    pub(crate) fn read(&mut self, path: &FilePath, host: &dyn Host) {
        let Some(old) = self.workspace.file(path).cloned() else { return };
        self.clear_findings();
        self.stale_files.remove(path);
        let Ok(bytes) = host.read(&self.absolute(path)) else {
            self.workspace.remove(path);
            return;
        };
        let facts = match std::str::from_utf8(&bytes) {
            Ok(text) => self.read_facts(&old, text),
            Err(error) => {
                let diagnostic = not_utf8(path, &bytes, error.valid_up_to());
                FileFacts::unreadable(path.clone(), old.kind, &old.stem, old.judged, diagnostic)
            }
        };
        self.workspace.set(facts);
    }

    /// Reads the facts of a text of a file.
    fn read_facts(&self, old: &FileFacts, text: &str) -> FileFacts {
        let demand = self.workspace.demand();
        let skimmed = Reader::new(demand)
            .read(&old.path, old.kind, &old.stem, old.judged, text.as_bytes())
            .expect("invariant: memory can be read");
        skimmed.unwrap_or_else(|| {
            let source = SourceFile::new(old.path.clone(), text);
            FileFacts::read(&source, old.kind, &old.stem, old.judged, demand)
        })
    }

    fn clear_findings(&mut self) {
        self.findings = OnceLock::new();
    }

    /// Returns all findings and errors of the project, in the order of the source. Their locations are those of the texts
    /// that were read; [`OpenProject::present_range`] maps them to the present texts.
    pub(crate) fn findings(&self, host: &dyn Host) -> &[Diagnostic] {
        self.findings.get_or_init(|| self.check(host))
    }

    fn check(&self, host: &dyn Host) -> Vec<Diagnostic> {
        if self.policies.policies.all().is_empty() {
            return self.policy_errors.clone();
        }
        let input = self.check_input(host);
        let policies = &self.policies.policies;
        let all = check(&self.workspace, policies, &input).diagnostics;
        let mut findings = fold_all(policies, self.workspace.org(), &all);
        if self.policy_errors.is_empty() && self.layout_errors.is_empty() {
            return findings;
        }
        findings.extend(self.layout_errors.iter().cloned());
        if !self.policy_errors.is_empty() {
            findings.retain(|found| !self.policies.texts.contains_key(&found.primary.location.file));
            findings.extend(self.policy_errors.iter().cloned());
        }
        findings.sort_by(Diagnostic::order);
        findings
    }

    /// Returns the input of a check besides files and policies, for today.
    pub(crate) fn check_input(&self, host: &dyn Host) -> CheckInput {
        CheckInput::new(&self.policies.config, host.today())
    }

    /// Returns the apps and components of all files.
    pub(crate) fn org(&self) -> &Org {
        self.workspace.org()
    }

    /// Returns the app that a file belongs to.
    pub(crate) fn app_of(&self, path: &FilePath) -> Option<&Arc<App>> {
        self.org().app_of(path)
    }

    /// Maps the location of a fact or rule to the present text of its file. Returns `None` if that text was changed.
    pub(crate) fn present_range(&self, location: &Location) -> Option<TextRange> {
        if let Some(stale) = self.stale_files.get(&location.file) {
            return stale.offset_map.map(location.range);
        }
        match (self.policies.texts.get(&location.file), self.policy_texts.get(&location.file)) {
            (Some(old), Some(new)) if old != new => OffsetMap::between(old, new).map(location.range),
            _ => Some(location.range),
        }
    }

    /// Maps the location of a finding to the present text of its file. Returns `None` if that text was changed.
    pub(crate) fn present_range_of(&self, found: &Diagnostic) -> Option<TextRange> {
        let location = &found.primary.location;
        let same = |other: &Diagnostic| other.code == found.code && other.primary.location == *location;
        let contains = |errors: &[Diagnostic]| errors.iter().any(same);
        let stale = self.stale_files.get(&location.file);
        if contains(&self.policy_errors) || stale.is_some_and(|stale| contains(&stale.diagnostics)) {
            return Some(location.range);
        }
        self.present_range(location)
    }

    /// True if the facts of a file are those of an earlier text.
    pub(crate) fn is_stale(&self, path: &FilePath) -> bool {
        self.stale_files.contains_key(path)
    }
}
