//! The enum literals of attributes: their names in policies, in Setup and in files.

use crate::EnumLiteral;

const fn literal(name: &'static str, setup: &'static str) -> EnumLiteral {
    EnumLiteral { name, setup }
}

pub(super) const PERMITTED_USERS: &[EnumLiteral] = &[
    literal("selfAuthorize", "All users may self-authorize"),
    literal("adminApproved", "Admin approved users are pre-authorized"),
];

pub(super) const IP_RELAXATION: &[EnumLiteral] = &[
    literal("enforce", "Enforce IP restrictions"),
    literal("enforceRelaxRefresh", "Enforce IP restrictions, but relax for refresh tokens"),
    literal("relaxActivated", "Relax IP restrictions for activated devices"),
    literal("relax", "Relax IP restrictions"),
];

/// The ranks of the literals: the higher, the more addresses are admitted.
pub(super) const IP_RELAXATION_RANKS: &[(&str, u8)] =
    &[("enforce", 0), ("enforceRelaxRefresh", 1), ("relaxActivated", 2), ("relax", 3)];

pub(super) const POLICY_ACTION: &[EnumLiteral] = &[
    literal("block", "Block"),
    literal("raiseSessionLevel", "Raise the session level to high assurance"),
    literal("stepUpMfa", "Step up to multi-factor authentication"),
];

pub(super) const SESSION_LEVEL: &[EnumLiteral] =
    &[literal("low", "Low"), literal("standard", "Standard"), literal("highAssurance", "High Assurance")];

pub(super) const SESSION_LEVELS: &[(&str, &str)] =
    &[("low", "LOW"), ("standard", "STANDARD"), ("highAssurance", "HIGH_ASSURANCE")];

pub(super) const JWT_TIMEOUT: &[EnumLiteral] =
    &[literal("userSession", "User session"), literal("custom", "Custom")];

pub(super) const JWT_TIMEOUTS: &[(&str, &str)] = &[("userSession", "UserSession"), ("custom", "Custom")];

/// The lifetimes of JWT-based access tokens that Salesforce offers, in minutes.
pub(super) const NAMED_USER_JWT_MINUTES: &[&str] =
    &["1", "5", "10", "15", "30", "60", "90", "120", "240", "480", "720"];

/// The same for guests.
pub(super) const GUEST_JWT_MINUTES: &[&str] = &["1", "5", "10", "15", "30"];

pub(super) const DISTRIBUTION: &[EnumLiteral] =
    &[literal("Local", ""), literal("Packaged", ""), literal("Managed", ""), literal("AutoInstalled", "")];

pub(super) const START_PAGE: &[EnumLiteral] =
    &[literal("None", ""), literal("Custom", ""), literal("OAuth", ""), literal("SAML", "")];

/// The OAuth scopes, each with its literal in a ConnectedApp and in an external client app.
macro_rules! scopes {
    ($($name:ident $(= $eca:literal)?),* $(,)?) => {
        pub(super) const SCOPE: &[EnumLiteral] = &[$(literal(stringify!($name), "")),*];
        pub(super) const CA_SCOPES: &[(&str, &str)] = &[$((stringify!($name), stringify!($name))),*];
        pub(super) const ECA_SCOPES: &[(&str, &str)] = &[$((stringify!($name), scopes!(@ $name $($eca)?))),*];
    };
    (@ $name:ident) => { stringify!($name) };
    (@ $name:ident $eca:literal) => { $eca };
}

scopes! {
    A2A, Address, Api, Basic, CDP, CDPCalculatedInsight, CDPIdentityResolution, CDPIngest, CDPProfile, CDPQuery,
    CDPSegment, Chatbot, Chatter, CmdbDiscovery, Content, CustomApplications, CustomPermissions,
    DataCloudUserClaims, Eclair, EinsteinGPT, Email, ForgotPassword, Full, Interaction, Lightning, MCP,
    OfflineAccess, OpenID, Pardot, Phone, Profile, PwdlessLogin, RefreshToken, SCRT, SFAP = "SFApiPlatform",
    SemanticLayer, UserRegistration, Wave, Web,
}
