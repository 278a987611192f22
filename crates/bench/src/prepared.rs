use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    Truth,
    tree::{self, Size},
};

/// A tree that is there to be measured.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) folder: PathBuf,
    pub(crate) truth: Truth,
}

/// The file beside a tree that describes it.
#[derive(Serialize, Deserialize)]
struct Beside {
    /// [`tree::DIGEST`] when it was made: another one makes another tree.
    made_by: String,
    size: Size,
    truth: Truth,
}

impl Prepared {
    /// The tree of a named size, with so many broken files; made in `folder` if it is not there yet.
    pub(crate) fn new(folder: &Path, size: &str, broken: usize) -> io::Result<Self> {
        let unknown = || io::Error::other(format!("there is no size `{size}`"));
        let sized = Size::named(size).ok_or_else(unknown)?;
        let name = if broken > 0 { format!("{size}-broken") } else { size.to_owned() };
        let (folder, beside) = (folder.join(&name), folder.join(name + ".json"));
        if let Ok(known) = fs::read(&beside)
            && let Ok(known) = serde_json::from_slice::<Beside>(&known)
            && known.made_by == tree::DIGEST
            && known.size == sized
            && known.truth.malformed.len() == broken
        {
            return Ok(Self { folder, truth: known.truth });
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let truth = tree::write(sized, tree::SEED, broken, &folder)?;
        let known = Beside { made_by: tree::DIGEST.to_owned(), size: sized, truth };
        fs::write(&beside, serde_json::to_vec_pretty(&known)?)?;
        Ok(Self { folder, truth: known.truth })
    }
}
