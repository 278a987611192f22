use strsim::osa_distance;

/// Returns the candidate that was probably meant by `word`: the same in another case, or a few typing errors away.
/// `None` when no candidate is near. Of equally near candidates the first is taken.
///
/// A typing error is a character too many, too few or wrong, or two neighbours swapped. One is allowed for every four
/// characters, none in words of one or two.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = in_lower_case(word);
    let length = word.chars().count();
    let allowed = if length < 3 { 0 } else { (length / 4).max(1) };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = in_lower_case(candidate);
        if length.abs_diff(other.chars().count()) > allowed {
            continue;
        }
        let errors = osa_distance(&word, &other);
        if errors <= allowed && best.is_none_or(|(least, _)| errors < least) {
            best = Some((errors, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn in_lower_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Counts the typing errors that make one text of the other. Upper and lower case are the same.
pub fn typing_errors(a: &str, b: &str) -> usize {
    osa_distance(&in_lower_case(a), &in_lower_case(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["isAdminApproved", "ipRelaxation", "scopes", "label"];

    #[test]
    fn longer_words_may_have_more_typing_errors() {
        assert_eq!(nearest("isAdminAproved", NAMES), Some("isAdminApproved"));
        assert_eq!(nearest("adminApproved", NAMES), Some("isAdminApproved"));
        assert_eq!(nearest("scope", NAMES), Some("scopes"));
        assert_eq!(nearest("lable", NAMES), Some("label"));
        assert_eq!(nearest("isApproved", NAMES), None);
        assert_eq!(nearest("table", NAMES), None);
    }

    #[test]
    fn upper_and_lower_case_are_equal() {
        assert_eq!(nearest("IPRELAXATION", NAMES), Some("ipRelaxation"));
    }

    #[test]
    fn short_words_need_an_exact_match() {
        assert_eq!(nearest("a", ["b", "A"]), Some("A"));
        assert_eq!(nearest("ab", ["ac", "b"]), None);
    }

    #[test]
    fn nearest_candidate_wins_and_the_first_of_equals() {
        assert_eq!(nearest("scoped", ["scored", "scoped", "scopes"]), Some("scoped"));
        assert_eq!(nearest("cart", ["card", "care"]), Some("card"));
    }
}
