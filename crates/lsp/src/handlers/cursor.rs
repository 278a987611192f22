//! Positions in metadata files, and the elements, attributes and grants there.

use lsp_types::{TextDocumentIdentifier, TextDocumentPositionParams};
use preauth_metadata::{ATTRIBUTES, App, AppKind, Attribute, FileFacts, Grant, Kind, Role};
use preauth_source::{FilePath, SourceFile, TextRange, TextSize};
use preauth_xml::Node;

use crate::{
    protocol::position::TextDocument,
    session::{project::OpenProject, state::SessionState},
};

/// A position in a metadata file of a project.
pub(super) struct Cursor<'s> {
    pub(super) project: &'s OpenProject,
    pub(super) file: FilePath,
    pub(super) kind: Kind,
    pub(super) document: TextDocument,
    pub(super) offset: TextSize,
}

/// The element at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CursorElement {
    /// Its path below the root element. Empty for the root element.
    pub(super) path: String,
    /// The range from its start tag to its end tag.
    pub(super) range: TextRange,
    /// The range between its tags. `None` if it has no end tag or has child elements.
    pub(super) content: Option<TextRange>,
}

impl<'s> Cursor<'s> {
    /// Returns the start of a document, or `None` if no project contains it.
    pub(super) fn in_document(
        state: &'s SessionState<'_>,
        document: &TextDocumentIdentifier,
    ) -> Option<Self> {
        let path = state.path(&document.uri)?;
        let (project, file) = state.source(&path)?;
        let kind = project.workspace.file(&file)?.kind;
        let document = state.text(&path)?;
        Some(Self { project, file, kind, document, offset: TextSize::new(0) })
    }

    /// Returns a position in a document, or `None` if no project contains it.
    pub(super) fn at(state: &'s SessionState<'_>, params: &TextDocumentPositionParams) -> Option<Self> {
        let cursor = Self::in_document(state, &params.text_document)?;
        Some(Self { offset: cursor.document.offset(params.position), ..cursor })
    }

    /// Returns the innermost element at the position.
    pub(super) fn element(&self) -> Option<CursorElement> {
        let source = SourceFile::new(self.file.clone(), &self.document.text);
        let (tree, _) = preauth_xml::parse(&source, &|_| true);
        let contains = |node: &Node<'_, '_>| {
            let range = node.range();
            range.start() < self.offset && (self.offset < range.end() || self.offset <= node.content().end())
        };
        let mut node = tree.root().filter(contains)?;
        let mut path = Vec::new();
        while let Some(child) = node.children().find(contains) {
            path.push(child.name());
            node = child;
        }
        let content = (node.is_leaf() && node.close().is_some()).then(|| node.content());
        Some(CursorElement { path: path.join("/"), range: node.range(), content })
    }

    /// Returns the facts of the file.
    pub(super) fn facts(&self) -> Option<&'s FileFacts> {
        self.project.workspace.file(&self.file).map(|facts| &**facts)
    }

    /// Returns the app that the file belongs to.
    pub(super) fn app(&self) -> Option<&'s App> {
        self.project.app_of(&self.file).map(|app| &**app)
    }

    /// Returns the grant at the position, and its range.
    pub(super) fn grant(&self) -> Option<(&'s Grant, TextRange)> {
        let at_position = |grant: &'s Grant| {
            let location = grant.place().filter(|location| location.file == self.file)?;
            let range = self.project.present_range(location)?;
            range.contains_inclusive(self.offset).then_some((grant, range))
        };
        self.app()?.grants.iter().find_map(at_position)
    }
}

/// Returns the attributes that an element belongs to.
pub(super) fn attributes(kind: Kind, path: &str) -> Vec<&'static Attribute> {
    let matches = |pattern: &str| match pattern.strip_prefix("//") {
        Some(name) => path.rsplit('/').next() == Some(name),
        None => path.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    };
    let Some(app_kind) = app_kind(kind) else { return Vec::new() };
    let is_written_in = |row: &&Attribute| {
        row.column(app_kind).is_some_and(|column| {
            column.elements.iter().any(|element| element.kind == kind && matches(element.path))
        })
    };
    ATTRIBUTES.iter().filter(is_written_in).collect()
}

/// Returns the kind of app that a kind of file belongs to.
pub(super) fn app_kind(kind: Kind) -> Option<AppKind> {
    match kind.role() {
        Role::ConnectedApp => Some(AppKind::ConnectedApp),
        Role::Header | Role::Part => Some(AppKind::ExternalClientApp),
        Role::Access | Role::Org => None,
    }
}
