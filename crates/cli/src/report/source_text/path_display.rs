//! Paths as they are shown.

use camino::Utf8Path;
use preauth_source::FilePath;

use crate::output::Output;

/// The base of the paths that are shown.
#[derive(Clone, Debug)]
pub(crate) enum PathDisplay<'o> {
    /// Paths from the current folder.
    FromCurrentFolder(&'o Output),
    /// Paths from the root of the tree, after a prefix.
    WithPrefix(String),
    /// Paths from a folder; without one and for files outside of it, from the current folder.
    FromFolder(Option<&'o Utf8Path>, &'o Output),
}

impl PathDisplay<'_> {
    /// Returns the path of a file of the tree with this root.
    pub(super) fn display(&self, root: &Utf8Path, path: &FilePath) -> String {
        let file = root.join(path.as_str());
        match self {
            Self::FromCurrentFolder(output) => output.relative_path(&file),
            Self::FromFolder(folder, output) => {
                let inside = folder.and_then(|folder| file.strip_prefix(folder).ok());
                inside.map_or_else(|| output.relative_path(&file), |path| path.as_str().replace('\\', "/"))
            }
            // A configuration may be outside of the tree.
            Self::WithPrefix(prefix) if prefix.is_empty() || !file.starts_with(root) => path.to_string(),
            Self::WithPrefix(prefix) => format!("{prefix}/{path}"),
        }
    }
}
