//! Files of one metadata type, with XML paths in place of attributes.

use std::{borrow::Cow, sync::LazyLock};

use preauth_metadata::{App, Fact, FactState, FileFacts, Kind, Value};
use preauth_source::{Location, SubjectId};

use crate::evaluate::{
    context::Case,
    subject::{Paths, Select, Subject, SubjectData, SubjectKind, SubjectSource},
    unit::Unit,
};

/// Returns a kind of subject for each metadata type.
pub(super) fn kinds() -> &'static [SubjectKind] {
    static KINDS: LazyLock<Vec<SubjectKind>> = LazyLock::new(|| {
        let kind = |kind: Kind| SubjectKind {
            name: kind.name(),
            paths: Paths::Xml(kind),
            source: SubjectSource::Unit(subjects),
            ..SubjectKind::DEFAULT
        };
        Kind::all().map(kind).collect()
    });
    &KINDS
}

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    let kind = select.file_kind();
    let files = unit.files().filter(|file| file.is_well_formed() && Some(file.kind) == kind);
    files.map(|file| Subject::new(select, case, TypedFileSubject(file))).collect()
}

struct TypedFileSubject<'c>(&'c FileFacts);

impl SubjectData for TypedFileSubject<'_> {
    fn identity(&self) -> SubjectId {
        SubjectId { kind: "File", name: self.0.path.as_str().into() }
    }

    fn label(&self) -> Cow<'_, str> {
        self.0.path.as_str().into()
    }

    fn home(&self) -> Location {
        self.0.home()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        Some(Cow::Owned(captured_fact(self.0, name)))
    }

    fn belongs_to(&self, app: &App) -> bool {
        app.files.iter().any(|file| file.path == self.0.path)
    }

    fn file(&self) -> Option<&FileFacts> {
        Some(self.0)
    }
}

/// Returns the text that a file has at an XML path.
pub(super) fn captured_fact(file: &FileFacts, path: &str) -> Fact {
    let Some(capture) = file.get(path) else {
        return Fact::new(FactState::Unknown("the file was not read for it".into()), file.home());
    };
    let Some(found) = capture.found.first() else {
        return Fact::new(FactState::None, file.at(capture.anchor));
    };
    let state = if found.is_empty() {
        FactState::None
    } else {
        FactState::Present(Value::Text(found.text().clone()))
    };
    Fact { state, places: capture.found.iter().map(|found| file.at(found.range())).collect() }
}
