/// Whether a text stands for a value that a tool puts in later: `{{KEY}}`, `${KEY}`, `%KEY%`, `@KEY@`, `__KEY__`,
/// `<KEY>`, `REPLACE_ME`, `YOUR_CONSUMER_KEY`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let between = |open: &str, close: &str| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
    };
    let named =
        |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    between("{", "}")
        || between("${", "}")
        || between("$(", ")")
        || between("%", "%")
        || between("@", "@")
        || between("__", "__")
        || between("<", ">")
        || ["REPLACE", "YOUR_", "YOUR-", "CHANGEME", "CHANGE_ME", "PLACEHOLDER", "TODO"]
            .iter()
            .any(|word| named(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_put_values_into() {
        for text in
            ["{{KEY}}", "{KEY}", "${KEY}", "%KEY%", "@KEY@", "__KEY__", "<KEY>", "REPLACE_ME", "your_key"]
        {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn what_is_a_value() {
        for text in ["3MVG9abc", "", "{", "100%", "@", "__", "admin@example.com", "a {b}"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
