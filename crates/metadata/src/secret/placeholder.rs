use preauth_source::TextRange;

use crate::{ATTRIBUTES, CapturedElement, FileFacts, Project, Sensitivity, codes::ELEMENT_MISPLACED};

/// Finds a secret of an app that is a placeholder although no deployment replaces it. Such a deployment makes the
/// placeholder the secret of the app. Elements that are not in effect where they are do not count.
pub fn unreplaced_secret(file: &FileFacts, project: &Project) -> Option<TextRange> {
    let rows = ATTRIBUTES.iter().filter(|row| row.def.sensitivity == Sensitivity::Secret);
    let columns = rows.flat_map(|row| [&row.connected_app, &row.external_client_app]).flatten();
    let elements = columns.flat_map(|column| column.elements).filter(|element| element.kind == file.kind);
    let mut found = elements.flat_map(|element| file.found(element.path));
    let is_misplaced = |element: TextRange| {
        let misplaced = file.diagnostics.iter().filter(|found| *found.code == *ELEMENT_MISPLACED);
        misplaced.into_iter().any(|found| element.contains_range(found.primary.location.range))
    };
    let is_secret = found.find(|found| {
        is_placeholder(found.text()) && !is_misplaced(found.element()) && !file.is_replaced(found, project)
    });
    is_secret.map(CapturedElement::range)
}

/// True if a text is a placeholder that a tool replaces with a value later: `{{KEY}}`, `${KEY}`, `%KEY%`, `@KEY@`, `__KEY__`,
/// `<KEY>`, `REPLACE_ME`, `YOUR_CONSUMER_KEY`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let between = |open: &str, close: &str| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
    };
    let shouted =
        text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-'));
    let named = |prefix: &str| shouted && text.starts_with(prefix);
    between("{", "}")
        || between("${", "}")
        || between("$(", ")")
        || between("%", "%")
        || between("@", "@")
        || between("__", "__")
        || between("<", ">")
        || ["REPLACE", "YOUR_", "YOUR-", "CHANGEME", "CHANGE_ME", "PLACEHOLDER"]
            .iter()
            .any(|word| named(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_common_tools_are_recognised() {
        for text in [
            "{{KEY}}",
            "{KEY}",
            "${KEY}",
            "%KEY%",
            "@KEY@",
            "__KEY__",
            "<KEY>",
            "REPLACE_ME",
            "YOUR_CONSUMER_KEY",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_values() {
        for text in [
            "3MVG9abc",
            "",
            "{",
            "100%",
            "@",
            "__",
            "admin@example.com",
            "a {b}",
            "Replacement Parts",
            "your_99ab",
            "todo-1234",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
