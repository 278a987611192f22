//! `preauth init`: a first configuration, a CI job and a hook, from what the tree holds. What is there already is never
//! overwritten.

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
    commands::configuration_errors::refuse,
    output::{Output, write_file::create},
    report::summary::{counted, nothing_to_read},
    tree::{
        discover::{ProjectTree, discover},
        file_system,
        load::{self, CONFIG_FILE, ConfigChoice},
    },
};

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The project. Default: the one around the current folder.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: Utf8PathBuf,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// A file that a project wants to have.
#[derive(Debug)]
struct Proposed {
    path: Utf8PathBuf,
    text: String,
    /// What it is, for whoever reads what was done.
    about: String,
    /// Where its text goes when the file is there already, or is not ours to make; `None`: it is made.
    instead: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &InitArgs, output: &Output) -> Result<Outcome, Failure> {
    let trees = discover(slice::from_ref(&args.folder), false)?;
    let [tree] = trees.as_slice() else {
        let roots: Vec<_> =
            trees.iter().map(|tree| format!("`{}`", output.relative_path(&tree.root))).collect();
        return Err(Failure::Said(format!("name one of these projects: {}", roots.join(", "))));
    };
    if tree.files.is_empty() {
        return Err(Failure::Said(nothing_to_read(tree.outside)));
    }
    let mut proposed = vec![configuration(tree, output)?];
    let repository = file_system::repository_around(&tree.root);
    proposed.push(snippets::ci(repository, &tree.root));
    proposed.push(snippets::hook(repository, &tree.root));
    let mut out = output.stdout();
    for one in proposed {
        one.carry_out(args.dry_run, output, &mut out)?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// The configuration; where there is one, what its register lacks.
fn configuration(tree: &ProjectTree, output: &Output) -> Result<Proposed, Failure> {
    let rules = load::policies(&tree.root, ConfigChoice::Nearest)?;
    refuse(&tree.root, &rules, output)?;
    let workspace = load::workspace(tree, rules.policies.demand(), output.progress);
    let org = workspace.org();
    let path = tree.root.join(CONFIG_FILE);
    let there =
        tree.root.ancestors().map(|folder| folder.join(CONFIG_FILE)).find(|path| file_system::exists(path));
    let unknown = |app: &&App| matches!(rules.config.register.of(app), Ok(None));
    let apps: Vec<&App> = org.apps.iter().map(|app| &**app).filter(unknown).collect();
    let told = apps.iter().filter(|app| register::flow(app).is_ok()).count();
    let about = format!(
        "{}; the source tells the flow of {told}, the rest is asked",
        counted(apps.len(), "app is in the register", "apps are in the register")
    );
    let Some(there) = there else {
        return Ok(Proposed { path, text: register::configuration(&apps), about, instead: None });
    };
    let instead = if apps.is_empty() {
        "every app is in its register".to_owned()
    } else {
        "add under `apps` what its register lacks".to_owned()
    };
    Ok(Proposed { path: there, text: register::entries(&apps), about, instead: Some(instead) })
}

impl Proposed {
    fn carry_out(&self, dry_run: bool, output: &Output, out: &mut dyn Write) -> Result<(), Failure> {
        let shown = output.relative_path(&self.path);
        if let Some(instead) = &self.instead {
            writeln!(out, "`{shown}`: {instead}")?;
            return Ok(self.print(out)?);
        }
        if dry_run {
            writeln!(out, "would write `{shown}` ({})", self.about)?;
            return Ok(self.print(out)?);
        }
        match create(&self.path, &self.text) {
            Ok(()) => Ok(writeln!(out, "wrote `{shown}` ({})", self.about)?),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                writeln!(out, "`{shown}` is there already, and stays; this would be ours")?;
                Ok(self.print(out)?)
            }
            Err(error) => Err(Failure::Said(format!("cannot write `{shown}`: {error}"))),
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

/// The path of a folder as commands that start in another folder write it.
fn told_from(repository: &Utf8Path, root: &Utf8Path) -> String {
    root.strip_prefix(repository).map(ToString::to_string).unwrap_or_default()
}
