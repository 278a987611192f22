use std::fmt::Write;

use lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};
use preauth_metadata::{Attribute, Effect, Fact};
use preauth_source::TextRange;

use crate::{
    handlers::{
        cursor::{Cursor, app_kind, attributes},
        describe,
    },
    session::state::SessionState,
};

/// Returns the meaning of the element at a position, its value and its findings; or what the grant there names.
pub(super) fn hover(state: &SessionState<'_>, params: &HoverParams) -> Option<Hover> {
    let cursor = Cursor::at(state, &params.text_document_position_params)?;
    if let Some((grant, range)) = cursor.grant() {
        return Some(markdown(
            &cursor,
            range,
            format!("`{}`: {}", grant.name, describe::describe_grant(grant)),
        ));
    }
    let element = cursor.element()?;
    let rows = attributes(cursor.kind, &element.path);
    let parts: Vec<String> = rows.iter().map(|row| describe_attribute(state, &cursor, row)).collect();
    (!parts.is_empty()).then(|| markdown(&cursor, element.range, parts.join("\n\n---\n\n")))
}

fn markdown(cursor: &Cursor<'_>, range: TextRange, value: String) -> Hover {
    let contents = Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value });
    Hover { contents, range: Some(cursor.document.positions.range(range)) }
}

fn describe_attribute(state: &SessionState<'_>, cursor: &Cursor<'_>, row: &Attribute) -> String {
    let def = &row.def;
    let title = if def.setup.is_empty() { def.name } else { def.setup };
    let mut out = format!("**{title}** · `{}`\n\n{}\n", def.name, def.doc);
    let mut put = |line: String| {
        let _ = write!(out, "\n{line}\n");
    };
    let app = cursor.app();
    if let Some(app) = app
        && let Some(fact) = app.fact(def.name)
    {
        put(format!("Now: {}", describe::describe_value(def.name, fact)));
    }
    match row.effect {
        Effect::Admission => {
            put("It decides who may log in.".into());
            if let Some(app) = app {
                put(format!("At present, {}.", describe::describe_admission(app)));
                for grant in &app.grants {
                    put(format!(
                        "- `{}`: {}",
                        grant.name,
                        describe::describe_grant(grant).replace("\n\n", "; ")
                    ));
                }
            }
        }
        Effect::Reach => put("A change may cut off a working client.".into()),
        Effect::Neutral => {}
    }
    if let Some(setup) = app_kind(cursor.kind).and_then(|kind| row.setup(kind)) {
        put(format!("In Setup: {setup}"));
    }
    if let Some(app) = app {
        let about = cursor.project.findings(state.host).iter().filter(|found| {
            let is_of_app = found.subject.as_ref().is_some_and(|subject| *subject == app.subject());
            let observed = found.observed.as_ref().map(|observed| &*observed.attribute);
            let is_on_value =
                app.fact(def.name).is_some_and(|fact| fact.places.contains(&found.primary.location));
            is_of_app && (is_on_value || observed == Some(def.name))
        });
        for found in about {
            let waived = if found.suppressed.is_some() { " (waived)" } else { "" };
            put(format!("- {} `{}`: {}{waived}", found.severity, found.code, found.message));
        }
        if let Some(entry) = cursor.project.check_input(state.host).register.of(app).ok().flatten()
            && let Some(expected) = entry.expects(def.name)
        {
            let wanted = expected.value.clone().map(|value| Fact::present(value, expected.location.clone()));
            let wanted =
                wanted.map_or_else(|| "none".into(), |fact| describe::describe_value(def.name, &fact));
            put(format!("The register expects {wanted}."));
        }
    }
    out
}
