//! `preauth apps`: every app and what its source says of it.

use std::io::{self, Write};

use preauth_metadata::{App, AppKind, Demand, Fact, FactState, Form, Kind, Value, attribute, masked};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Failure, Outcome,
    args::{Apps, TableFormat},
    output::{Output, table, tree_prefixes},
    report::summary::nothing_to_read,
    tree::{discover::discover, load},
};

/// What `preauth apps --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inventory {
    /// The version of this shape: 1.
    version: u32,
    /// The apps, by name.
    apps: Vec<Entry>,
}

/// An app. `null` is what the source does not say.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// The developer name.
    name: String,
    /// The name that Setup and users see.
    label: Option<String>,
    /// Which kind of app it is.
    kind: EntryKind,
    /// Its files, told from the root of the tree, sorted.
    files: Vec<String>,
    /// Whether anybody can use it at all.
    active: bool,
    /// `adminApproved` or `selfAuthorize`.
    permitted_users: Option<String>,
    /// `enforce`, `enforceRelaxRefresh`, `relaxActivated` or `relax`.
    ip_relaxation: Option<String>,
    /// How long a refresh token may be used.
    refresh_token: Option<RefreshToken>,
    /// The OAuth scopes, as a ConnectedApp spells them, sorted.
    scopes: Vec<String>,
    /// In the order of the source; credentials in them are masked.
    callback_urls: Vec<String>,
    /// Whether the client credentials flow is on.
    client_credentials: Option<bool>,
    /// Whether authorization-code flows need PKCE.
    pkce_required: Option<bool>,
    has_certificate: bool,
    has_consumer_key: bool,
    has_consumer_secret: bool,
    /// Whom it is assigned to, in the order of the source.
    grants: Vec<Grant>,
    /// The flows that its settings do not rule out, sorted.
    possible_flows: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum EntryKind {
    ConnectedApp,
    ExternalClientApp,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RefreshToken {
    /// `untilRevoked`, `expireImmediately`, `afterInactivity` or `afterLifetime`.
    policy: String,
    /// How long, where the policy counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    /// `HOURS`, `DAYS` or `MONTHS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Grant {
    /// `profile` or `permissionSet`.
    kind: String,
    /// As the app writes it.
    name: String,
    /// The file of what it names; `null` when that cannot be told.
    resolved: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &Apps, output: &Output) -> Result<Outcome, Failure> {
    let trees = discover(&args.source.paths, args.source.all)?;
    let roots: Vec<_> = trees.iter().map(|tree| tree.root.as_path()).collect();
    let common = tree_prefixes(&roots);
    let mut entries = Vec::new();
    let mut outcome = Outcome::Clean;
    for (tree, prefix) in trees.iter().zip(&common) {
        let progress = output.progress && !args.source.no_progress;
        let workspace = load::workspace(tree, Demand::default(), progress);
        for file in workspace.files().filter(|file| file.judged && file.form != Form::WellFormed) {
            if file.form == Form::Unreadable {
                outcome = Outcome::CouldNotJudge;
            }
            let why = file.diagnostics.first().map_or("", |diagnostic| diagnostic.message.as_str());
            output.message(&format!("{}: left out: {why}", file.path));
        }
        let shown = |path: &str| if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") };
        let org = workspace.org();
        let in_scope = |app: &App| {
            tree.scope.is_empty()
                || app.files.iter().any(|file| tree.scope.iter().any(|path| file.path.is_within(path)))
        };
        entries.extend(org.apps.iter().filter(|app| in_scope(app)).map(|app| entry(app, &shown)));
    }
    if trees.iter().all(|tree| tree.files.is_empty()) {
        output.message(&nothing_to_read(trees.iter().map(|tree| tree.outside).sum()));
    }
    let mut out = output.stdout();
    match if args.json { TableFormat::Json } else { args.format } {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &Inventory { version: 1, apps: entries })
                .map_err(io::Error::from)?;
            writeln!(out)?;
        }
        TableFormat::Table => list(&entries, &mut out)?,
    }
    out.flush()?;
    Ok(outcome)
}

fn entry(app: &App, shown: &dyn Fn(&str) -> String) -> Entry {
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
    Entry {
        name: app.name.to_string(),
        label: text("label"),
        kind: match app.kind {
            AppKind::ConnectedApp => EntryKind::ConnectedApp,
            AppKind::ExternalClientApp => EntryKind::ExternalClientApp,
        },
        files: app.files.iter().map(|file| shown(file.path.as_str())).collect(),
        active: flag("active").unwrap_or(true),
        permitted_users: text("permittedUsers"),
        ip_relaxation: text("ipRelaxation"),
        refresh_token: stated("refreshToken").and_then(|value| match value {
            Value::RefreshToken(policy) => Some(RefreshToken {
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
            .map(|grant| Grant {
                kind: if grant.kind == Kind::Profile { "profile" } else { "permissionSet" }.to_owned(),
                name: grant.name.to_string(),
                resolved: grant.resolved(app.main_file()).map(|path| shown(path.as_str())),
            })
            .collect(),
        possible_flows: possible_flows(app),
    }
}

/// The flows that the inventory lists, by what it calls them and by the state that says so.
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

/// The inventory for people; `?` is what the source does not say.
fn list(entries: &[Entry], out: &mut impl Write) -> io::Result<()> {
    let header = ["APP", "KIND", "PERMITTED USERS", "ASSIGNED TO", "IP", "REFRESH TOKEN", "SCOPES"];
    let unknown = || "?".to_owned();
    let mut rows: Vec<[String; 7]> = vec![header.map(str::to_owned)];
    rows.extend(entries.iter().map(|entry| {
        let count = |kind: &str| entry.grants.iter().filter(|grant| grant.kind == kind).count();
        let (profiles, sets) = (count("profile"), count("permissionSet"));
        let assigned = match (profiles, sets) {
            (0, 0) => "-".to_owned(),
            (profiles, 0) => crate::report::summary::counted(profiles, "profile", "profiles"),
            (0, sets) => crate::report::summary::counted(sets, "permission set", "permission sets"),
            (profiles, sets) => format!(
                "{}, {}",
                crate::report::summary::counted(profiles, "profile", "profiles"),
                crate::report::summary::counted(sets, "permission set", "permission sets")
            ),
        };
        let refresh =
            entry.refresh_token.as_ref().map_or_else(unknown, |token| match (token.period, &token.unit) {
                (Some(period), Some(unit)) => format!("{} {period} {unit}", token.policy),
                _ => token.policy.clone(),
            });
        let name = match &entry.label {
            Some(label) if *label != entry.name => format!("{label} ({})", entry.name),
            _ => entry.name.clone(),
        };
        [
            if entry.active { name } else { format!("{name} [off]") },
            match entry.kind {
                EntryKind::ConnectedApp => "connected app",
                EntryKind::ExternalClientApp => "external client app",
            }
            .to_owned(),
            entry.permitted_users.clone().unwrap_or_else(unknown),
            assigned,
            entry.ip_relaxation.clone().unwrap_or_else(unknown),
            refresh,
            if entry.scopes.is_empty() { "-".to_owned() } else { entry.scopes.join(" ") },
        ]
    }));
    table::write(&rows, out)
}
