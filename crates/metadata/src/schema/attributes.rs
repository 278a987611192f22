//! **The table of attributes**: the only place that knows in which elements an attribute of an app is kept, with which
//! literals, what its absence means, what a change does to access, and how much of it may be shown. Reading, writing,
//! the vocabulary of policies, the documentation and the check for unknown values all come from its rows. To add an
//! attribute is to add a row.
//!
//! Source: Metadata API Developer Guide, types `ConnectedApp`, `ExternalClientApplication` and `ExtlClntApp…`;
//! element names and literals as in the API's own type definitions.

use crate::{
    Absence::{self, Unknown},
    Attribute, AttributeDef,
    Codec::{self, Commas, Lines, One, Repeated, TwoSwitches},
    Column,
    Effect::{Admission, Neutral, Reach},
    ElementRef,
    Item::{Enum, EnumOfAnyCase, Flag, Number as Int, NumberOf, Text as Str},
    Kind::{
        ConnectedApp as Ca, ExternalClientApplication as Header,
        ExtlClntAppConfigurablePolicies as AppPolicies, ExtlClntAppGlobalOauthSettings as Global,
        ExtlClntAppOauthConfigurablePolicies as Policies, ExtlClntAppOauthSecuritySettings as Security,
        ExtlClntAppOauthSettings as Settings, ExtlClntAppSamlConfigurablePolicies as Saml,
    },
    Polarity::{AllowList, Demand, Fence, Lifetime, Neither, Permission, Ranked},
    Sensitivity::{Certificate, Identifier, Public, Secret},
    Type::{self, Bool, Enum as EnumOf, List, Number, RefreshToken, Text},
    schema::literals::{
        CA_SCOPES, DISTRIBUTION, ECA_SCOPES, GUEST_JWT_MINUTES, IP_RELAXATION, IP_RELAXATION_RANKS,
        JWT_TIMEOUT, JWT_TIMEOUTS, NAMED_USER_JWT_MINUTES, PERMITTED_USERS, POLICY_ACTION, SCOPE,
        SESSION_LEVEL, SESSION_LEVELS, START_PAGE,
    },
};

/// Fields of a range of IP addresses.
pub(crate) const RANGE: &[AttributeDef] = &[
    AttributeDef::new("start", Text, "The first address."),
    AttributeDef::new("end", Text, "The last address."),
    AttributeDef::new("description", Text, "The description of the range."),
];

/// Fields of a custom attribute.
pub(crate) const CUSTOM_ATTRIBUTE: &[AttributeDef] = &[
    AttributeDef::new("key", Text, "The attribute's name."),
    AttributeDef::new("formula", Text, "The formula of its value."),
];

/// A list of ranges of IP addresses.
pub const RANGES: Type = List(&Type::Record(RANGE));
const CUSTOM_ATTRIBUTES: Type = List(&Type::Record(CUSTOM_ATTRIBUTE));
const TEXTS: Type = List(&Text);
const FALSE: Absence = Absence::Default("false");
const TRUE: Absence = Absence::Default("true");
const NOTHING: Absence = Absence::None;

/// Rows: name, type, effect, polarity, sensitivity, the name in Setup, the meaning, then where each kind of app keeps
/// it: the elements, the codec, the API version that has them since, the meaning of their absence.
macro_rules! table {
    (@column) => { None };
    (@column $([$kind:ident $path:literal])+ => $codec:expr, $since:literal, $absence:expr) => {
        Some(Column {
            elements: &[$(ElementRef { kind: $kind, path: $path }),+],
            codec: $codec,
            since: $since,
            absence: $absence,
        })
    };
    ($($name:literal $ty:expr, $effect:expr, $polarity:expr, $sensitivity:expr, $setup:literal, $doc:literal
        $(; connected_app $([$ck:ident $cp:literal])+ => $cc:expr, $cs:literal, $ca:expr)?
        $(; external_client_app $([$ek:ident $ep:literal])+ => $ec:expr, $es:literal, $ea:expr)? ;
    )*) => {
        &[$(Attribute {
            def: AttributeDef { name: $name, ty: $ty, sensitivity: $sensitivity, doc: $doc, setup: $setup },
            effect: $effect,
            polarity: $polarity,
            connected_app: table!(@column $($([$ck $cp])+ => $cc, $cs, $ca)?),
            external_client_app: table!(@column $($([$ek $ep])+ => $ec, $es, $ea)?),
        }),*]
    };
}

/// The rows, in the order in which documentation shows them.
pub static ATTRIBUTES: &[Attribute] = table! {
    "permittedUsers" EnumOf(PERMITTED_USERS), Admission, Ranked(&[("adminApproved", 0), ("selfAuthorize", 1)]), Public, "Permitted Users",
        "Who may authorize the app: everybody, or only those whom an admin has assigned to it."
        ; connected_app [Ca "oauthConfig/isAdminApproved"] =>
            One(Enum(&[("selfAuthorize", "false"), ("adminApproved", "true")])), 46, Absence::Default("selfAuthorize")
        ; external_client_app [Policies "permittedUsersPolicyType"] =>
            One(Enum(&[("selfAuthorize", "AllSelfAuthorized"), ("adminApproved", "AdminApprovedPreAuthorized")])), 59, Unknown;
    "grants.profiles" TEXTS, Admission, AllowList, Public, "Profiles",
        "The profiles that are assigned to the app, by their names in Setup."
        ; connected_app [Ca "profileName"] => Repeated(Str), 46, NOTHING
        ; external_client_app [Policies "commaSeparatedProfile"] [Saml "commaSeparatedProfile"] => Commas(Str), 59, NOTHING;
    "grants.permissionSets" TEXTS, Admission, AllowList, Public, "Permission Sets",
        "The permission sets that are assigned to the app. A ConnectedApp names them by their labels."
        ; connected_app [Ca "permissionSetName"] => Repeated(Str), 46, NOTHING
        ; external_client_app [Policies "commaSeparatedPermissionSet"] [Saml "commaSeparatedPermissionSet"] => Commas(Str), 59, NOTHING;
    "ipRelaxation" EnumOf(IP_RELAXATION), Reach, Ranked(IP_RELAXATION_RANKS), Public, "IP Relaxation",
        "How strictly the login IP ranges of a user's profile apply to the app."
        ; connected_app [Ca "oauthPolicy/ipRelaxation"] =>
            One(Enum(&[("enforce", "ENFORCE"), ("enforceRelaxRefresh", "ENFORCE_RELAXREFRESH"),
                        ("relaxActivated", "BYPASS_2FACTOR"), ("relax", "BYPASS")])), 49, Absence::Default("enforce")
        ; external_client_app [Policies "ipRelaxationPolicyType"] =>
            One(EnumOfAnyCase(&[("enforce", "Enforce"), ("enforceRelaxRefresh", "Enforce_RelaxRefresh"),
                        ("relaxActivated", "Bypass_2factor"), ("relax", "Bypass")])), 59, Unknown;
    "refreshToken" RefreshToken, Reach, Lifetime, Public, "Refresh Token Policy",
        "How long a refresh token may be used."
        ; connected_app [Ca "oauthPolicy/refreshTokenPolicy"] => Codec::RefreshTokenLiteral, 49, Absence::Default("untilRevoked")
        ; external_client_app [Policies "refreshTokenPolicyType"] [Policies "refreshTokenValidityPeriod"]
            [Policies "refreshTokenValidityUnit"] => Codec::RefreshTokenTriple, 59, Unknown;
    "scopes" List(&EnumOf(SCOPE)), Reach, AllowList, Public, "Selected OAuth Scopes",
        "The scopes that a token of the app may be used for."
        ; connected_app [Ca "oauthConfig/scopes"] => Repeated(Enum(CA_SCOPES)), 29, NOTHING
        ; external_client_app [Settings "commaSeparatedOauthScopes"] => Commas(Enum(ECA_SCOPES)), 59, NOTHING;
    "customScopes" TEXTS, Reach, AllowList, Public, "Custom Scopes",
        "The org's own scopes that a token of the app may be used for."
        ; external_client_app [Settings "commaSeparatedCustomScopes"] [Policies "commaSeparatedCustomScopes"] => Commas(Str), 59, NOTHING;
    "callbackUrls" TEXTS, Reach, AllowList, Public, "Callback URL",
        "The URLs that the authorization server may redirect users to."
        ; connected_app [Ca "oauthConfig/callbackUrl"] => Lines(Str), 29, NOTHING
        ; external_client_app [Global "callbackUrl"] => Lines(Str), 59, NOTHING;
    "certificate" Text, Reach, Neither, Certificate, "Use digital signatures",
        "The certificate that verifies signed assertions; the JWT bearer flow needs one."
        ; connected_app [Ca "oauthConfig/certificate"] => One(Str), 29, NOTHING
        ; external_client_app [Global "certificate"] => One(Str), 59, NOTHING;
    "consumerKey" Text, Neutral, Neither, Identifier, "Consumer Key",
        "The OAuth `client_id`. The same key cannot be used in two orgs."
        ; connected_app [Ca "//consumerKey"] => One(Str), 29, NOTHING
        ; external_client_app [Global "consumerKey"] => One(Str), 59, NOTHING;
    "consumerSecret" Text, Reach, Neither, Secret, "Consumer Secret",
        "The OAuth `client_secret`. Salesforce never returns it, so if the source has one, a person wrote it there."
        ; connected_app [Ca "//consumerSecret"] => One(Str), 29, NOTHING
        ; external_client_app [Global "consumerSecret"] => One(Str), 59, NOTHING;
    "clientCredentials" Bool, Reach, Permission, Public, "Enable Client Credentials Flow",
        "Whether the client credentials flow is on."
        ; connected_app [Ca "oauthConfig/isClientCredentialEnabled"] => One(Flag), 56, FALSE
        ; external_client_app [Global "isClientCredentialsFlowEnabled"] [Policies "isClientCredentialsFlowEnabled"] => TwoSwitches, 59, Unknown;
    "clientCredentialsUser" Text, Reach, Neither, Public, "Run As",
        "The user that the client credentials flow runs as."
        ; connected_app [Ca "oauthConfig/oauthClientCredentialUser"] => One(Str), 56, NOTHING
        ; external_client_app [Policies "clientCredentialsFlowUser"] => One(Str), 59, NOTHING;
    "codeCredentials" Bool, Reach, Permission, Public, "Enable Authorization Code and Credentials Flow",
        "Whether the authorization code and credentials (headless) flow is on."
        ; connected_app [Ca "oauthConfig/isCodeCredentialEnabled"] => One(Flag), 57, FALSE
        ; external_client_app [Global "isCodeCredFlowEnabled"] => One(Flag), 59, FALSE;
    "codeCredentialsPostOnly" Bool, Reach, Demand, Public, "Require user credentials in the POST body",
        "Whether the headless flow accepts user names and passwords only in the body of a request."
        ; connected_app [Ca "oauthConfig/isCodeCredentialPostOnly"] => One(Flag), 57, FALSE
        ; external_client_app [Global "isCodeCredPostOnly"] => One(Flag), 59, FALSE;
    "guestCodeCredentials" Bool, Reach, Permission, Public, "Enable Authorization Code and Credentials Flow for guests",
        "Whether guests may use the headless flow."
        ; external_client_app [Policies "isGuestCodeCredFlowEnabled"] => One(Flag), 59, FALSE;
    "deviceFlow" Bool, Reach, Permission, Public, "Enable for Device Flow",
        "Whether the device flow is on."
        ; connected_app [Ca "oauthConfig/isDeviceFlowEnabled"] => One(Flag), 68, FALSE
        ; external_client_app [Global "isDeviceFlowEnabled"] => One(Flag), 59, FALSE;
    "tokenExchange" Bool, Reach, Permission, Public, "Enable Token Exchange Flow",
        "Whether the token exchange flow is on."
        ; connected_app [Ca "oauthConfig/isTokenExchangeEnabled"] [Ca "oauthPolicy/isTokenExchangeFlowEnabled"] => TwoSwitches, 60, FALSE
        ; external_client_app [Global "isTokenExchangeEnabled"] [Policies "isTokenExchangeFlowEnabled"] => TwoSwitches, 60, Unknown;
    "pkceRequired" Bool, Reach, Demand, Public, "Require Proof Key for Code Exchange (PKCE)",
        "Whether authorization-code flows must prove that the same client starts and completes them (RFC 7636)."
        ; connected_app [Ca "oauthConfig/isPkceRequired"] => One(Flag), 59, FALSE
        ; external_client_app [Global "isPkceRequired"] => One(Flag), 59, TRUE;
    "consumerSecretOptional" Bool, Reach, Permission, Public, "Require Secret for Web Server Flow",
        "Whether a client may use the web server flow without a secret: a public client."
        ; connected_app [Ca "oauthConfig/isConsumerSecretOptional"] => One(Flag), 49, FALSE
        ; external_client_app [Global "isConsumerSecretOptional"] => One(Flag), 59, FALSE;
    "secretRequiredForRefreshToken" Bool, Reach, Demand, Public, "Require Secret for Refresh Token Flow",
        "Whether a refresh token alone is not enough to get a new access token."
        ; connected_app [Ca "oauthConfig/isSecretRequiredForRefreshToken"] => One(Flag), 51, TRUE
        ; external_client_app [Global "isSecretRequiredForRefreshToken"] => One(Flag), 59, TRUE;
    "secretRequiredForTokenExchange" Bool, Reach, Demand, Public, "Require Secret for Token Exchange Flow",
        "Whether a token alone is not enough to be exchanged."
        ; connected_app [Ca "oauthConfig/isSecretRequiredForTokenExchange"] => One(Flag), 60, Unknown
        ; external_client_app [Global "isSecretRequiredForTokenExchange"] => One(Flag), 60, Unknown;
    "refreshTokenRotation" Bool, Reach, Demand, Public, "Enable Refresh Token Rotation",
        "Whether each use of a refresh token gives a new one and ends the old one."
        ; connected_app [Ca "oauthConfig/isRefreshTokenRotationEnabled"] => One(Flag), 60, FALSE
        ; external_client_app [Global "isRefreshTokenRotationEnabled"] => One(Flag), 60, FALSE;
    "refreshTokenTtlEnforced" Bool, Reach, Demand, Public, "Limit Refresh Token Idle Time",
        "Whether the platform ends refresh tokens that have not been used for 30 days."
        ; connected_app [Ca "oauthConfig/isEnforceRefreshTokenTTL"] => One(Flag), 68, FALSE
        ; external_client_app [Global "isEnforceRefreshTokenTTL"] => One(Flag), 67, FALSE;
    "introspectAllTokens" Bool, Reach, Permission, Public, "Introspect All Tokens",
        "Whether the app may introspect the tokens of every app of the org."
        ; connected_app [Ca "oauthConfig/isIntrospectAllTokens"] => One(Flag), 49, FALSE
        ; external_client_app [Global "isIntrospectAllTokens"] => One(Flag), 59, FALSE;
    "namedUserJwt" Bool, Reach, Neither, Public, "Issue JSON Web Token (JWT)-based access tokens for named users",
        "Whether access tokens are JWTs. It is not related to the JWT bearer flow."
        ; connected_app [Ca "oauthConfig/isNamedUserJwtEnabled"] => One(Flag), 59, FALSE
        ; external_client_app [Global "isNamedUserJwtEnabled"] => One(Flag), 59, FALSE;
    "dpop" Bool, Reach, Demand, Public, "Demonstrating Proof of Possession (DPoP)",
        "Whether tokens are bound to a key of the client (RFC 9449)."
        ; connected_app [Ca "oauthConfig/isDPopEnabled"] => One(Flag), 68, FALSE
        ; external_client_app [Global "isDPopEnabled"] => One(Flag), 67, FALSE;
    "mtls" Bool, Reach, Demand, Public, "Mutual TLS",
        "Whether clients authenticate with their own certificate (RFC 8705)."
        ; connected_app [Ca "oauthConfig/isPKImTLSEnabled"] => One(Flag), 68, FALSE
        ; external_client_app [Global "isMtlsEnabled"] => One(Flag), 68, FALSE;
    "ipBinding" Bool, Reach, Demand, Public, "Bind tokens to an IP address",
        "Whether a token may be used only from the address that it was issued to."
        ; connected_app [Ca "oauthConfig/isIpBindingEnabled"] => One(Flag), 68, FALSE;
    "idToken.audiences" Text, Reach, Neither, Public, "ID token audiences",
        "The audiences of OpenID Connect ID tokens."
        ; connected_app [Ca "oauthConfig/idTokenConfig/idTokenAudience"] => One(Str), 43, NOTHING
        ; external_client_app [Global "idTokenConfig/idTokenAudience"] => One(Str), 59, NOTHING;
    "idToken.attributes" Bool, Reach, Neither, Public, "Include custom attributes in the ID token",
        "Whether ID tokens carry the app's custom attributes."
        ; connected_app [Ca "oauthConfig/idTokenConfig/idTokenIncludeAttributes"] => One(Flag), 43, Unknown
        ; external_client_app [Global "idTokenConfig/idTokenIncludeAttributes"] => One(Flag), 59, Unknown;
    "idToken.customPermissions" Bool, Reach, Neither, Public, "Include custom permissions in the ID token",
        "Whether ID tokens carry the user's custom permissions."
        ; connected_app [Ca "oauthConfig/idTokenConfig/idTokenIncludeCustomPerms"] => One(Flag), 43, Unknown
        ; external_client_app [Global "idTokenConfig/idTokenIncludeCustomPermissions"] => One(Flag), 59, Unknown;
    "idToken.standardClaims" Bool, Reach, Neither, Public, "Include standard claims in the ID token",
        "Whether ID tokens carry the standard claims about the user."
        ; connected_app [Ca "oauthConfig/idTokenConfig/idTokenIncludeStandardClaims"] => One(Flag), 43, Unknown
        ; external_client_app [Global "idTokenConfig/idTokenIncludeStandardClaims"] => One(Flag), 59, Unknown;
    "idToken.validity" Number, Reach, Neither, Public, "ID token valid for",
        "The lifetime of an ID token, in minutes."
        ; connected_app [Ca "oauthConfig/idTokenConfig/idTokenValidity"] => One(Int), 43, Unknown
        ; external_client_app [Global "idTokenConfig/idTokenValidityInMinutes"] => One(Int), 59, Unknown;
    "assetToken.audiences" Text, Reach, Neither, Public, "Asset token audiences",
        "The audiences of asset tokens."
        ; connected_app [Ca "oauthConfig/assetTokenConfig/assetAudiences"] => One(Str), 29, NOTHING
        ; external_client_app [Settings "assetTokenAudiences"] => One(Str), 59, NOTHING;
    "assetToken.attributes" Bool, Reach, Neither, Public, "Include custom attributes in the asset token",
        "Whether asset tokens carry the app's custom attributes."
        ; connected_app [Ca "oauthConfig/assetTokenConfig/assetIncludeAttributes"] => One(Flag), 49, Unknown
        ; external_client_app [Settings "areAttributesIncludedInAssetToken"] => One(Flag), 59, Unknown;
    "assetToken.customPermissions" Bool, Reach, Neither, Public, "Include custom permissions in the asset token",
        "Whether asset tokens carry the user's custom permissions."
        ; connected_app [Ca "oauthConfig/assetTokenConfig/assetIncludeCustomPerms"] => One(Flag), 49, Unknown
        ; external_client_app [Settings "areCustomPermsIncludedInAssetToken"] => One(Flag), 59, Unknown;
    "assetToken.signingCertificate" Text, Reach, Neither, Public, "Asset token signing certificate",
        "The id or name of the certificate that signs asset tokens."
        ; connected_app [Ca "oauthConfig/assetTokenConfig/assetSigningCertId"] => One(Str), 49, NOTHING
        ; external_client_app [Settings "assetTokenSigningCertificate"] => One(Str), 59, NOTHING;
    "assetToken.validity" Number, Reach, Neither, Public, "Asset token valid for",
        "The lifetime of an asset token, in minutes."
        ; connected_app [Ca "oauthConfig/assetTokenConfig/assetValidityPeriod"] => One(Int), 49, Unknown
        ; external_client_app [Settings "assetTokenValidity"] => One(Int), 59, Unknown;
    "sessionTimeout" Number, Reach, Neither, Public, "Timeout Value",
        "The idle time after which a session of the app ends, in minutes."
        ; connected_app [Ca "sessionPolicy/sessionTimeout"] => One(Int), 49, NOTHING
        ; external_client_app [Policies "sessionTimeoutInMinutes"] => One(Int), 59, NOTHING;
    "sessionLevel" EnumOf(SESSION_LEVEL), Reach, Neither, Public, "High assurance session required",
        "The session security level that the app requires."
        ; connected_app [Ca "sessionPolicy/sessionLevel"] => One(Enum(SESSION_LEVELS)), 49, NOTHING
        ; external_client_app [Policies "requiredSessionLevel"] => One(Enum(SESSION_LEVELS)), 59, NOTHING;
    "policyAction" EnumOf(POLICY_ACTION), Admission, Neither, Public, "High assurance session required: action",
        "The action for a session below the required level; `block` turns the app off."
        ; connected_app [Ca "sessionPolicy/policyAction"] =>
            One(Enum(&[("block", "Block"), ("raiseSessionLevel", "RaiseSessionLevel")])), 49, NOTHING
        ; external_client_app [Policies "policyAction"] =>
            One(Enum(&[("block", "Block"), ("raiseSessionLevel", "RaiseSessionLevel"), ("stepUpMfa", "StepUpMFA")])), 59, NOTHING;
    "namedUserJwtTimeoutType" EnumOf(JWT_TIMEOUT), Reach, Neither, Public, "Token timeout for named users",
        "Whether JWT-based access tokens of named users live as long as a session, or have their own timeout."
        ; external_client_app [Policies "namedUserJwtSessionTimeoutType"] => One(Enum(JWT_TIMEOUTS)), 65, Unknown;
    "namedUserJwtTimeout" Number, Reach, Neither, Public, "Token timeout for named users",
        "The lifetime of JWT-based access tokens of named users, in minutes."
        ; external_client_app [Policies "namedUserJwtTimeout"] => One(NumberOf(NAMED_USER_JWT_MINUTES)), 65, NOTHING;
    "guestJwtTimeoutType" EnumOf(JWT_TIMEOUT), Reach, Neither, Public, "Token timeout for guests",
        "Whether JWT-based access tokens of guests live as long as a session, or have their own timeout."
        ; external_client_app [Policies "guestJwtSessionTimeoutType"] => One(Enum(JWT_TIMEOUTS)), 65, Unknown;
    "guestJwtTimeout" Number, Reach, Neither, Public, "Token timeout for guests",
        "The lifetime of JWT-based access tokens of guests, in minutes."
        ; external_client_app [Policies "guestJwtTimeout"] => One(NumberOf(GUEST_JWT_MINUTES)), 61, NOTHING;
    "samlSigningAlgorithm" Text, Reach, Neither, Public, "Signing Algorithm for SAML Messages",
        "The algorithm that signs SAML messages to the app: `SHA1` or `SHA256`."
        ; connected_app [Ca "samlConfig/samlSigningAlgoType"] => One(Str), 50, NOTHING
        ; external_client_app [Saml "signingAlgorithmType"] => One(Str), 59, NOTHING;
    "samlEncryptionType" Text, Reach, Neither, Public, "Block Encryption Algorithm",
        "The algorithm that encrypts SAML assertions to the app: `AES_128`, `AES_256` or, in connected apps, `Triple_Des`."
        ; connected_app [Ca "samlConfig/encryptionType"] => One(Str), 29, NOTHING
        ; external_client_app [Saml "encryptionType"] => One(Str), 59, NOTHING;
    "ipRanges" RANGES, Reach, AllowList, Public, "Trusted IP Range for OAuth Web server flow",
        "Ranges of addresses that the app trusts."
        ; connected_app [Ca "ipRanges"] => Codec::Ranges { start: "start", end: "end" }, 29, NOTHING
        ; external_client_app [Settings "trustedIpRanges"] => Codec::Ranges { start: "startIpAddress", end: "endIpAddress" }, 59, NOTHING;
    "tokenIpRanges" RANGES, Reach, Fence, Public, "Refresh token IP allow list",
        "Ranges of addresses from which refresh tokens may be used."
        ; external_client_app [Security "tokenIpRanges"] => Codec::Ranges { start: "startIpAddress", end: "endIpAddress" }, 67, NOTHING;
    "tlsClientAuthParameter" Text, Reach, Neither, Public, "Mutual TLS certificate parameter",
        "The field of a client's certificate that identifies the client (RFC 8705)."
        ; external_client_app [Security "tlsClientAuthCertParamType"] => One(Str), 67, NOTHING;
    "tlsClientAuthValue" Text, Reach, Neither, Public, "Mutual TLS certificate value",
        "The required value of that field."
        ; external_client_app [Security "tlsClientAuthCertParamValue"] => One(Str), 67, NOTHING;
    "enabled" Bool, Admission, Neither, Public, "App Status",
        "Whether the app is on."
        ; external_client_app [AppPolicies "isEnabled"] => One(Flag), 60, Unknown;
    "oauthPluginEnabled" Bool, Admission, Neither, Public, "OAuth",
        "Whether OAuth is on for the app."
        ; external_client_app [AppPolicies "isOauthPluginEnabled"] => One(Flag), 60, TRUE;
    "samlPluginEnabled" Bool, Admission, Neither, Public, "SAML",
        "Whether SAML is on for the app."
        ; external_client_app [AppPolicies "isSamlPluginEnabled"] => One(Flag), 60, TRUE;
    "mobilePluginEnabled" Bool, Neutral, Neither, Public, "Mobile",
        "Whether mobile is on for the app."
        ; external_client_app [AppPolicies "isMobilePluginEnabled"] => One(Flag), 60, TRUE;
    "pushPluginEnabled" Bool, Neutral, Neither, Public, "Push Notifications",
        "Whether push notifications are on for the app."
        ; external_client_app [AppPolicies "isPushPluginEnabled"] => One(Flag), 60, TRUE;
    "notificationPluginEnabled" Bool, Neutral, Neither, Public, "Notifications",
        "Whether notifications are on for the app."
        ; external_client_app [AppPolicies "isNotificationPluginEnabled"] => One(Flag), 60, TRUE;
    "canvasPluginEnabled" Bool, Admission, Neither, Public, "Canvas",
        "Whether Canvas is on for the app."
        ; external_client_app [AppPolicies "isCanvasPluginEnabled"] => One(Flag), 60, TRUE;
    "attestPluginEnabled" Bool, Neutral, Neither, Public, "Attestation",
        "Whether attestation is on for the app."
        ; external_client_app [AppPolicies "isAttestPluginEnabled"] => One(Flag), 60, TRUE;
    "startPage" EnumOf(START_PAGE), Neutral, Neither, Public, "Start Page",
        "The page that opens the app."
        ; external_client_app [AppPolicies "startPage"] =>
            One(Enum(&[("None", "None"), ("Custom", "Custom"), ("OAuth", "OAuth"), ("SAML", "SAML")])), 60, NOTHING;
    "startUrl" Text, Neutral, Neither, Public, "Start URL",
        "The page that opens when a user starts the app."
        ; connected_app [Ca "startUrl"] => One(Str), 29, NOTHING
        ; external_client_app [AppPolicies "startUrl"] [Policies "startUrl"] => One(Str), 59, NOTHING;
    "mobileStartUrl" Text, Neutral, Neither, Public, "Mobile Start URL",
        "The page that opens when a user starts the app on a phone."
        ; connected_app [Ca "mobileStartUrl"] => One(Str), 29, NOTHING;
    "singleLogoutUrl" Text, Neutral, Neither, Public, "Single Logout URL",
        "The URL that is called when a user has logged out. It must be an absolute https URL."
        ; connected_app [Ca "oauthPolicy/singleLogoutUrl"] [Ca "oauthConfig/singleLogoutUrl"] => One(Str), 29, NOTHING
        ; external_client_app [Policies "singleLogoutUrl"] [Settings "singleLogoutUrl"] => One(Str), 59, NOTHING;
    "plugin" Text, Reach, Neither, Public, "Custom Connected App Handler",
        "The Apex class that is called when the app is authorized."
        ; connected_app [Ca "plugin"] => One(Str), 29, NOTHING
        ; external_client_app [Policies "apexHandler"] => One(Str), 59, NOTHING;
    "pluginUser" Text, Reach, Neither, Public, "Run As (handler)",
        "The user that the Apex class runs as."
        ; connected_app [Ca "pluginExecutionUser"] => One(Str), 46, NOTHING
        ; external_client_app [Policies "executeHandlerAs"] => One(Str), 59, NOTHING;
    "customAttributes" CUSTOM_ATTRIBUTES, Neutral, Neither, Public, "Custom Attributes",
        "Further claims about the user in tokens and SAML assertions of the app."
        ; connected_app [Ca "attributes"] => Codec::CustomAttributes, 29, NOTHING
        ; external_client_app [Policies "customAttributes"] [Settings "customAttributes"] => Codec::CustomAttributes, 59, NOTHING;
    "clientAssertionCertificate" Text, Reach, Neither, Public, "Client assertion certificate",
        "The certificate that verifies the client's own assertions."
        ; external_client_app [Settings "clientAssertionCertificate"] => One(Str), 59, NOTHING;
    "oauthLink" Text, Neutral, Neither, Public, "",
        "Links the settings to the consumer of one org; remove it before you deploy them to another org."
        ; external_client_app [Settings "oauthLink"] => One(Str), 59, NOTHING;
    "firstParty" Bool, Neutral, Neither, Public, "",
        "Whether Salesforce itself owns the app."
        ; external_client_app [Settings "isFirstPartyAppEnabled"] => One(Flag), 59, FALSE;
    "rotateConsumerKey" Bool, Reach, Neither, Public, "Rotate the consumer key",
        "Whether the next deployment replaces the consumer key."
        ; external_client_app [Global "shouldRotateConsumerKey"] => One(Flag), 59, FALSE;
    "rotateConsumerSecret" Bool, Reach, Neither, Public, "Rotate the consumer secret",
        "Whether the next deployment replaces the consumer secret."
        ; external_client_app [Global "shouldRotateConsumerSecret"] => One(Flag), 59, FALSE;
    "distribution" EnumOf(DISTRIBUTION), Neutral, Neither, Public, "Distribution State",
        "Whether the app is local to its org or part of a package."
        ; external_client_app [Header "distributionState"] =>
            One(Enum(&[("Local", "Local"), ("Packaged", "Packaged"), ("Managed", "Managed"), ("AutoInstalled", "AutoInstalled")])), 59, Unknown;
    "protected" Bool, Neutral, Neither, Public, "",
        "Whether the app is hidden by its package."
        ; external_client_app [Header "isProtected"] => One(Flag), 59, FALSE;
    "managedType" Text, Neutral, Neither, Public, "",
        "Internal to Salesforce: `Local` or `Global`."
        ; external_client_app [Header "managedType"] => One(Str), 59, NOTHING;
    "orgScopedApp" Text, Neutral, Neither, Public, "",
        "The id of the org with the name of the app; it is different in every org."
        ; external_client_app [Header "orgScopedExternalApp"] => One(Str), 59, NOTHING;
    "contactEmail" Text, Neutral, Neither, Public, "Contact Email",
        "The address that Salesforce writes to about the app."
        ; connected_app [Ca "contactEmail"] => One(Str), 29, NOTHING
        ; external_client_app [Header "contactEmail"] => One(Str), 59, NOTHING;
    "contactPhone" Text, Neutral, Neither, Public, "Contact Phone",
        "The number that Salesforce calls about the app."
        ; connected_app [Ca "contactPhone"] => One(Str), 29, NOTHING
        ; external_client_app [Header "contactPhone"] => One(Str), 59, NOTHING;
    "description" Text, Neutral, Neither, Public, "Description",
        "The description of the app."
        ; connected_app [Ca "description"] => One(Str), 29, NOTHING
        ; external_client_app [Header "description"] => One(Str), 59, NOTHING;
    "infoUrl" Text, Neutral, Neither, Public, "Info URL",
        "The URL of a page about the app."
        ; connected_app [Ca "infoUrl"] => One(Str), 29, NOTHING
        ; external_client_app [Header "infoUrl"] => One(Str), 59, NOTHING;
    "iconUrl" Text, Neutral, Neither, Public, "Icon URL",
        "The URL of the app's icon."
        ; connected_app [Ca "iconUrl"] => One(Str), 29, NOTHING
        ; external_client_app [Header "iconUrl"] => One(Str), 59, NOTHING;
    "logoUrl" Text, Neutral, Neither, Public, "Logo Image URL",
        "The URL of the app's logo."
        ; connected_app [Ca "logoUrl"] => One(Str), 29, NOTHING
        ; external_client_app [Header "logoUrl"] => One(Str), 59, NOTHING;
};

/// Returns the row of an attribute by its name in policies.
pub fn attribute(name: &str) -> Option<&'static Attribute> {
    ATTRIBUTES.iter().find(|row| row.def.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Kind;

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = ATTRIBUTES.iter().map(|row| row.def.name).collect();
        assert_eq!(names.len(), ATTRIBUTES.len());
    }

    #[test]
    fn literals_of_files_have_names_of_the_type() {
        for row in ATTRIBUTES {
            for column in [&row.connected_app, &row.external_client_app].into_iter().flatten() {
                let (One(item) | Repeated(item) | Commas(item) | Lines(item)) = column.codec else {
                    continue;
                };
                let (Enum(literals) | EnumOfAnyCase(literals)) = item else { continue };
                for (word, _) in literals {
                    let known = row.def.ty.literals().iter().any(|known| known.name == *word);
                    assert!(known, "{}: {word}", row.def.name);
                }
            }
        }
    }

    #[test]
    fn elements_belong_to_the_files_of_their_column() {
        let kinds = |column: &Option<Column>| -> Vec<Kind> {
            column.iter().flat_map(|column| column.elements.iter().map(|element| element.kind)).collect()
        };
        for row in ATTRIBUTES {
            assert!(kinds(&row.connected_app).iter().all(|kind| *kind == Ca));
            assert!(kinds(&row.external_client_app).iter().all(|kind| *kind != Ca));
            assert!(row.connected_app.is_some() || row.external_client_app.is_some());
        }
    }
}
