//! Corrections as a unified diff that `git apply` takes.

use std::{collections::BTreeMap, ops::Range};

use preauth_metadata::secrets;
use preauth_source::{ArcStr, FilePath};
use similar::{DiffOp, TextDiff};

use crate::output::visible::is_hidden;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// A diff, and the files of which parts are left out because their lines would show a secret.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    pub(crate) text: String,
    pub(crate) withheld: Vec<FilePath>,
}

/// The diff from the old to the new texts of files. `shown` says how a path is written.
pub(crate) fn diff(
    files: &BTreeMap<FilePath, (String, ArcStr)>,
    shown: impl Fn(&FilePath) -> String,
) -> Diff {
    let mut diff = Diff::default();
    for (path, (old, new)) in files {
        let lines = TextDiff::from_lines(old.as_str(), &**new);
        let name = shown(path);
        let (before, after) = (quoted(&format!("a/{name}")), quoted(&format!("b/{name}")));
        let (old_secret, new_secret) = (secret_lines(old), secret_lines(new));
        let mut body = String::new();
        for hunk in lines.unified_diff().context_radius(CONTEXT).iter_hunks() {
            let touches =
                |lines: &[usize], range: Range<usize>| lines.iter().any(|line| range.contains(line));
            let shows =
                |op: &DiffOp| touches(&old_secret, op.old_range()) || touches(&new_secret, op.new_range());
            if hunk.ops().iter().any(shows) {
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

/// A path as git writes it: in quotes when it holds what would end it.
fn quoted(path: &str) -> String {
    let must_be = |c: char| matches!(c, '"' | '\\' | '\t' | '\n') || is_hidden(c);
    if !path.contains(must_be) {
        return path.to_owned();
    }
    let mut quoted = String::from('"');
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            c if must_be(c) => {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| quoted.push_str(&format!("\\{byte:03o}")));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The lines, from 0, that hold what opens something on its own. A consumer key may stand in a diff, which could
/// not be applied otherwise.
fn secret_lines(text: &str) -> Vec<usize> {
    let line = |offset: usize| text[..offset].matches('\n').count();
    secrets(text)
        .into_iter()
        .filter(|secret| secret.opens)
        .flat_map(|secret| line(secret.range.start)..=line(secret.range.end))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(old: &str, new: &str) -> Diff {
        let files = BTreeMap::from([(FilePath::from("a.xml"), (old.to_owned(), new.into()))]);
        diff(&files, ToString::to_string)
    }

    #[test]
    fn a_diff_names_the_file_on_both_sides() {
        assert_eq!(of("a\nb\n", "a\nc\n").text, "--- a/a.xml\n+++ b/a.xml\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }

    #[test]
    fn a_path_is_quoted_where_it_must_be() {
        assert_eq!(quoted("a/Order Sync.xml"), "a/Order Sync.xml");
        assert_eq!(quoted("a/5\" \tx.xml"), "\"a/5\\\" \\tx.xml\"");
        assert_eq!(quoted("a/\u{1B}\u{202E}.xml"), "\"a/\\033\\342\\200\\256.xml\"");
    }

    #[test]
    fn a_missing_final_newline_and_crlf_are_kept() {
        let diff = of("a\r\nb", "a\r\nc");
        assert!(diff.text.contains(" a\r\n-b\n\\ No newline at end of file\n+c\n"), "{}", diff.text);
    }

    #[test]
    fn a_hunk_that_would_show_a_secret_is_withheld_and_others_are_not() {
        let far = "x\n".repeat(20);
        let text = |value: &str| {
            format!("<a>{value}</a>\n<consumerSecret>AB12</consumerSecret>\n{far}<b>{value}</b>\n")
        };
        let diff = of(&text("1"), &text("2"));
        assert!(!diff.text.contains("AB12"));
        assert!(diff.text.contains("+<b>2</b>"));
        assert_eq!(diff.withheld.len(), 1);
    }
}
