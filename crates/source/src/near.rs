/// The candidate that was probably meant by `word`: the same in another case, or a few slips of the keyboard away.
/// `None` when no candidate is near. Of equally near candidates the first is taken.
///
/// A slip is a character too many, too few or wrong, or two neighbours swapped; one is forgiven for every four
/// characters, none in words of one or two.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = folded(word);
    let forgiven = if word.len() < 3 { 0 } else { (word.len() / 4).max(1) };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = folded(candidate);
        if word.len().abs_diff(other.len()) > forgiven {
            continue;
        }
        let distance = distance(&word, &other);
        if distance <= forgiven && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// How many slips of the keyboard make one text of the other: upper and lower case are the same.
pub fn slips(a: &str, b: &str) -> usize {
    distance(&folded(a), &folded(b))
}

/// The optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["isAdminApproved", "ipRelaxation", "scopes", "label"];

    #[test]
    fn slips_are_forgiven_in_proportion_to_length() {
        assert_eq!(nearest("isAdminAproved", NAMES), Some("isAdminApproved"));
        assert_eq!(nearest("adminApproved", NAMES), Some("isAdminApproved"));
        assert_eq!(nearest("scope", NAMES), Some("scopes"));
        assert_eq!(nearest("lable", NAMES), Some("label"));
        assert_eq!(nearest("isApproved", NAMES), None);
        assert_eq!(nearest("table", NAMES), None);
    }

    #[test]
    fn case_does_not_count() {
        assert_eq!(nearest("IPRELAXATION", NAMES), Some("ipRelaxation"));
    }

    #[test]
    fn short_words_are_near_only_to_themselves() {
        assert_eq!(nearest("a", ["b", "A"]), Some("A"));
        assert_eq!(nearest("ab", ["ac", "b"]), None);
    }

    #[test]
    fn the_nearest_wins_and_the_first_of_equals() {
        assert_eq!(nearest("scoped", ["scored", "scoped", "scopes"]), Some("scoped"));
        assert_eq!(nearest("cart", ["card", "care"]), Some("card"));
    }
}
