//! SFDX trees of an invented company, as large as those of real orgs.

mod access;
mod app;
mod breakage;
mod company;
mod connected_app;
mod external_client_app;
mod folder;
mod markup;
mod roster;
mod size;
mod surroundings;

use std::{io, path::Path};

use fastrand::Rng;

use crate::Truth;
use breakage::Breakage;
use folder::Folder;
use roster::Roster;

pub use access::profile;
pub use app::Flaw;
pub use company::Company;
pub use roster::Profile;
pub use size::Size;

/// The seed of the trees that are measured.
pub const SEED: u64 = 20_260;

/// The SHA-256 of the paths and texts of the `tiny` tree: two versions of this crate with the same one make the same trees.
pub const DIGEST: &str = "94010a75c1dc632d141ba54d84d49bd0eed35bb7ebdd3b501eea8ebd3ed0f746";

/// The folder of the default package directory.
const DEFAULT: &str = "force-app/main/default";
/// A second package directory, as larger projects have it.
const INTEGRATIONS: &str = "integrations/main/default";

/// A receiver of the files of a tree: the path inside the tree, and the text.
pub type Sink<'s> = dyn FnMut(&str, &str) -> io::Result<()> + 's;

/// Writes a tree into a folder that is empty or not there yet. `broken` of its profiles and permission sets are not
/// well-formed.
///
/// # Errors
/// A file cannot be written.
pub fn write(size: Size, seed: u64, broken: usize, folder: &Path) -> io::Result<Truth> {
    let mut folder = Folder::new(folder);
    files(size, seed, broken, &mut |path, text| folder.put(path, text))
}

/// Hands the files of a tree to `sink`, and says what is wrong with them.
///
/// # Errors
/// Errors of `sink`.
pub fn files(size: Size, seed: u64, broken: usize, sink: &mut Sink<'_>) -> io::Result<Truth> {
    let mut truth = Truth::default();
    let mut counted = |path: &str, text: &str| {
        truth.count(path, text.len());
        sink(path, text)
    };
    let mut rng = Rng::with_seed(seed);
    let company = Company::new(&mut rng.fork(), size.profile_bytes);
    let roster = Roster::new(&mut rng.fork(), size);
    let mut breakage = Breakage::new(broken, size.profiles + size.permission_sets);

    surroundings::write(&mut rng.fork(), &company, size, &mut counted)?;
    for profile in &roster.profiles {
        let text = access::profile(&mut rng.fork(), &company, profile, varied(&mut rng, size.profile_bytes));
        let path = format!("{DEFAULT}/profiles/{}.profile-meta.xml", profile.file);
        counted(&path, &breakage.next(&path, text))?;
    }
    for label in &roster.permission_sets {
        let bytes = varied(&mut rng, size.permission_set_bytes);
        let text = access::permission_set(&mut rng.fork(), &company, label, bytes);
        let path = format!("{DEFAULT}/permissionsets/{}.permissionset-meta.xml", label.replace(' ', "_"));
        counted(&path, &breakage.next(&path, text))?;
    }
    for (index, members) in roster.groups.iter().enumerate() {
        let path = format!("{DEFAULT}/permissionsetgroups/Team_{index:03}.permissionsetgroup-meta.xml");
        counted(&path, &access::group(&format!("Team {index}"), members))?;
    }
    for (index, app) in roster.connected_apps.iter().enumerate() {
        let folder = if index % 10 == 9 { INTEGRATIONS } else { DEFAULT };
        let path = format!("{folder}/connectedApps/{}.connectedApp-meta.xml", app.name);
        counted(&path, &connected_app::text(&mut rng.fork(), app))?;
    }
    for app in &roster.external_client_apps {
        for (path, text) in external_client_app::files(&mut rng.fork(), app) {
            counted(&format!("{DEFAULT}/{path}"), &text)?;
        }
    }
    for app in roster.connected_apps.iter().chain(&roster.external_client_apps) {
        if let Some(flaw) = app.flaw {
            truth.plant(flaw.policy(), &app.name);
        }
    }
    truth.malformed = breakage.done;
    Ok(truth)
}

/// A size within a tenth of the one that is asked for.
fn varied(rng: &mut Rng, bytes: usize) -> usize {
    bytes - bytes / 10 + rng.usize(..=bytes / 5)
}

#[cfg(test)]
mod tests;
