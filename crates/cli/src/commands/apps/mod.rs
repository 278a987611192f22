//! `preauth apps`: all apps and their settings.

mod csv;
mod filter;
mod inventory;
mod table;

use std::io::Write;

use clap::{Args, ValueEnum};
use preauth_policy::RegisterEntry;

pub(crate) use self::inventory::Inventory;
use self::{
    filter::FilterArgs,
    inventory::{AppContext, JsonApp},
};
use super::listing::{self, ListingFormat};
use crate::{
    Failure, Outcome,
    args::{ConfigArgs, DayArgs, SourceArgs},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct AppsArgs {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    day: DayArgs,
    /// Format of the list. `?` means that the source does not show the value, `-` (in CSV an empty cell) that there is
    /// none or that the setting does not apply, `(default)` that the source has no value and the platform's default
    /// counts.
    #[arg(short, long, value_enum, default_value_t = AppsFormat::Table, value_name = "FORMAT")]
    format: AppsFormat,
    /// Short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AppsFormat {
    /// For people.
    Table,
    /// JSON; see `preauth schema apps`.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Runs the command.
pub(crate) fn run(args: &AppsArgs, output: &Output) -> Result<Outcome, Failure> {
    let source = listing::read(&args.source, args.config.choice(), output)?;
    let as_of = args.day.day();
    let mut apps = Vec::new();
    for read in &source.projects {
        let project = &read.project;
        let context = AppContext {
            folder: output.relative_folder(&project.tree.root),
            shown: &|path| project.shown(path),
            as_of,
        };
        for app in read.workspace.org().apps.iter().filter(|app| project.covers(app)) {
            let declared = project.rules.config.register.of(app).unwrap_or_else(|several| {
                output.message(&several_entries(&app.name, &several));
                None
            });
            apps.push(JsonApp::new(app, declared, &context));
        }
    }
    let inventory = Inventory::new(args.filter.apply(apps)?);
    match if args.json { AppsFormat::Json } else { args.format } {
        AppsFormat::Table => listing::print(&inventory, ListingFormat::Table, output)?,
        AppsFormat::Json => listing::print(&inventory, ListingFormat::Json, output)?,
        AppsFormat::Csv => {
            let mut out = output.stdout();
            csv::write(&inventory, &mut out)?;
            out.flush()?;
        }
    }
    Ok(source.outcome)
}

fn several_entries(name: &str, entries: &[&RegisterEntry]) -> String {
    let patterns: Vec<String> = entries.iter().map(|entry| format!("`{}`", entry.pattern.text)).collect();
    format!(
        "{name}: listed without owner, flow and purpose, because several entries under `apps` match it: {}",
        patterns.join(", ")
    )
}
