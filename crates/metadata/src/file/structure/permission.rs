//! User permissions that there are none of: names that people, and generated files, take for those of the Metadata API.

use std::{collections::HashMap, sync::LazyLock};

use preauth_source::{Diagnostic, Label, Location, Severity};
use preauth_xml::Node;
use rustc_hash::FxBuildHasher;

use crate::{Kind, Role};

/// User permissions by their names in the Metadata API, each with what Setup calls it. Only those that decide about
/// apps, and about what a client may do, are listed; no other name is judged.
const PERMISSIONS: &[(&str, &str)] = &[
    ("ApiEnabled", "API Enabled"),
    ("ApiUserOnly", "API Only User"),
    ("AuthorApex", "Author Apex"),
    ("BypassMFAForUiLogins", "Waive Multi-Factor Authentication for Exempt Users"),
    ("CanApproveUninstalledApps", "Approve Uninstalled Connected Apps"),
    ("ClientSecretRotation", ""),
    ("CustomizeApplication", "Customize Application"),
    ("ExternalClientAppAdmin", ""),
    ("ExternalClientAppDeveloper", ""),
    ("ExternalClientAppViewer", ""),
    ("ForceTwoFactor", "Multi-Factor Authentication for User Interface Logins"),
    ("ManageRemoteAccess", "Manage Connected Apps"),
    ("ManageUsers", "Manage Users"),
    ("ModifyAllData", "Modify All Data"),
    ("ModifyMetadata", "Modify Metadata Through Metadata API Functions"),
    ("UseAnyApiAuth", "Use Any API Auth"),
    ("UseAnyApiClient", "Use Any API Client"),
    ("ViewAllData", "View All Data"),
    ("ViewClientSecret", "View Client Secret"),
];

/// By what people call them: the name in any case, the label as a name, and the field that an SObject has for it.
static ALIASES: LazyLock<HashMap<String, &(&str, &str), FxBuildHasher>> = LazyLock::new(|| {
    let named = |permission: &'static (&str, &str)| {
        let (name, label) = *permission;
        [name.to_owned(), label.to_owned(), format!("Permissions{name}")]
            .map(|alias| (plain(&alias), permission))
    };
    PERMISSIONS.iter().flat_map(named).filter(|(alias, _)| !alias.is_empty()).collect()
});

/// A name without what people vary in it.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    plain.extend(name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    plain
}

/// Returns the diagnostic of an element that names an unknown user permission.
pub(super) fn judge(kind: Kind, parent: Node<'_, '_>) -> Option<Diagnostic> {
    let is_single = kind == Kind::PermissionSetUserPermission && parent.parent().is_none();
    if kind.role() != Role::Access || !(is_single || parent.is_named("userPermissions")) {
        return None;
    }
    let node = parent.child("name")?;
    let name = node.trimmed_text();
    let (known, label) = **ALIASES.get(&plain(&name))?;
    if name == known {
        return None;
    }
    let place = Location::new(node.tree().path().clone(), node.text_range());
    let message = format!("there is no user permission `{name}`");
    let help = match label {
        "" => format!("did you mean `{known}`?"),
        label => format!("did you mean `{known}`? Setup calls it `{label}`"),
    };
    Some(
        Diagnostic::new(
            crate::codes::PERMISSION_UNKNOWN,
            Severity::Warning,
            message,
            Label::new(place, "nothing is called that"),
        )
        .with_help(help),
    )
}
