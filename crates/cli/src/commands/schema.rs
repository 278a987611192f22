//! `preauth schema`: the JSON Schemas of the files that are read and of the JSON that is printed.

use std::io::Write;

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser},
};
use schemars::JsonSchema;
use serde_json::Value;

use crate::{
    Failure, Outcome,
    commands::{apps, deadlines, explain::trace, policy},
    output::Output,
    report::formats::json::JsonReport,
};

/// Every JSON Schema that is published.
const SCHEMAS: &[Schema] = &[
    Schema { name: "policy", about: "A policy file", make: |_| preauth_policy::policy_schema() },
    Schema { name: "config", about: "`preauth.yaml`", make: |_| preauth_policy::config_schema() },
    Schema::of::<JsonReport>("report", "What `check --format json` prints"),
    Schema::of::<apps::Inventory>("apps", "What `apps --format json` prints"),
    Schema::of::<deadlines::DeadlineList>("deadlines", "What `deadlines --format json` prints"),
    Schema::of::<trace::JsonTraces>("trace", "What `explain --app … --json` prints"),
    Schema::of::<policy::PolicyList>("policies", "What `policy list --json` prints"),
    Schema::of::<policy::PolicyTests>("policy-tests", "What `policy test --json` prints"),
];

/// A JSON Schema that is published.
struct Schema {
    /// The name of the schema on the command line and of its file.
    name: &'static str,
    /// The documents that it describes.
    about: &'static str,
    make: fn(&Self) -> Value,
}

impl Schema {
    const fn of<T: JsonSchema>(name: &'static str, about: &'static str) -> Self {
        Self { name, about, make: Self::derived::<T> }
    }

    fn derived<T: JsonSchema>(&self) -> Value {
        let title = format!("preauth {}", self.name.replace('-', " "));
        preauth_policy::schema_of::<T>(&title, &format!("{}.schema.json", self.name))
    }
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The file or output that the schema describes.
    #[arg(value_name = "OF", value_parser = names())]
    of: String,
}

fn names() -> PossibleValuesParser {
    SCHEMAS.iter().map(|schema| PossibleValue::new(schema.name).help(schema.about)).collect::<Vec<_>>().into()
}

/// Runs the command.
pub(crate) fn run(args: &SchemaArgs, output: &Output) -> Result<Outcome, Failure> {
    let schema = SCHEMAS.iter().find(|schema| schema.name == args.of);
    let schema = schema.expect("invariant: the parser accepts only names of schemas");
    let mut out = output.stdout();
    writeln!(out, "{:#}", (schema.make)(schema))?;
    out.flush()?;
    Ok(Outcome::Clean)
}
