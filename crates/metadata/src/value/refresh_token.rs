//! Refresh token policies, and every word that policies, files and Setup have for them.

use std::{fmt, str::FromStr};

use crate::{Duration, EnumLiteral, Unit};

/// The lifetime of an app's refresh tokens.
///
/// Source: Metadata API, `ConnectedAppOauthPolicy.refreshTokenPolicy` and
/// `ExtlClntAppOauthConfigurablePolicies.refreshTokenPolicyType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshToken {
    /// Valid until somebody revokes it.
    UntilRevoked,
    /// Never usable.
    ExpireImmediately,
    /// Expires when it has not been used for this long.
    AfterInactivity(Duration),
    /// Expires this long after it was issued.
    AfterLifetime(Duration),
}

/// A refresh token policy without its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshTokenPolicy {
    /// See [`RefreshToken::UntilRevoked`].
    UntilRevoked,
    /// See [`RefreshToken::ExpireImmediately`].
    ExpireImmediately,
    /// See [`RefreshToken::AfterInactivity`].
    AfterInactivity,
    /// See [`RefreshToken::AfterLifetime`].
    AfterLifetime,
}

/// The words for one policy.
struct Words {
    in_policies: &'static str,
    in_connected_app: &'static str,
    in_external_client_app: &'static str,
    /// `…` is the place of the period.
    in_setup: &'static str,
}

const WORDS: [Words; 4] = [
    Words {
        in_policies: "untilRevoked",
        in_connected_app: "infinite",
        in_external_client_app: "Infinite",
        in_setup: "Refresh token is valid until revoked",
    },
    Words {
        in_policies: "expireImmediately",
        in_connected_app: "zero",
        in_external_client_app: "Zero",
        in_setup: "Immediately expire refresh token",
    },
    Words {
        in_policies: "afterInactivity",
        in_connected_app: "specific_inactivity",
        in_external_client_app: "SpecificInactivity",
        in_setup: "Expire refresh token if not used for …",
    },
    Words {
        in_policies: "afterLifetime",
        in_connected_app: "specific_lifetime",
        in_external_client_app: "SpecificLifetime",
        in_setup: "Expire refresh token after …",
    },
];

impl RefreshTokenPolicy {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::UntilRevoked, Self::ExpireImmediately, Self::AfterInactivity, Self::AfterLifetime];

    /// The same as literals of an enum.
    pub const LITERALS: &'static [EnumLiteral] = &[
        Self::UntilRevoked.enum_literal(),
        Self::ExpireImmediately.enum_literal(),
        Self::AfterInactivity.enum_literal(),
        Self::AfterLifetime.enum_literal(),
    ];

    const fn words(self) -> &'static Words {
        &WORDS[self as usize]
    }

    const fn enum_literal(self) -> EnumLiteral {
        EnumLiteral { name: self.name(), setup: self.setup() }
    }

    /// The name in policies.
    pub const fn name(self) -> &'static str {
        self.words().in_policies
    }

    /// The name in Setup, with `…` for the period.
    pub const fn setup(self) -> &'static str {
        self.words().in_setup
    }

    /// The literal in a ConnectedApp, without the period.
    pub(crate) const fn connected_app_literal(self) -> &'static str {
        self.words().in_connected_app
    }

    /// The literal in an external client app.
    pub(crate) const fn external_client_app_literal(self) -> &'static str {
        self.words().in_external_client_app
    }

    /// True if the policy needs a period.
    pub const fn has_period(self) -> bool {
        matches!(self, Self::AfterInactivity | Self::AfterLifetime)
    }
}

impl RefreshToken {
    /// The policy with its period; `None` if it lacks one or has one too many.
    pub fn new(policy: RefreshTokenPolicy, period: Option<Duration>) -> Option<Self> {
        match (policy, period) {
            (RefreshTokenPolicy::UntilRevoked, None) => Some(Self::UntilRevoked),
            (RefreshTokenPolicy::ExpireImmediately, None) => Some(Self::ExpireImmediately),
            (RefreshTokenPolicy::AfterInactivity, Some(period)) => Some(Self::AfterInactivity(period)),
            (RefreshTokenPolicy::AfterLifetime, Some(period)) => Some(Self::AfterLifetime(period)),
            _ => None,
        }
    }

    /// One example of each policy.
    pub fn examples() -> impl Iterator<Item = Self> {
        let days = |amount| Duration { amount, unit: Unit::Days };
        [
            Self::UntilRevoked,
            Self::ExpireImmediately,
            Self::AfterInactivity(days(30)),
            Self::AfterLifetime(days(90)),
        ]
        .into_iter()
    }

    /// The policy without its period.
    pub fn policy(self) -> RefreshTokenPolicy {
        match self {
            Self::UntilRevoked => RefreshTokenPolicy::UntilRevoked,
            Self::ExpireImmediately => RefreshTokenPolicy::ExpireImmediately,
            Self::AfterInactivity(_) => RefreshTokenPolicy::AfterInactivity,
            Self::AfterLifetime(_) => RefreshTokenPolicy::AfterLifetime,
        }
    }

    /// Returns the words for people: `untilRevoked`, `after 365 days`, `after 30 days without use`. They read back.
    pub fn in_words(self) -> String {
        match self {
            Self::UntilRevoked | Self::ExpireImmediately => self.to_string(),
            Self::AfterInactivity(period) => format!("after {}{WITHOUT_USE}", period.in_words()),
            Self::AfterLifetime(period) => format!("after {}", period.in_words()),
        }
    }

    /// The lifetime of a token, where the policy has one.
    pub fn period(self) -> Option<Duration> {
        match self {
            Self::UntilRevoked | Self::ExpireImmediately => None,
            Self::AfterInactivity(period) | Self::AfterLifetime(period) => Some(period),
        }
    }
}

/// As a policy writes it: `untilRevoked`, `afterInactivity 30 DAYS`.
impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.policy().name())?;
        self.period().map_or(Ok(()), |period| write!(f, " {period}"))
    }
}

/// The end of the words for a period that begins with each use.
const WITHOUT_USE: &str = " without use";

/// Reads both spellings: that of policies, and the words for people.
impl FromStr for RefreshToken {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        if let Some(period) = text.strip_prefix("after ") {
            return match period.strip_suffix(WITHOUT_USE) {
                Some(period) => period.parse().map(Self::AfterInactivity),
                None => period.parse().map(Self::AfterLifetime),
            };
        }
        let (name, period) = match text.split_once(char::is_whitespace) {
            Some((name, period)) => (name, Some(period.parse()?)),
            None => (text, None),
        };
        let policy = RefreshTokenPolicy::ALL.into_iter().find(|policy| policy.name() == name).ok_or(())?;
        Self::new(policy, period).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_token_policies_read_back() {
        for text in
            ["untilRevoked", "expireImmediately", "afterInactivity 30 DAYS", "afterLifetime 12 MONTHS"]
        {
            assert_eq!(text.parse::<RefreshToken>().unwrap().to_string(), text);
        }
        assert!("afterLifetime".parse::<RefreshToken>().is_err());
        assert!("untilRevoked 30 DAYS".parse::<RefreshToken>().is_err());
        assert!("SPECIFIC_LIFETIME".parse::<RefreshToken>().is_err());
    }

    #[test]
    fn words_for_people_read_back() {
        let words = |text: &str| text.parse::<RefreshToken>().unwrap().in_words();
        assert_eq!(words("afterLifetime 365 DAYS"), "after 365 days");
        assert_eq!(words("afterInactivity 1 MONTHS"), "after 1 month without use");
        for token in RefreshToken::examples() {
            assert_eq!(token.in_words().parse(), Ok(token));
        }
        for text in ["after", "after 30", "after days", "after 30 days with use"] {
            assert!(text.parse::<RefreshToken>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_policy_has_its_own_words() {
        for policy in RefreshTokenPolicy::ALL {
            let first = policy.name().to_lowercase();
            assert_eq!(policy.setup().contains('…'), policy.has_period(), "{first}");
            assert_eq!(
                policy.connected_app_literal().replace('_', ""),
                policy.external_client_app_literal().to_lowercase()
            );
        }
    }
}
