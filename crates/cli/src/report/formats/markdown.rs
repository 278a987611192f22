//! A comment on a pull request: who may do more than before, what else changed, what is wrong, and what to do.
//!
//! It stays below what a comment may hold, whatever the tree: what does not fit is counted.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use preauth_metadata::{
    App, ChangedThing, Difference, Direction, Fact, Kind, attribute, differences, in_setup,
};
use preauth_source::{Applicability, Diagnostic, Severity};

use crate::report::summary::{self, counted};
use crate::report::{Comparison, Run};

/// How long the comment may get, in bytes. GitHub takes 65,536 characters, GitLab and Bitbucket more or less the same.
const ROOM: usize = 60_000;

pub(crate) fn write(runs: &[Run<'_>], _colored: bool, out: &mut dyn Write) -> io::Result<()> {
    let live: Vec<&Diagnostic> = runs.iter().flat_map(|run| run.live().map(|(found, _)| found)).collect();
    let waived =
        runs.iter().flat_map(|run| &run.diagnostics).filter(|found| found.suppressed.is_some()).count();
    let mut page = Page::default();
    page.add(&format!("## preauth\n\n{}\n", summary::found(&live, waived)));
    for run in runs {
        if let Some(change) = &run.change {
            changed(change, run, &mut page);
        }
    }
    findings(runs, &mut page);
    let mut seen = String::from("\n---\n");
    for run in runs {
        if let Some(change) = &run.change {
            let _ = write!(seen, "\n{}", escaped(&change.sentence()));
        }
        let _ = write!(seen, "\n{}", escaped(&run.coverage.sentence(run.undecided.len())));
    }
    seen.push('\n');
    page.end(&seen);
    out.write_all(page.text.as_bytes())
}

/// Text that grows until it is full. What comes after that is only counted.
#[derive(Debug, Default)]
struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    /// Adds a block, if there is room for all of it.
    fn add(&mut self, block: &str) {
        if self.left_out == 0 && self.text.len() + block.len() <= ROOM {
            self.text.push_str(block);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds the last block, for which there is always room.
    fn end(&mut self, block: &str) {
        if self.left_out > 0 {
            let left_out = counted(self.left_out, "entry does", "entries do");
            let _ = write!(self.text, "\n{left_out} not fit into this comment: see the whole report.\n");
        }
        let room = ROOM + 4000 - self.text.len().min(ROOM + 4000);
        self.text.extend(block.char_indices().take_while(|(at, _)| *at < room).map(|(_, c)| c));
    }
}

fn changed(change: &Comparison<'_>, run: &Run<'_>, page: &mut Page) {
    let Some(org) = run.org else { return };
    let mut sides = Sides::default();
    for change in differences(change.org, org) {
        match &change {
            preauth_metadata::Change::NewApp(app) => {
                sides.more.push(format!("- {}: new. {}\n", named(app), told(app)));
            }
            preauth_metadata::Change::GoneApp(app) => sides.rest.push(format!("- {}: gone\n", named(app))),
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
    for (title, lines) in [("Who may do more than before", more), ("What else changed", rest)] {
        if lines.is_empty() {
            continue;
        }
        page.add(&format!("\n### {title}\n\n"));
        lines.iter().for_each(|line| page.add(line));
    }
}

/// What lets somebody do more, and what does not.
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

/// An app by its label, and by its name where that differs.
fn named(app: &App) -> String {
    let kind = app.kind.label();
    if app.label() == &*app.name {
        format!("**{}** ({kind})", escaped(&app.name))
    } else {
        format!("**{}** ({kind} {})", escaped(app.label()), code(&app.name))
    }
}

/// What is to be known of a new app, in Setup's words.
fn told(app: &App) -> String {
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
            let parts = [("now also", added), ("no more", removed)];
            let parts = parts.into_iter().filter(|(_, items)| !items.is_empty());
            let parts: Vec<String> = parts.map(|(word, items)| format!("{word} {}", listed(items))).collect();
            format!("{name}: {}", parts.join(", "))
        }
    }
}

fn findings(runs: &[Run<'_>], page: &mut Page) {
    for severity in Severity::ALL.into_iter().rev() {
        let of_severity =
            |run: &&Run<'_>| -> usize { run.live().filter(|(found, _)| found.severity == severity).count() };
        let count: usize = runs.iter().map(|run| of_severity(&run)).sum();
        if count == 0 {
            continue;
        }
        let title = match severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
            Severity::Info => "Worth knowing",
        };
        page.add(&format!("\n### {title}\n\n"));
        for run in runs {
            for (found, _) in run.live().filter(|(found, _)| found.severity == severity) {
                page.add(&finding(run, found));
            }
        }
    }
}

fn finding(run: &Run<'_>, found: &Diagnostic) -> String {
    let location = &found.primary.location;
    let start = run.texts.start(location);
    let place = format!("{}:{}", run.texts.display_path(&location.file), start.line);
    let mut text = format!("- {} ({}, {})\n", escaped(&found.message), code(&found.code), code(&place));
    for help in &found.help {
        let _ = writeln!(text, "  - {}", escaped(help));
    }
    let mut titles = Vec::new();
    for fix in found.with_subsumed().filter_map(|found| found.fix.as_ref()) {
        if titles.contains(&&fix.title) {
            continue;
        }
        titles.push(&fix.title);
        let flag = match fix.applicability {
            Applicability::Safe => "--fix",
            Applicability::Unsafe => "--unsafe-fixes",
            Applicability::DisplayOnly => continue,
        };
        let _ = writeln!(text, "  - `preauth check {flag}` would {}", escaped(&fix.title));
    }
    text
}

/// A text as code.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == '`' { '\'' } else { c }).collect();
    format!("`{}`", text.lines().collect::<Vec<_>>().join(" "))
}

/// A text of which nothing means something in Markdown but what is between back-ticks, and that calls nobody.
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
            // Between these two, a name would be called.
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
    use crate::report::sample;

    #[test]
    fn a_finding_says_what_is_wrong_where_and_what_to_do() {
        sample::prints(
            write,
            "- full access is too much: 100% (`scope-full`, `force-app/Sync, 50%.xml:2`)\n  - choose less\n  - `preauth check --fix` would set `scopes` to `Api`\n",
        );
    }

    #[test]
    fn what_is_waived_is_counted() {
        assert!(sample::printed(write).contains("1 waived."));
    }

    #[test]
    fn names_from_the_source_do_nothing() {
        let name = "`<b>` <img src=x> @team ![x](http://example.com) a@example.com";
        assert_eq!(
            escaped(name),
            "`<b>` &lt;img src=x> @\u{200B}team \\!\\[x\\](http://example.com) a@example.com"
        );
        assert_eq!(escaped("a ` b"), "a \\` b");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut page = Page::default();
        for _ in 0..2000 {
            page.add(&"é".repeat(50));
        }
        page.end(&"é".repeat(10_000));
        assert!(page.text.contains("entries do not fit"));
        assert!(page.text.len() < 64 * 1024, "{}", page.text.len());
    }
}
