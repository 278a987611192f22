//! The inventory as a table for people.

use std::io::{self, Write};

use preauth_metadata::AppKind;

use super::inventory::{Inventory, JsonApp, ValueState};
use crate::{commands::listing::Listing, output::table, report::summary::counted};

impl Listing for Inventory {
    /// Writes the table. Apps of several projects have a column with the project.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns: Vec<&Column> =
            COLUMNS.iter().filter(|column| column.title != PROJECT || self.has_several_projects()).collect();
        let header = columns.iter().map(|column| column.title.to_owned()).collect();
        let row = |app: &JsonApp| columns.iter().map(|column| (column.cell)(app)).collect();
        let rows: Vec<Vec<String>> = std::iter::once(header).chain(self.apps.iter().map(row)).collect();
        table::write(&rows, out)
    }
}

/// A column of the table.
struct Column {
    title: &'static str,
    cell: fn(&JsonApp) -> String,
}

const PROJECT: &str = "PROJECT";

const COLUMNS: &[Column] = &[
    Column { title: PROJECT, cell: |app| app.project.clone() },
    Column { title: "APP", cell: name },
    Column { title: "KIND", cell: |app| AppKind::from(app.kind).label().to_owned() },
    Column { title: "OWNER", cell: |app| declared(app.owner()) },
    Column { title: "FLOW", cell: |app| declared(app.declared.as_ref().and_then(|one| one.flow.as_deref())) },
    Column {
        title: "PERMITTED USERS",
        cell: |app| app.states.permitted_users.cell(app.permitted_users.as_deref()),
    },
    Column { title: "ASSIGNED TO", cell: assigned },
    Column { title: "IP", cell: |app| app.states.ip_relaxation.cell(app.ip_relaxation.as_deref()) },
    Column {
        title: "REFRESH TOKEN",
        cell: |app| {
            app.states.refresh_token.cell(app.refresh_token.as_ref().map(|token| token.words.as_str()))
        },
    },
    Column { title: "SCOPES", cell: |app| app.states.scopes.cell(some(&app.scopes.join(" "))) },
    Column {
        title: "PURPOSE",
        cell: |app| declared(app.declared.as_ref().and_then(|one| one.purpose.as_deref())),
    },
];

impl ValueState {
    /// Returns a value as a cell shows it.
    fn cell(self, value: Option<&str>) -> String {
        match (self, value) {
            (Self::Unknown, _) => "?".into(),
            (Self::NotApplicable, _) | (_, None) => "-".into(),
            (Self::Default, Some(value)) => format!("{value} (default)"),
            (Self::Stated, Some(value)) => value.into(),
        }
    }
}

fn declared(value: Option<&str>) -> String {
    value.map_or_else(|| "-".into(), |value| value.lines().collect::<Vec<_>>().join(" "))
}

/// Returns a text if it is not empty.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn name(app: &JsonApp) -> String {
    let name = match &app.label {
        Some(label) if *label != app.name => format!("{label} ({})", app.name),
        _ => app.name.clone(),
    };
    if app.active { name } else { format!("{name} [off]") }
}

fn assigned(app: &JsonApp) -> String {
    let count = |kind: &str| app.grants.iter().filter(|grant| grant.kind == kind).count();
    let parts = [
        (count("profile"), "profile", "profiles"),
        (count("permissionSet"), "permission set", "permission sets"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, one, several)| counted(count, one, several)).collect();
    app.states.grants.cell(some(&parts.join(", ")))
}
