//! What a file has that only some versions of the Metadata API have.

use preauth_source::{Diagnostic, Label, Location, Severity, TextRange};
use preauth_xml::{Node, Tree};

use crate::{
    Kind,
    codes::ELEMENT_NOT_IN_VERSION,
    schema::elements::versions::{self, Versions},
};

/// An element, a value or a whole file that only some versions have.
#[derive(Clone, Debug)]
pub(crate) struct Versioned {
    /// Its place.
    pub(crate) range: TextRange,
    /// Its noun in messages.
    name: String,
    versions: Versions,
    /// True if it is the file itself.
    is_file: bool,
}

/// Returns what a file has that only some versions have.
pub(crate) fn versioned(tree: &Tree<'_>, kind: Kind) -> Vec<Versioned> {
    fn collect(kind: Kind, parent: Node<'_, '_>, below: &str, found: &mut Vec<Versioned>) {
        for node in parent.children() {
            let path = format!("{below}{}", node.name());
            let add = |range, name, versions| Versioned { range, name, versions, is_file: false };
            let element = versions::of_element(kind, &path);
            found.extend(
                element.map(|versions| add(node.name_range(), format!("`{}`", node.name()), versions)),
            );
            if node.is_leaf() {
                let text = node.trimmed_text();
                let values = text.split(',').map(str::trim);
                let value = |value: &str| Some((value.to_owned(), versions::of_value(kind, &path, value)?));
                let values = values.filter_map(value);
                found.extend(values.map(|(value, versions)| {
                    add(node.text_range(), format!("the value `{value}`"), versions)
                }));
            } else {
                collect(kind, node, &format!("{path}/"), found);
            }
        }
    }
    let mut found = Vec::new();
    if let Some(root) = tree.root().filter(|_| versions::are_known_of(kind)) {
        found.extend(versions::of_kind(kind).map(|versions| Versioned {
            range: root.name_range(),
            name: format!("the type {}", kind.name()),
            versions,
            is_file: true,
        }));
        collect(kind, root, "", &mut found);
    }
    found
}

/// Returns the findings about a file in a project of this version.
pub(crate) fn judge(file: &crate::FileFacts, version: u32) -> Vec<Diagnostic> {
    let is_missing = |one: &&Versioned| {
        version < one.versions.since || one.versions.until.is_some_and(|until| until < version)
    };
    let mut missing: Vec<_> = file.versioned.iter().filter(is_missing).collect();
    if missing.first().is_some_and(|first| first.is_file) {
        missing.truncate(1);
    }
    missing.into_iter().map(|one| one.diagnostic(file, version)).collect()
}

impl Versioned {
    fn diagnostic(&self, file: &crate::FileFacts, version: u32) -> Diagnostic {
        let Versions { since, until, now } = self.versions;
        let which = match until {
            Some(until) if since == 0 => format!("only up to API version {until}"),
            Some(until) => format!("only in the API versions {since} to {until}"),
            None => format!("only since API version {since}"),
        };
        let message = format!("{} exists {which}, and the project uses {version}", self.name);
        let severity = if file.kind.role().is_app() { Severity::Error } else { Severity::Warning };
        let label = Label::new(Location::new(file.path.clone(), self.range), "not in this version");
        let help = match until {
            Some(until) if until < version && now.is_empty() => "remove it".to_owned(),
            Some(until) if until < version => {
                format!("remove it; since API version {} it is {now}", until + 1)
            }
            _ => format!("set `sourceApiVersion` in `sfdx-project.json` to {since}.0 or later, or remove it"),
        };
        let mut found = Diagnostic::new(ELEMENT_NOT_IN_VERSION, severity, message, label).with_help(help);
        found.subject = Some(preauth_source::SubjectId { kind: file.kind.name(), name: file.stem.clone() });
        found
    }
}

#[cfg(test)]
mod tests {
    use preauth_source::SourceFile;

    use crate::{Demand, FileFacts, Kind};

    #[test]
    fn what_a_version_does_not_have_is_found() {
        let messages = |kind: Kind, body: &str, version: u32| -> Vec<String> {
            let root = kind.root().unwrap();
            let text = format!("<{root} xmlns=\"http://soap.sforce.com/2006/04/metadata\">{body}</{root}>");
            let source = SourceFile::new("a.xml".into(), &text);
            let facts = FileFacts::read(&source, kind, "a", true, &Demand::default());
            facts.not_in_version(version).into_iter().map(|found| found.message).collect()
        };
        let app = "<oauthConfig><isDPopEnabled>true</isDPopEnabled><scopes>MCP</scopes></oauthConfig>";
        assert_eq!(messages(Kind::ConnectedApp, app, 68), [""; 0]);
        assert_eq!(
            messages(Kind::ConnectedApp, app, 65),
            [
                "`isDPopEnabled` exists only since API version 68, and the project uses 65",
                "the value `MCP` exists only since API version 66, and the project uses 65",
            ]
        );
        let set = "<dataspaceScopes><dataspaceScope>a</dataspaceScope></dataspaceScopes><label>a</label>";
        assert_eq!(messages(Kind::PermissionSet, set, 66), [""; 0]);
        assert_eq!(messages(Kind::PermissionSet, set, 67).len(), 1);
        let whole = Kind::ExtlClntAppOauthSecuritySettings;
        let ranges = "<tokenIpRanges><startIpAddress>192.0.2.1</startIpAddress></tokenIpRanges>";
        assert_eq!(messages(whole, ranges, 66).len(), 1);
    }
}
