use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::{App, FileFacts, Form, Org, Reader, Workspace, not_utf8};
use preauth_policy::{CheckInput, Judged};
use preauth_source::{ArcStr, Diagnostic, FilePath, Location, SourceFile, TextRange};

use crate::{Host, Rules, Source, session::drift::Drift};

/// A project as it is being edited: what its files state, its rules, and what they come to.
///
/// A text that is not well-formed XML while it is typed states nothing, and much that is said elsewhere would change
/// with every key. So what an open file last stated counts until it can be read again; only what is wrong with its form
/// is said of it as it is now, and what was said of it before is shown where it still stands.
pub(crate) struct Project {
    pub(crate) root: Utf8PathBuf,
    pub(crate) workspace: Workspace,
    /// The rules that count: the last ones without a mistake.
    pub(crate) rules: Rules,
    /// What is wrong with the present rules.
    mistakes: Vec<Diagnostic>,
    /// The texts of the present rules.
    texts: BTreeMap<FilePath, ArcStr>,
    /// What is wrong with what says which files there are.
    diagnostics: Vec<Diagnostic>,
    /// The open files that cannot be read as they are.
    behind: BTreeMap<FilePath, Behind>,
    findings: OnceLock<Vec<Arc<Diagnostic>>>,
    /// What the rules said last, and what they were given.
    judged: Mutex<Option<(CheckInput, Judged)>>,
}

/// A file of which older facts count.
struct Behind {
    /// From the text that the facts are of to the present one.
    drift: Drift,
    /// The text that the facts are of.
    text: ArcStr,
    /// What is wrong with the present one.
    diagnostics: Vec<Diagnostic>,
}

impl Project {
    pub(crate) fn new(source: Source) -> Self {
        let mut project = Self {
            root: source.root,
            workspace: source.workspace,
            rules: Rules::default(),
            mistakes: Vec::new(),
            texts: BTreeMap::new(),
            diagnostics: source.diagnostics,
            behind: BTreeMap::new(),
            findings: OnceLock::new(),
            judged: Mutex::default(),
        };
        project.take_rules(source.rules);
        project
    }

    /// Takes over from a project at the same root what it still knows better.
    pub(crate) fn succeed(&mut self, mut old: Self) {
        let same = old.workspace.demand() == self.workspace.demand();
        if !self.mistakes.is_empty() && same {
            self.rules = std::mem::take(&mut old.rules);
            self.judged = Mutex::default();
        }
        let kept = old.behind.into_iter().filter(|(path, _)| {
            let now = self.workspace.file(path);
            now.is_some_and(|now| old.workspace.file(path).is_some_and(|before| Arc::ptr_eq(now, before)))
        });
        self.behind = kept.collect();
    }

    /// Sets the rules; `true` if the files must be read again for what these ask of them.
    pub(crate) fn set_rules(&mut self, rules: Rules) -> bool {
        let widens = rules.mistakes.is_empty() && *self.workspace.demand() != rules.policies.demand();
        self.take_rules(rules);
        widens
    }

    fn take_rules(&mut self, rules: Rules) {
        self.forget();
        self.judged = Mutex::default();
        self.mistakes.clone_from(&rules.mistakes);
        self.texts.clone_from(&rules.texts);
        if rules.mistakes.is_empty() {
            self.rules = rules;
        }
    }

    /// Says that the rules cannot be had at all.
    pub(crate) fn refuse_rules(&mut self, mistake: Diagnostic) {
        self.forget();
        self.mistakes = vec![mistake];
    }

    /// The path of a file of the project as its facts have it; `None` for a file that lies elsewhere.
    pub(crate) fn path_of(&self, path: &Utf8Path) -> Option<FilePath> {
        let inside = path.strip_prefix(&self.root).ok()?;
        Some(FilePath::new(inside.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/")))
    }

    /// Where a file is.
    pub(crate) fn absolute(&self, file: &FilePath) -> Utf8PathBuf {
        self.root.join(file.as_str())
    }

    /// Whether the file at a path belongs to the rules, or would if it were there.
    pub(crate) fn is_of_rules(&self, path: &Utf8Path) -> bool {
        let texts = self.texts.keys().chain(self.rules.texts.keys());
        texts.map(|file| self.absolute(file)).any(|file| file == path)
    }

    /// The file of the rules at a path.
    pub(crate) fn rule_file(&self, path: &Utf8Path) -> Option<&FilePath> {
        self.rules.texts.keys().find(|file| self.absolute(file) == path)
    }

    /// Reads the open text of a file that the project has, instead of the one it had `before`. `false` if it has no such
    /// file.
    pub(crate) fn edit(
        &mut self,
        path: &FilePath,
        text: &ArcStr,
        before: impl FnOnce() -> Option<ArcStr>,
    ) -> bool {
        let Some(old) = self.workspace.file(path).cloned() else { return false };
        self.forget();
        let new = self.facts(&old, text);
        let last = self.behind.remove(path).map(|behind| behind.text);
        let last = last.or_else(|| (new.form == Form::Malformed).then(before).flatten());
        match last {
            Some(last) if new.form == Form::Malformed && old.is_well_formed() => {
                let diagnostics = new.diagnostics;
                let mut kept = FileFacts::clone(&old);
                kept.diagnostics.clone_from(&diagnostics);
                let behind = Behind { drift: Drift::between(&last, text), text: last, diagnostics };
                self.behind.insert(path.clone(), behind);
                self.workspace.set(kept);
            }
            _ => self.workspace.set(new),
        }
        true
    }

    /// Reads a file as it is on disk.
    pub(crate) fn read(&mut self, path: &FilePath, host: &dyn Host) {
        let Some(old) = self.workspace.file(path).cloned() else { return };
        self.forget();
        self.behind.remove(path);
        let Ok(bytes) = host.read(&self.absolute(path)) else {
            self.workspace.remove(path);
            return;
        };
        let facts = match std::str::from_utf8(&bytes) {
            Ok(text) => self.facts(&old, text),
            Err(error) => {
                let why = not_utf8(path, &bytes, error.valid_up_to());
                FileFacts::unreadable(path.clone(), old.kind, &old.stem, old.judged, why)
            }
        };
        self.workspace.set(facts);
    }

    /// What a file states when this is its text.
    fn facts(&self, old: &FileFacts, text: &str) -> FileFacts {
        let demand = self.workspace.demand();
        let skimmed = Reader::new(demand)
            .read(&old.path, old.kind, &old.stem, old.judged, text.as_bytes())
            .expect("invariant: memory can be read");
        skimmed.unwrap_or_else(|| {
            let source = SourceFile::new(old.path.clone(), text);
            FileFacts::read(&source, old.kind, &old.stem, old.judged, demand)
        })
    }

    fn forget(&mut self) {
        self.findings = OnceLock::new();
    }

    /// Everything that is wrong with it, in the order of the source, at places of the texts that were read; see
    /// [`Project::place`].
    pub(crate) fn findings(&self, host: &dyn Host) -> &[Arc<Diagnostic>] {
        self.findings.get_or_init(|| self.judge(host))
    }

    fn judge(&self, host: &dyn Host) -> Vec<Arc<Diagnostic>> {
        let mistakes = || self.mistakes.iter().cloned().map(Arc::new);
        if self.rules.policies.all().is_empty() {
            return mistakes().collect();
        }
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        let today = host.today();
        let before = judged.take().filter(|(given, _)| given.as_of == today);
        let (given, judged) = judged.insert(before.unwrap_or_else(|| (self.given(host), Judged::default())));
        let mut findings = judged.again(&self.workspace, &self.rules.policies, given).to_vec();
        if self.mistakes.is_empty() && self.diagnostics.is_empty() {
            return findings;
        }
        findings.extend(self.diagnostics.iter().cloned().map(Arc::new));
        if !self.mistakes.is_empty() {
            findings.retain(|found| !self.rules.texts.contains_key(&found.primary.location.file));
            findings.extend(mistakes());
        }
        findings.sort_by(|a, b| a.order(b));
        findings
    }

    /// What the rules give beside policies, today.
    pub(crate) fn given(&self, host: &dyn Host) -> CheckInput {
        CheckInput::new(&self.rules.config, host.today())
    }

    /// What the files say together.
    pub(crate) fn org(&self) -> &Org {
        self.workspace.org()
    }

    /// The app that a file is of.
    pub(crate) fn app_of(&self, path: &FilePath) -> Option<&Arc<App>> {
        self.org().app_of(path)
    }

    /// Where a place that a finding names is in the present text of its file; `None` where that text was changed.
    pub(crate) fn place(&self, location: &Location) -> Option<TextRange> {
        if let Some(behind) = self.behind.get(&location.file) {
            return behind.drift.of(location.range);
        }
        match (self.rules.texts.get(&location.file), self.texts.get(&location.file)) {
            (Some(old), Some(new)) if old != new => Drift::between(old, new).of(location.range),
            _ => Some(location.range),
        }
    }

    /// Where a finding is in the present text of its file.
    pub(crate) fn place_of(&self, found: &Diagnostic) -> Option<TextRange> {
        let location = &found.primary.location;
        let is = |other: &Diagnostic| other.code == found.code && other.primary.location == *location;
        let of_now = |mistakes: &[Diagnostic]| mistakes.iter().any(is);
        let behind = self.behind.get(&location.file);
        if of_now(&self.mistakes) || behind.is_some_and(|behind| of_now(&behind.diagnostics)) {
            return Some(location.range);
        }
        self.place(location)
    }

    /// Whether older facts of a file count.
    pub(crate) fn is_behind(&self, path: &FilePath) -> bool {
        self.behind.contains_key(path)
    }
}
