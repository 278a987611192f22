//! `preauth explain`: the page of a policy, or its evaluation for one app.

pub(crate) mod trace;

use std::io::Write;

use camino::Utf8Path;
use clap::Args;
use preauth_metadata::App;
use preauth_policy::{CheckInput, PolicySet, explain, successor, trace};

use crate::{
    Failure, Outcome,
    args::{ConfigArgs, DayArgs, SourceArgs},
    commands::{
        explain::trace::{JsonTrace, JsonTraces, why_off},
        listing::{self, ListingFormat},
    },
    output::Output,
    report::source_text::{PathDisplay, SourceTexts},
    tree::{file_system, load},
};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The id of a policy or of a structure check.
    #[arg(value_name = "ID")]
    id: String,
    /// Show the evaluation for the app with this name or label: the facts that decide it, and their places.
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    day: DayArgs,
    /// Print the evaluation as JSON; see `preauth schema trace`.
    #[arg(long, requires = "app")]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs, output: &Output) -> Result<Outcome, Failure> {
    if let Some(name) = &args.app {
        return run_for_app(args, name, output);
    }
    let here = args.source.paths.first().map_or(Utf8Path::new("."), |path| path);
    let here = file_system::canonical(here)?;
    let rules = load::policies(&here, args.config.choice())?;
    let page = explain(&rules.policies, &args.id)
        .ok_or_else(|| Failure::Message(unknown_policy(&rules.policies, &args.id)))?;
    let mut out = output.stdout();
    out.write_all(page.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Returns the message for an unknown policy id, with the most similar id.
pub(crate) fn unknown_policy(policies: &PolicySet, id: &str) -> String {
    if let Some(successor) = successor(id) {
        return format!("the policy `{id}` is retired: `{successor}` took its place");
    }
    let near = preauth_source::nearest(id, policies.ids());
    let hint = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    format!("unknown policy `{id}`{hint}")
}

/// Prints the evaluation of the policy for an app of the trees.
fn run_for_app(args: &ExplainArgs, name: &str, output: &Output) -> Result<Outcome, Failure> {
    let projects = listing::find(&args.source, args.config.choice(), output)?;
    if !projects.iter().any(|project| project.rules.policies.ids().any(|id| id == args.id)) {
        let policies = &projects[0].rules.policies;
        return Err(Failure::Message(unknown_policy(policies, &args.id)));
    }
    listing::ensure_valid(&projects, output)?;
    let (mut traced, mut names) = (Vec::new(), Vec::new());
    for project in &projects {
        let workspace = project.read(&args.source, output);
        let (tree, rules) = (&project.tree, &project.rules);
        let given = CheckInput::new(&rules.config, args.day.day());
        let org = workspace.org();
        let is_named = |app: &App| *app.name == *name || app.label() == name;
        let shown_as = if args.json {
            PathDisplay::WithPrefix(project.prefix.clone())
        } else {
            PathDisplay::FromCurrentFolder(output)
        };
        let texts = SourceTexts::new(tree.root.clone(), shown_as, &rules.policies, rules.texts.clone());
        for app in &org.apps {
            if !is_named(app) {
                names.extend([app.name.to_string(), app.label().to_owned()]);
                continue;
            }
            let Some(traces) = trace(&workspace, &rules.policies, &given, &args.id, app) else { continue };
            if traces.is_empty() {
                traced.push(JsonTrace::without_subject(&args.id, app, &rules.policies));
            }
            let off = why_off(rules, &args.id, app, &texts);
            traced.extend(traces.iter().map(|one| JsonTrace::new(&args.id, app, one, off.clone(), &texts)));
        }
    }
    if traced.is_empty() {
        let near = preauth_source::nearest(name, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || "; `preauth apps` lists all apps".to_owned(),
            |near| format!(": did you mean `{near}`?"),
        );
        return Err(Failure::Message(format!("unknown app `{name}`{hint}")));
    }
    let format = if args.json { ListingFormat::Json } else { ListingFormat::Table };
    listing::print(&JsonTraces::new(traced), format, output)?;
    Ok(Outcome::Clean)
}
