//! The first register: what the source tells of each app, and questions for the rest.

use std::{collections::BTreeSet, fmt::Write};

use preauth_metadata::{App, FLOWS, Fact, Shape, Value};

/// Flows that are switched on by themselves, and what says so.
const SWITCHES: &[(&str, &str)] = &[
    ("client-credentials", "the client credentials flow is switched on"),
    ("device", "the device flow is switched on"),
    ("token-exchange", "the token exchange flow is switched on"),
    ("code-credentials", "the authorization code and credentials flow is switched on"),
    ("asset-token", "it issues asset tokens"),
    ("saml", "it is configured for SAML"),
    ("canvas", "it is a canvas app"),
];

/// The flow that an app is for, and what tells; otherwise the flows that its settings leave possible.
///
/// Only what its owner has switched on, and nothing else, tells: a callback URL is demanded of every connected app, and
/// a certificate leaves open whether a browser is used as well.
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

/// A whole configuration.
pub(super) fn configuration(apps: &[&App]) -> String {
    format!(
        "# What `preauth` demands of this project, and what each of its apps is for.\n\
         # Every line with a `?` is a question: answer it, and take away the `#` before it.\n\
         \n\
         extends: [recommended]\n\
         \n\
         # The register: an entry for each app.\n\
         apps:{}{}",
        if apps.is_empty() { " []\n" } else { "\n" },
        entries(apps)
    )
}

/// The entries of apps, as a list in YAML.
pub(super) fn entries(apps: &[&App]) -> String {
    let mut out = String::new();
    let mut written = BTreeSet::new();
    for app in apps {
        // The same app in two folders has one entry, and so has an app that bears the name of another as its label.
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
        Shape::Full => "",
        Shape::Stub => ", the stub of a packaged app: its settings are not in the source",
        Shape::Shell => ", whose settings are not in the source: a package may own it",
    };
    let off = app.fact("active").and_then(Fact::value).and_then(Value::as_bool) == Some(false);
    let label = app.label().split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(out, "  # {label} ({kind}{note}{})", if off { ", switched off" } else { "" });
    let _ = writeln!(out, "  - match: {}", scalar(&exactly(&app.name)));
    let _ = match flow(app) {
        Ok((flow, why)) => writeln!(out, "    flow: {flow} # the source tells: {why}"),
        Err(possible) => {
            writeln!(out, "    # flow: ? # which OAuth flow it is for; possible: {}", possible.join(", "))
        }
    };
    out.push_str(
        "    # owner: ? # who answers for it\n    \
         # purpose: ? # what it is for\n    \
         # networks: [?] # where its client runs, such as 203.0.113.0/24\n    \
         # environment: ? # production, sandbox or development\n",
    );
}

/// A pattern that matches this name alone.
fn exactly(name: &str) -> String {
    let special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\');
    name.chars().map(|c| if special(c) { format!("[{c}]") } else { c.to_string() }).collect()
}

/// Text as YAML writes it.
pub(super) fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
