//! A comment on a pull request: who can do more than before, other changes, the findings, and what to do.
//!
//! Its length is limited. Entries that do not fit are counted.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use preauth_metadata::{
    App, ChangedThing, Difference, Direction, Fact, Kind, attribute, differences, in_setup,
};
use preauth_source::{Applicability, Diagnostic, Severity};

use super::{FormatDef, PathBase};
use crate::{
    output::visible::LimitedText,
    report::{
        Comparison, Run, advice,
        summary::{self, counted},
    },
};

/// The limit of a comment in bytes. GitHub accepts 65,536 characters, GitLab and Bitbucket about the same.
const COMMENT_LIMIT_BYTES: usize = 60_000;
/// The bytes above the limit that the last lines may take.
const FOOTER_LIMIT_BYTES: usize = 4_000;

pub(super) const FORMAT: FormatDef = FormatDef::new(PathBase::Repository, write);

fn write(runs: &[Run<'_>], out: &mut dyn Write) -> io::Result<()> {
    let live: Vec<&Diagnostic> = runs.iter().flat_map(|run| run.live().map(|(finding, _)| finding)).collect();
    let waived =
        runs.iter().flat_map(|run| &run.diagnostics).filter(|finding| finding.suppressed.is_some()).count();
    let mut page = LimitedText::new(COMMENT_LIMIT_BYTES);
    page.add(&format!("## preauth\n\n{}\n", summary::findings(&live, waived)));
    for run in runs {
        if let Some(change) = &run.change {
            changes(change, run, &mut page);
        }
    }
    findings(runs, &mut page);
    let mut footer = String::new();
    if page.left_out() > 0 {
        let entries = counted(page.left_out(), "entry does", "entries do");
        let _ = write!(footer, "\n{entries} not fit into this comment: see the whole report.\n");
    }
    footer.push_str("\n---\n");
    for run in runs {
        if let Some(change) = &run.change {
            let _ = write!(footer, "\n{}", escaped(&change.sentence(run.place)));
        }
        let _ = write!(footer, "\n{}", escaped(&run.coverage.sentence(run.place, run.undecided.len())));
    }
    footer.push('\n');
    out.write_all(page.finish(&footer, FOOTER_LIMIT_BYTES).as_bytes())
}

fn changes(change: &Comparison<'_>, run: &Run<'_>, page: &mut LimitedText) {
    let Some(org) = run.org else { return };
    let mut sides = Sides::default();
    for change in differences(change.org, org) {
        match &change {
            preauth_metadata::Change::NewApp(app) => {
                sides.more.push(format!("- {}: new. {}\n", named(app), settings(app)));
            }
            preauth_metadata::Change::GoneApp(app) => sides.rest.push(format!("- {}: removed\n", named(app))),
            preauth_metadata::Change::App { app, differences } => sides.add(&named(app), differences),
            preauth_metadata::Change::Component { component, apps, differences } => {
                let kind = if component.kind == Kind::Profile { "Profile" } else { "Permission set" };
                let mut name = format!("{kind} {}", code(component.label().unwrap_or(&component.name)));
                if !apps.is_empty() {
                    let apps: Vec<String> = apps.iter().map(|app| escaped(app.label())).collect();
                    let _ = write!(name, ", which {} assigned to", are(&apps));
                }
                sides.add(&name, differences);
            }
            preauth_metadata::Change::Org { differences } => sides.add("The org", differences),
        }
    }
    let Sides { more, rest } = sides;
    for (title, lines) in [("Who can do more than before", more), ("Other changes", rest)] {
        if lines.is_empty() {
            continue;
        }
        page.add(&format!("\n### {title}\n\n"));
        lines.iter().for_each(|line| page.add(line));
    }
}

/// The changes that let somebody do more, and the others.
#[derive(Debug, Default)]
struct Sides {
    more: Vec<String>,
    rest: Vec<String>,
}

impl Sides {
    fn add(&mut self, name: &str, differences: &[Difference]) {
        for difference in differences {
            let side = if difference.direction == Direction::More { &mut self.more } else { &mut self.rest };
            side.push(format!("- {name}: {}\n", shown(difference)));
        }
    }
}

/// `A is`, `A, B and 3 more are`.
fn are(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        [one, two] => format!("{one} and {two} are"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more are", rest.len()),
        [] => "nothing is".into(),
    }
}

/// Returns an app by its label, and by its name if that differs.
fn named(app: &App) -> String {
    let kind = app.kind.label();
    if app.label() == &*app.name {
        format!("**{}** ({kind})", escaped(&app.name))
    } else {
        format!("**{}** ({kind} {})", escaped(app.label()), code(&app.name))
    }
}

/// Returns the main settings of a new app, in the words of Setup.
fn settings(app: &App) -> String {
    let names = [
        "permittedUsers",
        "grants.profiles",
        "grants.permissionSets",
        "scopes",
        "refreshToken",
        "ipRelaxation",
    ];
    let each = names.into_iter().filter_map(|name| {
        let row = attribute(name)?;
        let value = app.fact(name).and_then(Fact::value)?;
        Some(format!("{}: {}", row.def.setup, code(&in_setup(&row.def, value))))
    });
    each.collect::<Vec<_>>().join("; ")
}

fn shown(difference: &Difference) -> String {
    let def = difference.def;
    let name = escaped(if def.setup.is_empty() { def.name } else { def.setup });
    let listed = |items: &[String]| items.iter().map(|item| code(item)).collect::<Vec<_>>().join(", ");
    match &difference.what {
        ChangedThing::Value { before, after } => format!("{name}: {} → {}", code(before), code(after)),
        ChangedThing::Items { added, removed } => {
            let parts = [("added", added), ("removed", removed)];
            let parts = parts.into_iter().filter(|(_, items)| !items.is_empty());
            let parts: Vec<String> = parts.map(|(word, items)| format!("{word} {}", listed(items))).collect();
            format!("{name}: {}", parts.join(", "))
        }
    }
}

fn findings(runs: &[Run<'_>], page: &mut LimitedText) {
    for severity in Severity::ALL.into_iter().rev() {
        let of_severity = |run: &&Run<'_>| -> usize {
            run.live().filter(|(finding, _)| finding.severity == severity).count()
        };
        let count: usize = runs.iter().map(|run| of_severity(&run)).sum();
        if count == 0 {
            continue;
        }
        let title = match severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
            Severity::Info => "Info",
        };
        page.add(&format!("\n### {title}\n\n"));
        for run in runs {
            for (finding, _) in run.live().filter(|(finding, _)| finding.severity == severity) {
                page.add(&finding_entry(run, finding));
            }
        }
    }
}

fn finding_entry(run: &Run<'_>, finding: &Diagnostic) -> String {
    let location = &finding.primary.location;
    let start = run.texts.start(location);
    let place = format!("{}:{}", run.texts.display_path(&location.file), start.line);
    let mut text = format!("- {} ({}, {})\n", escaped(&finding.message), code(&finding.code), code(&place));
    for help in advice(finding) {
        let _ = writeln!(text, "  - {}", escaped(&help));
    }
    let mut titles = Vec::new();
    for fix in finding.with_subsumed().filter_map(|one| one.fix.as_ref()) {
        if titles.contains(&&fix.title) {
            continue;
        }
        titles.push(&fix.title);
        let flag = match fix.applicability {
            Applicability::Safe => "--fix",
            Applicability::Unsafe => "--fix --unsafe-fixes",
            Applicability::DisplayOnly => continue,
        };
        let _ = writeln!(text, "  - `preauth check {flag}` would {}", escaped(&fix.title));
    }
    text
}

/// Returns a text as code.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == '`' { '\'' } else { c }).collect();
    format!("`{}`", text.lines().collect::<Vec<_>>().join(" "))
}

/// Returns a text without Markdown but for code between backticks, and without mentions of users.
fn escaped(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut out = String::with_capacity(text.len());
    let (mut in_code, mut last) = (false, ' ');
    for c in text.chars() {
        match c {
            '`' if paired => {
                in_code = !in_code;
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            _ if in_code => out.push(c),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => out.extend(['\\', c]),
            // Without a character between `@` and the name, the user of that name is notified.
            '@' if !last.is_alphanumeric() => out.push_str("@\u{200B}"),
            c => out.push(c),
        }
        last = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_the_source_are_escaped() {
        let name = "`<b>` <img src=x> @team ![x](http://example.com) a@example.com";
        assert_eq!(
            escaped(name),
            "`<b>` &lt;img src=x> @\u{200B}team \\!\\[x\\](http://example.com) a@example.com"
        );
        assert_eq!(escaped("a ` b"), "a \\` b");
    }
}
