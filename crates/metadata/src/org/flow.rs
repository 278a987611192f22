//! The OAuth flows that an app can be used with, as far as its source says.

use preauth_source::{ArcStr, literal};

use crate::{AttributeDef, EnumLiteral, Fact, FactState, Facts, Type, Value};

pub(crate) const STATES: &[EnumLiteral] =
    &[EnumLiteral { name: "yes", setup: "possible" }, EnumLiteral { name: "no", setup: "not possible" }];
pub(crate) const YES: ArcStr = literal!("yes");
pub(crate) const NO: ArcStr = literal!("no");

macro_rules! flows {
    ($($name:literal $doc:literal;)*) => {
        /// The flows, in the register's words.
        pub const FLOWS: &[EnumLiteral] = &[$(EnumLiteral { name: $name, setup: "" }),*];
        /// Their attributes: `yes`, `no`, or unknown.
        pub static FLOW_STATES: &[AttributeDef] =
            &[$(AttributeDef::new(concat!("flows.", $name), Type::Enum(STATES), $doc)),*];
    };
}

flows! {
    "jwt-bearer" "Whether the JWT bearer flow (RFC 7523) is possible: it needs a certificate.";
    "saml-bearer" "Whether the SAML bearer flow (RFC 7522) is possible: a certificate makes it so.";
    "client-credentials" "Whether the client credentials flow (RFC 6749, 4.4) is switched on.";
    "web-server" "Whether the web server flow (authorization code, RFC 6749, 4.1) is possible: it needs a callback URL.";
    "user-agent" "Whether the user-agent flow (implicit grant, RFC 6749, 4.2) is possible.";
    "device" "Whether the device flow (RFC 8628) is switched on.";
    "username-password" "Whether the username-password flow (RFC 6749, 4.3) is possible; never for an external client app.";
    "token-exchange" "Whether the token exchange flow (RFC 8693) is switched on.";
    "code-credentials" "Whether the authorization code and credentials (headless) flow is switched on.";
    "asset-token" "Whether the app issues asset tokens.";
    "saml" "Whether users can sign in to the app by SAML.";
    "canvas" "Whether the app is a canvas app.";
}

/// The inputs of the states of flows.
pub(crate) struct Signals<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) settings: &'a Facts,
    pub(crate) external_client_app: bool,
    pub(crate) asset_token: Fact,
    pub(crate) saml: Fact,
    pub(crate) canvas: Fact,
}

impl Signals<'_> {
    /// The state of every flow.
    pub(crate) fn states(&self) -> Facts {
        FLOW_STATES
            .iter()
            .map(|flow| (flow.name, self.state(flow.name.trim_start_matches("flows."))))
            .collect()
    }

    fn state(&self, flow: &str) -> Fact {
        match flow {
            "jwt-bearer" => self.when_set("certificate"),
            "saml-bearer" => match self.when_set("certificate") {
                // That only a certificate makes it possible is nowhere said.
                Fact { state: FactState::Present(value), places } if value.as_text() == Some("no") => {
                    Fact { state: FactState::Unknown(literal!("the source does not tell")), places }
                }
                fact => fact,
            },
            "client-credentials" => self.switch("clientCredentials"),
            "web-server" => self.when_set("callbackUrls"),
            "user-agent" => {
                self.unless_blocked("OauthOidc.blockOAuthUsrAgtFlow", self.when_set("callbackUrls"))
            }
            "device" => self.switch("deviceFlow"),
            "username-password" if self.external_client_app => word(NO, &self.fact("callbackUrls")),
            "username-password" => {
                let setting = "OauthOidc.blockOAuthUnPwFlow";
                let base = self.fact("callbackUrls");
                let possible = match &base.state {
                    FactState::NotApplicable(_) => word(NO, &base),
                    FactState::Unknown(_) => base,
                    _ if self.settings.get(setting).and_then(Fact::value).is_some() => word(YES, &base),
                    _ => Fact {
                        state: FactState::Unknown(literal!(
                            "it depends on `OauthOidc.settings`, which is not in the source"
                        )),
                        places: base.places,
                    },
                };
                self.unless_blocked(setting, possible)
            }
            "token-exchange" => self.switch("tokenExchange"),
            "code-credentials" => self.switch("codeCredentials"),
            "asset-token" => self.asset_token.clone(),
            "saml" => self.saml.clone(),
            "canvas" => self.canvas.clone(),
            other => unreachable!("invariant: every flow of the table has a state, {other} has none"),
        }
    }

    fn fact(&self, name: &str) -> Fact {
        self.facts.get(name).expect("invariant: the facts of an app hold every attribute").clone()
    }

    /// `yes` when the attribute has a value, `no` when it is known to have none.
    fn when_set(&self, name: &str) -> Fact {
        let fact = self.fact(name);
        match &fact.state {
            FactState::Present(_) | FactState::Default(_)
                if fact.value().and_then(Value::as_list).is_some_and(<[_]>::is_empty) =>
            {
                word(NO, &fact)
            }
            FactState::Present(_) | FactState::Default(_) => word(YES, &fact),
            FactState::None | FactState::NotApplicable(_) => word(NO, &fact),
            // A certificate that a deployment puts in later is a certificate.
            FactState::Unreadable(_) | FactState::Unknown(_) => fact,
        }
    }

    fn switch(&self, name: &str) -> Fact {
        let fact = self.fact(name);
        match fact.value().and_then(Value::as_bool) {
            Some(true) => word(YES, &fact),
            Some(false) => word(NO, &fact),
            None if matches!(fact.state, FactState::NotApplicable(_)) => word(NO, &fact),
            None => fact,
        }
    }

    fn unless_blocked(&self, setting: &str, fact: Fact) -> Fact {
        match self.settings.get(setting) {
            Some(block) if block.value() == Some(&Value::Bool(true)) => word(NO, block),
            _ => fact,
        }
    }
}

/// `yes` or `no`, decided where `fact` is.
pub(crate) fn word(word: ArcStr, fact: &Fact) -> Fact {
    Fact { state: FactState::Present(Value::Text(word)), places: fact.places.clone() }
}
