//! The inventory: the settings of each app, as `preauth apps` lists them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use preauth_metadata::{App, AppKind, FLOWS, Fact, FactState, Kind, Value, attribute};
use preauth_policy::{RegisterEntry, flow_state};
use schemars::JsonSchema;
use serde::Serialize;

use crate::output::visible::masked;

/// The output of `preauth apps --format json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inventory {
    /// The version of this shape: 1.
    version: u32,
    /// The apps, by name.
    pub(super) apps: Vec<JsonApp>,
}

/// An app. `null` means that the source does not tell, or that there is no value: see `states`. A value that the source does
/// not state is the platform's default if that is known.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Entry")]
pub(super) struct JsonApp {
    /// The developer name.
    pub(super) name: String,
    /// The name that Setup and users see.
    pub(super) label: Option<String>,
    /// The kind of app.
    pub(super) kind: JsonAppKind,
    /// The folder of its project: from the current folder, `.` if it is that.
    pub(super) project: String,
    /// Entry of the register; `null` if no entry matches it, or several match equally well.
    pub(super) declared: Option<JsonDeclared>,
    /// Its files, sorted: from the current folder if the projects are in it, otherwise from the folder that holds the
    /// projects.
    pub(super) files: Vec<String>,
    /// True if anybody can use it.
    pub(super) active: bool,
    /// `adminApproved` or `selfAuthorize`.
    pub(super) permitted_users: Option<String>,
    /// `enforce`, `enforceRelaxRefresh`, `relaxActivated` or `relax`.
    pub(super) ip_relaxation: Option<String>,
    /// The refresh token policy.
    pub(super) refresh_token: Option<JsonRefreshToken>,
    /// The OAuth scopes, as a ConnectedApp spells them, sorted.
    pub(super) scopes: Vec<String>,
    /// In the order of the source; credentials in them are masked.
    pub(super) callback_urls: Vec<String>,
    /// True if the client credentials flow is enabled.
    pub(super) client_credentials: Option<bool>,
    /// True if authorization code flows require PKCE.
    pub(super) pkce_required: Option<bool>,
    pub(super) has_certificate: bool,
    pub(super) has_consumer_key: bool,
    pub(super) has_consumer_secret: bool,
    /// The profiles and permission sets that it is assigned to, in the order of the source.
    pub(super) grants: Vec<JsonGrant>,
    /// State of each flow by its settings, in the words of the register.
    pub(super) flows: BTreeMap<&'static str, FlowState>,
    /// The flows that its settings allow or leave open, sorted: those in `flows` that are not `no`, under older names and
    /// without some. A flow of which the source says nothing is among them, so prefer `flows`.
    pub(super) possible_flows: Vec<String>,
    /// Origin of each value.
    pub(super) states: JsonStates,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EntryKind")]
pub(super) enum JsonAppKind {
    ConnectedApp,
    ExternalClientApp,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefreshToken")]
pub(super) struct JsonRefreshToken {
    /// `untilRevoked`, `expireImmediately`, `afterInactivity` or `afterLifetime`.
    pub(super) policy: String,
    /// The length of the period, for policies that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) period: Option<u32>,
    /// `HOURS`, `DAYS` or `MONTHS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
    /// Policy and period in words, which the register accepts too: `untilRevoked`, `after 365 days`, `after 30 days without use`.
    pub(super) words: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Grant")]
pub(super) struct JsonGrant {
    /// `profile` or `permissionSet`.
    pub(super) kind: String,
    /// The name as the app spells it.
    pub(super) name: String,
    /// The file of the named component; `null` if it is not known.
    pub(super) resolved: Option<String>,
}

/// Entry of an app in the register (`apps` in `preauth.yaml`).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Declared")]
pub(super) struct JsonDeclared {
    /// The OAuth flow that the app is for.
    pub(super) flow: Option<String>,
    /// Person or team responsible for the app.
    pub(super) owner: Option<String>,
    /// Purpose of the app.
    pub(super) purpose: Option<String>,
    /// The kind of org that the app is for.
    pub(super) environment: Option<String>,
    /// The people who use the app.
    pub(super) audience: Option<String>,
    /// The company that makes the client.
    pub(super) vendor: Option<String>,
    /// Damage that a failure or an abuse of the app can do: `low`, `medium`, `high` or `critical`.
    pub(super) criticality: Option<String>,
    /// The networks that the client runs in.
    pub(super) networks: Vec<String>,
    /// The redirect URIs that the client sends.
    pub(super) redirect_uris: Vec<String>,
    /// The APIs that the client calls: `rest`, `soap`, `mcp`.
    pub(super) calls: Vec<String>,
    /// The user that the client logs in as.
    pub(super) user: JsonClientUser,
    /// The last review of the app.
    pub(super) reviewed: Option<JsonEvidence>,
    /// The last test that the client works with the settings of the app.
    pub(super) tested: Option<JsonEvidence>,
    /// Since when the use of the app is monitored.
    pub(super) monitored: Option<JsonEvidence>,
}

/// The user that a client logs in as.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClientUser")]
pub(super) struct JsonClientUser {
    /// The profile, as Setup shows it.
    pub(super) profile: Option<String>,
    /// The permission sets.
    pub(super) permission_sets: Vec<String>,
}

/// An action of somebody, with its day.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Evidence")]
pub(super) struct JsonEvidence {
    /// The day, such as 2026-11-30.
    pub(super) on: String,
    /// Person or team who did it.
    pub(super) by: Option<String>,
    /// Method, or place of the result.
    pub(super) how: Option<String>,
}

/// State of a flow by the settings of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum FlowState {
    Yes,
    No,
    /// The source does not tell.
    Unknown,
}

/// Origin of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum ValueState {
    /// The source states it.
    Stated,
    /// The source does not state it, which means the platform's default, or that there is none.
    Default,
    /// The source does not show it: a file is missing or incomplete, or the text is not a value.
    Unknown,
    /// The app has no use for the setting.
    NotApplicable,
}

/// The state of each value of an app.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "States")]
pub(super) struct JsonStates {
    pub(super) label: ValueState,
    pub(super) active: ValueState,
    pub(super) permitted_users: ValueState,
    pub(super) ip_relaxation: ValueState,
    pub(super) refresh_token: ValueState,
    pub(super) scopes: ValueState,
    pub(super) callback_urls: ValueState,
    pub(super) client_credentials: ValueState,
    pub(super) pkce_required: ValueState,
    pub(super) has_certificate: ValueState,
    pub(super) has_consumer_key: ValueState,
    pub(super) has_consumer_secret: ValueState,
    pub(super) grants: ValueState,
}

impl JsonAppKind {
    /// Returns the word in the JSON.
    pub(super) fn as_str(self) -> &'static str {
        AppKind::from(self).as_str()
    }
}

impl From<AppKind> for JsonAppKind {
    fn from(kind: AppKind) -> Self {
        match kind {
            AppKind::ConnectedApp => Self::ConnectedApp,
            AppKind::ExternalClientApp => Self::ExternalClientApp,
        }
    }
}

impl From<JsonAppKind> for AppKind {
    fn from(kind: JsonAppKind) -> Self {
        match kind {
            JsonAppKind::ConnectedApp => Self::ConnectedApp,
            JsonAppKind::ExternalClientApp => Self::ExternalClientApp,
        }
    }
}

/// The project of an app.
pub(super) struct AppContext<'c> {
    /// Its folder.
    pub(super) folder: String,
    /// Returns a path of the project as it is shown.
    pub(super) shown: &'c dyn Fn(&str) -> String,
    /// The day on which its flows are possible.
    pub(super) as_of: Date,
}

impl Inventory {
    pub(super) fn new(apps: Vec<JsonApp>) -> Self {
        Self { version: 1, apps }
    }

    /// True if the apps are those of more than one project.
    pub(super) fn has_several_projects(&self) -> bool {
        self.apps.windows(2).any(|pair| pair[0].project != pair[1].project)
    }
}

impl JsonApp {
    pub(super) fn new(app: &App, declared: Option<&RegisterEntry>, context: &AppContext<'_>) -> Self {
        let value = |name: &str| app.fact(name).and_then(Fact::value);
        let text = |name: &str| value(name).and_then(Value::as_text).map(str::to_owned);
        let flag = |name: &str| value(name).and_then(Value::as_bool);
        let list = |name: &str| -> Vec<String> {
            let items = value(name).and_then(Value::as_list).unwrap_or_default();
            items.iter().filter_map(Fact::value).filter_map(Value::as_text).map(str::to_owned).collect()
        };
        let has = |name: &str| attribute(name).is_some_and(|row| app.has_element(row));
        let mut scopes = list("scopes");
        scopes.sort();
        scopes.dedup();
        let flows: BTreeMap<&'static str, FlowState> =
            FLOWS.iter().map(|flow| (flow.name, FlowState::of(app, flow.name, context.as_of))).collect();
        Self {
            name: app.name.to_string(),
            label: text("label"),
            kind: app.kind.into(),
            project: context.folder.clone(),
            files: app.files.iter().map(|file| (context.shown)(file.path.as_str())).collect(),
            declared: declared.map(JsonDeclared::new),
            active: flag("active").unwrap_or(true),
            permitted_users: text("permittedUsers"),
            ip_relaxation: text("ipRelaxation"),
            refresh_token: value("refreshToken").and_then(Value::as_refresh_token).map(|policy| {
                JsonRefreshToken {
                    policy: policy.policy().name().to_owned(),
                    period: policy.period().map(|period| period.amount),
                    unit: policy.period().map(|period| period.unit.as_str().to_owned()),
                    words: policy.in_words(),
                }
            }),
            scopes,
            callback_urls: list("callbackUrls").iter().map(|url| masked(url)).collect(),
            client_credentials: flag("clientCredentials"),
            pkce_required: flag("pkceRequired"),
            has_certificate: has("certificate"),
            has_consumer_key: has("consumerKey"),
            has_consumer_secret: has("consumerSecret"),
            grants: app
                .grants
                .iter()
                .map(|grant| JsonGrant {
                    kind: if grant.kind == Kind::Profile { "profile" } else { "permissionSet" }.to_owned(),
                    name: grant.name.to_string(),
                    resolved: grant.resolved(app.main_file()).map(|path| (context.shown)(path.as_str())),
                })
                .collect(),
            possible_flows: possible_flows(&flows),
            flows,
            states: JsonStates::new(app),
        }
    }

    /// Returns who is responsible for the app.
    pub(super) fn owner(&self) -> Option<&str> {
        self.declared.as_ref()?.owner.as_deref()
    }
}

impl JsonDeclared {
    fn new(entry: &RegisterEntry) -> Self {
        let text = |name: &str| entry.fact(name).value().map(|value| masked(&value.to_string()));
        let list = |name: &str| -> Vec<String> {
            let fact = entry.fact(name);
            let items = fact.value().and_then(Value::as_list).unwrap_or_default().iter();
            items.filter_map(Fact::value).map(|value| masked(&value.to_string())).collect()
        };
        let evidence = |name: &str| {
            let field = |field: &str| text(&format!("declared.{name}.{field}"));
            Some(JsonEvidence { on: field("on")?, by: field("by"), how: field("how") })
        };
        Self {
            flow: text("declared.flow"),
            owner: text("declared.owner"),
            purpose: text("declared.purpose"),
            environment: text("declared.environment"),
            audience: text("declared.audience"),
            vendor: text("declared.vendor"),
            criticality: text("declared.criticality"),
            networks: list("declared.networks"),
            redirect_uris: list("declared.redirectUris"),
            calls: list("declared.calls"),
            user: JsonClientUser {
                profile: text("declared.user.profile"),
                permission_sets: list("declared.user.permissionSets"),
            },
            reviewed: evidence("reviewed"),
            tested: evidence("tested"),
            monitored: evidence("monitored"),
        }
    }
}

impl JsonStates {
    fn new(app: &App) -> Self {
        let of = |name: &str| ValueState::of(app.fact(name));
        let of_element = |name: &str| {
            let has = attribute(name).is_some_and(|row| app.has_element(row));
            if has { ValueState::Stated } else { of(name) }
        };
        Self {
            label: of("label"),
            active: of("active"),
            permitted_users: of("permittedUsers"),
            ip_relaxation: of("ipRelaxation"),
            refresh_token: of("refreshToken"),
            scopes: of("scopes"),
            callback_urls: of("callbackUrls"),
            client_credentials: of("clientCredentials"),
            pkce_required: of("pkceRequired"),
            has_certificate: of_element("certificate"),
            has_consumer_key: of_element("consumerKey"),
            has_consumer_secret: of_element("consumerSecret"),
            grants: of("grants"),
        }
    }

    /// Returns the settings whose value is the platform's default.
    pub(super) fn defaults(&self) -> Vec<&'static str> {
        let settings = [
            ("permittedUsers", self.permitted_users),
            ("ipRelaxation", self.ip_relaxation),
            ("refreshToken", self.refresh_token),
            ("clientCredentials", self.client_credentials),
            ("pkceRequired", self.pkce_required),
        ];
        settings
            .into_iter()
            .filter(|(_, state)| *state == ValueState::Default)
            .map(|(name, _)| name)
            .collect()
    }
}

impl ValueState {
    fn of(fact: Option<&Fact>) -> Self {
        match fact.map(|fact| &fact.state) {
            Some(FactState::Present(_)) => Self::Stated,
            Some(FactState::Default(_) | FactState::None) => Self::Default,
            Some(FactState::NotApplicable(_)) => Self::NotApplicable,
            Some(FactState::Unknown(_) | FactState::Unreadable(_)) | None => Self::Unknown,
        }
    }
}

impl FlowState {
    fn of(app: &App, flow: &str, as_of: Date) -> Self {
        let fact = flow_state(app, flow, as_of);
        match (fact.value().and_then(Value::as_text), &fact.state) {
            (Some("yes"), _) => Self::Yes,
            (Some(_), _) | (None, FactState::NotApplicable(_) | FactState::None) => Self::No,
            (None, _) => Self::Unknown,
        }
    }
}

/// The flows that the inventory lists: the name in the list, and in the register.
const LISTED_FLOWS: &[(&str, &str)] = &[
    ("asset-token", "asset-token"),
    ("authorization-code", "web-server"),
    ("canvas", "canvas"),
    ("client-credentials", "client-credentials"),
    ("code-credentials", "code-credentials"),
    ("jwt-bearer", "jwt-bearer"),
    ("saml", "saml"),
    ("token-exchange", "token-exchange"),
];

fn possible_flows(flows: &BTreeMap<&'static str, FlowState>) -> Vec<String> {
    let possible = |flow: &str| flows.get(flow).is_some_and(|state| *state != FlowState::No);
    LISTED_FLOWS.iter().filter(|(_, flow)| possible(flow)).map(|(name, _)| (*name).to_owned()).collect()
}
