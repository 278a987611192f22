//! Writes the pages of policies in Markdown, for `preauth explain` and the documentation.

use std::{collections::BTreeSet, fmt::Write};

use preauth_metadata::{AppKind, SETTINGS, SettingDef};
use preauth_source::Applicability;

use crate::{
    Param, PolicySet,
    evaluate::subject::Select,
    explain::{
        catalogue::{Catalogued, applicability, catalogue},
        remedy::remedies,
    },
    form::{
        checks::{FormCheck, form_check},
        codes::LOAD_ERRORS,
        examples::{FormExample, form_example},
    },
    language::{
        path::AttributePath,
        policy::{Policy, SeverityCase},
    },
};

/// Returns the address of the page of a built-in policy or check of form, for this version.
pub fn page(id: &str) -> String {
    const PAGES: &str =
        concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/v", env!("CARGO_PKG_VERSION"), "/docs/policies");
    format!("{PAGES}/{id}.md")
}

/// Explains a policy or a check of form: its requirement, the reasons, and the fix. `None` if the id is unknown.
pub fn explain(policies: &PolicySet, id: &str) -> Option<String> {
    form_check(id).map(form_page).or_else(|| policies.get(id).map(|policy| policy_page(policies, policy)))
}

fn form_page(check: &FormCheck) -> String {
    let why = check.why.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = format!(
        "# {}\n\n{}.\n\n| | |\n|---|---|\n| severity | {} |\n| judges | `{}` |\n{}{}\n## Why\n\n{why}\n",
        check.id,
        check.title,
        check.severity,
        check.judges,
        ignored_files(check.ignored_files),
        waivable(check.waivable)
    );
    if let Some(FormExample { path, wrong, right, .. }) = form_example(check.id) {
        let language = if path.ends_with(".yaml") { "yaml" } else { "xml" };
        let _ = write!(
            out,
            "\n## Examples\n\nThis is reported, in `{path}`:\n\n```{language}\n{wrong}```\n\nThis is right:\n\n```{language}\n{right}```\n"
        );
    }
    out
}

fn policy_page(policies: &PolicySet, policy: &Policy) -> String {
    let mut out = String::new();
    let mut put = |text: String| out.push_str(&text);
    put(format!("# {}\n\n{}.\n\n| | |\n|---|---|\n", policy.id, policy.title.trim_end_matches('.')));
    let other: BTreeSet<String> = policy
        .severities
        .iter()
        .filter(|case| case.severity != policy.severity)
        .map(|case| case.severity.to_string())
        .collect();
    let other = other.into_iter().map(|severity| format!("; {severity} in some cases")).collect::<String>();
    put(format!(
        "| severity | {}{other} |\n| set | {} |\n| judges | `{}` |\n",
        policy.severity,
        policy.set.as_str(),
        policy.select
    ));
    put(format!("| fix | {} |\n", describe_fix(applicability(policy))));
    for param in &policy.params {
        put(format!("| parameter `{}` | {} |\n", param.name, describe_param(param)));
    }
    put(ignored_files(policy.ignored_files).to_owned());
    put(waivable(policy.waivable).to_owned());
    if !policy.controls.is_empty() {
        put(format!("| controls | {} |\n", policy.controls.join(", ")));
    }
    if !policy.subsume.is_empty() {
        let ids: Vec<_> = policy.subsume.iter().map(|id| format!("`{}`", id.value)).collect();
        put(format!("| includes | {} |\n", ids.join(", ")));
    }
    put(format!("\n## Why\n\n{}\n", policy.why.trim()));
    let listed = |title: &str, sentences: Vec<String>| {
        let lines: String = sentences.iter().fold(String::new(), |mut lines, sentence| {
            let _ = writeln!(lines, "- {sentence}");
            lines
        });
        if lines.is_empty() { lines } else { format!("\n## {title}\n\n{lines}") }
    };
    let sentences = |tests: &[crate::Test]| tests.iter().map(crate::Test::sentence).collect::<Vec<_>>();
    put(listed("Applies when", sentences(&policy.applies)));
    put(listed("Unless", sentences(&policy.except)));
    put(listed("Requires", sentences(&policy.require)));
    let case = |case: &SeverityCase| {
        let tests = sentences(&case.when).join(" and ");
        let set = case.set.map(|set| format!(", also in the set `{}`", set.as_str())).unwrap_or_default();
        format!("{} if {tests}{set}", case.severity)
    };
    put(listed("Severity", policy.severities.iter().map(case).collect()));
    if let Some(help) = &policy.help {
        put(format!("\n## What to do\n\n{}\n", help.trim()));
    }
    let mut places: Vec<String> = Vec::new();
    let mut paths = Vec::new();
    policy.require.iter().for_each(|test| test.paths(&mut paths));
    for row in paths.iter().copied().flat_map(AttributePath::rows) {
        for kind in AppKind::ALL {
            let elements = row.column(kind).map(|column| column.elements).unwrap_or_default();
            let files =
                elements.iter().map(|element| format!("`{}` in `.{}`", element.path, element.kind.suffix()));
            let line = format!(
                "`{}` of {}: {}{}",
                row.def.name,
                kind.label_with_article(),
                files.collect::<Vec<_>>().join(", "),
                row.setup(kind).map(|setup| format!("; in Setup: {setup}")).unwrap_or_default()
            );
            if !elements.is_empty() && !places.contains(&line) {
                places.push(line);
            }
        }
    }
    for row in SETTINGS.iter().filter(|row| paths.iter().any(|path| is_setting(policy.select, path, row))) {
        let files = row
            .column
            .elements
            .iter()
            .map(|element| format!("`{}` in `.{}`", element.path, element.kind.suffix()));
        let setup = match row.def.setup {
            "" => String::new(),
            setup => format!("; in Setup: {setup}"),
        };
        places.push(format!("`{}`: {}{setup}", row.def.name, files.collect::<Vec<_>>().join(", ")));
    }
    put(listed("Where it is set", places));
    for (index, (kind, difference)) in remedies(policies, policy).into_iter().enumerate() {
        if index == 0 {
            put("\n## In XML\n".to_owned());
        }
        let kind = kind.label_with_article();
        put(format!("\nFix of {kind}:\n\n```diff\n{}\n```\n", difference.trim_end()));
    }
    if let Some(text) = policies.text(&policy.location.file)
        && let Some(start) = text.find("\nexamples:\n")
    {
        put(format!("\n## Examples\n\n```yaml\n{}\n```\n", text[start + 1..].trim_end()));
    }
    out
}

/// True if a path of a policy names a setting of the org.
fn is_setting(select: Select, path: &AttributePath, row: &SettingDef) -> bool {
    let own = Some(path.attribute.as_str()).filter(|_| select == Select::ORG);
    let name = own.or_else(|| path.attribute.strip_prefix("org."));
    name == Some(row.def.name)
}

/// Returns the row for policies that also judge files that are never deployed.
fn ignored_files(ignored_files: bool) -> &'static str {
    if ignored_files { "| files listed in `.forceignore` | judged too |\n" } else { "" }
}

/// Returns the row for findings that cannot be waived.
fn waivable(waivable: bool) -> &'static str {
    if waivable { "" } else { "| waivers | not possible |\n" }
}

/// Describes a parameter: its value, its limits and its purpose.
fn describe_param(param: &Param) -> String {
    let mut out = param.value.clone();
    if param.value != param.default {
        let _ = write!(out, " (default {})", param.default);
    }
    match (&param.at_least, &param.at_most) {
        (Some(least), Some(most)) => out.push_str(&format!(", from {least} to {most}")),
        (Some(least), None) => out.push_str(&format!(", {least} or more")),
        (None, Some(most)) => out.push_str(&format!(", {most} or less")),
        (None, None) => {}
    }
    if let Some(about) = &param.about {
        let _ = write!(out, ": {about}");
    }
    out
}

fn describe_fix(fix: Option<Applicability>) -> &'static str {
    match fix {
        None => "none: a person must decide",
        Some(Applicability::DisplayOnly) => {
            "made by `--fix` where the register declares the value, otherwise only shown"
        }
        Some(Applicability::Unsafe) => {
            "made by `--fix --unsafe-fixes`; by `--fix` where the register declares the value"
        }
        Some(Applicability::Safe) => "made by `--fix`",
    }
}

/// Returns the page with the table of all policies and checks of form, by area.
pub fn policy_index(policies: &PolicySet) -> String {
    let mut out = String::from(
        "# Policies\n\nAll built-in policies and file checks.\n\
         A fix is *safe* (`--fix` makes it), *unsafe* (`--fix --unsafe-fixes` makes it: it may cut off a client that works \
         today), or *register* (made only where the register declares the value); `-` means that a person must decide.\n\
         A value that the register declares is always safe.\n\
         [Coverage](coverage.md) lists for each attribute of an app the policies that notice a change.\n",
    );
    let mut area = "";
    for row in catalogue(policies) {
        if row.area != area {
            area = row.area;
            let _ = write!(
                out,
                "\n## {area}\n\n| policy | severity | set | judges | fix | requires |\n|---|---|---|---|---|---|\n"
            );
        }
        let Catalogued { id, severity, judges, title, .. } = &row;
        let _ = writeln!(
            out,
            "| [`{id}`]({id}.md) | {severity} | {} | `{judges}` | {} | {title} |",
            row.set.as_str(),
            row.fix_word()
        );
    }
    out.push_str(
        "\n## Errors in the input\n\nThese errors have codes, but they are not policies: they cannot be switched off or waived.\n\n| code | meaning |\n|---|---|\n",
    );
    for error in LOAD_ERRORS {
        let _ = writeln!(out, "| `{}` | {} |", error.code, error.title);
    }
    out
}
