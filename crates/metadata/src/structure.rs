use std::cell::OnceCell;

use preauth_source::{Applicability, Diagnostic, Fix, Label, Location, Severity, nearest};
use preauth_xml::{New, Node, Rewrite, Tree};

use crate::{
    ATTRIBUTES, Effect, ElementRef, Kind, Role,
    elements::{self, Children, Element},
};

const UNKNOWN: &str = "element-unknown";
const MISPLACED: &str = "element-misplaced";

/// The namespace of every file that the Metadata API reads.
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// What a file holds that the Metadata API does not read: elements that its kind does not have (`element-unknown`),
/// or has in another place (`element-misplaced`). In the order of the file; nothing inside such an element is
/// judged, nor anything in a file whose root is of another kind.
pub fn check_elements(tree: &Tree<'_>, kind: Kind) -> Vec<Diagnostic> {
    let (Some(outline), Some(root)) = (elements::known(kind), tree.root()) else { return Vec::new() };
    if let Some(expected) = kind.root().filter(|expected| *expected != root.name()) {
        return vec![wrong_root(root, expected)];
    }
    let mut found = Vec::new();
    if tree.namespace().as_deref() != Some(NAMESPACE) {
        found.push(foreign_namespace(root));
    }
    let all = OnceCell::new();
    let mut open = vec![(root, outline)];
    while let Some((parent, outline)) = open.pop() {
        for node in parent.children() {
            match outline.iter().find(|element| element.name == node.name()) {
                Some(Element { children: Children::Known(inner), .. }) => open.push((node, inner)),
                Some(Element { children: Children::Text, .. }) => open.push((node, &[])),
                Some(Element { children: Children::Any, .. }) => {}
                None => {
                    let all = all.get_or_init(|| elements::all(kind));
                    found.push(Stray { kind, node, all }.judge());
                }
            }
        }
    }
    found.sort_by(Diagnostic::order);
    found
}

fn wrong_root(root: Node<'_, '_>, expected: &str) -> Diagnostic {
    let message = format!("this file's name says {expected}, its root element says {}", root.name());
    let label = Label::new(name_place(root), format!("`{expected}` is expected here"));
    Diagnostic::new(UNKNOWN, Severity::Error, message, label)
        .with_help("rename the file, or put its content back: nothing in it was judged")
}

fn foreign_namespace(root: Node<'_, '_>) -> Diagnostic {
    let message = format!("`{}` is not in the namespace of the Metadata API", root.name());
    Diagnostic::new(UNKNOWN, Severity::Warning, message, Label::new(name_place(root), ""))
        .with_help(format!("write xmlns=\"{NAMESPACE}\" in this tag"))
}

/// Where an element's name stands in its open tag.
fn name_place(node: Node<'_, '_>) -> Location {
    Location::new(node.tree().path().clone(), node.name_range())
}

/// An element that the outline of its kind does not have where it stands.
struct Stray<'a, 't> {
    kind: Kind,
    node: Node<'a, 't>,
    /// All elements of the kind, with their paths.
    all: &'a [(String, &'static Element)],
}

impl<'a, 't> Stray<'a, 't> {
    fn judge(&self) -> Diagnostic {
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
            return self.diagnostic(MISPLACED, Severity::Error, message, &format!("read only in {files}"));
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
        self.diagnostic(UNKNOWN, severity, message, "it has no effect")
    }

    fn misplaced(&self, places: &[&(String, &'static Element)]) -> Diagnostic {
        let name = self.node.name();
        let belongs: Vec<_> = places.iter().map(|(path, _)| inside(parent_path(path))).collect();
        let belongs = belongs.join(" or ");
        let here = match self.node.parent() {
            Some(parent) if parent.parent().is_some() => format!("in `{}`", parent.name()),
            _ => "below the root".to_owned(),
        };
        let message = format!("`{name}` has no effect {here}: it belongs {belongs}");
        let found = self.diagnostic(MISPLACED, Severity::Error, message, &format!("read only {belongs}"));
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

    /// Adds the fix that moves the element to `destination`.
    fn with_move(
        &self,
        found: Diagnostic,
        destination: Node<'a, 't>,
        path: &str,
        element: &Element,
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
        rewrite.insert(destination, New::text(element.name, &self.node.trimmed_text()));
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

    /// What says the same in this kind of app, if the element is one of the other kind of app.
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

    /// What else may have been meant.
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

/// What it can do to those who use an app that this element takes effect.
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

#[cfg(test)]
mod tests {
    use preauth_source::{SourceFile, apply};

    use super::*;

    fn check(kind: Kind, text: &str) -> Vec<Diagnostic> {
        let file = SourceFile::new("x.xml".into(), text);
        let (tree, malformed) = preauth_xml::parse(&file, &|_| true);
        assert_eq!(malformed, []);
        check_elements(&tree, kind)
    }

    /// A file of this kind with these lines below the root.
    fn file(kind: Kind, body: &str) -> String {
        let root = kind.root().unwrap_or("PermissionSet");
        format!("<{root} xmlns=\"{NAMESPACE}\">\n{body}</{root}>\n")
    }

    fn one(kind: Kind, body: &str) -> Diagnostic {
        let found = check(kind, &file(kind, body));
        assert_eq!(found.len(), 1, "{found:#?}");
        found.into_iter().next().unwrap()
    }

    fn fixed(kind: Kind, body: &str) -> String {
        apply(&file(kind, body), &one(kind, body).fix.unwrap().edits).unwrap()
    }

    #[test]
    fn nothing_is_said_of_what_is_known() {
        for (kind, body) in [
            (
                Kind::ConnectedApp,
                "<oauthConfig><idTokenConfig><idTokenValidity>2</idTokenValidity></idTokenConfig></oauthConfig>",
            ),
            (
                Kind::ConnectedApp,
                "<developerName>ns__App</developerName><label>App</label><version>1.0</version>",
            ),
            (Kind::ConnectedApp, "<pluginExecutionUser>robot@example.com</pluginExecutionUser>"),
            (
                Kind::ExtlClntAppOauthConfigurablePolicies,
                "<isNamedUserJwtEnabled>true</isNamedUserJwtEnabled>",
            ),
            (Kind::Profile, "<fieldLevelSecurities><hidden>true</hidden></fieldLevelSecurities>"),
            (Kind::PermissionSet, "<userLicense>Salesforce</userLicense>"),
            (Kind::PermissionSetUserPermission, "<userPermissions><name>ApiEnabled</name></userPermissions>"),
        ] {
            assert_eq!(check(kind, &file(kind, body)), [], "{body}");
        }
        let single =
            format!("<UserPermission xmlns=\"{NAMESPACE}\"><name>ApiEnabled</name></UserPermission>");
        assert_eq!(check(Kind::PermissionSetUserPermission, &single), []);
    }

    #[test]
    fn a_root_of_another_kind_is_all_that_is_said() {
        let found = check(Kind::ConnectedApp, &file(Kind::Profile, "<nonsense/>"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "this file's name says ConnectedApp, its root element says Profile");
        assert_eq!(found[0].severity, Severity::Error);
    }

    #[test]
    fn a_root_outside_the_namespace_is_a_warning() {
        for text in ["<Profile/>", "<Profile xmlns=\"http://example.com/\"/>"] {
            assert_eq!(check(Kind::Profile, text)[0].severity, Severity::Warning);
        }
        assert_eq!(check(Kind::Profile, &format!("<m:Profile xmlns:m=\"{NAMESPACE}\"/>")), []);
    }

    #[test]
    fn an_element_that_is_not_listed_is_a_warning_at_its_name() {
        let text =
            file(Kind::ConnectedApp, "<oauthConfig><isAdminAproved>true</isAdminAproved></oauthConfig>\n");
        let found = check(Kind::ConnectedApp, &text);
        assert_eq!((&*found[0].code, found[0].severity), (UNKNOWN, Severity::Warning));
        assert_eq!(&text[found[0].primary.location.range], "isAdminAproved");
        assert_eq!(found[0].help, ["did you mean `oauthConfig/isAdminApproved`?"]);
        assert_eq!(found[0].fix, None);
    }

    #[test]
    fn what_is_inside_an_unknown_element_is_not_judged() {
        one(Kind::ConnectedApp, "<novelty><label>a</label><other/></novelty>");
    }

    #[test]
    fn an_invented_element_is_an_error_that_says_what_to_write() {
        let found = one(Kind::ConnectedApp, "<isClientCredentialApproved>true</isClientCredentialApproved>");
        assert_eq!((&*found.code, found.severity), (UNKNOWN, Severity::Error));
        assert!(found.help[0].contains("`oauthConfig/isClientCredentialEnabled`"));
    }

    #[test]
    fn an_element_of_the_other_kind_of_app_is_an_error_that_names_its_counterpart() {
        let found = one(Kind::ConnectedApp, "<permittedUsersPolicyType>x</permittedUsersPolicyType>");
        assert_eq!((&*found.code, found.severity), (UNKNOWN, Severity::Error));
        assert!(found.help[0].contains("`oauthConfig/isAdminApproved`"));
        let found =
            one(Kind::ExtlClntAppOauthConfigurablePolicies, "<isAdminApproved>true</isAdminApproved>");
        assert!(found.help[0].contains("`permittedUsersPolicyType`"));
    }

    #[test]
    fn an_element_of_another_file_of_the_app_is_misplaced() {
        let found = one(Kind::ExtlClntAppOauthSettings, "<isPkceRequired>true</isPkceRequired>");
        assert_eq!((&*found.code, found.severity), (MISPLACED, Severity::Error));
        assert!(found.message.contains("`.ecaGlblOauth`"));
    }

    #[test]
    fn an_element_of_another_type_is_named() {
        let found = one(Kind::PermissionSet, "<loginIpRanges/>");
        assert_eq!(found.help, ["`loginIpRanges` is an element of the type Profile"]);
    }

    #[test]
    fn a_misplaced_element_says_where_it_belongs() {
        let found = one(
            Kind::ConnectedApp,
            "<oauthConfig/>\n<oauthPolicy><isAdminApproved>true</isAdminApproved></oauthPolicy>\n",
        );
        assert_eq!((&*found.code, found.severity), (MISPLACED, Severity::Error));
        assert_eq!(
            found.message,
            "`isAdminApproved` has no effect in `oauthPolicy`: it belongs in `oauthConfig`"
        );
    }

    #[test]
    fn moving_is_trusted_as_far_as_what_it_puts_into_effect() {
        let trust = |body: &str| one(Kind::ConnectedApp, body).fix.map(|fix| fix.applicability);
        let below_root = |element: &str| trust(&format!("<oauthConfig>\n</oauthConfig>\n{element}\n"));
        let in_config = |element: &str| trust(&format!("<oauthConfig>\n{element}\n</oauthConfig>\n"));
        assert_eq!(below_root("<isAdminApproved>true</isAdminApproved>"), Some(Applicability::DisplayOnly));
        assert_eq!(in_config("<profileName>Clerks</profileName>"), Some(Applicability::DisplayOnly));
        assert_eq!(below_root("<isPkceRequired>true</isPkceRequired>"), Some(Applicability::Unsafe));
        assert_eq!(in_config("<startUrl>https://example.com/</startUrl>"), Some(Applicability::Safe));
    }

    #[test]
    fn a_move_takes_the_element_to_its_alphabetical_place() {
        let moved = fixed(
            Kind::ConnectedApp,
            "    <isPkceRequired>true</isPkceRequired>\n    <oauthConfig>\n        <callbackUrl>a</callbackUrl>\n        <scopes>Api</scopes>\n    </oauthConfig>\n",
        );
        let expected = file(
            Kind::ConnectedApp,
            "    <oauthConfig>\n        <callbackUrl>a</callbackUrl>\n        <isPkceRequired>true</isPkceRequired>\n        <scopes>Api</scopes>\n    </oauthConfig>\n",
        );
        assert_eq!(moved, expected);
    }

    #[test]
    fn an_element_that_may_be_repeated_moves_beside_its_like() {
        let moved = fixed(
            Kind::ConnectedApp,
            "<oauthConfig>\n<scopes>Api</scopes>\n</oauthConfig>\n<scopes>Web</scopes>\n",
        );
        assert!(moved.contains("<scopes>Api</scopes>\n<scopes>Web</scopes>\n</oauthConfig>"), "{moved}");
    }

    #[test]
    fn nothing_moves_to_where_one_counts_already() {
        let found = one(
            Kind::ConnectedApp,
            "<isPkceRequired>true</isPkceRequired>\n<oauthConfig><isPkceRequired>false</isPkceRequired></oauthConfig>\n",
        );
        assert_eq!(found.fix, None);
        assert_eq!(found.related[0].message, "this one counts");
    }

    #[test]
    fn nothing_moves_into_a_parent_that_is_missing_or_one_of_several() {
        assert_eq!(one(Kind::ConnectedApp, "<refreshTokenPolicy>zero</refreshTokenPolicy>").fix, None);
        assert_eq!(one(Kind::ConnectedApp, "<start>192.0.2.1</start>\n<ipRanges/>\n<ipRanges/>\n").fix, None);
    }

    #[test]
    fn nothing_moves_when_it_has_more_than_one_place() {
        let found = one(Kind::ConnectedApp, "<certificate>x</certificate>\n<oauthConfig/>\n<samlConfig/>\n");
        assert!(found.message.ends_with("it belongs in `oauthConfig` or in `samlConfig`"));
        assert_eq!(found.fix, None);
    }
}
