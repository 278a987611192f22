//! What git goes by when it tells files apart: its index, which is read as it is and left as it is.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use crate::{
    repository::{APP, APPS, App, Repository, SETS, app, git, none, reported, set},
    support::{preauth, stderr},
};

const ETERNAL: [&str; 1] = ["Order_Sync: refresh-token-never-expires"];

fn eternal() -> App {
    App { refresh_token: "infinite", ..App::default() }
}

/// Gives every file of the work tree another time and the same bytes.
fn touch(repository: &Repository) {
    let later = SystemTime::now() + Duration::from_secs(60);
    for path in repository.state().keys().filter(|path| !path.starts_with(".git/")) {
        fs::File::options()
            .write(true)
            .open(repository.root.join(path))
            .unwrap()
            .set_modified(later)
            .unwrap();
    }
}

#[test]
fn what_is_staged_is_judged_and_nothing_is_touched() {
    let repository = Repository::with_project();
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.git(&["add", "-A"]);
    // The work tree goes on: what is staged is worse, and what is not known to git does not count.
    repository.write_app(&App { ip_relaxation: "BYPASS", ..App::default() });
    repository.write(
        &format!("{APPS}/Other.connectedApp-meta.xml"),
        &app(&App { scopes: &["Full"], ..App::default() }),
    );
    let before = repository.state();
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&["--since", "HEAD", &path]), ["Order_Sync: ip-relaxation-unjustified"]);
    assert_eq!(before, repository.state(), "neither the work tree nor anything of git's own has changed");

    // What is only announced is not staged.
    repository.git(&["add", "-N", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);

    // A correction would be of the staged text, and is not written over another.
    let fix = repository.check(&["--staged", "--unsafe-fixes"]);
    let said = stderr(&fix);
    assert!(!said.contains("Corrected") || said.contains("changes that are not staged"), "{said}");
    assert_eq!(before.get(&path), repository.state().get(&path));
}
