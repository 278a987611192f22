//! Writing files: whole or not at all.

use std::{fs, io, io::Write};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::NamedTempFile;

/// Writes the text of a file, new or not. The text is written beside it and put in its place in one step, so that
/// nobody ever sees half of it; what the file may be used for, and a link that leads to it, stay.
pub(crate) fn save(path: &Utf8Path, text: &str) -> io::Result<()> {
    let target = target(path)?;
    let folder = target.parent().unwrap_or(&target);
    let mut file = match fs::metadata(&target) {
        // Neither a device nor a pipe can be put in the place of another.
        Ok(there) if !there.is_file() => return fs::write(&target, text),
        Ok(there) => {
            let file = NamedTempFile::new_in(folder)?;
            file.as_file().set_permissions(there.permissions())?;
            file
        }
        Err(_) => new_file(folder)?,
    };
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}

/// The file that a path leads to, also through links, in the one way to write that; the file need not exist, but its
/// folder must.
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

/// A file that others may read, as far as this process lets them read what it makes.
#[cfg(unix)]
fn new_file(folder: &Utf8Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Utf8Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}

/// Writes a file that is not there yet, and the folders that it needs, in one step.
///
/// # Errors
/// `AlreadyExists` when it is there: it stays as it is.
pub(crate) fn create(path: &Utf8Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = new_file(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn mode_and_link_survive() {
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
