//! The first register: what is known of each app from the source, and questions for the rest.

use std::{collections::BTreeSet, fmt::Write};

use preauth_metadata::{App, AppShape, FLOWS, Fact, Value};

/// Flows that have a switch of their own, and the reason that is written beside the flow.
const SWITCHES: &[(&str, &str)] = &[
    ("client-credentials", "the client credentials flow is switched on"),
    ("device", "the device flow is switched on"),
    ("token-exchange", "the token exchange flow is switched on"),
    ("code-credentials", "the authorization code and credentials flow is switched on"),
    ("asset-token", "it issues asset tokens"),
    ("saml", "it is configured for SAML"),
    ("canvas", "it is a canvas app"),
];

/// Returns the flow that an app uses, and the reason; if it is not known, the possible flows.
///
/// A flow is known only if its owner has switched on that flow and no other. A callback URL proves nothing: every
/// connected app must have one. An app with a certificate may use a browser flow as well.
pub(super) fn flow(app: &App) -> Result<(&'static str, &'static str), Vec<&'static str>> {
    let is = |flow: &str, state: &str| {
        let fact = app.fact(&format!("flows.{flow}"));
        fact.and_then(Fact::value).and_then(Value::as_text) == Some(state)
    };
    let on: Vec<_> = SWITCHES.iter().filter(|(flow, _)| is(flow, "yes")).collect();
    let (certificate, callback) = (is("jwt-bearer", "yes"), is("web-server", "yes"));
    match on.as_slice() {
        [(flow @ ("client-credentials" | "device" | "canvas"), why)] if !certificate => Ok((*flow, *why)),
        [(flow @ "saml", why)] if !certificate && !callback => Ok((*flow, *why)),
        [] if certificate && !callback => Ok(("jwt-bearer", "it has a certificate and no callback URL")),
        _ => Err(FLOWS.iter().map(|flow| flow.name).filter(|flow| !is(flow, "no")).collect()),
    }
}

/// Returns the text of a new configuration.
pub(super) fn configuration(apps: &[&App]) -> String {
    format!(
        "# The policies of this project, and the purpose of each app.\n\
         # Each line with a `?` is a question: write the answer in its place, and remove the `#` before it.\n\
         \n\
         extends: [recommended]\n\
         \n\
         # The register: one entry for each app.\n\
         apps:{}{}",
        if apps.is_empty() { " []\n" } else { "\n" },
        entries(apps)
    )
}

/// Returns the register entries of apps, as a YAML list.
pub(super) fn entries(apps: &[&App]) -> String {
    let mut out = String::new();
    let mut written = BTreeSet::new();
    for app in apps {
        // One entry for an app in two folders, and for two apps if the label of one is the name of the other.
        let named_by_label = apps.iter().any(|other| other.name != app.name && *other.name == *app.label());
        if named_by_label || !written.insert(&app.name) {
            continue;
        }
        entry(app, &mut out);
    }
    out
}

fn entry(app: &App, out: &mut String) {
    let kind = app.kind.label();
    let note = match app.shape {
        AppShape::Full => "",
        AppShape::Stub => ", the stub of a packaged app: its settings are not in the source",
        AppShape::Shell => ", whose settings are not in the source: a package may own it",
    };
    let off = app.fact("active").and_then(Fact::value).and_then(Value::as_bool) == Some(false);
    let label = app.label().split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(out, "  # {label} ({kind}{note}{})", if off { ", switched off" } else { "" });
    let _ = writeln!(out, "  - match: {}", scalar(&exactly(&app.name)));
    let _ = match flow(app) {
        Ok((flow, why)) => writeln!(out, "    flow: {flow} # known from the source: {why}"),
        Err(possible) => {
            writeln!(out, "    # flow: ? # the OAuth flow that it uses; possible: {}", possible.join(", "))
        }
    };
    out.push_str(
        "    # owner: ? # the person or team responsible for it\n    \
         # purpose: ? # the task that it has\n    \
         # criticality: ? # the damage that an abuse of it can do: low, medium, high or critical\n    \
         # networks: [?] # the addresses of its client, such as 203.0.113.0/24\n    \
         # environment: ? # production, sandbox or development\n",
    );
}

/// Returns a pattern that matches only this name.
fn exactly(name: &str) -> String {
    let special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\');
    name.chars().map(|c| if special(c) { format!("[{c}]") } else { c.to_string() }).collect()
}

/// Returns the text as a YAML scalar.
pub(super) fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
