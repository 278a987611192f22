use std::fmt;

use crate::{FilePath, Location};

/// The trust in a fix, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Shown, never applied: it could take access away from somebody, and only a person can know.
    DisplayOnly,
    /// Applied on explicit demand: it may cut off a client that works today.
    Unsafe,
    /// Applied by `--fix`: it changes nothing that anybody relies on, or somebody declared that it should be so.
    Safe,
}

/// Bytes of one file to be replaced.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Edit {
    /// The range that is replaced; empty for an insertion.
    pub location: Location,
    /// The text at `location` now. An edit is refused if the text has changed since.
    pub expected: Box<str>,
    /// The new text; empty for a deletion.
    pub insert: Box<str>,
}

/// Shows the place and the sizes only: an edit may hold a secret.
impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Edit({}:{:?}, -{} +{})",
            self.location.file,
            self.location.range,
            self.expected.len(),
            self.insert.len()
        )
    }
}

/// Edits that belong together: all of them are applied, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The effect of the fix, as an instruction: "set `Permitted Users` to …".
    pub title: String,
    /// The trust in it.
    pub applicability: Applicability,
    /// The edits; they may concern several files. Disjoint, and sorted by location.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The files that the fix changes, each once.
    pub fn files(&self) -> impl Iterator<Item = &FilePath> {
        let mut last = None;
        self.edits
            .iter()
            .map(|edit| &edit.location.file)
            .filter(move |file| last.replace(*file) != Some(*file))
    }
}

/// The reason why edits could not be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    /// Two edits replace the same bytes, or insert at the same place.
    Overlap,
    /// The text is not the one that the edit was made for.
    Stale,
}

/// Applies `edits` to `text`. All edits must be of this text's file.
///
/// Bytes change only inside the edits' ranges.
///
/// # Errors
/// [`EditError::Overlap`] when two edits touch, [`EditError::Stale`] when the text does not hold what an edit
/// expects to replace. The text is then as it was.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Result<String, EditError> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by(|a, b| a.location.cmp(&b.location));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut last: Option<&Edit> = None;
    for edit in edits {
        let (start, end) = (usize::from(edit.location.range.start()), usize::from(edit.location.range.end()));
        let collides =
            last.is_some_and(|last| start < at || last.location.range.start() == edit.location.range.start());
        if collides {
            return Err(EditError::Overlap);
        }
        if text.get(start..end) != Some(&*edit.expected) {
            return Err(EditError::Stale);
        }
        out.push_str(&text[at..start]);
        out.push_str(&edit.insert);
        at = end;
        last = Some(edit);
    }
    out.push_str(&text[at..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use text_size::TextRange;

    use super::*;

    fn edit(start: u32, expected: &str, insert: &str) -> Edit {
        let end = start + u32::try_from(expected.len()).unwrap();
        Edit {
            location: Location::new("a.xml".into(), TextRange::new(start.into(), end.into())),
            expected: expected.into(),
            insert: insert.into(),
        }
    }

    #[test]
    fn edits_apply_whatever_their_order() {
        let edits = [edit(4, "true", "false"), edit(0, "", "<"), edit(2, "b", "")];
        assert_eq!(apply("a b true.", &edits).unwrap(), "<a  false.");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        assert_eq!(apply("abcd", &[edit(0, "abc", ""), edit(2, "cd", "")]), Err(EditError::Overlap));
        assert_eq!(apply("abcd", &[edit(1, "", "x"), edit(1, "", "y")]), Err(EditError::Overlap));
        assert_eq!(apply("abcd", &[edit(1, "", "x"), edit(1, "b", "y")]), Err(EditError::Overlap));
    }

    #[test]
    fn an_edit_of_another_text_is_refused() {
        assert_eq!(apply("abcd", &[edit(0, "xy", "")]), Err(EditError::Stale));
        assert_eq!(apply("ab", &[edit(9, "c", "")]), Err(EditError::Stale));
    }

    #[test]
    fn what_may_be_applied_grows_with_trust() {
        assert!(Applicability::DisplayOnly < Applicability::Unsafe);
        assert!(Applicability::Unsafe < Applicability::Safe);
    }

    #[test]
    fn an_edit_does_not_show_what_it_replaces() {
        assert!(!format!("{:?}", edit(0, "hunter2", "")).contains("hunter2"));
    }
}
