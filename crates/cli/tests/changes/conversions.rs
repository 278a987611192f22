//! Files that are not in the work tree what git keeps of them: filters, line endings, links.

use std::fs;

use crate::{
    repository::{APP, APPS, App, REGISTER, Repository, SETS, app, none, set},
    support::stderr,
};

const ETERNAL: [&str; 1] = ["Order_Sync: refresh-token-never-expires"];

fn eternal() -> App {
    App { refresh_token: "infinite", ..App::default() }
}

#[test]
#[cfg(unix)]
fn what_git_keeps_is_read_through_the_filters_of_its_attributes() {
    let repository = Repository::with_project();
    repository.git(&["config", "filter.packed.clean", "base64"]);
    repository.git(&["config", "filter.packed.smudge", "base64 -d"]);
    repository.write(".gitattributes", "*.connectedApp-meta.xml filter=packed\n");
    repository.write_app(&eternal());
    repository.commit("two");
    assert!(!repository.git(&["show", &format!("HEAD:{APP}")]).contains('<'), "git keeps it packed");
    repository.write_app(&App { ip_relaxation: "BYPASS", ..eternal() });
    let before = repository.state();
    assert_eq!(repository.reported(&["--since", "HEAD"]), ["Order_Sync: ip-relaxation-unjustified"]);
    assert!(before == repository.state(), "neither the work tree nor anything of git's own has changed");
    repository.git(&["add", "-A"]);
    repository.write_app(&App::default());
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: ip-relaxation-unjustified"]);
}

#[test]
fn line_endings_that_git_converts_are_no_change() {
    let repository = Repository::with_project();
    repository.git(&["config", "core.autocrlf", "true"]);
    repository.write(APP, &app(&eternal()).replace('\n', "\r\n"));
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    let declared = REGISTER.to_owned() + "    expect: { refreshToken: afterLifetime 30 DAYS }\n";
    repository.write("preauth.yaml", &declared);
    repository.git(&["add", "-A"]);
    repository.write(APP, &app(&eternal()).replace('\n', "\r\n"));
    let fix = repository.check(&["--staged", "--fix"]);
    assert!(stderr(&fix).contains("Corrected"), "{}", stderr(&fix));
    let fixed = fs::read_to_string(repository.root.join(APP)).unwrap();
    assert_eq!(fixed.matches('\n').count(), fixed.matches("\r\n").count());
}
