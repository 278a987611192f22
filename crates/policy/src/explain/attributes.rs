//! Writes the pages of attributes in Markdown: meaning, places in files and in Setup, and policies.

use std::{collections::BTreeMap, fmt::Write};

use preauth_metadata::{ATTRIBUTES, Absence, AppKind, Attribute, AttributeDef, Column, Effect, Spelling};

use crate::{
    PolicySet,
    evaluate::subject::Select,
    language::{path::AttributePath, test::Test},
};

/// Returns the pages by file name: `index.md`, and one for each attribute in the files of an app.
pub fn attribute_pages(policies: &PolicySet) -> BTreeMap<String, String> {
    let own = ATTRIBUTES.iter().map(|row| (format!("{}.md", row.def.name), page(row, policies)));
    own.chain([("index.md".to_owned(), index())]).collect()
}

fn page(row: &'static Attribute, policies: &PolicySet) -> String {
    let def = &row.def;
    let mut out = format!("# `{}`\n\n{}\n\n| | |\n|---|---|\n", def.name, def.doc);
    let _ = writeln!(out, "| values | {} |", def.ty.describe());
    if !def.setup.is_empty() {
        let _ = writeln!(out, "| in Setup | {} |", def.setup);
    }
    let _ = writeln!(out, "| a change | {} |", effect(row));
    for kind in AppKind::ALL {
        let _ = write!(out, "\n## {}\n\n", kind.title());
        match row.column(kind) {
            Some(column) => write_places(row, kind, column, &mut out),
            None => out.push_str("There is no such setting.\n"),
        }
    }
    let (mut require, mut condition, mut repair) = (Vec::new(), Vec::new(), Vec::new());
    for policy in policies.all() {
        let link = format!("- [`{0}`](../policies/{0}.md): {1}", policy.id, policy.title);
        if uses(&policy.require, row) {
            require.push(link);
        } else if policy.repair.iter().any(|setting| std::ptr::eq(setting.attribute, row)) {
            repair.push(link);
        } else if uses(&policy.applies, row) || uses(&policy.except, row) {
            condition.push(link);
        }
    }
    for (title, policies) in [
        ("Policies that require something of it", require),
        ("Policies that fix it", repair),
        ("Policies with a condition on it", condition),
    ] {
        if !policies.is_empty() {
            let _ = write!(out, "\n## {title}\n\n{}\n", policies.join("\n"));
        }
    }
    out
}

/// True if any test uses an attribute.
fn uses(tests: &[Test], row: &'static Attribute) -> bool {
    let mut paths: Vec<&AttributePath> = Vec::new();
    tests.iter().for_each(|test| test.paths(&mut paths));
    paths.into_iter().flat_map(AttributePath::rows).any(|known| std::ptr::eq(known, row))
}

/// Writes the places of an attribute for one kind of app.
fn write_places(row: &Attribute, kind: AppKind, column: &Column, out: &mut String) {
    for element in column.elements {
        let _ = writeln!(out, "- `{}` in `.{}-meta.xml`", element.path, element.kind.suffix());
    }
    if let Some(setup) = row.setup(kind) {
        let _ = writeln!(out, "- in Setup: {setup}");
    }
    let _ = writeln!(out, "- since API version {}", column.since);
    let absent = match column.absence {
        Absence::Default(value) => format!("it is `{value}`"),
        Absence::None => "there is none".to_owned(),
        Absence::Unknown => "it is unknown".to_owned(),
    };
    let _ = writeln!(out, "- where the element is missing, in a file of that version or later: {absent}");
    if let Some(how) = column.codec.description() {
        let _ = writeln!(out, "- {how}");
    }
    let spellings = column.codec.spellings(row.def.ty);
    if !spellings.is_empty() {
        out.push_str("\n| in policies | in the file | in Setup |\n|---|---|---|\n");
        for Spelling { value, literal, setup } in spellings {
            let _ = writeln!(out, "| `{value}` | `{literal}` | {setup} |");
        }
    }
}

fn effect(row: &Attribute) -> &'static str {
    match row.effect {
        Effect::Admission => {
            "decides who can log in: a fix is made only where the register declares the value"
        }
        Effect::Reach => {
            "may cut off a client that works: a fix is unsafe unless the register declares the value"
        }
        Effect::Neutral => "takes away nobody's access: a fix is safe",
    }
}

fn index() -> String {
    let mut out = String::from(
        "# Attributes\n\nThe attributes that policies can use.\nAn attribute that cannot be read from the source is *unknown*: policies on it are undecided.\n\n## Of an app: from its files\n\nThe column *fix* says how a fix is made where the register does not declare the value: *safe* by `--fix`, *unsafe* by `--fix --unsafe-fixes`, because it may cut off a client that works, and *register* not at all, because it decides who can log in.\n\n| attribute | connected app | external client app | fix | meaning |\n|---|---|---|---|---|\n",
    );
    for row in ATTRIBUTES {
        let has = |kind| if row.column(kind).is_some() { "yes" } else { "-" };
        let fix = match row.effect {
            Effect::Admission => "register",
            Effect::Reach => "unsafe",
            Effect::Neutral => "safe",
        };
        let _ = writeln!(
            out,
            "| [`{0}`]({0}.md) | {1} | {2} | {fix} | {3} |",
            row.def.name,
            has(AppKind::ConnectedApp),
            has(AppKind::ExternalClientApp),
            row.def.doc
        );
    }
    for select in Select::all() {
        let title = select.title();
        let is_kept =
            |row: &AttributeDef| ATTRIBUTES.iter().any(|known| std::ptr::eq(&raw const known.def, row));
        let attributes = select.attributes().into_iter();
        let rows = attributes.filter(|(prefix, row)| prefix.is_empty() && !is_kept(row));
        let _ = write!(out, "\n## {title}\n\n| attribute | values | meaning |\n|---|---|---|\n");
        for (_, row) in rows {
            let _ = writeln!(out, "| `{}` | {} | {} |", row.name, row.ty.describe(), row.doc);
        }
        if let Some(note) = select.note() {
            let _ = write!(out, "\n{note}\n");
        }
    }
    out
}
