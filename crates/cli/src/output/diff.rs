//! Fixes as a unified diff that `git apply` accepts.

use std::{collections::BTreeMap, ops::Range};

use preauth_source::{ArcStr, FilePath};
use similar::{DiffOp, TextDiff};

use crate::output::visible::{git_path, secret_lines};

/// The number of unchanged lines before and after a change.
const CONTEXT_LINES: usize = 3;

/// A diff, and the files whose diff is incomplete because some lines would show a secret.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    pub(crate) text: String,
    pub(crate) withheld: Vec<FilePath>,
}

/// Returns the diff from the old to the new texts of files. `display` returns the name of a file in the diff.
pub(crate) fn diff(
    files: &BTreeMap<FilePath, (String, ArcStr)>,
    display: impl Fn(&FilePath) -> String,
) -> Diff {
    let mut diff = Diff::default();
    for (path, (old, new)) in files {
        let lines = TextDiff::from_lines(old.as_str(), &**new);
        let name = display(path);
        let (before, after) = (git_path(&format!("a/{name}")), git_path(&format!("b/{name}")));
        // A consumer key is no such secret: it may be in a diff, which could not be applied without it.
        let old_secrets: Vec<usize> = secret_lines(old).flatten().collect();
        let new_secrets: Vec<usize> = secret_lines(new).flatten().collect();
        let mut body = String::new();
        for hunk in lines.unified_diff().context_radius(CONTEXT_LINES).iter_hunks() {
            let has_any =
                |range: Range<usize>, lines: &[usize]| lines.iter().any(|line| range.contains(line));
            let shows_secret =
                |op: &DiffOp| has_any(op.old_range(), &old_secrets) || has_any(op.new_range(), &new_secrets);
            if hunk.ops().iter().any(shows_secret) {
                if diff.withheld.last() != Some(path) {
                    diff.withheld.push(path.clone());
                }
            } else {
                body.push_str(&hunk.to_string());
            }
        }
        if !body.is_empty() {
            diff.text.push_str(&format!("--- {before}\n+++ {after}\n{body}"));
        }
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff_of(old: &str, new: &str) -> Diff {
        let files = BTreeMap::from([(FilePath::from("a.xml"), (old.to_owned(), new.into()))]);
        diff(&files, ToString::to_string)
    }

    #[test]
    fn diff_names_the_file_on_both_sides() {
        assert_eq!(
            diff_of("a\nb\n", "a\nc\n").text,
            "--- a/a.xml\n+++ b/a.xml\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        );
    }

    #[test]
    fn missing_final_newline_and_crlf_stay() {
        let diff = diff_of("a\r\nb", "a\r\nc");
        assert!(diff.text.contains(" a\r\n-b\n\\ No newline at end of file\n+c\n"), "{}", diff.text);
    }

    #[test]
    fn only_the_hunk_that_shows_a_secret_is_left_out() {
        let far = "x\n".repeat(20);
        let text = |value: &str| {
            format!("<a>{value}</a>\n<consumerSecret>AB12</consumerSecret>\n{far}<b>{value}</b>\n")
        };
        let diff = diff_of(&text("1"), &text("2"));
        assert!(!diff.text.contains("AB12"));
        assert!(diff.text.contains("+<b>2</b>"));
        assert_eq!(diff.withheld.len(), 1);
    }
}
