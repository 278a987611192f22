use std::fmt;

use arcstr::ArcStr;
use text_size::{TextRange, TextSize};

/// The path of a file inside the tree that is judged: relative to its root, `/` between the parts on every
/// platform. It is what people are shown, and what files are told apart by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(ArcStr);

impl FilePath {
    /// Takes the path as it is; the caller has made it relative and `/`-separated.
    pub fn new(path: impl Into<ArcStr>) -> Self {
        Self(path.into())
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// The folder the file is in, without a final `/`; empty at the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// True if the path is `folder` or lies below it. The empty folder holds everything.
    pub fn is_within(&self, folder: &str) -> bool {
        folder.is_empty()
            || self.0.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for FilePath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

/// A file's path and its text. The text is borrowed: the host owns the buffer and may use it again.
#[derive(Clone, Debug)]
pub struct SourceFile<'t> {
    /// The path of the file.
    pub path: FilePath,
    /// The whole text, with its byte order mark if it has one.
    pub text: &'t str,
}

impl<'t> SourceFile<'t> {
    /// Pairs a path with its text.
    pub fn new(path: FilePath, text: &'t str) -> Self {
        Self { path, text }
    }

    /// The place of `range` in this file.
    pub fn at(&self, range: TextRange) -> Location {
        Location { file: self.path.clone(), range }
    }

    /// The bytes of `range`.
    pub fn slice(&self, range: TextRange) -> &'t str {
        &self.text[range]
    }
}

/// A range of bytes in a file. Ordered by file, then by start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The file.
    pub file: FilePath,
    /// The bytes, from the start of the file.
    pub range: TextRange,
}

impl Location {
    /// A place in a file.
    pub fn new(file: FilePath, range: TextRange) -> Self {
        Self { file, range }
    }

    /// The very start of a file: for what concerns the file as a whole.
    pub fn start_of(file: FilePath) -> Self {
        Self { file, range: TextRange::empty(TextSize::new(0)) }
    }

    fn key(&self) -> (&FilePath, TextSize, TextSize) {
        (&self.file, self.range.start(), self.range.end())
    }
}

impl PartialOrd for Location {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Location {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        let path = FilePath::from("force-app/connectedApps/Portal.connectedApp-meta.xml");
        assert_eq!(path.name(), "Portal.connectedApp-meta.xml");
        assert_eq!(path.folder(), "force-app/connectedApps");
        assert_eq!(FilePath::from("package.xml").folder(), "");
    }

    #[test]
    fn a_folder_holds_what_is_below_it_but_not_its_namesakes() {
        let path = FilePath::from("force-app/main/x.xml");
        assert!(path.is_within(""));
        assert!(path.is_within("force-app"));
        assert!(path.is_within("force-app/main/x.xml"));
        assert!(!path.is_within("force"));
    }
}
