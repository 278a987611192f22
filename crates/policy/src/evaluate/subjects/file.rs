//! Files: every metadata file.

use std::borrow::Cow;

use preauth_metadata::{
    App, AttributeDef, Fact, FactState, FileFacts, Type, Value, private_keys, unreplaced_secret,
};
use preauth_source::{Location, SubjectId, TextRange, TextSize};

use crate::evaluate::{
    context::Case,
    subject::{Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    unit::Unit,
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "File",
    attributes: || prefixed("", ATTRIBUTES),
    source: SubjectSource::Unit(subjects),
    ..SubjectKind::DEFAULT
};

static ATTRIBUTES: &[AttributeDef] = &[
    AttributeDef::new("path", Type::Text, "The path inside the tree."),
    AttributeDef::new("type", Type::Text, "The metadata type."),
    AttributeDef::new("name", Type::Text, "The name of the component, from the file name."),
    AttributeDef::new(
        "parent",
        Type::Text,
        "The external client app that a part of one names in `externalClientApplication`.",
    ),
    AttributeDef::new(
        "nearestParent",
        Type::Text,
        "The external client app that is probably meant, if no app of the source has the name of the parent but one has \
         nearly the same; not set if an app has the name.",
    ),
    AttributeDef::new(
        "privateKey",
        Type::Text,
        "The kind of private key, or key store, in the file of an app, comments included; not set if there is none.",
    ),
    AttributeDef::new(
        "placeholderSecret",
        Type::Text,
        "Set if the consumer secret in the file of an app is a placeholder that no `replacements` in \
         `sfdx-project.json` replace.",
    ),
];

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    unit.files().map(|file| Subject::new(select, case, FileSubject { file, case })).collect()
}

struct FileSubject<'c> {
    file: &'c FileFacts,
    case: Case<'c>,
}

impl SubjectData for FileSubject<'_> {
    fn identity(&self) -> SubjectId {
        SubjectId { kind: "File", name: self.file.path.as_str().into() }
    }

    fn label(&self) -> Cow<'_, str> {
        self.file.path.as_str().into()
    }

    fn home(&self) -> Location {
        self.file.home()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        let text = match name {
            "privateKey" => return Some(Cow::Owned(self.private_key())),
            "parent" => return Some(Cow::Owned(self.of_part(self.file.parent()))),
            "nearestParent" => {
                return Some(Cow::Owned(self.of_part(self.case.org.meant_parent(self.file))));
            }
            "placeholderSecret" => return Some(Cow::Owned(self.placeholder_secret())),
            "path" => self.file.path.as_str(),
            "type" => self.file.kind.name(),
            _ => &self.file.stem,
        };
        Some(Cow::Owned(Fact::present(Value::text(text), self.file.home())))
    }

    fn belongs_to(&self, app: &App) -> bool {
        app.files.iter().any(|file| file.path == self.file.path)
    }

    fn file(&self) -> Option<&FileFacts> {
        Some(self.file)
    }
}

impl FileSubject<'_> {
    /// Returns a fact that only parts of external client apps have.
    fn of_part(&self, fact: Option<Fact>) -> Fact {
        fact.unwrap_or_else(|| {
            let why = "the file is not a part of an external client app".into();
            Fact::new(FactState::NotApplicable(why), self.file.home())
        })
    }

    /// Returns the state of what is searched only in the files of apps.
    fn not_searched(&self) -> Fact {
        let state = match self.file.kind.role().is_app() {
            true => FactState::Unknown("the file could not be read".into()),
            false => FactState::NotApplicable("only the files of apps are searched".into()),
        };
        Fact::new(state, self.file.home())
    }

    /// Returns the place of a placeholder that a deployment makes the consumer secret.
    fn placeholder_secret(&self) -> Fact {
        if self.file.text.is_none() {
            return self.not_searched();
        }
        match unreplaced_secret(self.file, self.case.workspace.project()) {
            Some(range) => Fact::present(Value::text("a placeholder"), self.file.at(range)),
            None => Fact::new(FactState::None, self.file.home()),
        }
    }

    /// Returns the first private key that no `replacements` of the project replaces on deployment.
    fn private_key(&self) -> Fact {
        let file = self.file;
        let Some(text) = &file.text else { return self.not_searched() };
        let project = self.case.workspace.project();
        let keys = private_keys(text);
        match keys.into_iter().find(|(range, _)| !project.replaced(&file.path, &text[range.clone()])) {
            Some((range, key)) => Fact::present(Value::text(key), file.at(text_range(&range))),
            None => Fact::new(FactState::None, file.home()),
        }
    }
}

fn text_range(range: &std::ops::Range<usize>) -> TextRange {
    let size = |n: usize| TextSize::try_from(n).expect("invariant: offsets of a file that was read fit");
    TextRange::new(size(range.start), size(range.end))
}
