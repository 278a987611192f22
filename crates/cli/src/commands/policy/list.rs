//! `preauth policy list`.

use std::io::{self, Write};

use camino::Utf8Path;
use preauth_policy::{Catalogued, catalogue};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Failure, Outcome,
    args::{PolicyList, PolicyListFormat},
    commands::mistakes::refuse,
    output::{Output, table},
    tree::{file_system, load},
};

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
pub(super) fn run(args: &PolicyList, output: &Output) -> Result<Outcome, Failure> {
    let here = file_system::canonical(Utf8Path::new("."))?;
    let rules = load::policies(&here, args.config.choice())?;
    refuse(&here, &rules, output)?;
    let rows = catalogue(&rules.policies);
    let mut out = output.stdout();
    match if args.json { PolicyListFormat::Json } else { args.format } {
        PolicyListFormat::Table => print(&rows, &mut out)?,
        PolicyListFormat::Json => {
            let policies = Policies { version: 1, policies: rows.iter().map(entry).collect() };
            serde_json::to_writer_pretty(&mut out, &policies).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        PolicyListFormat::Markdown => markdown(&rows, &mut out)?,
    }
    out.flush()?;
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

fn cells(row: &Catalogued) -> [String; 7] {
    [
        row.id,
        row.severity.as_str(),
        row.set.as_str(),
        if row.on { "on" } else { "off" },
        row.judges,
        row.fix_word(),
        row.title,
    ]
    .map(str::to_owned)
}

fn print(rows: &[Catalogued<'_>], out: &mut dyn Write) -> io::Result<()> {
    let header = ["POLICY", "SEVERITY", "SET", "ON", "JUDGES", "FIX", "DEMANDS"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(header).chain(rows.iter().map(cells)).collect();
    table::write(&rows, out)
}

fn markdown(rows: &[Catalogued<'_>], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| policy | severity | set | on | judges | fix | demands |\n|---|---|---|---|---|---|---|"
    )?;
    for row in rows {
        let [id, severity, set, on, judges, fix, title] = cells(row);
        writeln!(out, "| `{id}` | {severity} | {set} | {on} | `{judges}` | {fix} | {title} |")?;
    }
    Ok(())
}
