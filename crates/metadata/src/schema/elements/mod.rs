//! **The outline of every type**: the elements that the Metadata API reads, and their places. It distinguishes an
//! element that is merely not listed from one that has no effect in its place.
//!
//! Source: the Metadata API's own type definitions and the Metadata API Developer Guide, with elements that older
//! versions of the API had.

mod access;
mod connected_app;
mod external_client_app;
pub(crate) mod versions;

use crate::{AppKind, Kind, Role};

/// An element that the Metadata API reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementDef {
    /// Its name, without a namespace prefix.
    pub name: &'static str,
    /// True if its parent may have several of it.
    pub is_list: bool,
    /// True if its parent must have it.
    pub is_required: bool,
    /// Its content.
    pub children: Children,
}

/// The content of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Children {
    /// Text, and no elements.
    Text,
    /// These elements.
    Known(&'static [ElementDef]),
    /// Elements that no outline lists.
    Any,
}

/// Writes an outline: `description` holds text, `label: required` must be there, `scopes: list` may be repeated,
/// `oauthConfig { … }` has the elements in the braces, `enrichments { .. }` has elements that are not listed.
macro_rules! outline {
    (@children) => { $crate::schema::elements::Children::Text };
    (@children { .. }) => { $crate::schema::elements::Children::Any };
    (@children { $($inner:tt)* }) => { $crate::schema::elements::Children::Known($crate::schema::elements::outline!($($inner)*)) };
    (@is_list list) => { true };
    (@is_list $($other:ident)?) => { false };
    (@is_required required) => { true };
    (@is_required $($other:ident)?) => { false };
    ($($name:ident $(: $mark:ident)? $({ $($inner:tt)* })?),* $(,)?) => {
        &[$($crate::schema::elements::ElementDef {
            name: stringify!($name),
            is_list: $crate::schema::elements::outline!(@is_list $($mark)?),
            is_required: $crate::schema::elements::outline!(@is_required $($mark)?),
            children: $crate::schema::elements::outline!(@children $({ $($inner)* })?),
        }),*]
    };
}
use outline;

/// The elements below the root of a kind of file, in alphabetical order. `None` where they are not checked: each
/// settings file has a root of its own, the sample types are internal to Salesforce, and of the others only some elements
/// are read.
pub fn known(kind: Kind) -> Option<&'static [ElementDef]> {
    use external_client_app as eca;
    let outline = match kind {
        Kind::ConnectedApp => connected_app::CONNECTED_APP,
        Kind::ExternalClientApplication => eca::HEADER,
        Kind::ExtlClntAppOauthSettings => eca::OAUTH_SETTINGS,
        Kind::ExtlClntAppGlobalOauthSettings => eca::GLOBAL_OAUTH_SETTINGS,
        Kind::ExtlClntAppOauthConfigurablePolicies => eca::OAUTH_POLICIES,
        Kind::ExtlClntAppConfigurablePolicies => eca::POLICIES,
        Kind::ExtlClntAppOauthSecuritySettings => eca::OAUTH_SECURITY_SETTINGS,
        Kind::ExtlClntAppSamlConfigurablePolicies => eca::SAML_POLICIES,
        Kind::ExtlClntAppMobileSettings => eca::MOBILE_SETTINGS,
        Kind::ExtlClntAppMobileConfigurablePolicies => eca::MOBILE_POLICIES,
        Kind::ExtlClntAppPushSettings => eca::PUSH_SETTINGS,
        Kind::ExtlClntAppPushConfigurablePolicies => eca::PUSH_POLICIES,
        Kind::ExtlClntAppNotificationSettings => eca::NOTIFICATION_SETTINGS,
        Kind::ExtlClntAppCanvasSettings => eca::CANVAS_SETTINGS,
        Kind::Profile => access::PROFILE,
        Kind::PermissionSet => access::PERMISSION_SET,
        Kind::PermissionSetUserPermission => access::USER_PERMISSION,
        Kind::PermissionSetGroup => access::PERMISSION_SET_GROUP,
        Kind::MutingPermissionSet => access::MUTING_PERMISSION_SET,
        Kind::ExtlClntAppAttestSettings
        | Kind::ExtlClntAppAttestConfigurablePolicies
        | Kind::ExtlClntAppSampleSettings
        | Kind::ExtlClntAppSampleConfigurablePolicies
        | Kind::ProfileSessionSetting
        | Kind::Settings => return None,
    };
    Some(outline)
}

/// Finds the element of this name in an outline, which is in alphabetical order.
pub(crate) fn named(outline: &'static [ElementDef], name: &str) -> Option<&'static ElementDef> {
    let found = outline.binary_search_by_key(&name, |element| element.name);
    found.ok().map(|index| &outline[index])
}

/// Every element that a kind of file may have, with its path below the root: `oauthConfig/isAdminApproved`.
pub(crate) fn all(kind: Kind) -> Vec<(String, &'static ElementDef)> {
    fn collect(below: &str, elements: &'static [ElementDef], found: &mut Vec<(String, &'static ElementDef)>) {
        for element in elements {
            let path = format!("{below}{}", element.name);
            found.push((path.clone(), element));
            if let Children::Known(children) = element.children {
                collect(&format!("{path}/"), children, found);
            }
        }
    }
    let mut found = Vec::new();
    collect("", known(kind).unwrap_or_default(), &mut found);
    found
}

/// The paths at which a kind of file may have an element of this name.
pub fn places_of(kind: Kind, name: &str) -> Vec<String> {
    all(kind).into_iter().filter(|(_, element)| element.name == name).map(|(path, _)| path).collect()
}

/// The kinds of file that may have an element of this name, each with the paths.
pub fn kinds_with(name: &str) -> Vec<(Kind, String)> {
    Kind::all().flat_map(|kind| places_of(kind, name).into_iter().map(move |path| (kind, path))).collect()
}

const PERIOD_IN_POLICY: &str = "the period is part of `oauthPolicy/refreshTokenPolicy`: \
    `specific_lifetime:90:DAYS` or `specific_inactivity:30:DAYS`";
const GRANT_ON_APP: &str = "assignments are part of the app: a ConnectedApp has them in `profileName` and \
    `permissionSetName`, an external client app in `commaSeparatedProfile` and `commaSeparatedPermissionSet`";

/// Returns the advice for an element that no version of the Metadata API has had, but that templates and generated files
/// contain. The advice begins with a lower-case letter and has no full stop.
pub fn invented(kind: Kind, name: &str) -> Option<&'static str> {
    let instead = match (kind, name) {
        (Kind::ConnectedApp, "status") => {
            "a ConnectedApp has no status; `Block` in `sessionPolicy/policyAction` turns an app off"
        }
        (Kind::ConnectedApp, "isClientCredentialApproved") => {
            "`oauthConfig/isClientCredentialEnabled` turns the client credentials flow on"
        }
        (Kind::ConnectedApp, "isTokenExchangeApproved") => {
            "`oauthConfig/isTokenExchangeEnabled` and `oauthPolicy/isTokenExchangeFlowEnabled` turn the token \
             exchange flow on"
        }
        (
            Kind::ConnectedApp,
            "refreshTokenValidityPeriod" | "refreshTokenValidityUnit" | "refreshTokenValidityUnits",
        ) => PERIOD_IN_POLICY,
        (_, "refreshTokenValidityUnits") if kind.role() == Role::Part => {
            "the unit is `refreshTokenValidityUnit`, without a final s"
        }
        (_, "connectedAppAccess" | "connectedAppAccesses") if kind.role() == Role::Access => GRANT_ON_APP,
        _ => return None,
    };
    Some(instead)
}

/// Returns the advice for a value that Salesforce has never known, but that templates and generated files contain, in
/// the form of [`invented`].
pub(crate) fn invented_value(app: AppKind, text: &str) -> Option<&'static str> {
    use AppKind::{ConnectedApp, ExternalClientApp};
    let instead = match (app, text) {
        (
            ConnectedApp,
            "SPECIFIC_LIFETIME" | "specific_lifetime" | "SPECIFIC_INACTIVITY" | "specific_inactivity",
        ) => PERIOD_IN_POLICY,
        (ConnectedApp, "relaxIpRanges") => "`BYPASS` relaxes IP restrictions",
        (ConnectedApp, "ENFORCE_ACTIVATED_USERS") => {
            "`ENFORCE` enforces IP restrictions, `BYPASS_2FACTOR` relaxes them for activated devices"
        }
        (ExternalClientApp, "AdminApproved") => {
            "`AdminApprovedPreAuthorized` means that admin approved users are pre-authorized"
        }
        _ => return None,
    };
    Some(instead)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_order(kind: Kind, elements: &[ElementDef]) {
        for pair in elements.windows(2) {
            assert!(pair[0].name < pair[1].name, "{}: {} before {}", kind.name(), pair[0].name, pair[1].name);
        }
        for element in elements {
            if let Children::Known(children) = element.children {
                check_order(kind, children);
            }
        }
    }

    #[test]
    fn outlines_are_in_alphabetical_order() {
        for kind in Kind::all() {
            check_order(kind, known(kind).unwrap_or_default());
        }
    }

    #[test]
    fn every_type_may_state_its_full_name() {
        for kind in Kind::all().filter(|kind| known(*kind).is_some()) {
            assert_eq!(places_of(kind, "fullName"), ["fullName"], "{}", kind.name());
        }
    }

    #[test]
    fn every_file_of_an_external_client_app_names_its_header() {
        for kind in Kind::all().filter(|kind| kind.role() == Role::Part && known(*kind).is_some()) {
            assert_eq!(places_of(kind, "externalClientApplication"), ["externalClientApplication"]);
        }
    }

    #[test]
    fn invented_elements_are_not_in_the_outlines() {
        for name in
            ["status", "isClientCredentialApproved", "isTokenExchangeApproved", "refreshTokenValidityPeriod"]
        {
            assert!(invented(Kind::ConnectedApp, name).is_some());
            assert!(places_of(Kind::ConnectedApp, name).is_empty());
        }
    }

    #[test]
    fn places_are_paths_below_the_root() {
        assert_eq!(places_of(Kind::ConnectedApp, "isAdminApproved"), ["oauthConfig/isAdminApproved"]);
        assert_eq!(
            places_of(Kind::ConnectedApp, "certificate"),
            ["oauthConfig/certificate", "samlConfig/certificate"]
        );
        assert!(places_of(Kind::Settings, "label").is_empty());
    }

    #[test]
    fn kinds_with_an_element_are_found() {
        let expected = [
            (Kind::ExtlClntAppOauthConfigurablePolicies, "commaSeparatedProfile".to_owned()),
            (Kind::ExtlClntAppSamlConfigurablePolicies, "commaSeparatedProfile".to_owned()),
        ];
        assert_eq!(kinds_with("commaSeparatedProfile"), expected);
    }
}
