//! The timeline: dated changes of the Salesforce platform that concern OAuth access.

use jiff::civil::{Date, date};

use crate::{AttributeDef, Type};

/// The confidence in a row of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sureness {
    /// Salesforce documents it.
    Documented,
    /// Release notes or several independent sources say so.
    Reported,
    /// One source says so, or sources disagree.
    Contested,
}

impl Sureness {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::Contested => "contested",
        }
    }
}

/// A change of the platform on a day: a row of the timeline.
#[derive(Debug)]
pub struct PlatformChange {
    /// Its name in policies, `platform.…`, whose value is the day, and the change in one line.
    pub def: AttributeDef,
    /// The first day on which it is in force.
    pub day: Date,
    /// The day as Salesforce words it, if it names a release.
    pub release: Option<&'static str>,
    /// The confidence in it.
    pub sureness: Sureness,
    /// The document that says so.
    pub source: &'static str,
    /// The flow that ends, in the words of the register; the device flow ends with exceptions.
    pub ends_flow: Option<&'static str>,
    /// The built-in policy whose findings show whom it concerns.
    pub policy: Option<&'static str>,
}

macro_rules! timeline {
    ($($name:literal ($year:literal, $month:literal, $day:literal) $release:expr, $sureness:ident, $flow:expr, $policy:expr,
        $change:literal, $source:literal;)*) => {
        &[$(PlatformChange {
            def: AttributeDef::new(concat!("platform.", $name), Type::Date, $change),
            day: date($year, $month, $day),
            release: $release,
            sureness: Sureness::$sureness,
            source: $source,
            ends_flow: $flow,
            policy: $policy,
        }),*]
    };
}

/// The timeline, by day.
pub static TIMELINE: &[PlatformChange] = timeline! {
    "partner-mandate" (2026, 6, 25) None, Contested, None, None,
        "Apps of partners need PKCE, refresh token rotation, an idle limit and an IP allow list for refresh tokens.",
        "Packaging guide, Secure connected apps and external client apps; May 11 2026 is also named";
    "refresh-token-idle-limit-sandbox" (2026, 10, 21) None, Contested, None, None,
        "Salesforce ends refresh tokens in sandboxes that are not used for 30 days.",
        "Winter '27 release notes";
    "refresh-token-idle-limit" (2026, 11, 4) None, Contested, None, Some("refresh-token-metadata-stale"),
        "Salesforce ends refresh tokens that are not used for 30 days.",
        "Winter '27 release notes";
    "device-flow-local-only" (2026, 11, 30) None, Reported, Some("device"), Some("device-flow-not-local"),
        "The device flow works only in local external client apps with a callback URL on localhost.",
        "Winter '27 release notes";
    "user-agent-flow-ends" (2027, 2, 20) None, Reported, Some("user-agent"), Some("flow-retired"),
        "The user-agent and hybrid user-agent flows end.",
        "Winter '27 release notes";
    "username-password-flow-ends" (2027, 2, 20) None, Reported, Some("username-password"), Some("username-password-flow"),
        "The username-password flow ends.",
        "Winter '27 release notes; Salesforce Help, article 000886201";
    "connected-app-support-ends" (2027, 5, 1) Some("Summer '27"), Reported, None, Some("connected-app-support-ends"),
        "Salesforce no longer supports connected apps. Previews of the release begin in May.",
        "Winter '27 release notes";
    "soap-login-ends" (2027, 5, 1) Some("Summer '27"), Documented, None, None,
        "The SOAP call login() of API versions 31 to 64 ends. Previews of the release begin in May.",
        "Salesforce Help, article 005132110";
};
