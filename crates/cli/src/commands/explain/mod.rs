//! `preauth explain`: what a policy says, why, and how a violation is corrected; of one app, how it comes to its
//! verdict.

pub(crate) mod trace;

use std::io::Write;

use camino::Utf8Path;
use preauth_metadata::App;
use preauth_policy::{CheckInput, PolicySet, explain, trace};

use crate::{
    Failure, Outcome,
    args::Explain,
    commands::{
        check::today,
        explain::trace::{Traced, Traces, off},
        mistakes::refuse,
    },
    output::{Output, tree_prefixes},
    report::source_text::{PathDisplay, SourceTexts},
    tree::{discover::discover, file_system, load},
};

/// Runs the command.
pub(crate) fn run(args: &Explain, output: &Output) -> Result<Outcome, Failure> {
    if let Some(name) = &args.app {
        return of_app(args, name, output);
    }
    let here = args.source.paths.first().map_or(Utf8Path::new("."), |path| path);
    let here = file_system::canonical(here)?;
    let rules = load::policies(&here, args.config.choice())?;
    let page = explain(&rules.policies, &args.id)
        .ok_or_else(|| Failure::Said(no_such_policy(&rules.policies, &args.id)))?;
    let mut out = output.stdout();
    out.write_all(page.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Clean)
}

/// That there is no such policy, and which may be meant.
pub(crate) fn no_such_policy(policies: &PolicySet, id: &str) -> String {
    let near = preauth_source::nearest(id, policies.ids());
    let hint = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    format!("there is no policy `{id}`{hint}")
}

/// Shows how the policy comes to its verdict on an app of the trees.
fn of_app(args: &Explain, name: &str, output: &Output) -> Result<Outcome, Failure> {
    let trees = discover(&args.source.paths, args.source.all)?;
    let mut ready = Vec::new();
    for tree in trees {
        let rules = load::policies(&tree.root, args.config.choice())?;
        ready.push((tree, rules));
    }
    if !ready.iter().any(|(_, rules)| rules.policies.ids().any(|id| id == args.id)) {
        let policies = &ready[0].1.policies;
        return Err(Failure::Said(no_such_policy(policies, &args.id)));
    }
    ready.iter().try_for_each(|(tree, rules)| refuse(&tree.root, rules, output))?;
    let roots: Vec<_> = ready.iter().map(|(tree, _)| tree.root.as_path()).collect();
    let progress = output.progress && !args.source.no_progress;
    let (mut traced, mut names) = (Vec::new(), Vec::new());
    for ((tree, rules), prefix) in ready.iter().zip(tree_prefixes(&roots)) {
        let workspace = load::workspace(tree, rules.policies.demand(), progress);
        let given = CheckInput::new(&rules.config, args.as_of.unwrap_or_else(today));
        let org = workspace.org();
        let is_meant = |app: &App| *app.name == *name || app.label() == name;
        let shown_as =
            if args.json { PathDisplay::WithPrefix(prefix) } else { PathDisplay::FromCurrentFolder(output) };
        let texts = SourceTexts::new(tree.root.clone(), shown_as, &rules.policies, rules.texts.clone());
        for app in &org.apps {
            if !is_meant(app) {
                names.extend([app.name.to_string(), app.label().to_owned()]);
                continue;
            }
            let Some(traces) = trace(&workspace, &rules.policies, &given, &args.id, app) else { continue };
            if traces.is_empty() {
                traced.push(Traced::of_nothing(&args.id, app, &rules.policies));
            }
            let off = off(rules, &args.id, app, &texts);
            traced.extend(traces.iter().map(|one| Traced::of(&args.id, app, one, off.clone(), &texts)));
        }
    }
    if traced.is_empty() {
        let near = preauth_source::nearest(name, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || "; `preauth apps` lists those that there are".to_owned(),
            |near| format!(": did you mean `{near}`?"),
        );
        return Err(Failure::Said(format!("there is no app `{name}`{hint}")));
    }
    let mut out = output.stdout();
    Traces::new(traced).write(args.json, &mut out)?;
    out.flush()?;
    Ok(Outcome::Clean)
}
