//! The settings of the whole org that change the meaning of an app's own settings.

use crate::{
    Absence, AttributeDef, Codec, Column, ElementRef, Item, Kind, Polarity, Type, schema::attributes::RANGES,
};

/// A setting of the org: a row of the table of settings.
#[derive(Debug)]
pub struct SettingDef {
    /// Its name, type and meaning.
    pub def: AttributeDef,
    /// The effect of a change on access.
    pub polarity: Polarity,
    /// The name of the settings file: `Security` for `Security.settings`.
    pub file: &'static str,
    /// The place and the form in that file.
    pub column: Column,
}

macro_rules! settings {
    ($($file:literal $path:literal $ty:expr, $polarity:ident, $codec:expr, $name:literal, $doc:literal;)*) => {
        &[$(SettingDef {
            def: AttributeDef::new($name, $ty, $doc),
            polarity: Polarity::$polarity,
            file: $file,
            column: Column {
                elements: &[ElementRef { kind: Kind::Settings, path: $path }],
                codec: $codec,
                since: 0,
                absence: Absence::Unknown,
            },
        }),*]
    };
}

const FLAG: Codec = Codec::One(Item::Flag);

/// The table of settings. Source: Metadata API, types `ConnectedAppSettings`, `OauthOidcSettings`,
/// `SecuritySettings`, `ExternalClientAppSettings` and `IdentityProviderSettings`. An absent setting is unknown:
/// several of them exist only where Salesforce has switched a feature on.
pub static SETTINGS: &[SettingDef] = settings! {
    "ConnectedApp" "enableAdminApprovedAppsOnly" Type::Bool, Neither, FLAG, "ConnectedApp.enableAdminApprovedAppsOnly",
        "API Access Control: only apps that an admin has approved may call APIs for internal users.";
    "ConnectedApp" "enableAdminApprovedAppsOnlyForExternalUser" Type::Bool, Neither, FLAG,
        "ConnectedApp.enableAdminApprovedAppsOnlyForExternalUser",
        "API Access Control for customers and partners.";
    "OauthOidc" "blockOAuthUnPwFlow" Type::Bool, Neither, FLAG, "OauthOidc.blockOAuthUnPwFlow",
        "Whether the username-password flow is blocked.";
    "OauthOidc" "blockOAuthUsrAgtFlow" Type::Bool, Neither, FLAG, "OauthOidc.blockOAuthUsrAgtFlow",
        "Whether the user-agent flow is blocked.";
    "OauthOidc" "isPkceRequired" Type::Bool, Neither, FLAG, "OauthOidc.isPkceRequired",
        "Whether all authorization-code flows of the org require PKCE.";
    "OauthOidc" "oAuthCdCrdtFlowEnable" Type::Bool, Neither, FLAG, "OauthOidc.oAuthCdCrdtFlowEnable",
        "Whether the authorization code and credentials (headless) flow may be used.";
    "Security" "networkAccess/ipRanges" RANGES, Neither, Codec::Ranges { start: "start", end: "end" },
        "Security.networkAccess.ipRanges",
        "Addresses from which users need not activate a device. They do not restrict who may log in.";
    "Security" "sessionSettings/enforceIpRangesEveryRequest" Type::Bool, Neither, FLAG,
        "Security.sessionSettings.enforceIpRangesEveryRequest",
        "Whether login IP ranges are checked on every request.";
    "Security" "sessionSettings/lockSessionsToIp" Type::Bool, Neither, FLAG, "Security.sessionSettings.lockSessionsToIp",
        "Whether a session ends when its address changes.";
    "Security" "sessionSettings/sessionTimeout" Type::Text, Neither, Codec::One(Item::Text),
        "Security.sessionSettings.sessionTimeout",
        "The idle time after which a session ends: `FifteenMinutes` to `TwentyFourHours`.";
    "Security" "singleSignOnSettings/isLoginWithSalesforceCredentialsDisabled" Type::Bool, Neither, FLAG,
        "Security.singleSignOnSettings.isLoginWithSalesforceCredentialsDisabled",
        "Whether users can log in only by single sign-on.";
    "ExternalClientApp" "enableConsumerSecretApiAccess" Type::Bool, Neither, FLAG,
        "ExternalClientApp.enableConsumerSecretApiAccess",
        "Whether consumer secrets can be read through the Metadata API.";
    "ExternalClientApp" "enableClientSecretInRestApiAccess" Type::Bool, Neither, FLAG,
        "ExternalClientApp.enableClientSecretInRestApiAccess",
        "Whether consumer secrets can be read through the REST API.";
    "IdentityProvider" "enableIdentityProvider" Type::Bool, Neither, FLAG, "IdentityProvider.enableIdentityProvider",
        "Whether the org is a SAML identity provider.";
};

/// The attributes of the source as a whole.
pub static SOURCE: &[AttributeDef] = &[
    AttributeDef::new(
        "apiVersion",
        Type::Number,
        "The API version of the source in `sfdx-project.json` or `package.xml`. Single files may be older.",
    ),
    AttributeDef::new(
        "project.orgs",
        Type::List(&Type::Text),
        "What shows that the project is meant for several orgs: a definition of scratch orgs, package directories with \
         `package`, `replacements`. Empty if nothing does.",
    ),
];
