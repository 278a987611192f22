//! The pages of attributes: what each means, where it is kept and shown, and who looks at it. Everything is Markdown.

use std::{collections::BTreeMap, fmt::Write};

use preauth_metadata::{ATTRIBUTES, Absence, AppKind, Attribute, AttributeDef, Column, Effect, Spelling};

use crate::{
    PolicySet,
    evaluate::subject::Select,
    language::{path::AttributePath, test::Test},
};

/// The pages by file name: `index.md`, and one for each attribute that an app's files keep.
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
            Some(column) => kept(row, kind, column, &mut out),
            None => out.push_str("There is no such setting.\n"),
        }
    }
    let (mut require, mut condition, mut repair) = (Vec::new(), Vec::new(), Vec::new());
    for policy in policies.all() {
        let link = format!("- [`{0}`](../policies/{0}.md): {1}", policy.id, policy.title);
        if names(&policy.require, row) {
            require.push(link);
        } else if policy.repair.iter().any(|setting| std::ptr::eq(setting.attribute, row)) {
            repair.push(link);
        } else if names(&policy.applies, row) || names(&policy.except, row) {
            condition.push(link);
        }
    }
    for (title, policies) in [
        ("Policies that demand something of it", require),
        ("Policies that correct it", repair),
        ("Policies that look at it", condition),
    ] {
        if !policies.is_empty() {
            let _ = write!(out, "\n## {title}\n\n{}\n", policies.join("\n"));
        }
    }
    out
}

fn names(tests: &[Test], row: &'static Attribute) -> bool {
    let mut paths: Vec<&AttributePath> = Vec::new();
    tests.iter().for_each(|test| test.paths(&mut paths));
    paths.into_iter().flat_map(AttributePath::rows).any(|known| std::ptr::eq(known, row))
}

fn kept(row: &Attribute, kind: AppKind, column: &Column, out: &mut String) {
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
        Absence::Unknown => "nothing can be said: it is unknown".to_owned(),
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
            "decides who may log in: a correction is made only where the register declares it"
        }
        Effect::Reach => {
            "may cut off a client that works: a correction is unsafe unless the register declares it"
        }
        Effect::Neutral => "takes nobody's access away: a correction is safe",
    }
}

fn index() -> String {
    let mut out = String::from(
        "# Attributes\n\nWhat policies can name, and where it is kept.\nAn attribute that the source does not tell is *unknown*: no policy concludes anything from it.\n\n## Of an app: kept in its files\n\nA line marked *register* decides who may log in, *unsafe* may cut off a client that works: so far corrections are trusted that nobody has declared.\n\n| attribute | connected app | external client app | correction | meaning |\n|---|---|---|---|---|\n",
    );
    for row in ATTRIBUTES {
        let has = |kind| if row.column(kind).is_some() { "yes" } else { "-" };
        let correction = match row.effect {
            Effect::Admission => "register",
            Effect::Reach => "unsafe",
            Effect::Neutral => "safe",
        };
        let _ = writeln!(
            out,
            "| [`{0}`]({0}.md) | {1} | {2} | {correction} | {3} |",
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
