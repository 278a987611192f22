//! Elements that the Metadata API does not read where they stand.

use preauth_source::{Applicability, Diagnostic, Fix, Label, Severity, nearest};
use preauth_xml::{NewElement, Node, Rewrite};

use super::name_place;
use crate::{
    ATTRIBUTES, Effect, ElementRef, Kind, Role, Sensitivity,
    codes::{ELEMENT_MISPLACED, ELEMENT_UNKNOWN},
    schema::elements::{self, Children, ElementDef},
};

/// An element that the outline of its kind does not have where it stands.
pub(super) struct Stray<'a, 't> {
    pub(super) kind: Kind,
    pub(super) node: Node<'a, 't>,
    /// All elements of the kind, with their paths.
    pub(super) all: &'a [(String, &'static ElementDef)],
}

impl<'a, 't> Stray<'a, 't> {
    /// Returns the diagnostic of the element, with the place where it belongs.
    pub(super) fn judge(&self) -> Diagnostic {
        let name = self.node.name();
        let places: Vec<_> = self.all.iter().filter(|(_, element)| element.name == name).collect();
        if !places.is_empty() {
            return self.misplaced(&places);
        }
        if let Some(instead) = elements::invented(self.kind, name) {
            return self.unknown(Severity::Error).with_help(instead);
        }
        if let Some(files) = self.other_files() {
            let message = format!("`{name}` has no effect here: it belongs in the app's {files} file");
            return self.diagnostic(
                ELEMENT_MISPLACED,
                Severity::Error,
                message,
                &format!("read only in {files}"),
            );
        }
        if let Some(instead) = self.counterpart() {
            return self.unknown(Severity::Error).with_help(instead);
        }
        let unknown = self.unknown(Severity::Warning);
        match self.advice() {
            Some(advice) => unknown.with_help(advice),
            None => unknown,
        }
    }

    fn diagnostic(&self, code: &str, severity: Severity, message: String, label: &str) -> Diagnostic {
        Diagnostic::new(code, severity, message, Label::new(name_place(self.node), label))
    }

    fn unknown(&self, severity: Severity) -> Diagnostic {
        let message = format!("the type {} has no element `{}`", self.kind.name(), self.node.name());
        self.diagnostic(ELEMENT_UNKNOWN, severity, message, "it has no effect")
    }

    fn misplaced(&self, places: &[&(String, &'static ElementDef)]) -> Diagnostic {
        let name = self.node.name();
        let belongs: Vec<_> = places.iter().map(|(path, _)| inside(parent_path(path))).collect();
        let belongs = belongs.join(" or ");
        let here = match self.node.parent() {
            Some(parent) if parent.parent().is_some() => format!("in `{}`", parent.name()),
            _ => "below the root".to_owned(),
        };
        let message = format!("`{name}` has no effect {here}: it belongs {belongs}");
        let found =
            self.diagnostic(ELEMENT_MISPLACED, Severity::Error, message, &format!("read only {belongs}"));
        if Sensitivity::of_element(name).is_confidential() {
            return self.with_removal(found);
        }
        let [(path, element)] = places else { return found };
        let parent = parent_path(path);
        let destination = match self.all_at(parent)[..] {
            [destination] => destination,
            [] => {
                return found.with_help(format!("there is no `{parent}`; create it with all that it needs"));
            }
            _ => return found,
        };
        if let Some(other) = destination.child(name).filter(|_| !element.is_list) {
            let label = Label::new(name_place(other), "this one counts");
            return found.with_related(label).with_help("delete the one that has no effect");
        }
        self.with_move(found, destination, path, element)
    }

    /// Adds the fix that removes a key or a secret. It is never moved to where it would be in effect: everybody who can
    /// read the file knows it.
    fn with_removal(&self, found: Diagnostic) -> Diagnostic {
        let name = self.node.name();
        let mut rewrite = Rewrite::new(self.node.tree());
        rewrite.remove(self.node);
        let fix = Fix {
            title: format!("remove `{name}`"),
            applicability: Applicability::Unsafe,
            edits: rewrite.finish(),
        };
        let why =
            format!("it is not moved there, because a deployment would make it the `{name}` of the app");
        Diagnostic { fix: Some(fix), ..found.with_help(why) }
    }

    /// Adds the fix that moves the element to `destination`.
    fn with_move(
        &self,
        found: Diagnostic,
        destination: Node<'a, 't>,
        path: &str,
        element: &ElementDef,
    ) -> Diagnostic {
        if element.children != Children::Text || !self.node.is_leaf() || self.node.is_nil() {
            return found;
        }
        let (applicability, why) = match effect(self.kind, path) {
            Some(Effect::Neutral) => (Applicability::Safe, None),
            Some(Effect::Admission) => (
                Applicability::DisplayOnly,
                Some(
                    "moving it puts it into effect, and that decides who may log in: only you can know who should",
                ),
            ),
            Some(Effect::Reach) | None => (
                Applicability::Unsafe,
                Some("moving it puts it into effect, which may cut off a client that works today"),
            ),
        };
        let mut rewrite = Rewrite::new(self.node.tree());
        rewrite.remove(self.node);
        rewrite.insert(destination, NewElement::text(element.name, &self.node.trimmed_text()));
        let title =
            format!("move `{}` {}", element.name, inside(parent_path(path)).replacen("in ", "into ", 1));
        let fix = Fix { title, applicability, edits: rewrite.finish() };
        let found = why.into_iter().fold(found, Diagnostic::with_help);
        Diagnostic { fix: Some(fix), ..found }
    }

    /// The elements at a path below the root.
    fn all_at(&self, path: &str) -> Vec<Node<'a, 't>> {
        let root: Vec<_> = self.node.tree().root().into_iter().collect();
        path.split('/')
            .filter(|step| !step.is_empty())
            .fold(root, |nodes, step| nodes.into_iter().flat_map(|node| node.children_named(step)).collect())
    }

    /// The other files of an external client app that have such an element below their root.
    fn other_files(&self) -> Option<String> {
        let is_part = |kind: Kind| matches!(kind.role(), Role::Header | Role::Part);
        let files: Vec<_> = elements::kinds_with(self.node.name())
            .into_iter()
            .filter(|(kind, path)| is_part(*kind) && !path.contains('/'))
            .map(|(kind, _)| format!("`.{}`", kind.suffix()))
            .collect();
        (is_part(self.kind) && !files.is_empty()).then(|| files.join(" or "))
    }

    /// Returns the element of this kind of app that corresponds to an element of the other kind.
    fn counterpart(&self) -> Option<String> {
        let is_connected_app = match self.kind.role() {
            Role::ConnectedApp => true,
            Role::Header | Role::Part => false,
            Role::Access | Role::Org => return None,
        };
        let ElementRef { kind, path } = ATTRIBUTES.iter().find_map(|row| {
            let (ours, theirs) = match is_connected_app {
                true => (&row.connected_app, &row.external_client_app),
                false => (&row.external_client_app, &row.connected_app),
            };
            let names = |element: &ElementRef| element.path.rsplit('/').next() == Some(self.node.name());
            theirs.as_ref()?.elements.iter().any(names).then_some(ours.as_ref()?.elements.first()?)
        })?;
        Some(match is_connected_app {
            true => format!("that is an element of external client apps; in a ConnectedApp `{path}` says it"),
            false => {
                let suffix = kind.suffix();
                format!(
                    "that is an element of ConnectedApps; here `{path}` in the app's `.{suffix}` file says it"
                )
            }
        })
    }

    /// Returns a suggestion of another element.
    fn advice(&self) -> Option<String> {
        let name = self.node.name();
        if let Some(near) = nearest(name, self.all.iter().map(|(_, element)| element.name)) {
            let places: Vec<_> =
                elements::places_of(self.kind, near).iter().map(|path| format!("`{path}`")).collect();
            return Some(format!("did you mean {}?", places.join(" or ")));
        }
        let same_role = |kind: &Kind| kind.role() == self.kind.role();
        let (kind, path) = elements::kinds_with(name).into_iter().find(|(kind, _)| same_role(kind))?;
        Some(format!("`{path}` is an element of the type {}", kind.name()))
    }
}

/// The path of an element's parent; empty for the root.
fn parent_path(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn inside(parent: &str) -> String {
    if parent.is_empty() { "directly below the root".to_owned() } else { format!("in `{parent}`") }
}

/// Returns the effect on users if this element takes effect.
fn effect(kind: Kind, path: &str) -> Option<Effect> {
    let keeps = |element: &ElementRef| element.kind == kind && element.path == path;
    ATTRIBUTES
        .iter()
        .find(|row| {
            let columns = [&row.connected_app, &row.external_client_app];
            columns.into_iter().flatten().any(|column| column.elements.iter().any(keeps))
        })
        .map(|row| row.effect)
}
