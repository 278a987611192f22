//! `preauth init`: a first configuration, a CI job and a hook for a source tree. Existing files are never changed.

mod register;
mod snippets;

use std::{
    io::{self, Write},
    slice,
};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use preauth_metadata::App;

use crate::{
    Failure, Outcome,
    commands::configuration_errors::{hint, refuse},
    output::{Output, write_file::create},
    report::summary::{Coverage, counted},
    tree::{
        discover::{ProjectTree, discover},
        file_system,
        load::{self, CONFIG_FILE, ConfigChoice},
    },
};

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The project folder. Default: the project around the current folder.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: Utf8PathBuf,
    /// Print what would be written, but do not write it.
    #[arg(long)]
    dry_run: bool,
}

/// A file that is suggested to a project.
#[derive(Debug)]
struct SuggestedFile {
    path: Utf8PathBuf,
    text: String,
    /// A description for the user.
    about: String,
    /// The advice for the user if the file must not be written; `None`: the file is written.
    instruction: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &InitArgs, output: &Output) -> Result<Outcome, Failure> {
    let mut trees = discover(slice::from_ref(&args.folder), false)?;
    if trees.iter().any(|tree| tree.project_file.is_some()) {
        trees.retain(|tree| tree.project_file.is_some());
    }
    let [tree] = trees.as_slice() else {
        let roots: Vec<_> =
            trees.iter().map(|tree| format!("`{}`", output.relative_path(&tree.root))).collect();
        return Err(Failure::Message(format!(
            "several projects found; choose one of them: {}",
            roots.join(", ")
        )));
    };
    if tree.files.is_empty() {
        let outside = tree.outside.clone();
        let coverage = Coverage { outside: outside.count, outside_apps: outside.apps, ..Coverage::default() };
        return Err(Failure::Message(coverage.nothing_judged().unwrap_or_default()));
    }
    let mut suggested = vec![configuration(tree, output)?];
    let repository = file_system::repository_around(&tree.root);
    suggested.push(snippets::ci(repository, &tree.root));
    suggested.push(snippets::hook(repository, &tree.root));
    let mut out = output.stdout();
    for one in suggested {
        one.carry_out(args.dry_run, output, &mut out)?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Returns the configuration; if one exists, the apps that are missing in its register.
fn configuration(tree: &ProjectTree, output: &Output) -> Result<SuggestedFile, Failure> {
    let rules = load::policies(&tree.root, ConfigChoice::Nearest)?;
    hint([&rules], output);
    refuse(&tree.root, &rules, output)?;
    let workspace = load::workspace(tree, rules.policies.demand(), output.progress);
    let org = workspace.org();
    let path = tree.root.join(CONFIG_FILE);
    let there =
        tree.root.ancestors().map(|folder| folder.join(CONFIG_FILE)).find(|path| file_system::exists(path));
    let unknown = |app: &&App| matches!(rules.config.register.of(app), Ok(None));
    let apps: Vec<&App> = org.apps.iter().map(|app| &**app).filter(unknown).collect();
    let known = apps.iter().filter(|app| register::flow(app).is_ok()).count();
    let about = format!(
        "{} in the register; the flow is known for {known}, lines with `?` ask for the rest",
        counted(apps.len(), "app", "apps")
    );
    let Some(there) = there else {
        return Ok(SuggestedFile { path, text: register::configuration(&apps), about, instruction: None });
    };
    let instruction = if apps.is_empty() {
        "its register contains all apps".to_owned()
    } else {
        "add the missing apps under `apps`".to_owned()
    };
    Ok(SuggestedFile { path: there, text: register::entries(&apps), about, instruction: Some(instruction) })
}

impl SuggestedFile {
    fn carry_out(&self, dry_run: bool, output: &Output, out: &mut dyn Write) -> Result<(), Failure> {
        let shown = output.relative_path(&self.path);
        if let Some(instruction) = &self.instruction {
            writeln!(out, "`{shown}`: {instruction}")?;
            return Ok(self.print(out)?);
        }
        if dry_run {
            writeln!(out, "would write `{shown}` ({})", self.about)?;
            return Ok(self.print(out)?);
        }
        match create(&self.path, &self.text) {
            Ok(()) => Ok(writeln!(out, "wrote `{shown}` ({})", self.about)?),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                writeln!(out, "`{shown}` already exists, unchanged; suggested content")?;
                Ok(self.print(out)?)
            }
            Err(error) => Err(Failure::Message(format!("cannot write `{shown}`: {error}"))),
        }
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        for line in self.text.lines() {
            writeln!(out, "{}", format!("    {line}").trim_end())?;
        }
        writeln!(out)
    }
}

/// Returns the path of the project folder relative to the repository; empty for the repository itself.
fn path_in_repository(repository: &Utf8Path, root: &Utf8Path) -> String {
    root.strip_prefix(repository).map(ToString::to_string).unwrap_or_default()
}
