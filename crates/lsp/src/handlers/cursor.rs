//! What a place in a metadata file is about.

use lsp_types::{TextDocumentIdentifier, TextDocumentPositionParams};
use preauth_metadata::{ATTRIBUTES, App, AppKind, Attribute, FileFacts, Grant, Kind, Role};
use preauth_source::{FilePath, SourceFile, TextRange, TextSize};
use preauth_xml::Node;

use crate::{
    protocol::position::Text,
    session::{project::Project, state::State},
};

/// A place in a metadata file of a project.
pub(crate) struct Cursor<'s> {
    pub(crate) project: &'s Project,
    pub(crate) file: FilePath,
    pub(crate) kind: Kind,
    pub(crate) text: Text,
    pub(crate) offset: TextSize,
}

/// The element that a place is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its path below the root; empty for the root.
    pub(crate) path: String,
    /// All of it.
    pub(crate) range: TextRange,
    /// What stands between its tags; `None` for an element that has no end yet, or has elements inside.
    pub(crate) content: Option<TextRange>,
}

impl<'s> Cursor<'s> {
    /// The file of a document; `None` for one that no project has.
    pub(crate) fn in_document(state: &'s State<'_>, document: &TextDocumentIdentifier) -> Option<Self> {
        let path = state.path(&document.uri)?;
        let (project, file) = state.source(&path)?;
        let kind = project.workspace.file(&file)?.kind;
        let text = state.text(&path)?;
        Some(Self { project, file, kind, text, offset: TextSize::new(0) })
    }

    /// A place in a document; `None` in one that no project has.
    pub(crate) fn at(state: &'s State<'_>, params: &TextDocumentPositionParams) -> Option<Self> {
        let cursor = Self::in_document(state, &params.text_document)?;
        Some(Self { offset: cursor.text.offset(params.position), ..cursor })
    }

    /// The innermost element around the place.
    pub(crate) fn element(&self) -> Option<Element> {
        let source = SourceFile::new(self.file.clone(), &self.text.text);
        let (tree, _) = preauth_xml::parse(&source, &|_| true);
        let holds = |node: &Node<'_, '_>| {
            let range = node.range();
            range.start() < self.offset && (self.offset < range.end() || self.offset <= node.content().end())
        };
        let mut node = tree.root().filter(holds)?;
        let mut path = Vec::new();
        while let Some(child) = node.children().find(holds) {
            path.push(child.name());
            node = child;
        }
        let content = (node.is_leaf() && node.close().is_some()).then(|| node.content());
        Some(Element { path: path.join("/"), range: node.range(), content })
    }

    /// The facts of the file.
    pub(crate) fn facts(&self) -> Option<&'s FileFacts> {
        self.project.workspace.file(&self.file).map(|facts| &**facts)
    }

    /// The app that the file is of.
    pub(crate) fn app(&self) -> Option<&'s App> {
        self.project.app_of(&self.file).map(|app| &**app)
    }

    /// The grant that is written at the place, and where.
    pub(crate) fn grant(&self) -> Option<(&'s Grant, TextRange)> {
        let here = |grant: &'s Grant| {
            let place = grant.place().filter(|place| place.file == self.file)?;
            let range = self.project.place(place)?;
            range.contains_inclusive(self.offset).then_some((grant, range))
        };
        self.app()?.grants.iter().find_map(here)
    }
}

/// The attributes that an element is a part of.
pub(crate) fn attributes(kind: Kind, path: &str) -> Vec<&'static Attribute> {
    let is = |known: &str| match known.strip_prefix("//") {
        Some(name) => path.rsplit('/').next() == Some(name),
        None => path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    };
    let Some(of) = app_kind(kind) else { return Vec::new() };
    let here = |row: &&Attribute| {
        row.column(of).is_some_and(|column| {
            column.elements.iter().any(|element| element.kind == kind && is(element.path))
        })
    };
    ATTRIBUTES.iter().filter(here).collect()
}

/// The kind of app that files of a kind are of.
pub(crate) fn app_kind(kind: Kind) -> Option<AppKind> {
    match kind.role() {
        Role::ConnectedApp => Some(AppKind::ConnectedApp),
        Role::Header | Role::Part => Some(AppKind::ExternalClientApp),
        Role::Access | Role::Org => None,
    }
}
