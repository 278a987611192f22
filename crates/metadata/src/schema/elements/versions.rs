//! The versions of the Metadata API that have an element, a value or a type. Salesforce refuses to deploy what the version
//! of a deployment does not have.
//!
//! Source: the API's own type definitions, compared from version to version, and the Metadata API Developer Guide.

use crate::{
    ATTRIBUTES, Column, Kind,
    Kind::{
        ConnectedApp, ExtlClntAppAttestConfigurablePolicies, ExtlClntAppAttestSettings,
        ExtlClntAppCanvasSettings, ExtlClntAppConfigurablePolicies as AppPolicies,
        ExtlClntAppGlobalOauthSettings as Global, ExtlClntAppOauthConfigurablePolicies as Policies,
        ExtlClntAppOauthSecuritySettings, ExtlClntAppOauthSettings as Settings, PermissionSet,
    },
    Role,
};

/// The versions that have something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Versions {
    /// The first one.
    pub(crate) since: u32,
    /// The last one; `None` if the newest has it.
    pub(crate) until: Option<u32>,
    /// Place in later versions; empty if there is none.
    pub(crate) now: &'static str,
}

const fn since(since: u32) -> Versions {
    Versions { since, until: None, now: "" }
}

const fn until(until: u32) -> Versions {
    Versions { until: Some(until), ..since(0) }
}

/// Elements, by kind of file and path below the root, that [`ATTRIBUTES`] cannot describe: those of several that make one
/// attribute, those that ended, and switches that an app can do without. The others have the first version of the
/// attribute.
const ELEMENTS: &[(Kind, &str, Versions)] = &[
    (AppPolicies, "isAttestPluginEnabled", since(68)),
    (AppPolicies, "isCanvasPluginEnabled", since(66)),
    (AppPolicies, "isMobilePluginEnabled", since(63)),
    (AppPolicies, "isNotificationPluginEnabled", since(63)),
    (AppPolicies, "isPushPluginEnabled", since(63)),
    (AppPolicies, "isSamlPluginEnabled", since(63)),
    (ConnectedApp, "pluginExecutionUser", Versions { since: 46, ..until(66) }),
    (Global, "certificate", since(60)),
    (Global, "isClientCredentialsFlowEnabled", since(60)),
    (Global, "isCodeCredFlowEnabled", since(61)),
    (Global, "isCodeCredPostOnly", since(61)),
    (PermissionSet, "dataspaceScopes", until(66)),
    (Policies, "apexHandler", since(61)),
    (Policies, "clientCredentialsFlowUser", since(60)),
    (Policies, "commaSeparatedCustomScopes", since(61)),
    (Policies, "executeHandlerAs", since(61)),
    (Policies, "isClientCredentialsFlowEnabled", since(60)),
    (
        Policies,
        "isNamedUserJwtEnabled",
        Versions { until: Some(63), now: "in the `.ecaGlblOauth` file", ..since(61) },
    ),
    (Settings, "areAttributesIncludedInAssetToken", since(61)),
    (Settings, "areCustomPermsIncludedInAssetToken", since(61)),
    (Settings, "assetTokenAudiences", since(61)),
    (Settings, "assetTokenSigningCertificate", since(61)),
    (Settings, "assetTokenValidity", since(61)),
    (Settings, "commaSeparatedCustomScopes", since(61)),
];

/// Elements whose values came later than they, with those values.
const VALUES: &[(Kind, &str, FirstVersions)] = &[
    (ConnectedApp, "oauthConfig/scopes", SCOPES),
    (Settings, "commaSeparatedOauthScopes", SCOPES),
    (Policies, "policyAction", &[("StepUpMFA", 67)]),
];

/// Values, each with the first version that has it.
type FirstVersions = &'static [(&'static str, u32)];

const SCOPES: FirstVersions = &[
    ("A2A", 68),
    ("CmdbDiscovery", 68),
    ("DataCloudUserClaims", 67),
    ("MCP", 66),
    ("SCRT", 66),
    ("SemanticLayer", 68),
];

/// The versions that have a kind of file; `None` if all have it.
pub(crate) fn of_kind(kind: Kind) -> Option<Versions> {
    match kind {
        ExtlClntAppOauthSecuritySettings => Some(since(67)),
        ExtlClntAppAttestSettings | ExtlClntAppAttestConfigurablePolicies | ExtlClntAppCanvasSettings => {
            Some(since(66))
        }
        _ if matches!(kind.role(), Role::Header | Role::Part) => Some(since(59)),
        _ => None,
    }
}

/// The first version from which on the first versions in [`ATTRIBUTES`] are known from the API's own types. Earlier ones
/// are the Guide's, and retrieved files have some of those elements one version before.
const KNOWN_FROM_TYPES: u32 = 65;

/// The versions that have an element at a path below the root; `None` if all that have the kind have it.
pub(crate) fn of_element(kind: Kind, path: &str) -> Option<Versions> {
    let listed = ELEMENTS.iter().find(|(of, at, _)| *of == kind && *at == path);
    if let Some((.., versions)) = listed {
        return Some(*versions);
    }
    let keeps =
        |column: &&Column| column.elements.iter().any(|element| element.kind == kind && element.path == path);
    let columns = ATTRIBUTES.iter().flat_map(|row| [&row.connected_app, &row.external_client_app]);
    let column = columns.flatten().find(keeps)?;
    let is_older = |versions: Versions| versions.since >= column.since;
    (column.since >= KNOWN_FROM_TYPES && !of_kind(kind).is_some_and(is_older)).then(|| since(column.since))
}

/// The first version that has a value of an element; `None` if all that have the element have it.
pub(crate) fn of_value(kind: Kind, path: &str, value: &str) -> Option<Versions> {
    let (.., values) = VALUES.iter().find(|(of, at, _)| *of == kind && *at == path)?;
    values.iter().find(|(literal, _)| *literal == value).map(|(_, version)| since(*version))
}

/// True if the elements below the root of a kind of file may have versions.
pub(crate) fn are_known_of(kind: Kind) -> bool {
    kind.role().is_app() || ELEMENTS.iter().any(|(of, ..)| *of == kind)
}

/// True if an element below the root of a kind of file, which is only read, has versions of its own.
pub(crate) fn has(kind: Kind, name: &str) -> bool {
    ELEMENTS.iter().any(|(of, path, _)| *of == kind && *path == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places_of;

    #[test]
    fn elements_with_versions_exist() {
        let paths = ELEMENTS.iter().map(|(kind, path, _)| (kind, path));
        for (kind, path) in paths.chain(VALUES.iter().map(|(kind, path, _)| (kind, path))) {
            let name = path.rsplit('/').next().unwrap();
            assert!(places_of(*kind, name).contains(&(*path).to_owned()), "{path}");
        }
    }

    #[test]
    fn versions_come_from_both_tables() {
        let element = |kind, path| of_element(kind, path).unwrap();
        assert_eq!(element(Policies, "isNamedUserJwtEnabled").until, Some(63));
        assert_eq!(element(ConnectedApp, "oauthConfig/isDPopEnabled"), since(68));
        assert_eq!(of_element(ConnectedApp, "oauthConfig/callbackUrl"), None);
        assert_eq!(of_value(ConnectedApp, "oauthConfig/scopes", "MCP"), Some(since(66)));
    }
}
