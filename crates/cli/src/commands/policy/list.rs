//! `preauth policy list`.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use preauth_policy::{Catalogued, catalogue};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Failure, Outcome,
    args::ConfigArgs,
    commands::listing::{self, Listing, ListingFormat},
    output::{Output, table},
};

#[derive(Debug, Args)]
pub(super) struct PolicyListArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// How to list them.
    #[arg(short, long, value_enum, default_value_t = PolicyListFormat::Table, value_name = "FORMAT")]
    format: PolicyListFormat,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PolicyListFormat {
    /// For people.
    Table,
    /// For programs; see `preauth schema policies`.
    Json,
    /// For documents.
    Markdown,
}

/// What `preauth policy list --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policies {
    /// The version of this shape: 1.
    version: u32,
    /// By area, then by id.
    policies: Vec<Entry>,
}

/// A policy or a check of form, as the configuration has it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    /// What it is about: the folder that it is in.
    area: String,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// `recommended` or `strict`.
    set: &'static str,
    /// Whether it is asked.
    on: bool,
    /// `App`, `Grant`, a metadata type, …; `File` for checks of form.
    judges: &'static str,
    /// What corrects a finding: `safe` is made by `--fix`, `unsafe` by `--unsafe-fixes`, `register` only where the
    /// register declares it; `null` where a person must. Whatever the register declares is safe.
    correction: Option<&'static str>,
    /// Whether a waiver can silence it.
    waivable: bool,
    /// What it demands.
    title: String,
    /// Controls of security baselines that it checks.
    controls: Vec<String>,
    /// What `rules` may change, and the value that counts.
    params: Vec<Param>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Param {
    name: String,
    /// The value that counts.
    value: String,
    /// The value where the configuration gives none.
    default: String,
    /// The least that the configuration may give.
    at_least: Option<String>,
    /// The most that the configuration may give.
    at_most: Option<String>,
    /// What it means.
    about: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &PolicyListArgs, output: &Output) -> Result<Outcome, Failure> {
    let (_, rules) = listing::configuration(&args.config, output)?;
    let policies = catalogue(&rules.policies).iter().map(entry).collect();
    let policies = Policies { version: 1, policies };
    match if args.json { PolicyListFormat::Json } else { args.format } {
        PolicyListFormat::Table => listing::print(&policies, ListingFormat::Table, output)?,
        PolicyListFormat::Json => listing::print(&policies, ListingFormat::Json, output)?,
        PolicyListFormat::Markdown => {
            let mut out = output.stdout();
            policies.write_markdown(&mut out)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Clean)
}

fn entry(row: &Catalogued) -> Entry {
    Entry {
        id: row.id.to_owned(),
        area: row.area.to_owned(),
        severity: row.severity.as_str(),
        set: row.set.as_str(),
        on: row.on,
        judges: row.judges,
        correction: row.fix.map(|_| row.fix_word()),
        waivable: row.waivable,
        title: row.title.to_owned(),
        controls: row.controls.to_vec(),
        params: row.params.iter().map(param).collect(),
    }
}

fn param(param: &preauth_policy::Param) -> Param {
    Param {
        name: param.name.clone(),
        value: param.value.clone(),
        default: param.default.clone(),
        at_least: param.at_least.clone(),
        at_most: param.at_most.clone(),
        about: param.about.clone(),
    }
}

impl Listing for Policies {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = ["POLICY", "SEVERITY", "SET", "ON", "JUDGES", "FIX", "DEMANDS"];
        let header = header.map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(self.policies.iter().map(Entry::row)).collect();
        table::write(&rows, out)
    }
}

impl Policies {
    fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "| policy | severity | set | on | judges | fix | demands |\n|---|---|---|---|---|---|---|"
        )?;
        for policy in &self.policies {
            let [id, severity, set, on, judges, fix, title] = policy.row();
            writeln!(out, "| `{id}` | {severity} | {set} | {on} | `{judges}` | {fix} | {title} |")?;
        }
        Ok(())
    }
}

impl Entry {
    fn row(&self) -> [String; 7] {
        [
            self.id.as_str(),
            self.severity,
            self.set,
            if self.on { "on" } else { "off" },
            self.judges,
            self.correction.unwrap_or("-"),
            &self.title,
        ]
        .map(str::to_owned)
    }
}
