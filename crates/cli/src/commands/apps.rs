//! `preauth apps`: all apps and their settings.

use std::io::{self, Write};

use clap::Args;
use preauth_metadata::{App, AppKind, Fact, FactState, Kind, Value, attribute};
use schemars::JsonSchema;
use serde::Serialize;

use super::listing::{self, Listing, ListingArgs};
use crate::{
    Failure, Outcome,
    args::SourceArgs,
    output::{Output, table, visible::masked},
    report::summary::counted,
};

#[derive(Debug, Args)]
pub(crate) struct AppsArgs {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    listing: ListingArgs,
}

/// The output of `preauth apps --format json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inventory {
    /// The version of this shape: 1.
    version: u32,
    /// The apps, by name.
    apps: Vec<JsonApp>,
}

/// An app. `null` means that the source does not tell.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Entry")]
struct JsonApp {
    /// The developer name.
    name: String,
    /// The name that Setup and users see.
    label: Option<String>,
    /// The kind of app.
    kind: JsonAppKind,
    /// Its files, relative to the root of the tree, sorted.
    files: Vec<String>,
    /// True if anybody can use it.
    active: bool,
    /// `adminApproved` or `selfAuthorize`.
    permitted_users: Option<String>,
    /// `enforce`, `enforceRelaxRefresh`, `relaxActivated` or `relax`.
    ip_relaxation: Option<String>,
    /// The refresh token policy.
    refresh_token: Option<JsonRefreshToken>,
    /// The OAuth scopes, as a ConnectedApp spells them, sorted.
    scopes: Vec<String>,
    /// In the order of the source; credentials in them are masked.
    callback_urls: Vec<String>,
    /// True if the client credentials flow is enabled.
    client_credentials: Option<bool>,
    /// True if authorization code flows require PKCE.
    pkce_required: Option<bool>,
    has_certificate: bool,
    has_consumer_key: bool,
    has_consumer_secret: bool,
    /// The profiles and permission sets that it is assigned to, in the order of the source.
    grants: Vec<JsonGrant>,
    /// The flows that its settings allow or leave open, sorted.
    possible_flows: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EntryKind")]
enum JsonAppKind {
    ConnectedApp,
    ExternalClientApp,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RefreshToken")]
struct JsonRefreshToken {
    /// `untilRevoked`, `expireImmediately`, `afterInactivity` or `afterLifetime`.
    policy: String,
    /// The length of the period, for policies that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    /// `HOURS`, `DAYS` or `MONTHS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Grant")]
struct JsonGrant {
    /// `profile` or `permissionSet`.
    kind: String,
    /// The name as the app spells it.
    name: String,
    /// The file of the named component; `null` if it is not known.
    resolved: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &AppsArgs, output: &Output) -> Result<Outcome, Failure> {
    let source = listing::read(&args.source, None, output)?;
    let mut apps = Vec::new();
    for read in &source.projects {
        let shown = |path: &str| read.project.shown(path);
        let org = read.workspace.org();
        let covered = org.apps.iter().filter(|app| read.project.covers(app));
        apps.extend(covered.map(|app| json_app(app, &shown)));
    }
    listing::print(&Inventory { version: 1, apps }, args.listing.format(), output)?;
    Ok(source.outcome)
}

fn json_app(app: &App, shown: &dyn Fn(&str) -> String) -> JsonApp {
    let stated = |name: &str| app.fact(name).and_then(Fact::stated);
    let text = |name: &str| stated(name).and_then(Value::as_text).map(str::to_owned);
    let flag = |name: &str| stated(name).and_then(Value::as_bool);
    let list = |name: &str| -> Vec<String> {
        let items = stated(name).and_then(Value::as_list).unwrap_or_default();
        items.iter().filter_map(Fact::stated).filter_map(Value::as_text).map(str::to_owned).collect()
    };
    let has = |name: &str| attribute(name).is_some_and(|row| app.has_element(row));
    let mut scopes = list("scopes");
    scopes.sort();
    scopes.dedup();
    JsonApp {
        name: app.name.to_string(),
        label: text("label"),
        kind: match app.kind {
            AppKind::ConnectedApp => JsonAppKind::ConnectedApp,
            AppKind::ExternalClientApp => JsonAppKind::ExternalClientApp,
        },
        files: app.files.iter().map(|file| shown(file.path.as_str())).collect(),
        active: flag("active").unwrap_or(true),
        permitted_users: text("permittedUsers"),
        ip_relaxation: text("ipRelaxation"),
        refresh_token: stated("refreshToken").and_then(|value| match value {
            Value::RefreshToken(policy) => Some(JsonRefreshToken {
                policy: policy.policy().name().to_owned(),
                period: policy.period().map(|period| period.amount),
                unit: policy.period().map(|period| period.unit.as_str().to_owned()),
            }),
            _ => None,
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
                resolved: grant.resolved(app.main_file()).map(|path| shown(path.as_str())),
            })
            .collect(),
        possible_flows: possible_flows(app),
    }
}

/// The flows that the inventory lists: the name in the list, and the attribute.
const LISTED_FLOWS: &[(&str, &str)] = &[
    ("asset-token", "flows.asset-token"),
    ("authorization-code", "flows.web-server"),
    ("canvas", "flows.canvas"),
    ("client-credentials", "flows.client-credentials"),
    ("code-credentials", "flows.code-credentials"),
    ("jwt-bearer", "flows.jwt-bearer"),
    ("saml", "flows.saml"),
    ("token-exchange", "flows.token-exchange"),
];

fn possible_flows(app: &App) -> Vec<String> {
    let possible = |state: &str| match app.fact(state).map(|fact| &fact.state) {
        Some(FactState::Present(value)) => value.as_text() != Some("no"),
        Some(_) => true,
        None => false,
    };
    LISTED_FLOWS.iter().filter(|(_, state)| possible(state)).map(|(name, _)| (*name).to_owned()).collect()
}

impl Listing for Inventory {
    /// Writes the table; `?` means that the source does not tell.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = ["APP", "KIND", "PERMITTED USERS", "ASSIGNED TO", "IP", "REFRESH TOKEN", "SCOPES"];
        let rows: Vec<_> =
            std::iter::once(header.map(str::to_owned)).chain(self.apps.iter().map(JsonApp::row)).collect();
        table::write(&rows, out)
    }
}

impl JsonApp {
    fn row(&self) -> [String; 7] {
        let unknown = || "?".to_owned();
        let count = |kind: &str| self.grants.iter().filter(|grant| grant.kind == kind).count();
        let (profiles, sets) = (count("profile"), count("permissionSet"));
        let assigned = match (profiles, sets) {
            (0, 0) => "-".to_owned(),
            (profiles, 0) => counted(profiles, "profile", "profiles"),
            (0, sets) => counted(sets, "permission set", "permission sets"),
            (profiles, sets) => format!(
                "{}, {}",
                counted(profiles, "profile", "profiles"),
                counted(sets, "permission set", "permission sets")
            ),
        };
        let refresh =
            self.refresh_token.as_ref().map_or_else(unknown, |token| match (token.period, &token.unit) {
                (Some(period), Some(unit)) => format!("{} {period} {unit}", token.policy),
                _ => token.policy.clone(),
            });
        let name = match &self.label {
            Some(label) if *label != self.name => format!("{label} ({})", self.name),
            _ => self.name.clone(),
        };
        [
            if self.active { name } else { format!("{name} [off]") },
            match self.kind {
                JsonAppKind::ConnectedApp => AppKind::ConnectedApp.label(),
                JsonAppKind::ExternalClientApp => AppKind::ExternalClientApp.label(),
            }
            .to_owned(),
            self.permitted_users.clone().unwrap_or_else(unknown),
            assigned,
            self.ip_relaxation.clone().unwrap_or_else(unknown),
            refresh,
            if self.scopes.is_empty() { "-".to_owned() } else { self.scopes.join(" ") },
        ]
    }
}
