//! `preauth schema`: the JSON Schemas of what is read and written.

use std::io::Write;

use serde_json::Value;

use crate::{
    Failure, Outcome,
    args::{Schema, SchemaOf},
    commands::{
        apps::Inventory,
        explain::trace::Traces,
        policy::{Policies, Tests},
    },
    output::Output,
    report::formats::json::Report,
};

/// Runs the command.
pub(crate) fn run(args: &Schema, output: &Output) -> Result<Outcome, Failure> {
    let mut out = output.stdout();
    writeln!(out, "{:#}", schema(args.of))?;
    out.flush()?;
    Ok(Outcome::Clean)
}

fn schema(of: SchemaOf) -> Value {
    match of {
        SchemaOf::Policy => preauth_policy::policy_schema(),
        SchemaOf::Config => preauth_policy::config_schema(),
        SchemaOf::Report => preauth_policy::schema_of::<Report>("preauth report", "report.schema.json"),
        SchemaOf::Policies => {
            preauth_policy::schema_of::<Policies>("preauth policies", "policies.schema.json")
        }
        SchemaOf::PolicyTests => {
            preauth_policy::schema_of::<Tests>("preauth policy tests", "policy-tests.schema.json")
        }
        SchemaOf::Trace => preauth_policy::schema_of::<Traces>("preauth trace", "trace.schema.json"),
        SchemaOf::Apps => preauth_policy::schema_of::<Inventory>("preauth apps", "apps.schema.json"),
    }
}
