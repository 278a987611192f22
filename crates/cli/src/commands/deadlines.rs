//! `preauth deadlines`: the days that need action, and the apps that they concern.

use std::io::{self, Write};

use clap::Args;
use jiff::civil::Date;
use preauth_policy::{CheckInput, Deadline, DeadlineCause, deadlines};
use schemars::JsonSchema;
use serde::Serialize;

use super::listing::{self, Listing, ListingArgs, ReadProject};
use crate::{
    Failure, Outcome,
    args::{ConfigArgs, DayArgs, SourceArgs},
    output::{Output, table},
    report::summary::counted,
};

/// The number of apps that a line of the table names.
const MAX_NAMED_APPS: usize = 4;

#[derive(Debug, Args)]
pub(crate) struct DeadlinesArgs {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    listing: ListingArgs,
}

/// The deadlines of all projects.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadlineList {
    /// The version of this shape: 1.
    version: u32,
    /// The day that the days are counted from.
    as_of: String,
    /// By day.
    deadlines: Vec<JsonDeadline>,
}

/// A day that needs action before it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Deadline")]
struct JsonDeadline {
    /// The day on which something changes, or the last day on which something is valid.
    day: String,
    /// The number of days until then; negative if it has passed.
    days: i64,
    /// `platform`, `certificate`, `waiver` or `justification`.
    cause: &'static str,
    /// The change, or the thing that ends.
    what: String,
    /// The names of the apps that it concerns, as Setup shows them.
    apps: Vec<String>,
    /// The number of apps that it may concern, too: it depends on the flow, and the register declares none.
    undeclared: usize,
    /// The project, if there are several.
    project: Option<String>,
    /// The file with the certificate, waiver or justification.
    file: Option<String>,
    /// The release, if Salesforce names no day: `day` is then the first day on which it may happen.
    release: Option<&'static str>,
    /// For a change of the platform: `documented`, `reported` or `contested`.
    sureness: Option<&'static str>,
    /// For a change of the platform: the document that says so.
    source: Option<&'static str>,
    /// For a change of the platform: the policy that finds the apps. Without it, the source does not show them.
    policy: Option<&'static str>,
}

/// Runs the command.
pub(crate) fn run(args: &DeadlinesArgs, output: &Output) -> Result<Outcome, Failure> {
    let source = listing::read(&args.source, args.config.choice(), output)?;
    let as_of = args.day.day();
    let mut found: Vec<JsonDeadline> =
        source.projects.iter().flat_map(|project| of_project(project, as_of)).collect();
    found.sort_by_key(|deadline| deadline.days);
    let list = DeadlineList { version: 1, as_of: as_of.to_string(), deadlines: found };
    listing::print(&list, args.listing.format(), output)?;
    Ok(source.outcome)
}

fn of_project(read: &ReadProject, as_of: Date) -> Vec<JsonDeadline> {
    let ReadProject { project, workspace } = read;
    let given = CheckInput::new(&project.rules.config, as_of);
    let found = deadlines(workspace, &project.rules.policies, &given);
    found.into_iter().map(|deadline| json_deadline(project, &deadline, as_of)).collect()
}

fn json_deadline(project: &listing::ListedProject, deadline: &Deadline, as_of: Date) -> JsonDeadline {
    let change = match deadline.cause {
        DeadlineCause::Platform(change) => Some(change),
        _ => None,
    };
    JsonDeadline {
        day: deadline.day.to_string(),
        days: as_of.duration_until(deadline.day).as_hours() / 24,
        cause: deadline.cause.as_str(),
        what: deadline.what.clone(),
        apps: deadline.apps.iter().map(ToString::to_string).collect(),
        undeclared: deadline.undeclared,
        project: (!project.prefix.is_empty()).then(|| project.prefix.clone()),
        file: deadline.location.as_ref().map(|location| project.shown(location.file.as_str())),
        release: change.and_then(|change| change.release),
        sureness: change.map(|change| change.sureness.as_str()),
        source: change.map(|change| change.source),
        policy: change.and_then(|change| change.policy),
    }
}

impl Listing for DeadlineList {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.deadlines.is_empty() {
            return writeln!(out, "No deadlines.");
        }
        let header = ["DAY", "IN", "WHAT", "APPS"].map(str::to_owned);
        let rows: Vec<_> =
            std::iter::once(header).chain(self.deadlines.iter().map(JsonDeadline::row)).collect();
        table::write(&rows, out)
    }
}

impl JsonDeadline {
    fn row(&self) -> [String; 4] {
        let distance = match self.days {
            0 => "today".to_owned(),
            1 => "1 day".to_owned(),
            -1 => "1 day ago".to_owned(),
            days if days < 0 => format!("{} days ago", -days),
            days => format!("{days} days"),
        };
        let mut what = self.what.clone();
        if let Some(release) = self.release {
            what = format!("{what} ({release})");
        }
        if self.sureness == Some("contested") {
            what.push_str(" (contested)");
        }
        [
            self.release.map_or_else(|| self.day.clone(), |_| format!("from {}", self.day)),
            distance,
            what,
            self.named_apps(),
        ]
    }

    /// Returns the first apps by name, and the number of the others.
    fn named_apps(&self) -> String {
        let named: Vec<&str> = self.apps.iter().take(MAX_NAMED_APPS).map(String::as_str).collect();
        let others = self.apps.len() - named.len();
        let mut out = match (self.cause, others) {
            ("platform", 0) if self.policy.is_none() => "?".to_owned(),
            (_, 0) if named.is_empty() => "-".to_owned(),
            (_, 0) => named.join(", "),
            (_, others) => format!("{} and {others} more", named.join(", ")),
        };
        if self.undeclared > 0 {
            let apps = counted(self.undeclared, "app declares", "apps declare");
            out.push_str(&format!("; {apps} no flow"));
        }
        out
    }
}
