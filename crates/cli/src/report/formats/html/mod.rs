//! A page for auditors: for each app its settings in the words of Setup, the profiles and permission sets that it is
//! assigned to, its findings, and its waivers. The page loads no other files, and can be printed.

mod grant;
mod setting;

use std::io::{self, Write};

use askama::Template;
use grant::{HtmlGrant, assigned, granted};
use preauth_metadata::{App, AttributeDef, Fact, Type, Value, attribute, in_setup};
use preauth_policy::{PolicyOutcome, Undecided, app_name};
use preauth_source::{Diagnostic, Severity};
use setting::{HtmlSettingGroup, settings, value_of};

use super::{FormatDef, PathBase};
use crate::report::{Run, advice, results::PolicyResult};

#[derive(Debug, Template)]
#[template(path = "report.html")]
struct HtmlPage {
    title: String,
    as_of: String,
    version: &'static str,
    apps: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    waived: usize,
    undecided: usize,
    trees: Vec<HtmlTree>,
}

#[derive(Debug)]
struct HtmlTree {
    name: String,
    coverage: String,
    change: Option<String>,
    apps: Vec<HtmlApp>,
    others: Vec<HtmlFinding>,
    policies: Vec<HtmlPolicy>,
}

#[derive(Debug)]
struct HtmlApp {
    anchor: String,
    label: String,
    name: String,
    kind: &'static str,
    active: bool,
    files: Vec<String>,
    register: Vec<(&'static str, String)>,
    permitted_users: String,
    assigned: String,
    errors: usize,
    warnings: usize,
    findings: Vec<HtmlFinding>,
    waived: Vec<HtmlFinding>,
    undecided: Vec<HtmlUndecided>,
    grants: Vec<HtmlGrant>,
    settings: Vec<HtmlSettingGroup>,
}

#[derive(Debug)]
struct HtmlFinding {
    severity: &'static str,
    code: String,
    message: String,
    place: String,
    /// The value that was found.
    value: Option<String>,
    help: Vec<String>,
    waiver: Option<HtmlWaiver>,
}

#[derive(Debug)]
struct HtmlWaiver {
    until: String,
    owner: Option<String>,
    reason: String,
}

#[derive(Debug)]
struct HtmlUndecided {
    policy: String,
    why: String,
}

/// A policy and its result.
#[derive(Debug)]
struct HtmlPolicy {
    id: String,
    title: String,
    controls: String,
    class: &'static str,
    result: String,
}

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Tree, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let count = |severity: Severity| -> usize {
        let live = runs.iter().flat_map(Run::live);
        live.filter(|(found, _)| found.severity == severity).count()
    };
    let waived =
        runs.iter().flat_map(|run| &run.diagnostics).filter(|found| found.suppressed.is_some()).count();
    let page = HtmlPage {
        title: runs.iter().map(|run| run.texts.tree_name()).collect::<Vec<_>>().join(", "),
        as_of: runs.first().map(|run| run.as_of.to_string()).unwrap_or_default(),
        version: env!("CARGO_PKG_VERSION"),
        apps: runs.iter().filter_map(|run| run.org).map(|org| org.apps.len()).sum(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        waived,
        undecided: runs.iter().map(|run| run.undecided.len()).sum(),
        trees: runs.iter().enumerate().map(|(index, run)| tree(run, index)).collect(),
    };
    out.write_all(page.render().map_err(io::Error::other)?.as_bytes())
}

fn tree(run: &Run<'_>, index: usize) -> HtmlTree {
    let apps: &[_] = run.org.map_or(&[], |org| &org.apps);
    let mut of_apps: Vec<Vec<&Diagnostic>> = vec![Vec::new(); apps.len()];
    let mut others = Vec::new();
    for found in &run.diagnostics {
        match apps.iter().position(|app| is_about(found, app)) {
            Some(app) => of_apps[app].push(found),
            None => others.push(finding(run, found)),
        }
    }
    let undecided = |app: &App| run.undecided.iter().filter(|unknown| concerns(unknown, app)).collect();
    HtmlTree {
        name: run.texts.tree_name(),
        coverage: run.coverage.sentence(run.place, 0),
        change: run.change.as_ref().map(|change| change.sentence(run.place)),
        apps: apps
            .iter()
            .zip(of_apps)
            .enumerate()
            .map(|(number, (app, found))| {
                html_app(run, app, format!("app-{index}-{number}"), &found, undecided(app))
            })
            .collect(),
        others,
        policies: (run.results)().iter().map(|result| policy(run, result)).collect(),
    }
}

/// True if a finding is in a file of the app, or its subject is the app.
fn is_about(found: &Diagnostic, app: &App) -> bool {
    let places = std::iter::once(&found.primary).chain(&found.related);
    let in_files = places.clone().any(|place| app.files.iter().any(|file| file.path == place.location.file));
    let in_own_file = app.files.iter().any(|file| file.path == found.primary.location.file);
    let named = found.subject.as_ref().and_then(app_name) == Some(&*app.name);
    in_own_file || (named && (in_files || found.related.is_empty()))
}

fn concerns(unknown: &Undecided, app: &App) -> bool {
    app_name(&unknown.subject) == Some(&*app.name)
}

fn html_app(
    run: &Run<'_>,
    app: &App,
    anchor: String,
    found: &[&Diagnostic],
    undecided: Vec<&Undecided>,
) -> HtmlApp {
    let (waived, live): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        found.iter().partition(|found| found.suppressed.is_some());
    let of = |severity: Severity| live.iter().filter(|found| found.severity == severity).count();
    let permitted_users = attribute("permittedUsers").and_then(|row| Some((row, app.fact(row.def.name)?)));
    HtmlApp {
        anchor,
        label: app.label().to_owned(),
        name: app.name.to_string(),
        kind: app.kind.title(),
        active: app.fact("active").and_then(Fact::value).and_then(Value::as_bool).unwrap_or(true),
        files: app.files.iter().map(|file| run.texts.display_path(&file.path)).collect(),
        register: declared(run, app),
        permitted_users: permitted_users.map(|(row, fact)| value_of(row, fact)).unwrap_or_default(),
        assigned: assigned(app),
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        findings: live.iter().map(|found| finding(run, found)).collect(),
        waived: waived.iter().map(|found| finding(run, found)).collect(),
        undecided: undecided
            .into_iter()
            .map(|unknown| HtmlUndecided {
                policy: unknown.policy.to_string(),
                why: plain(&format!("{}: {}", unknown.attribute, unknown.why)),
            })
            .collect(),
        grants: app.grants.iter().map(|grant| granted(run, app, grant)).collect(),
        settings: settings(run, app),
    }
}

fn declared(run: &Run<'_>, app: &App) -> Vec<(&'static str, String)> {
    let Ok(Some(entry)) = run.config.register.of(app) else { return Vec::new() };
    let rows = [
        ("declared.purpose", "Purpose"),
        ("declared.owner", "Owner"),
        ("declared.flow", "OAuth flow"),
        ("declared.environment", "Environment"),
        ("declared.audience", "Audience"),
        ("declared.vendor", "Vendor"),
        ("declared.criticality", "Criticality"),
        ("declared.networks", "Networks of the client"),
        ("declared.reviewed.on", "Reviewed on"),
        ("declared.reviewed.by", "Reviewed by"),
        ("declared.tested.on", "Tested on"),
        ("declared.tested.by", "Tested by"),
        ("declared.monitored.on", "Monitored since"),
        ("declared.monitored.by", "Monitored by"),
    ];
    let each = rows.into_iter().filter_map(|(name, title)| {
        let fact = entry.fact(name);
        let def = AttributeDef::new("", Type::Any, "");
        fact.value().map(|value| (title, in_setup(&def, value)))
    });
    each.collect()
}

fn finding(run: &Run<'_>, found: &Diagnostic) -> HtmlFinding {
    let location = &found.primary.location;
    let start = run.texts.start(location);
    HtmlFinding {
        severity: found.severity.as_str(),
        code: found.code.to_string(),
        message: plain(&found.message),
        place: format!("{}:{}:{}", run.texts.display_path(&location.file), start.line, start.column),
        value: (!found.primary.message.is_empty()).then(|| plain(&found.primary.message)),
        help: advice(found).iter().map(|help| plain(help)).collect(),
        waiver: found.suppressed.as_ref().map(|waiver| HtmlWaiver {
            until: waiver.expires.to_string(),
            owner: waiver.owner.as_ref().map(ToString::to_string),
            reason: waiver.reason.to_string(),
        }),
    }
}

/// Returns a text with quotation marks instead of backticks.
fn plain(text: &str) -> String {
    let mut quotes = ['“', '”'].into_iter().cycle();
    let paired = text.matches('`').count().is_multiple_of(2);
    text.chars().map(|c| if c == '`' && paired { quotes.next().unwrap_or(c) } else { c }).collect()
}

fn policy(run: &Run<'_>, result: &PolicyResult) -> HtmlPolicy {
    let live = run.diagnostics.iter().flat_map(|found| found.with_subsumed());
    let live = live.filter(|found| found.suppressed.is_none() && *found.code == *result.id);
    let class = match result.outcome() {
        PolicyOutcome::Violated => live.map(|found| found.severity).max().map_or("waived", Severity::as_str),
        PolicyOutcome::Holds => "good",
        PolicyOutcome::NotDetermined | PolicyOutcome::NotApplicable => "waived",
    };
    HtmlPolicy {
        id: result.id.clone(),
        title: result.title.clone(),
        controls: result.controls.join(", "),
        class,
        result: plain(&result.sentence()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn page_loads_no_other_files() {
        let printed = sample::reported(sample::MESSAGE, write);
        for outside in ["http://", "https://", "<script", "<link", "url(", "@import", " src="] {
            assert!(!printed.contains(outside), "{outside}");
        }
    }

    #[test]
    fn text_from_the_source_is_escaped() {
        let printed = sample::reported("<script>alert(1)</script>", write);
        assert!(!printed.contains("<script"), "{printed}");
        assert!(printed.contains("&#60;script&#62;"), "{printed}");
    }
}
