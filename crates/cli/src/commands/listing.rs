//! Commands that list things: which projects they read, and how they print what they list.
//!
//! Such a command makes a [`Listing`]: a shape to serialise and its text for people. Its JSON Schema is published by a
//! line in `schema.rs`.

use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use preauth_metadata::{App, Form, Workspace};
use schemars::JsonSchema;
use serde::Serialize;

use super::configuration_errors;
use crate::{
    Failure, Outcome,
    args::{ConfigArgs, SourceArgs},
    output::Output,
    report::summary::{Coverage, nothing_in_folders},
    tree::{
        discover::{self, ProjectTree},
        file_system,
        load::{self, ConfigChoice, LoadedPolicies},
    },
};

/// The result of a command that lists things. It is serialised as it is for `--format json`.
pub(crate) trait Listing: Serialize + JsonSchema {
    /// Writes the listing for people.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// Prints a listing on standard output.
pub(crate) fn print(listing: &impl Listing, format: ListingFormat, output: &Output) -> Result<(), Failure> {
    let mut out = output.stdout();
    match format {
        ListingFormat::Table => listing.write_text(&mut out)?,
        ListingFormat::Json => {
            serde_json::to_writer_pretty(&mut out, listing).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(())
}

// The options for the format of a listing.
#[derive(Debug, Args)]
pub(crate) struct ListingArgs {
    /// Format of the list.
    #[arg(short, long, value_enum, default_value_t = ListingFormat::Table, value_name = "FORMAT")]
    format: ListingFormat,
    /// Short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl ListingArgs {
    pub(crate) fn format(&self) -> ListingFormat {
        if self.json { ListingFormat::Json } else { self.format }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListingFormat {
    /// For people.
    Table,
    /// JSON; see `preauth schema`.
    Json,
}

/// A project whose contents are listed.
#[derive(Debug)]
pub(crate) struct ListedProject {
    pub(crate) tree: ProjectTree,
    /// The start of its paths; see [`Output::tree_prefixes`].
    pub(crate) prefix: String,
    pub(crate) rules: LoadedPolicies,
}

/// A project that has been read.
#[derive(Debug)]
pub(crate) struct ReadProject {
    pub(crate) project: ListedProject,
    pub(crate) workspace: Workspace,
}

/// The projects that a command lists things of.
#[derive(Debug)]
pub(crate) struct ListedSource {
    pub(crate) projects: Vec<ReadProject>,
    /// Tells whether there is anything, and all files could be read.
    pub(crate) outcome: Outcome,
}

/// Finds and reads the projects that the options name, and reports on standard error which files are left out.
///
/// # Errors
/// A project that cannot be found, or a configuration with errors: they are reported.
pub(crate) fn read(
    source: &SourceArgs,
    config: ConfigChoice<'_>,
    output: &Output,
) -> Result<ListedSource, Failure> {
    let found = find(source, config, output)?;
    ensure_valid(&found, output)?;
    let mut outcome = Outcome::Clean;
    let mut projects = Vec::new();
    for project in found {
        let workspace = project.read(source, output);
        for file in workspace.files().filter(|file| file.judged && file.form != Form::WellFormed) {
            if file.form == Form::Unreadable {
                outcome = Outcome::CouldNotCheck;
            }
            let why = file.diagnostics.first().map_or("", |diagnostic| diagnostic.message.as_str());
            output.message(&format!("{}: left out: {why}", file.path));
        }
        projects.push(ReadProject { project, workspace });
    }
    let coverages = projects
        .iter()
        .map(|ReadProject { project, workspace }| Coverage::of(&project.tree, workspace, workspace.org()));
    let trees = || projects.iter().map(|read| (&read.project.tree, &read.workspace));
    let nothing = Coverage::sum(&coverages.collect::<Vec<_>>()).nothing_judged();
    if let Some(message) = nothing.or_else(|| nothing_in_folders(trees(), output)) {
        output.message(&message);
        outcome = Outcome::CouldNotCheck;
    }
    Ok(ListedSource { projects, outcome })
}

/// Finds the projects that the options name, and loads the configuration of each.
pub(crate) fn find(
    source: &SourceArgs,
    config: ConfigChoice<'_>,
    output: &Output,
) -> Result<Vec<ListedProject>, Failure> {
    let trees = discover::discover(&source.paths, source.all)?;
    let roots: Vec<_> = trees.iter().map(|tree| tree.root.as_path()).collect();
    let prefixes = output.tree_prefixes(&roots);
    let listed = trees.into_iter().zip(prefixes).map(|(tree, prefix)| {
        let rules = load::policies(&tree.root, config)?;
        Ok(ListedProject { tree, prefix, rules })
    });
    listed.collect()
}

/// Reports the errors in the configurations of the projects.
///
/// # Errors
/// There are any.
pub(crate) fn ensure_valid(projects: &[ListedProject], output: &Output) -> Result<(), Failure> {
    configuration_errors::hint(projects.iter().map(|project| &project.rules), output);
    projects
        .iter()
        .try_for_each(|project| configuration_errors::refuse(&project.tree.root, &project.rules, output))
}

/// Loads the configuration of the current folder.
///
/// # Errors
/// It cannot be read or has errors: they are reported.
pub(crate) fn configuration(
    config: &ConfigArgs,
    output: &Output,
) -> Result<(Utf8PathBuf, LoadedPolicies), Failure> {
    let folder = file_system::canonical(Utf8Path::new("."))?;
    let rules = load::policies(&folder, config.choice())?;
    configuration_errors::hint([&rules], output);
    configuration_errors::refuse(&folder, &rules, output)?;
    Ok((folder, rules))
}

impl ListedProject {
    /// Reads the files of the project, as far as its policies need them.
    pub(crate) fn read(&self, source: &SourceArgs, output: &Output) -> Workspace {
        let progress = output.progress && !source.no_progress;
        load::workspace(&self.tree, self.rules.policies.demand(), progress)
    }

    /// Returns a path of the project as the listing shows it.
    pub(crate) fn shown(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// True if the paths on the command line cover a file of the app.
    pub(crate) fn covers(&self, app: &App) -> bool {
        let scope = &self.tree.scope;
        let is_in_scope = |file: &preauth_source::FilePath| scope.iter().any(|path| file.is_within(path));
        scope.is_empty() || app.files.iter().any(|file| is_in_scope(&file.path))
    }
}
