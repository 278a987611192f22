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
