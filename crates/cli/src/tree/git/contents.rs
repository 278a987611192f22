//! Contents of files that git keeps.

use std::collections::BTreeMap;

use super::{GitError, Repository};

impl Repository {
    /// The contents of files, by their paths, as git would write them into the work tree: through the filters, and
    /// with the encodings and line endings, of their attributes. Of a link it is where it leads.
    pub(crate) fn contents<'k>(
        &self,
        files: impl Iterator<Item = (&'k str, &'k str)>,
    ) -> Result<BTreeMap<&'k str, Vec<u8>>, GitError> {
        // A path goes on a line, behind the id and what is between them.
        let is_plain = |path: &str| !path.contains('\n') && !path.starts_with([' ', '\t']);
        let (plain, others): (Vec<_>, Vec<_>) = files.partition(|(path, _)| is_plain(path));
        let mut contents = self.contents_at_once(&plain)?;
        for (path, object) in others {
            let named = format!("--path={path}");
            contents.insert(path, self.ask(&["cat-file", "--filters", &named, object])?.answer()?);
        }
        Ok(contents)
    }

    fn contents_at_once<'k>(
        &self,
        files: &[(&'k str, &'k str)],
    ) -> Result<BTreeMap<&'k str, Vec<u8>>, GitError> {
        const COMMAND: &[&str] = &["cat-file", "--batch", "--filters"];
        if files.is_empty() {
            return Ok(BTreeMap::new());
        }
        let asked = files.iter().map(|(path, object)| format!("{object} {path}\n{}\n", nothing_in(object)));
        let answer = self.answer(COMMAND, asked.collect())?;
        let mut rest = answer.as_slice();
        let mut contents = BTreeMap::new();
        for (path, object) in files {
            let Some((content, behind)) = first_content(rest, object) else {
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
                let message = format!("`{path}`: {}", String::from_utf8_lossy(line));
                return Err(GitError::Failed { command: COMMAND.join(" "), message });
            };
            contents.insert(*path, content.to_vec());
            rest = behind;
        }
        Ok(contents)
    }
}

/// What names nothing: something in an object that holds nothing else.
fn nothing_in(object: &str) -> String {
    format!("{object}:-")
}

/// The first content in what git prints, and what is behind it.
///
/// Git tells how large a content is before it goes through the filters, so that its end has to be found: there it says
/// that there is nothing of a name which has the id of the object in it. No content can say so by itself.
fn first_content<'a>(printed: &'a [u8], object: &str) -> Option<(&'a [u8], &'a [u8])> {
    let told_at = printed.iter().position(|byte| *byte == b'\n')?;
    let told = std::str::from_utf8(&printed[..told_at]).ok()?;
    let size = told.strip_prefix(object)?.strip_prefix(" blob ")?.parse().ok()?;
    let rest = &printed[told_at + 1..];
    let end = format!("\n{} missing\n", nothing_in(object));
    let ends_at = |at: usize| rest.get(at..).is_some_and(|rest| rest.starts_with(end.as_bytes()));
    let at = Some(size)
        .filter(|size| ends_at(*size))
        .or_else(|| rest.windows(end.len()).position(|window| window == end.as_bytes()))?;
    Some((&rest[..at], &rest[at + end.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_ends_where_git_says_so_and_not_where_its_size_is() {
        let printed = b"0a blob 4\na\r\nb\r\n\n0a:- missing\n1b blob 0\n\n1b:- missing\n";
        let (first, rest) = first_content(printed, "0a").unwrap();
        assert_eq!(first, b"a\r\nb\r\n");
        assert_eq!(first_content(rest, "1b"), Some((&b""[..], &b""[..])));
        assert_eq!(first_content(b"2c missing\n2c:- missing\n", "2c"), None);
    }
}
