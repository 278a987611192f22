use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionParams, CompletionResponse,
    TextEdit,
};
use preauth_metadata::Kind;
use preauth_source::{TextRange, TextSize};

use crate::{
    handlers::cursor::{Cursor, app_kind, attributes},
    session::state::SessionState,
};

/// Returns the possible values of an element, or the names of profiles and permission sets.
pub(super) fn completions(state: &SessionState<'_>, params: &CompletionParams) -> Option<CompletionResponse> {
    let cursor = Cursor::at(state, &params.text_document_position_params)?;
    let element = cursor.element()?;
    let content = element.content.filter(|content| content.contains_inclusive(cursor.offset))?;
    let kind = app_kind(cursor.kind);
    let mut items = Vec::new();
    let mut separator = None;
    for row in attributes(cursor.kind, &element.path) {
        let Some(column) = kind.and_then(|kind| row.column(kind)) else { continue };
        separator = separator.or(column.codec.separator());
        let spellings = column.codec.spellings(row.def.ty);
        for literal in column.codec.literals() {
            let spelling = spellings.iter().find(|spelling| spelling.literal == literal);
            let setup = spelling.map(|spelling| spelling.setup.to_owned()).filter(|setup| !setup.is_empty());
            items.push((literal, setup, CompletionItemKind::EnumMember));
        }
    }
    for kind in named_kinds(cursor.kind, &element.path) {
        for component in cursor.project.org().components_of(*kind) {
            // An app names a permission set by its label, a group by its API name.
            let by_label = cursor.kind != Kind::PermissionSetGroup && *kind != Kind::Profile;
            let name = component.label().filter(|_| by_label).unwrap_or(&component.name);
            let detail = format!("{} {}", kind.name(), component.name);
            items.push((name.to_string(), Some(detail), CompletionItemKind::Reference));
        }
    }
    items.sort_by(|a, b| a.0.cmp(&b.0));
    items.dedup();
    let range = replaced_range(&cursor.document.text, content, cursor.offset, separator);
    let range = cursor.document.positions.range(range);
    let items = items.into_iter().map(|(name, detail, kind)| CompletionItem {
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
            range,
            new_text: preauth_xml::escape(&name).into(),
        })),
        filter_text: Some(name.clone()),
        label: name,
        kind: Some(kind),
        detail,
        ..CompletionItem::default()
    });
    Some(CompletionResponse::CompletionItemList(items.collect()))
}

/// Returns the kinds of component that an element names.
fn named_kinds(kind: Kind, path: &str) -> &'static [Kind] {
    match (kind, path) {
        (Kind::ConnectedApp, "profileName")
        | (Kind::ExtlClntAppOauthConfigurablePolicies, "commaSeparatedProfile") => &[Kind::Profile],
        (Kind::ConnectedApp, "permissionSetName")
        | (Kind::ExtlClntAppOauthConfigurablePolicies, "commaSeparatedPermissionSet") => {
            &[Kind::PermissionSet, Kind::PermissionSetGroup]
        }
        (Kind::PermissionSetGroup, "permissionSets") => &[Kind::PermissionSet],
        (Kind::PermissionSetGroup, "mutingPermissionSets") => &[Kind::MutingPermissionSet],
        _ => &[],
    }
}

/// Returns the range that a completion replaces: the whole text, or the list member at the offset.
fn replaced_range(text: &str, content: TextRange, offset: TextSize, separator: Option<char>) -> TextRange {
    let (start, end, at) = (usize::from(content.start()), usize::from(content.end()), usize::from(offset));
    let (from, to) = match separator {
        Some(separator) => (
            text[start..at].rfind(separator).map_or(start, |found| start + found + separator.len_utf8()),
            text[at..end].find(separator).map_or(end, |found| at + found),
        ),
        None => (start, end),
    };
    let member = &text[from..to];
    let trimmed = member.trim();
    let from = if trimmed.is_empty() {
        to - member.trim_start().len()
    } else {
        from + (member.len() - member.trim_start().len())
    };
    let size = |n: usize| TextSize::try_from(n).unwrap_or(offset);
    TextRange::at(size(from), size(trimmed.len()))
}
