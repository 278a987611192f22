//! The inventory as comma-separated values.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::inventory::{FlowState, Inventory, JsonApp, ValueState};

/// Writes a row for each app, below a row with the names of the columns. A cell with several values has one a line.
pub(super) fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS.iter().map(|(name, _)| name))?;
    for app in &inventory.apps {
        csv.write_record(COLUMNS.iter().map(|(_, cell)| harmless(&cell(app)).into_owned()))?;
    }
    csv.flush()
}

/// A column: its name, as the JSON calls it, and its cells.
type CsvColumn = (&'static str, fn(&JsonApp) -> String);

const COLUMNS: &[CsvColumn] = &[
    ("project", |app| app.project.clone()),
    ("name", |app| app.name.clone()),
    ("label", |app| app.states.label.csv(app.label.as_deref())),
    ("kind", |app| app.kind.as_str().to_owned()),
    ("active", |app| app.states.active.csv(Some(word(app.active)))),
    ("owner", |app| app.owner().unwrap_or_default().to_owned()),
    ("flow", |app| app.declared.as_ref().and_then(|one| one.flow.clone()).unwrap_or_default()),
    ("purpose", |app| app.declared.as_ref().and_then(|one| one.purpose.clone()).unwrap_or_default()),
    ("permittedUsers", |app| app.states.permitted_users.csv(app.permitted_users.as_deref())),
    ("profiles", |app| app.states.grants.csv(Some(&granted(app, "profile")))),
    ("permissionSets", |app| app.states.grants.csv(Some(&granted(app, "permissionSet")))),
    ("ipRelaxation", |app| app.states.ip_relaxation.csv(app.ip_relaxation.as_deref())),
    ("refreshToken", |app| {
        app.states.refresh_token.csv(app.refresh_token.as_ref().map(|token| token.words.as_str()))
    }),
    ("scopes", |app| app.states.scopes.csv(Some(&app.scopes.join("\n")))),
    ("callbackUrls", |app| app.states.callback_urls.csv(Some(&app.callback_urls.join("\n")))),
    ("clientCredentials", |app| app.states.client_credentials.csv(app.client_credentials.map(word))),
    ("pkceRequired", |app| app.states.pkce_required.csv(app.pkce_required.map(word))),
    ("hasCertificate", |app| app.states.has_certificate.csv(Some(word(app.has_certificate)))),
    ("hasConsumerKey", |app| app.states.has_consumer_key.csv(Some(word(app.has_consumer_key)))),
    ("hasConsumerSecret", |app| app.states.has_consumer_secret.csv(Some(word(app.has_consumer_secret)))),
    ("flows", |app| flows(app, FlowState::Yes)),
    ("unknownFlows", |app| flows(app, FlowState::Unknown)),
    ("defaults", |app| app.states.defaults().join("\n")),
    ("files", |app| app.files.join("\n")),
];

impl ValueState {
    /// Returns a value as a cell shows it.
    fn csv(self, value: Option<&str>) -> String {
        match self {
            Self::Unknown => "?".into(),
            Self::NotApplicable => String::new(),
            Self::Default | Self::Stated => value.unwrap_or_default().into(),
        }
    }
}

fn word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn granted(app: &JsonApp, kind: &str) -> String {
    let names = app.grants.iter().filter(|grant| grant.kind == kind).map(|grant| grant.name.as_str());
    names.collect::<Vec<_>>().join("\n")
}

fn flows(app: &JsonApp, wanted: FlowState) -> String {
    let names = app.flows.iter().filter(|(_, state)| **state == wanted).map(|(name, _)| *name);
    names.collect::<Vec<_>>().join("\n")
}

/// Returns a text that a spreadsheet takes for text: it would calculate what begins like a formula, and names in the source
/// are written by others. The wide forms are those that spreadsheets in Japanese accept.
///
/// Source: OWASP, CSV Injection.
fn harmless(text: &str) -> Cow<'_, str> {
    const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(FORMULA) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_is_never_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "Order Sync", "a=b", "'=1", "?"] {
            assert_eq!(harmless(text), text);
        }
    }
}
