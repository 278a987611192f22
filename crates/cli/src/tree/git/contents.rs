//! Contents of files in git.

use std::collections::BTreeMap;

use super::{GitError, Repository};

impl Repository {
    /// Reads the contents of files, by path and object id, as git would write them into the work tree: with the filters,
    /// encodings and line endings of their attributes. The content of a link is its target.
    pub(crate) fn contents<'k>(
        &self,
        files: impl Iterator<Item = (&'k str, &'k str)>,
    ) -> Result<BTreeMap<&'k str, Vec<u8>>, GitError> {
        // Git reads the id, a separator and the path from one line.
        let is_plain = |path: &str| !path.contains('\n') && !path.starts_with([' ', '\t']);
        let (plain, others): (Vec<_>, Vec<_>) = files.partition(|(path, _)| is_plain(path));
        let mut contents = self.contents_in_batch(&plain)?;
        for (path, object) in others {
            let named = format!("--path={path}");
            contents.insert(path, self.start(&["cat-file", "--filters", &named, object])?.output()?);
        }
        Ok(contents)
    }

    fn contents_in_batch<'k>(
        &self,
        files: &[(&'k str, &'k str)],
    ) -> Result<BTreeMap<&'k str, Vec<u8>>, GitError> {
        const COMMAND: &[&str] = &["cat-file", "--batch", "--filters"];
        if files.is_empty() {
            return Ok(BTreeMap::new());
        }
        let requests =
            files.iter().map(|(path, object)| format!("{object} {path}\n{}\n", missing_name(object)));
        let output = self.run_with_input(COMMAND, requests.collect())?;
        let mut rest = output.as_slice();
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

/// Returns a name that git cannot resolve: a path inside of an object that is not a folder.
fn missing_name(object: &str) -> String {
    format!("{object}:-")
}

/// Splits the output of git after the first content.
///
/// Git prints the size of a content before the filters, so the size does not say where the content ends. Its end is the
/// line that git prints for the missing name, which is requested after each object. The line holds the id of the object,
/// so no content can contain it.
fn first_content<'a>(printed: &'a [u8], object: &str) -> Option<(&'a [u8], &'a [u8])> {
    let header_end = printed.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(&printed[..header_end]).ok()?;
    let size = header.strip_prefix(object)?.strip_prefix(" blob ")?.parse().ok()?;
    let rest = &printed[header_end + 1..];
    let end = format!("\n{} missing\n", missing_name(object));
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
    fn content_ends_at_the_missing_name_and_not_at_its_size() {
        let printed = b"0a blob 4\na\r\nb\r\n\n0a:- missing\n1b blob 0\n\n1b:- missing\n";
        let (first, rest) = first_content(printed, "0a").unwrap();
        assert_eq!(first, b"a\r\nb\r\n");
        assert_eq!(first_content(rest, "1b"), Some((&b""[..], &b""[..])));
        assert_eq!(first_content(b"2c missing\n2c:- missing\n", "2c"), None);
    }
}
