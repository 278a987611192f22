use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use preauth_source::FilePath;

/// The metadata type of a file, decided by its suffix alone and not by its folder.
///
/// Names are those of the Metadata API. Source: `metadataRegistry.json` of Salesforce's
/// source-deploy-retrieve library, and the Metadata API Developer Guide page of each type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the variants are the names of the Metadata API's types")]
pub enum Kind {
    ConnectedApp,
    ExternalClientApplication,
    ExtlClntAppOauthSettings,
    ExtlClntAppGlobalOauthSettings,
    ExtlClntAppOauthConfigurablePolicies,
    ExtlClntAppConfigurablePolicies,
    ExtlClntAppOauthSecuritySettings,
    ExtlClntAppSamlConfigurablePolicies,
    ExtlClntAppMobileSettings,
    ExtlClntAppMobileConfigurablePolicies,
    ExtlClntAppPushSettings,
    ExtlClntAppPushConfigurablePolicies,
    ExtlClntAppNotificationSettings,
    ExtlClntAppCanvasSettings,
    ExtlClntAppAttestSettings,
    ExtlClntAppAttestConfigurablePolicies,
    ExtlClntAppSampleSettings,
    ExtlClntAppSampleConfigurablePolicies,
    Profile,
    PermissionSet,
    /// The user permissions of a permission set that an SFDX preset keeps in files of their own.
    PermissionSetUserPermission,
    PermissionSetGroup,
    MutingPermissionSet,
    Settings,
}

/// The role of a kind of file in this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A whole connected app.
    ConnectedApp,
    /// The header of an external client app, which others name.
    Header,
    /// A part of an external client app, which names its header.
    Part,
    /// A profile, permission set or the like: it can be assigned to an app, or decides what an assignment gives.
    Access,
    /// Settings of the whole org.
    Org,
}

impl Role {
    /// True if files of this role belong to an app.
    pub fn is_app(self) -> bool {
        matches!(self, Self::ConnectedApp | Self::Header | Self::Part)
    }
}

/// One row of the table of kinds.
struct Row {
    kind: Kind,
    /// The Metadata API's name of the type, as policies select it.
    name: &'static str,
    /// The file name's ending in the metadata format; the source format adds `-meta.xml`.
    suffix: &'static str,
    /// The root element; `None` where it differs from file to file.
    root: Option<&'static str>,
    role: Role,
}

const fn row(kind: Kind, name: &'static str, suffix: &'static str, role: Role) -> Row {
    Row { kind, name, suffix, root: Some(name), role }
}

/// The table of kinds: the only place that knows a suffix, a root element or a type's name.
static TABLE: &[Row] = &[
    row(Kind::ConnectedApp, "ConnectedApp", "connectedApp", Role::ConnectedApp),
    row(Kind::ExternalClientApplication, "ExternalClientApplication", "eca", Role::Header),
    row(Kind::ExtlClntAppOauthSettings, "ExtlClntAppOauthSettings", "ecaOauth", Role::Part),
    row(Kind::ExtlClntAppGlobalOauthSettings, "ExtlClntAppGlobalOauthSettings", "ecaGlblOauth", Role::Part),
    row(
        Kind::ExtlClntAppOauthConfigurablePolicies,
        "ExtlClntAppOauthConfigurablePolicies",
        "ecaOauthPlcy",
        Role::Part,
    ),
    row(Kind::ExtlClntAppConfigurablePolicies, "ExtlClntAppConfigurablePolicies", "ecaPlcy", Role::Part),
    row(
        Kind::ExtlClntAppOauthSecuritySettings,
        "ExtlClntAppOauthSecuritySettings",
        "ecaOauthSecurity",
        Role::Part,
    ),
    row(
        Kind::ExtlClntAppSamlConfigurablePolicies,
        "ExtlClntAppSamlConfigurablePolicies",
        "ecaSamlPlcy",
        Role::Part,
    ),
    row(Kind::ExtlClntAppMobileSettings, "ExtlClntAppMobileSettings", "ecaMobile", Role::Part),
    row(
        Kind::ExtlClntAppMobileConfigurablePolicies,
        "ExtlClntAppMobileConfigurablePolicies",
        "ecaMobilePlcy",
        Role::Part,
    ),
    row(Kind::ExtlClntAppPushSettings, "ExtlClntAppPushSettings", "ecaPush", Role::Part),
    row(
        Kind::ExtlClntAppPushConfigurablePolicies,
        "ExtlClntAppPushConfigurablePolicies",
        "ecaPushPlcy",
        Role::Part,
    ),
    row(
        Kind::ExtlClntAppNotificationSettings,
        "ExtlClntAppNotificationSettings",
        "ecaNotifications",
        Role::Part,
    ),
    row(Kind::ExtlClntAppCanvasSettings, "ExtlClntAppCanvasSettings", "ecaCanvas", Role::Part),
    row(Kind::ExtlClntAppAttestSettings, "ExtlClntAppAttestSettings", "ecaAttest", Role::Part),
    row(
        Kind::ExtlClntAppAttestConfigurablePolicies,
        "ExtlClntAppAttestConfigurablePolicies",
        "ecaAttestPlcy",
        Role::Part,
    ),
    row(Kind::ExtlClntAppSampleSettings, "ExtlClntAppSampleSettings", "ecaSmpl", Role::Part),
    row(
        Kind::ExtlClntAppSampleConfigurablePolicies,
        "ExtlClntAppSampleConfigurablePolicies",
        "ecaSmplPlcy",
        Role::Part,
    ),
    row(Kind::Profile, "Profile", "profile", Role::Access),
    row(Kind::PermissionSet, "PermissionSet", "permissionset", Role::Access),
    Row {
        kind: Kind::PermissionSetUserPermission,
        name: "PermissionSetUserPermission",
        suffix: "userPermission",
        root: None,
        role: Role::Access,
    },
    row(Kind::PermissionSetGroup, "PermissionSetGroup", "permissionsetgroup", Role::Access),
    row(Kind::MutingPermissionSet, "MutingPermissionSet", "mutingpermissionset", Role::Access),
    Row { kind: Kind::Settings, name: "Settings", suffix: "settings", root: None, role: Role::Org },
];

impl Kind {
    /// The kind of a file by its name, and the name of the component that the file name gives: percent-decoded,
    /// without suffix. `None` for a file that is none of ours. Suffixes are matched exactly, as Salesforce's own
    /// tools do.
    pub fn of_path(path: &FilePath) -> Option<(Self, String)> {
        Self::of_name(path.name()).map(|(kind, stem)| (kind, percent_decoded(stem)))
    }

    /// The kind of a file of this name, and the name without suffix as it is written.
    pub fn of_name(name: &str) -> Option<(Self, &str)> {
        let name = name.strip_suffix("-meta.xml").unwrap_or(name);
        let (stem, suffix) = name.rsplit_once('.')?;
        let row = TABLE.iter().find(|row| row.suffix == suffix)?;
        (!stem.is_empty()).then_some((row.kind, stem))
    }

    /// All kinds, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.kind)
    }

    /// The kind with this Metadata API name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.kind)
    }

    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.kind == self).expect("invariant: every kind has a row")
    }

    /// The Metadata API's name of the type.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The suffix in the metadata format, without the dot.
    pub fn suffix(self) -> &'static str {
        self.row().suffix
    }

    /// The name of the root element; `None` for settings, where each file has its own, and for user permissions,
    /// where the two SFDX presets differ.
    pub fn root(self) -> Option<&'static str> {
        self.row().root
    }

    /// Returns the role of files of this kind.
    pub fn role(self) -> Role {
        self.row().role
    }
}

/// Decodes the `%XX` of a component's name in a file name or a manifest. A sequence that is not one stays as it is, and
/// so does the whole name if the decoded bytes are not UTF-8.
pub fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_and_name(path: &str) -> Option<(Kind, String)> {
        Kind::of_path(&path.into())
    }

    #[test]
    fn both_formats_are_known_in_every_folder() {
        let app = Some((Kind::ConnectedApp, "Portal".to_owned()));
        assert_eq!(kind_and_name("a/b/Portal.connectedApp-meta.xml"), app);
        assert_eq!(kind_and_name("Portal.connectedApp"), app);
        assert_eq!(
            kind_and_name("x/Portal_oauthPlcy.ecaOauthPlcy-meta.xml").unwrap().0,
            Kind::ExtlClntAppOauthConfigurablePolicies
        );
    }

    #[test]
    fn suffixes_are_exact() {
        assert_eq!(kind_and_name("Portal.connectedapp-meta.xml"), None);
        assert_eq!(kind_and_name("Portal.connectedApp.bak"), None);
        assert_eq!(kind_and_name(".profile"), None);
        assert_eq!(kind_and_name("profile"), None);
    }

    #[test]
    fn names_are_percent_decoded() {
        assert_eq!(
            kind_and_name("Custom%3A Sales Profile.profile-meta.xml").unwrap().1,
            "Custom: Sales Profile"
        );
        assert_eq!(kind_and_name("R%26D %EF%BC%88EU%EF%BC%89.profile").unwrap().1, "R&D （EU）");
        assert_eq!(kind_and_name("100%.profile").unwrap().1, "100%");
        assert_eq!(kind_and_name("bad%FFbyte.profile").unwrap().1, "bad%FFbyte");
        assert_eq!(kind_and_name("v1.2.permissionset-meta.xml").unwrap().1, "v1.2");
    }

    #[test]
    fn every_kind_is_in_the_table_once() {
        let names: std::collections::BTreeSet<_> = Kind::all().map(Kind::name).collect();
        assert_eq!(names.len(), Kind::all().count());
        for kind in Kind::all() {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }
}
