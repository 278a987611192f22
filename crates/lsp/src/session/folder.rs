use camino::{Utf8Path, Utf8PathBuf};
use preauth_metadata::Kind;
use preauth_source::FilePath;

use crate::session::project::OpenProject;

/// A folder of the workspace, or the folder of a single file.
pub(crate) struct OpenFolder {
    /// The folder or file as the client names it.
    pub(crate) requested: Utf8PathBuf,
    /// The folder without symbolic links. `None` until it was read.
    pub(crate) canonical: Option<Utf8PathBuf>,
    pub(crate) projects: Vec<OpenProject>,
}

impl OpenFolder {
    pub(crate) fn new(requested: Utf8PathBuf) -> Self {
        Self { requested, canonical: None, projects: Vec::new() }
    }

    /// True if the client opened a single file, and not the folder.
    pub(crate) fn is_single_file(&self) -> bool {
        Kind::of_path(&FilePath::from(self.requested.as_str())).is_some()
    }

    /// Returns the folder as the client names it.
    pub(crate) fn requested_folder(&self) -> Option<&Utf8Path> {
        if self.is_single_file() { self.requested.parent() } else { Some(&self.requested) }
    }
}
