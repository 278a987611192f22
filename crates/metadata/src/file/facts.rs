use std::ops::Range;

use preauth_source::{
    ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile, SubjectId, TextRange, TextSize,
};
use preauth_xml::Tree;

use crate::{
    AppKind, Capture, CapturedElement, Demand, Fact, Kind, Project, Role, Value,
    file::{
        capture::{Captures, ChildCapture, StoredCapture},
        demand::LINK,
        structure,
        structure::versions::{self, Versioned},
    },
    schema::attributes::ATTRIBUTES,
    secret::secrets,
};

/// The facts of one file. They depend on that file alone.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// The file.
    pub path: FilePath,
    /// Its kind.
    pub kind: Kind,
    /// The component's name as the file name gives it.
    pub stem: ArcStr,
    /// The form of the file: whether its facts can be used.
    pub form: Form,
    /// True if the run checks it; otherwise it is read only to resolve names.
    pub judged: bool,
    /// The newest API version that an element in it gives away.
    pub version: u32,
    /// The root element's open tag; empty at the start when there is none.
    pub root: TextRange,
    /// Diagnostics about its form.
    pub diagnostics: Vec<Diagnostic>,
    /// The text; kept of the files that make an app, which are small.
    pub text: Option<ArcStr>,
    /// Elements and values that only some versions of the Metadata API have.
    pub(crate) versioned: Vec<Versioned>,
    captures: Captures,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Its facts can be relied on.
    WellFormed,
    /// It is not well-formed XML: it states nothing.
    Malformed,
    /// Its bytes could not be had, or are not text.
    Unreadable,
}

impl FileFacts {
    /// Reads the facts of a file: all that `demand` asks of its kind.
    pub fn read(source: &SourceFile<'_>, kind: Kind, stem: &str, judged: bool, demand: &Demand) -> Self {
        let mut facts = Self::read_by_piece(source, kind, stem, judged, demand, &mut |_, _| {});
        facts.settle();
        facts
    }

    /// The same, telling what it has from each element below the root, with the place of that element; not settled yet.
    pub(crate) fn read_by_piece(
        source: &SourceFile<'_>,
        kind: Kind,
        stem: &str,
        judged: bool,
        demand: &Demand,
        tell: &mut dyn FnMut(TextRange, ChildCapture<'_>),
    ) -> Self {
        let keep = |name: &str| demand.keeps(kind, name);
        let (tree, mut diagnostics) = preauth_xml::parse(source, &keep);
        let malformed = !diagnostics.is_empty();
        if !malformed {
            diagnostics = structure::check_elements(&tree, kind);
        }
        // What has another root states nothing of what its name says.
        let foreign = tree.root().is_some_and(|root| kind.root().is_some_and(|name| name != root.name()));
        let malformed = malformed || foreign;
        if malformed {
            // A message may quote what it found, and that may be a part of a secret.
            let hidden = secrets(source.text);
            for diagnostic in &mut diagnostics {
                let at = Range::<usize>::from(diagnostic.primary.location.range);
                if hidden.iter().any(|secret| secret.range.start <= at.end && at.start <= secret.range.end) {
                    diagnostic.message = "the text of a secret is not well-formed XML".into();
                }
            }
        }
        for diagnostic in &mut diagnostics {
            diagnostic.subject = Some(SubjectId { kind: kind.name(), name: stem.into() });
        }
        let mut facts = Self {
            path: source.path.clone(),
            kind,
            stem: stem.into(),
            form: if malformed { Form::Malformed } else { Form::WellFormed },
            judged,
            version: 0,
            root: TextRange::empty(TextSize::new(0)),
            diagnostics,
            text: kind.role().is_app().then(|| source.text.into()),
            versioned: if malformed { Vec::new() } else { versions::versioned(&tree, kind) },
            captures: Captures::default(),
        };
        if !malformed {
            facts.capture(&tree, demand, tell);
        }
        facts
    }

    /// True if a deployment replaces the text of an element, or a text that includes its tags.
    pub(crate) fn is_replaced(&self, found: &CapturedElement, project: &Project) -> bool {
        let element = self.text.as_deref().and_then(|all| all.get(Range::<usize>::from(found.element())));
        [Some(&**found.text()), element].into_iter().flatten().any(|text| project.replaced(&self.path, text))
    }

    /// Once everything in the file is known: puts it in order, and tells what follows from it.
    fn settle(&mut self) {
        self.captures.put_in_order();
        if self.is_well_formed() {
            self.version = self.version_shown();
            self.diagnostics.extend(self.unlinked());
        }
        self.diagnostics.shrink_to_fit();
    }

    /// The facts of a file that could not be read: only that it is there.
    pub fn unreadable(path: FilePath, kind: Kind, stem: &str, judged: bool, why: Diagnostic) -> Self {
        Self {
            path,
            kind,
            stem: stem.into(),
            form: Form::Unreadable,
            judged,
            version: 0,
            root: TextRange::empty(TextSize::new(0)),
            diagnostics: vec![why],
            text: None,
            versioned: Vec::new(),
            captures: Captures::default(),
        }
    }

    /// Maps all ranges in `self.path`. `None` if one of them cannot be mapped.
    pub(crate) fn moved(mut self, to: impl Fn(TextRange) -> Option<TextRange>) -> Option<Self> {
        self.captures = std::mem::take(&mut self.captures).moved(&to)?;
        self.root = to(self.root)?;
        for one in &mut self.versioned {
            one.range = to(one.range)?;
        }
        let locations = self.diagnostics.iter_mut().flat_map(Diagnostic::locations_mut);
        for location in locations.filter(|location| location.file == self.path) {
            location.range = to(location.range)?;
        }
        Some(self)
    }

    /// Adds pieces that the file has beside what was read of it, each at a place that its own are told from, and
    /// settles.
    pub(crate) fn add<'p>(&mut self, pieces: impl Iterator<Item = (&'p StoredCapture, TextSize)>) {
        pieces.for_each(|(piece, at)| self.captures.add(piece, at));
        self.settle();
    }

    /// Returns the findings about what a version of the Metadata API does not have (`element-not-in-version`).
    pub fn not_in_version(&self, version: u32) -> Vec<Diagnostic> {
        versions::judge(self, version)
    }

    /// Returns the offsets of the diagnostics about the form of the file, and of what only some versions have, in order.
    pub(crate) fn wrong_places(&self) -> Vec<TextSize> {
        let own = self.diagnostics.iter().flat_map(Diagnostic::locations);
        let own = own.filter(|location| location.file == self.path);
        let versioned = self.versioned.iter().map(|one| one.range.start());
        let mut places: Vec<_> = own.map(|location| location.range.start()).chain(versioned).collect();
        places.sort_unstable();
        places
    }

    fn capture(
        &mut self,
        tree: &Tree<'_>,
        demand: &Demand,
        tell: &mut dyn FnMut(TextRange, ChildCapture<'_>),
    ) {
        let Some(root) = tree.root() else { return };
        self.root = root.open();
        self.captures = Captures::new(demand.of(self.kind), root);
        for child in root.children() {
            tell(child.range(), self.captures.take_in(child));
        }
    }

    /// Returns the diagnostic of a part of an external client app that does not name its header.
    fn unlinked(&self) -> Option<Diagnostic> {
        if self.kind.role() != Role::Part || self.text_of(LINK).is_some() {
            return None;
        }
        let message =
            format!("the file does not say which external client app it belongs to: `{LINK}` is missing");
        let label = Label::new(self.home(), "a part of no app");
        let mut diagnostic = Diagnostic::new(crate::codes::REQUIRED_MISSING, Severity::Error, message, label)
            .with_help(format!(
                "add `<{LINK}>` with the file name of the app's `.eca` file, without its ending"
            ));
        diagnostic.subject = Some(SubjectId { kind: self.kind.name(), name: self.stem.clone() });
        Some(diagnostic)
    }

    /// The newest version that an element of the table gives away; never below the type's own first version.
    fn version_shown(&self) -> u32 {
        let (kind, base) = match self.kind.role() {
            Role::ConnectedApp => (AppKind::ConnectedApp, 29),
            Role::Header | Role::Part => (AppKind::ExternalClientApp, 59),
            Role::Access | Role::Org => return 0,
        };
        let columns = ATTRIBUTES.iter().filter_map(|row| row.column(kind));
        let here = columns.filter(|column| {
            column.elements.iter().any(|element| element.kind == self.kind && self.captures.has(element.path))
        });
        here.map(|column| column.since).fold(base, u32::max)
    }

    /// Returns the elements under a path; `None` if the path was not demanded.
    pub fn get(&self, path: &str) -> Option<Capture<'_>> {
        self.captures.get(path, self.root)
    }

    /// The elements under a path.
    pub fn found(&self, path: &str) -> &[CapturedElement] {
        self.get(path).map_or(&[], |capture| capture.found)
    }

    /// The text of the first element under a path, if there is any text.
    pub fn text_of(&self, path: &str) -> Option<&ArcStr> {
        self.found(path).first().map(CapturedElement::text).filter(|text| !text.is_empty())
    }

    /// The name of the external client app that the file is a part of; `None` if it is not such a part, or names none.
    pub fn parent(&self) -> Option<Fact> {
        let name = self.text_of(LINK).filter(|_| self.kind.role() == Role::Part)?;
        Some(Fact::present(Value::Text(name.clone()), self.at(self.found(LINK)[0].range())))
    }

    /// The place of a range of this file.
    pub fn at(&self, range: TextRange) -> Location {
        Location::new(self.path.clone(), range)
    }

    /// The place that stands for the whole file: its root element.
    pub fn home(&self) -> Location {
        self.at(self.root)
    }

    /// True if the file is well-formed, so that its facts can be used.
    pub fn is_well_formed(&self) -> bool {
        self.form == Form::WellFormed
    }
}

/// The diagnostic of a file whose bytes are not the text they should be; `at` is the first byte that is not.
pub fn not_utf8(path: &FilePath, bytes: &[u8], at: usize) -> Diagnostic {
    let offset = TextSize::try_from(at).unwrap_or_default();
    let label = Label::new(Location::new(path.clone(), TextRange::empty(offset)), "not UTF-8 from here on");
    let (message, help) = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => ("this file is UTF-16", "save it as UTF-8"),
        _ => (
            "this file is not UTF-8 text",
            "save it as UTF-8; an editor may have written it in an older encoding such as Latin-1",
        ),
    };
    Diagnostic::new(crate::codes::FILE_UNREADABLE, Severity::Error, message, label).with_help(help)
}
