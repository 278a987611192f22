use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

/// A folder that files are put into.
pub(super) struct Folder<'f> {
    root: &'f Path,
    made: HashSet<PathBuf>,
}

impl<'f> Folder<'f> {
    pub(super) fn new(root: &'f Path) -> Self {
        Self { root, made: HashSet::new() }
    }

    /// Writes a file, and the folders that it lies in.
    pub(super) fn put(&mut self, path: &str, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        let parent = path.parent().unwrap_or(self.root);
        if !self.made.contains(parent) {
            fs::create_dir_all(parent)?;
            self.made.insert(parent.to_owned());
        }
        fs::write(path, text)
    }
}
