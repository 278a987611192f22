use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use preauth_source::{FilePath, nearest, typing_errors};

/// The ending that the source format adds to a suffix.
const META: &str = "-meta.xml";

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
    /// The session settings of a profile, which it does not hold itself.
    ProfileSessionSetting,
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

    /// True for a file that stands for its app: a whole connected app, or the header of an external client app.
    pub fn is_main_of_app(self) -> bool {
        matches!(self, Self::ConnectedApp | Self::Header)
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
    /// The folder in which Salesforce's tools put the files of an app; `None` for other kinds.
    folder: Option<&'static str>,
    role: Role,
}

const fn row(kind: Kind, name: &'static str, suffix: &'static str, role: Role) -> Row {
    Row { kind, name, suffix, root: Some(name), folder: None, role }
}

/// A row of a kind whose files belong to an app.
const fn app(kind: Kind, name: &'static str, suffix: &'static str, folder: &'static str, role: Role) -> Row {
    Row { kind, name, suffix, root: Some(name), folder: Some(folder), role }
}

/// The table of kinds: the only place that knows a suffix, a root element or a type's name.
static TABLE: &[Row] = &[
    app(Kind::ConnectedApp, "ConnectedApp", "connectedApp", "connectedApps", Role::ConnectedApp),
    app(
        Kind::ExternalClientApplication,
        "ExternalClientApplication",
        "eca",
        "externalClientApps",
        Role::Header,
    ),
    app(
        Kind::ExtlClntAppOauthSettings,
        "ExtlClntAppOauthSettings",
        "ecaOauth",
        "extlClntAppOauthSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppGlobalOauthSettings,
        "ExtlClntAppGlobalOauthSettings",
        "ecaGlblOauth",
        "extlClntAppGlobalOauthSets",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppOauthConfigurablePolicies,
        "ExtlClntAppOauthConfigurablePolicies",
        "ecaOauthPlcy",
        "extlClntAppOauthPolicies",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppConfigurablePolicies,
        "ExtlClntAppConfigurablePolicies",
        "ecaPlcy",
        "extlClntAppPolicies",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppOauthSecuritySettings,
        "ExtlClntAppOauthSecuritySettings",
        "ecaOauthSecurity",
        "extlClntAppOauthSecuritySettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppSamlConfigurablePolicies,
        "ExtlClntAppSamlConfigurablePolicies",
        "ecaSamlPlcy",
        "extlClntAppSamlConfigurablePolicies",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppMobileSettings,
        "ExtlClntAppMobileSettings",
        "ecaMobile",
        "extlClntAppMobileSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppMobileConfigurablePolicies,
        "ExtlClntAppMobileConfigurablePolicies",
        "ecaMobilePlcy",
        "extlClntAppMobilePolicies",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppPushSettings,
        "ExtlClntAppPushSettings",
        "ecaPush",
        "extlClntAppPushSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppPushConfigurablePolicies,
        "ExtlClntAppPushConfigurablePolicies",
        "ecaPushPlcy",
        "extlClntAppPushPolicies",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppNotificationSettings,
        "ExtlClntAppNotificationSettings",
        "ecaNotifications",
        "extlClntAppNotifSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppCanvasSettings,
        "ExtlClntAppCanvasSettings",
        "ecaCanvas",
        "extlClntAppCanvasSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppAttestSettings,
        "ExtlClntAppAttestSettings",
        "ecaAttest",
        "extlClntAppAttestSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppAttestConfigurablePolicies,
        "ExtlClntAppAttestConfigurablePolicies",
        "ecaAttestPlcy",
        "extlClntAppAttestPolicies",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppSampleSettings,
        "ExtlClntAppSampleSettings",
        "ecaSmpl",
        "extlClntAppSampleSettings",
        Role::Part,
    ),
    app(
        Kind::ExtlClntAppSampleConfigurablePolicies,
        "ExtlClntAppSampleConfigurablePolicies",
        "ecaSmplPlcy",
        "extlClntAppSamplePolicies",
        Role::Part,
    ),
    row(Kind::Profile, "Profile", "profile", Role::Access),
    row(Kind::PermissionSet, "PermissionSet", "permissionset", Role::Access),
    Row {
        kind: Kind::PermissionSetUserPermission,
        name: "PermissionSetUserPermission",
        suffix: "userPermission",
        root: None,
        folder: None,
        role: Role::Access,
    },
    row(Kind::PermissionSetGroup, "PermissionSetGroup", "permissionsetgroup", Role::Access),
    row(Kind::MutingPermissionSet, "MutingPermissionSet", "mutingpermissionset", Role::Access),
    row(Kind::ProfileSessionSetting, "ProfileSessionSetting", "profileSessionSetting", Role::Access),
    Row {
        kind: Kind::Settings,
        name: "Settings",
        suffix: "settings",
        root: None,
        folder: None,
        role: Role::Org,
    },
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
        let name = name.strip_suffix(META).unwrap_or(name);
        let (stem, suffix) = name.rsplit_once('.')?;
        let row = TABLE.iter().find(|row| row.suffix == suffix)?;
        (!stem.is_empty()).then_some((row.kind, stem))
    }

    /// The kind that a file probably is meant to be, if its suffix is of no kind: a suffix in another case or with a
    /// second `.xml`, one that is like those of apps, or any suffix in a folder of an app. Of these it is the kind of the
    /// folder, or else the one with the nearest suffix.
    pub fn meant_by(path: &FilePath) -> Option<Self> {
        Self::meant_by_name(path.folder().rsplit('/').next().unwrap_or_default(), path.name())
    }

    /// The same, for a file of this name in a folder of this name.
    pub fn meant_by_name(folder: &str, name: &str) -> Option<Self> {
        let (bare, ending) = without_ending(name);
        let (stem, suffix) = bare.rsplit_once('.')?;
        if stem.is_empty() || Self::of_name(name).is_some() {
            return None;
        }
        let is_xml = ending != Ending::None;
        let near = nearest_of_external_client_apps(suffix, is_xml);
        let is_other_case = |row: &Row| {
            row.suffix.eq_ignore_ascii_case(suffix) && (ending == Ending::Meta || row.role.is_app())
        };
        let is_nearly_of = |row: &Row| {
            row.role == Role::ConnectedApp
                && suffix.len().abs_diff(row.suffix.len()) < 4
                && nearest(suffix, [row.suffix]).is_some()
        };
        let is_of_folder = |row: &Row| {
            let may_be = match row.role {
                // The suffix of custom applications is `app`.
                Role::ConnectedApp => is_xml && near.is_none() && suffix != "app",
                _ => is_xml || near.is_some(),
            };
            row.folder == Some(folder) && may_be
        };
        let first = |is: &dyn Fn(&Row) -> bool| TABLE.iter().find(|row| is(row));
        let row = first(&is_other_case).or_else(|| first(&is_nearly_of)).or_else(|| first(&is_of_folder));
        row.or(near).map(|row| row.kind)
    }

    /// The name of the component that a file name gives: percent-decoded, without suffix, whether that is of a kind or not.
    pub fn stem_of(path: &FilePath) -> String {
        let (bare, _) = without_ending(path.name());
        percent_decoded(bare.rsplit_once('.').map_or(bare, |(stem, _)| stem))
    }

    /// Returns the name that a file should have as one of this kind: with its suffix, in the format of the name.
    pub fn file_name_like(self, name: &str) -> String {
        let (bare, ending) = without_ending(name);
        let stem = bare.rsplit_once('.').map_or(bare, |(stem, _)| stem);
        format!("{stem}.{}{}", self.suffix(), if ending == Ending::None { "" } else { META })
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

/// Returns the row of an external client app with the nearest suffix. `None` if the suffix is not like theirs: it must
/// begin with `eca`, as suffixes of other programs may too, if the file is not XML and no upper-case letter follows.
fn nearest_of_external_client_apps(suffix: &str, is_xml: bool) -> Option<&'static Row> {
    let start = suffix.get(..3).filter(|start| start.eq_ignore_ascii_case("eca"))?;
    if !suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let rows = || TABLE.iter().filter(|row| matches!(row.role, Role::Header | Role::Part));
    let is_word = start.ends_with('a') && suffix[3..].starts_with(|letter: char| letter.is_ascii_uppercase());
    if is_xml || is_word {
        return rows().min_by_key(|row| typing_errors(suffix, row.suffix));
    }
    let parts = rows().filter(|row| row.role == Role::Part);
    let near = nearest(suffix, parts.map(|row| row.suffix))?;
    rows().find(|row| row.suffix == near)
}

/// Ending after the suffix in a file name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    None,
    /// Only `.xml`, once or more.
    Xml,
    /// The ending of the source format, perhaps followed by `.xml`.
    Meta,
}

/// Removes what follows the suffix, in any case.
fn without_ending(name: &str) -> (&str, Ending) {
    let without = |name: &'_ str, ending: &str| -> Option<usize> {
        let at = name.len().checked_sub(ending.len()).filter(|at| name.is_char_boundary(*at))?;
        name[at..].eq_ignore_ascii_case(ending).then_some(at)
    };
    let (mut bare, mut found) = (name, Ending::None);
    loop {
        if let Some(at) = without(bare, META) {
            (bare, found) = (&bare[..at], Ending::Meta);
        } else if let Some(at) = without(bare, ".xml") {
            bare = &bare[..at];
            found = if found == Ending::Meta { found } else { Ending::Xml };
        } else {
            return (bare, found);
        }
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
    fn unknown_suffix_of_an_app_has_a_nearest_kind() {
        let meant = |path: &str| Kind::meant_by(&path.into());
        assert_eq!(meant("x/A.ecaPolicy-meta.xml"), Some(Kind::ExtlClntAppConfigurablePolicies));
        assert_eq!(meant("x/A.ecaGlobalOauth"), Some(Kind::ExtlClntAppGlobalOauthSettings));
        assert_eq!(meant("x/A.ecaOauthPolicy"), Some(Kind::ExtlClntAppOauthConfigurablePolicies));
        assert_eq!(meant("x/A.EcaOauthPlcy-meta.xml"), Some(Kind::ExtlClntAppOauthConfigurablePolicies));
        assert_eq!(meant("x/A.connectedapp"), Some(Kind::ConnectedApp));
        assert_eq!(meant("x/A.connectedApp-Meta.XML"), Some(Kind::ConnectedApp));
        assert_eq!(meant("x/A.Profile-meta.xml"), Some(Kind::Profile));
        assert_eq!(
            meant("extlClntAppOauthSecuritySettings/A.ecaSecurity-meta.xml"),
            Some(Kind::ExtlClntAppOauthSecuritySettings)
        );
        assert_eq!(
            meant("extlClntAppPolicies/A.policy-meta.xml"),
            Some(Kind::ExtlClntAppConfigurablePolicies)
        );
        assert_eq!(meant("x/A.ecaSecurity"), Some(Kind::ExtlClntAppOauthSecuritySettings));
        assert_eq!(meant("x/A.ecapolicy"), Some(Kind::ExtlClntAppConfigurablePolicies));
        assert_eq!(meant("x/A.ecaOauth2-meta.xml"), Some(Kind::ExtlClntAppOauthSettings));
        assert_eq!(meant("x/A.ecaOauth2"), Some(Kind::ExtlClntAppOauthSettings));
        assert_eq!(meant("x/A.eca2-meta.xml"), Some(Kind::ExternalClientApplication));
        assert_eq!(meant("x/A.connectedApps-meta.xml"), Some(Kind::ConnectedApp));
        assert_eq!(meant("x/A.conectedApp"), Some(Kind::ConnectedApp));
        assert_eq!(meant("externalClientApps/A.conectedApp-meta.xml"), Some(Kind::ConnectedApp));
        assert_eq!(meant("connectedApps/A.connApp-meta.xml"), Some(Kind::ConnectedApp));
        assert_eq!(meant("connectedApps/A.ecaPolicy-meta.xml"), Some(Kind::ExtlClntAppConfigurablePolicies));
    }

    #[test]
    fn superfluous_or_missing_endings_are_no_suffixes() {
        for (name, right) in [
            ("A.ecaPlcy.xml", "A.ecaPlcy-meta.xml"),
            ("A.ecaPlcy-meta.xml.xml", "A.ecaPlcy-meta.xml"),
            ("A.ecaOauth-Meta.xml-meta.xml", "A.ecaOauth-meta.xml"),
            ("A.connectedApp.xml", "A.connectedApp-meta.xml"),
            ("A.profile-meta.xml.xml", "A.profile-meta.xml"),
        ] {
            let path = FilePath::new(format!("x/{name}"));
            assert_eq!(Kind::meant_by(&path).map(|kind| kind.file_name_like(name)).as_deref(), Some(right));
            assert_eq!(Kind::stem_of(&path), "A");
        }
    }

    #[test]
    fn file_that_is_not_like_an_app_is_meant_to_be_no_kind() {
        for path in [
            "x/A.ecaPlcy-meta.xml",
            "x/A.connectedApp",
            "x/A.cls-meta.xml",
            "x/A.Profile",
            "x/a.Settings",
            "externalClientApps/README.md",
            "externalClientApps/.eca-meta.xml",
            "connectedApps/A.app-meta.xml",
            "x/deca.txt",
            "x/eca",
            "x/A.eca2",
            "x/pic.ecap",
            "x/eca.ecard",
            "externalClientApps/eca.ecard",
            "x/PIC.ECAP",
            "x/eca.xml",
            "x/A.profile.xml",
            "connectedApps/package.xml",
            "connectedApps/A.app",
            "x/A.app-meta.xml",
        ] {
            assert_eq!(Kind::meant_by(&path.into()), None, "{path}");
        }
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
