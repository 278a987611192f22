//! The only module that writes files. Each file is written completely or not at all. Clippy rejects such calls elsewhere
//! in the crate.
#![allow(clippy::disallowed_methods, reason = "this module is the one that writes")]

use std::{
    fs::{self, File},
    io::{self, Write},
};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::NamedTempFile;

/// Writes the text of a file, which may exist. The text goes to a temporary file in the same folder, which then replaces
/// the file in one step, so that nobody sees half of it. Permissions and links to the file stay as they are.
pub(crate) fn save(path: &Utf8Path, text: &str) -> io::Result<()> {
    let target = target(path)?;
    let folder = target.parent().unwrap_or(&target);
    let mut file = match fs::metadata(&target) {
        // A device or a pipe cannot be replaced.
        Ok(existing) if !existing.is_file() => return fs::write(&target, text),
        Ok(existing) => {
            let file = NamedTempFile::new_in(folder)?;
            file.as_file().set_permissions(existing.permissions())?;
            file
        }
        Err(_) => new_file(folder)?,
    };
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}

/// Returns the absolute path without symbolic links of a file to write. The file need not exist, but its folder must.
pub(crate) fn target(path: &Utf8Path) -> io::Result<Utf8PathBuf> {
    match path.canonicalize_utf8() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_str().is_empty());
            let folder = folder.unwrap_or(Utf8Path::new(".")).canonicalize_utf8()?;
            Ok(folder.join(path.file_name().unwrap_or_default()))
        }
        found => found,
    }
}

/// Creates a temporary file that others may read, as far as the umask of this process allows it.
#[cfg(unix)]
fn new_file(folder: &Utf8Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Utf8Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}

/// Writes a new file in one step, and creates the folders that it needs.
///
/// # Errors
/// `AlreadyExists` if the file exists: it stays as it is.
pub(crate) fn create(path: &Utf8Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = new_file(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

/// Creates a folder, and the folders above it.
pub(crate) fn create_folder(folder: &Utf8Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Opens a file to append to it, and creates it if it does not exist.
pub(crate) fn open_to_append(file: &Utf8Path) -> io::Result<File> {
    File::options().create(true).append(true).open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay_when_a_file_is_saved() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        let (file, link) = (folder.join("real"), folder.join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        save(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
