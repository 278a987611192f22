//! `preauth policy test`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use preauth_policy::{Catalogued, Config, ExampleReport, PolicySet, catalogue, run_examples};
use preauth_source::{ArcStr, FilePath, SourceFile};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Failure, Outcome,
    args::ConfigArgs,
    commands::{
        configuration_errors::refuse,
        explain::unknown_policy,
        listing::{self, Listing, ListingArgs, ListingFormat},
    },
    output::{Output, table},
    report::{
        source_text::{PathDisplay, SourceTexts},
        summary::counted,
    },
    tree::{
        file_system,
        load::{self, LoadedPolicies},
    },
};

#[derive(Debug, Args)]
pub(super) struct PolicyTestArgs {
    /// Ids of policies, and files or folders of policies. Default: all built-in policies, and those that
    /// `preauth.yaml` names.
    #[arg(value_name = "ID|PATH")]
    what: Vec<String>,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    listing: ListingArgs,
}

/// The output of `preauth policy test --json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyTests {
    /// The version of this shape: 1.
    version: u32,
    policies: Vec<TestedPolicy>,
}

/// A policy and the results of its examples.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Tested")]
struct TestedPolicy {
    id: String,
    severity: &'static str,
    /// Number of source trees that its examples consist of.
    examples: usize,
    /// How a finding is fixed: `safe`, `unsafe`, `register`; `null` by a person.
    correction: Option<&'static str>,
    /// True if all examples pass.
    ok: bool,
    /// The examples that fail.
    mistakes: Vec<ExampleFailure>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Mistake")]
struct ExampleFailure {
    /// The example: `fail 1`, `pass 2 (externalClientApp)`.
    example: String,
    file: String,
    line: u32,
    column: u32,
    message: String,
}

/// Runs the command.
pub(super) fn run(args: &PolicyTestArgs, output: &Output) -> Result<Outcome, Failure> {
    let (here, mut rules) = listing::configuration(&args.config, output)?;
    let (ids, files) = requested(args, &here, &mut rules)?;
    // Examples test the policy itself, without the settings of the configuration.
    let own: BTreeMap<FilePath, ArcStr> = rules
        .texts
        .iter()
        .filter(|(path, _)| {
            files.contains(*path) || rules.policies.all().iter().any(|known| known.location.file == **path)
        })
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    let sources: Vec<SourceFile<'_>> =
        own.iter().map(|(path, text)| SourceFile::new(path.clone(), text)).collect();
    let (policies, errors) = PolicySet::load(&sources, &Config::default());
    rules = LoadedPolicies { policies, errors, ..rules };
    refuse(&here, &rules, output)?;
    let policies = &rules.policies;
    if let Some(unknown) = ids.iter().find(|id| policies.get(id).is_none()) {
        return Err(Failure::Message(unknown_policy(policies, unknown)));
    }
    let wanted = |row: &Catalogued| {
        let all = ids.is_empty() && files.is_empty();
        all || ids.contains(row.id)
            || policies.get(row.id).is_some_and(|one| files.contains(&one.location.file))
    };
    let texts = SourceTexts::new(here, PathDisplay::FromCurrentFolder(output), policies, rules.texts.clone());
    let tested = catalogue(policies)
        .iter()
        .filter(|row| wanted(row))
        .filter_map(|row| Some(tested(row, &run_examples(policies, policies.get(row.id)?), &texts)))
        .collect();
    let tests = PolicyTests { version: 1, policies: tested };
    let format = args.listing.format();
    listing::print(&tests, format, output)?;
    if format == ListingFormat::Table {
        output.message(&tests.summary());
    }
    Ok(if tests.ok() { Outcome::Clean } else { Outcome::Findings })
}

/// Splits the arguments into ids and files of policies. The texts of the files are added to `rules`.
fn requested(
    args: &PolicyTestArgs,
    here: &Utf8Path,
    rules: &mut LoadedPolicies,
) -> Result<(BTreeSet<String>, BTreeSet<FilePath>), Failure> {
    let (mut ids, mut files) = (BTreeSet::new(), BTreeSet::new());
    for what in &args.what {
        let path = Utf8PathBuf::from(what);
        if rules.policies.get(what).is_some() || !file_system::exists(&path) {
            ids.insert(what.clone());
            continue;
        }
        for (file, text) in load::policy_files_in(here, &path)? {
            rules.texts.entry(file.clone()).or_insert(text);
            files.insert(file);
        }
    }
    Ok((ids, files))
}

fn tested(row: &Catalogued<'_>, reports: &[ExampleReport], texts: &SourceTexts<'_>) -> TestedPolicy {
    let mistake = |report: &ExampleReport| {
        let message = report.error.clone()?;
        let file = &report.location.file;
        let place = texts.policy_text(file).place(report.location.range.start());
        Some(ExampleFailure {
            example: report.example.clone(),
            file: texts.display_policy_path(file),
            line: place.line,
            column: place.column,
            message,
        })
    };
    let mistakes: Vec<ExampleFailure> = reports.iter().filter_map(mistake).collect();
    TestedPolicy {
        id: row.id.to_owned(),
        severity: row.severity.as_str(),
        examples: reports.iter().filter(|report| report.exists).count(),
        correction: row.fix.map(|_| row.fix_word()),
        ok: mistakes.is_empty(),
        mistakes,
    }
}

impl Listing for PolicyTests {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = vec![["POLICY", "SEVERITY", "EXAMPLES", "FIX", "RESULT"].map(str::to_owned)];
        rows.extend(self.policies.iter().map(|one| {
            [
                one.id.clone(),
                one.severity.to_owned(),
                one.examples.to_string(),
                one.correction.unwrap_or("-").to_owned(),
                if one.ok { "ok" } else { "failed" }.to_owned(),
            ]
        }));
        table::write(&rows, out)?;
        let mistakes =
            self.policies.iter().flat_map(|one| one.mistakes.iter().map(move |mistake| (one, mistake)));
        for (index, (one, mistake)) in mistakes.enumerate() {
            if index == 0 {
                writeln!(out)?;
            }
            let ExampleFailure { example, file, line, column, message } = mistake;
            writeln!(out, "{file}:{line}:{column}: {}, {example}: {message}", one.id)?;
        }
        Ok(())
    }
}

impl PolicyTests {
    fn ok(&self) -> bool {
        self.policies.iter().all(|one| one.ok)
    }

    fn summary(&self) -> String {
        let failures: usize = self.policies.iter().map(|one| one.mistakes.len()).sum();
        let examples: usize = self.policies.iter().map(|one| one.examples).sum();
        format!(
            "Ran {} of {}: {}.",
            counted(examples, "example", "examples"),
            counted(self.policies.len(), "policy", "policies"),
            if self.ok() { "all passed".to_owned() } else { counted(failures, "failure", "failures") }
        )
    }
}
