use lsp_types::{DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind};
use preauth_metadata::{ATTRIBUTES, Fact, FactState};
use preauth_source::{Location, TextRange};

use crate::{
    handlers::{cursor::Cursor, describe},
    session::state::SessionState,
};

/// Returns the values and grants in a file, in the order of the file.
pub(super) fn document_symbols(
    state: &SessionState<'_>,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let cursor = Cursor::in_document(state, &params.text_document)?;
    let facts = cursor.facts()?;
    let mut children: Vec<(TextRange, DocumentSymbol)> = Vec::new();
    let mut add = |name: &str, detail: String, kind: SymbolKind, location: Option<&Location>| {
        let in_file = location.filter(|location| location.file == cursor.file);
        if let Some(range) = in_file.and_then(|location| cursor.project.present_range(location)) {
            children.push((range, symbol(&cursor, name, detail, kind, range)));
        }
    };
    let title = match cursor.app() {
        Some(app) => {
            for row in ATTRIBUTES {
                let stated =
                    |fact: &&Fact| matches!(fact.state, FactState::Present(_) | FactState::Unreadable(_));
                let Some(fact) = app.fact(row.def.name).filter(stated) else { continue };
                let name = if row.def.setup.is_empty() { row.def.name } else { row.def.setup };
                let detail = describe::describe_value(row.def.name, fact).replace(['*', '`'], "");
                add(name, detail, SymbolKind::Property, fact.place());
            }
            for grant in &app.grants {
                add(&grant.name, grant.kind.name().into(), SymbolKind::Key, grant.place());
            }
            app.label().to_owned()
        }
        None => {
            let in_file = |component: &&std::sync::Arc<preauth_metadata::Component>| {
                component.files.iter().any(|file| file.path == cursor.file)
            };
            let component = cursor.project.org().components.all().iter().find(in_file);
            for (name, fact) in component.iter().flat_map(|component| component.facts.iter()) {
                let items = fact.stated().and_then(|value| value.as_list());
                match items {
                    Some(items) => {
                        for item in items {
                            let shown = item.value().map(ToString::to_string).unwrap_or_default();
                            add(&shown, name.into(), SymbolKind::Key, item.place());
                        }
                    }
                    None if fact.stated().is_some() => {
                        let shown = fact.value().map(ToString::to_string).unwrap_or_default();
                        add(name, shown, SymbolKind::Property, fact.place());
                    }
                    None => {}
                }
            }
            component.and_then(|component| component.label()).unwrap_or(&facts.stem).to_string()
        }
    };
    children.sort_by_key(|(range, _)| (range.start(), range.end()));
    let home = cursor.project.present_range(&facts.home()).unwrap_or(facts.root);
    let whole_file = TextRange::up_to(cursor.document.text.len().try_into().unwrap_or_default());
    let name = if title.is_empty() { facts.stem.to_string() } else { title };
    let mut root = symbol(&cursor, &name, cursor.kind.name().into(), SymbolKind::Class, home);
    root.range = cursor.document.positions.range(whole_file);
    root.children = Some(children.into_iter().map(|(_, child)| child).collect());
    Some(DocumentSymbolResponse::DocumentSymbolList(vec![root]))
}

#[allow(deprecated, reason = "a struct literal must name every field")]
fn symbol(
    cursor: &Cursor<'_>,
    name: &str,
    detail: String,
    kind: SymbolKind,
    range: TextRange,
) -> DocumentSymbol {
    let range = cursor.document.positions.range(range);
    // Clients reject symbols without a name.
    let name = if name.is_empty() { "(empty)".into() } else { name.to_owned() };
    let detail = (!detail.is_empty()).then_some(detail);
    DocumentSymbol {
        name,
        detail,
        kind,
        tags: None,
        deprecated: None,
        range,
        selection_range: range,
        children: None,
    }
}
