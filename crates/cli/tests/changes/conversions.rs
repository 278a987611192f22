//! Files whose content in git differs from the work tree: filters, newlines, symbolic links.

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
fn git_content_is_read_through_its_attribute_filters() {
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
fn newline_conversion_by_git_is_not_a_change() {
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
    assert!(stderr(&fix).contains("Fixed"), "{}", stderr(&fix));
    let fixed = fs::read_to_string(repository.root.join(APP)).unwrap();
    assert_eq!(fixed.matches('\n').count(), fixed.matches("\r\n").count());
}

#[test]
#[cfg(unix)]
fn symbolic_link_is_compared_by_its_target() {
    use std::os::unix::fs::symlink;
    let repository = Repository::with_project();
    let apps = repository.root.join(APPS);
    let apart = repository.folder.path().join("apart");
    fs::create_dir(&apart).unwrap();
    // One link points outside the repository, one to another link, one to a file.
    fs::write(apart.join("Outside.permissionset-meta.xml"), set("Order Sync User")).unwrap();
    let sets = repository.root.join(SETS);
    fs::remove_file(sets.join("Order_Sync_User.permissionset-meta.xml")).unwrap();
    symlink(
        apart.join("Outside.permissionset-meta.xml"),
        sets.join("Order_Sync_User.permissionset-meta.xml"),
    )
    .unwrap();
    repository.write("linked/app.xml", &app(&App::default()));
    fs::remove_file(repository.root.join(APP)).unwrap();
    symlink("../../../../linked/link.xml", repository.root.join(APP)).unwrap();
    symlink("app.xml", repository.root.join("linked/link.xml")).unwrap();
    repository.write("linked/preauth.yaml", REGISTER);
    fs::remove_file(repository.root.join("preauth.yaml")).unwrap();
    symlink("linked/preauth.yaml", repository.root.join("preauth.yaml")).unwrap();
    repository.commit("two");
    assert!(apps.join("Order_Sync.connectedApp-meta.xml").is_file());
    assert_eq!(repository.reported(&[]), none());
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), none(), "links have the same content");
    assert_eq!(repository.reported(&["--staged"]), none());

    repository.write("linked/app.xml", &app(&eternal()));
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
    repository.git(&["add", "-A"]);
    repository.write("linked/app.xml", &app(&App::default()));
    assert_eq!(repository.reported(&["--staged"]), ETERNAL);
    repository.write("linked/app.xml", &app(&eternal()));
    repository.commit("three");

    let off = REGISTER.replace("rules: {}", "rules: { refresh-token-never-expires: off }");
    repository.write("linked/preauth.yaml", &off);
    repository.commit("four");
    repository.write("linked/preauth.yaml", REGISTER);
    assert_eq!(repository.reported(&["--since", "HEAD"]), ETERNAL);
}
