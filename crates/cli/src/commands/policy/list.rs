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
    /// Format of the list.
    #[arg(short, long, value_enum, default_value_t = PolicyListFormat::Table, value_name = "FORMAT")]
    format: PolicyListFormat,
    /// Short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PolicyListFormat {
    /// For people.
    Table,
    /// JSON; see `preauth schema policies`.
    Json,
    /// A Markdown table.
    Markdown,
}

/// The output of `preauth policy list --json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyList {
    /// The version of this shape: 1.
    version: u32,
    /// By area, then by id.
    policies: Vec<ListedPolicy>,
}

/// A policy or a structure check, as configured.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Entry")]
struct ListedPolicy {
    id: String,
    /// The topic: the folder of the policy.
    area: String,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// The severities that its findings have in some cases.
    severities: Vec<&'static str>,
    /// `recommended` or `strict`.
    set: &'static str,
    /// True if it is on.
    on: bool,
    /// The kind of subject: `App`, `Grant`, a metadata type, …; `File` for structure checks.
    judges: &'static str,
    /// How a finding is fixed: `safe` by `--fix`, `unsafe` by `--fix --unsafe-fixes`, `register` only if the register declares
    /// the value; `null` by a person. Values that the register declares are always safe.
    correction: Option<&'static str>,
    /// True if waivers apply to it.
    waivable: bool,
    /// The requirement in one sentence.
    title: String,
    /// The controls of security baselines that it checks.
    controls: Vec<String>,
    /// The parameters that `rules` may set, with their values.
    params: Vec<ListedParam>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Param")]
struct ListedParam {
    name: String,
    /// The value in use.
    value: String,
    /// The value if the configuration has none.
    default: String,
    /// The smallest value that the configuration may set.
    at_least: Option<String>,
    /// The largest value that the configuration may set.
    at_most: Option<String>,
    /// The meaning of the parameter.
    about: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &PolicyListArgs, output: &Output) -> Result<Outcome, Failure> {
    let (_, rules) = listing::configuration(&args.config, output)?;
    let policies = catalogue(&rules.policies).iter().map(listed_policy).collect();
    let policies = PolicyList { version: 1, policies };
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

fn listed_policy(row: &Catalogued) -> ListedPolicy {
    ListedPolicy {
        id: row.id.to_owned(),
        area: row.area.to_owned(),
        severity: row.severity.as_str(),
        severities: row.severities.iter().map(|severity| severity.as_str()).collect(),
        set: row.set.as_str(),
        on: row.on,
        judges: row.judges,
        correction: row.fix.map(|_| row.fix_word()),
        waivable: row.waivable,
        title: row.title.to_owned(),
        controls: row.controls.to_vec(),
        params: row.params.iter().map(listed_param).collect(),
    }
}

fn listed_param(param: &preauth_policy::Param) -> ListedParam {
    ListedParam {
        name: param.name.clone(),
        value: param.value.clone(),
        default: param.default.clone(),
        at_least: param.at_least.clone(),
        at_most: param.at_most.clone(),
        about: param.about.clone(),
    }
}

impl Listing for PolicyList {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = ["POLICY", "SEVERITY", "SET", "ON", "JUDGES", "FIX", "DEMANDS"];
        let header = header.map(str::to_owned);
        let rows: Vec<_> =
            std::iter::once(header).chain(self.policies.iter().map(ListedPolicy::row)).collect();
        table::write(&rows, out)
    }
}

impl PolicyList {
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

impl ListedPolicy {
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
