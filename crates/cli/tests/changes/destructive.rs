//! Deletions in destructive changes manifests.

use crate::{
    repository::{APP, App, PROJECT, Repository, SETS, app, none, set},
    stdout,
};

const CAUSED: [&str; 1] = ["Order_Sync: grant-unresolved"];

/// Returns a manifest that deletes permission sets.
fn deleting(sets: &[&str]) -> String {
    let members: String = sets.iter().map(|set| format!("        <members>{set}</members>\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <types>
{members}        <name>PermissionSet</name>
    </types>
    <version>66.0</version>
</Package>
"
    )
}

#[test]
fn components_in_destructive_changes_count_as_deleted() {
    let repository = Repository::with_project();
    repository.write("manifest/destructiveChangesPost.xml", &deleting(&["Order_Sync_User"]));
    assert_eq!(repository.reported(&["--since", "HEAD"]), CAUSED, "before it is known to git");
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), CAUSED);
    repository.commit("two");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), CAUSED);
    repository.write("notes.md", "orders\n");
    repository.commit("three");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), none(), "it deletes once");
}

#[test]
fn deletion_of_the_last_permission_set_of_an_app_is_an_error() {
    let by_file = |repository: &Repository| {
        repository.remove(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"));
    };
    let by_manifest = |repository: &Repository| {
        repository.write("destructiveChanges.xml", &deleting(&["Order_Sync_User"]));
    };
    for delete in [&by_file as &dyn Fn(&Repository), &by_manifest] {
        let repository = Repository::with_project();
        delete(&repository);
        repository.git(&["add", "-A"]);
        for change in [&["--since", "HEAD"][..], &["--staged"]] {
            let output = repository.check(&[&["--select", "last-grant-lost"], change].concat());
            assert_eq!(output.status.code(), Some(1));
            let text = stdout(&output);
            assert!(text.contains("deletes or unassigns `Order Sync User`, the only"), "{text}");
        }
        repository.write(&format!("{SETS}/Orders.permissionset-meta.xml"), &set("Orders"));
        let other = app(&App::default()).replace(
            "    <permissionSetName>",
            "    <permissionSetName>Orders</permissionSetName>\n    <permissionSetName>",
        );
        repository.write(APP, &other);
        let output = repository.check(&["--select", "last-grant-lost", "--since", "HEAD"]);
        assert!(!stdout(&output).contains("last-grant-lost"), "{}", stdout(&output));
    }
}

#[test]
fn last_grant_is_compared_with_the_same_file_of_several_apps_of_one_name() {
    let repository = Repository::with_project();
    let granted = app(&App::default());
    let unassigned: String = granted.lines().filter(|line| !line.contains("permissionSetName")).collect();
    assert_ne!(granted, unassigned);
    repository.write("force-app/archive/Order_Sync.connectedApp-meta.xml", &unassigned);
    repository.commit("two");
    let select = ["--select", "last-grant-lost", "--since", "HEAD"];
    assert!(!stdout(&repository.check(&select)).contains("last-grant-lost"));
    repository.write(APP, &unassigned);
    assert!(stdout(&repository.check(&select)).contains("last-grant-lost"));
}

#[test]
fn moved_manifest_deletes_nothing() {
    let repository = Repository::with_project();
    repository.write("manifest/destructiveChangesPost.xml", &deleting(&["Order_Sync_User"]));
    repository.commit("two");
    repository.write("archive/.keep", "");
    repository.git(&["mv", "manifest/destructiveChangesPost.xml", "archive/destructiveChanges.xml"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());
    assert_eq!(repository.reported(&["--staged"]), none());
    repository.commit("three");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), none());
    // A new manifest may delete what an earlier one already deleted.
    repository.write("manifest/destructiveChanges.xml", &deleting(&["Order_Sync_User"]));
    assert_eq!(repository.reported(&["--since", "HEAD"]), CAUSED);
}

#[test]
fn deleted_components_may_be_named_decoded_or_encoded() {
    let repository = Repository::with_project();
    repository.remove(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"));
    repository.write(&format!("{SETS}/Order %26 Sync%2FEU.permissionset-meta.xml"), &set("Order Sync User"));
    repository.commit("two");
    for name in ["Order %26 Sync%2FEU", "Order &amp; Sync/EU", "Order %26 Sync%2fEU"] {
        repository.write("destructiveChanges.xml", &deleting(&[name]));
        assert_eq!(repository.reported(&["--since", "HEAD"]), CAUSED, "{name}");
    }
    repository.write("destructiveChanges.xml", &deleting(&["Order Sync EU"]));
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());
}

#[test]
fn manifest_of_another_project_is_ignored() {
    let repository = Repository::with_project();
    repository.write("hr/sfdx-project.json", PROJECT);
    repository.write(&format!("hr/{APP}"), &app(&App { set: None, ..App::default() }));
    repository.commit("two");
    repository.write("hr/destructiveChanges.xml", &deleting(&["Order_Sync_User"]));
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());
    repository.write("deploy/destructiveChanges.xml", &deleting(&["Order_Sync_User"]));
    assert_eq!(repository.reported(&["--since", "HEAD"]), CAUSED);
}

#[test]
fn deletion_removes_all_files_of_a_component() {
    let repository = Repository::with_project();
    repository.write(
        "sfdx-project.json",
        &PROJECT.replace("\n}", ",\n  \"sourceBehaviorOptions\": [\"decomposePermissionSetBeta2\"]\n}"),
    );
    repository.remove(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"));
    let folder = format!("{SETS}/Order_Sync_User/Order_Sync_User");
    repository.write(&format!("{folder}.permissionset-meta.xml"), &set("Order Sync User"));
    repository.write(
        &format!("{folder}.userPermission-meta.xml"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <userPermissions>
        <enabled>true</enabled>
        <name>ApiEnabled</name>
    </userPermissions>
</PermissionSet>
",
    );
    repository.commit("two");
    assert_eq!(repository.reported(&[]), none());
    repository.write("destructiveChanges.xml", &deleting(&["Order_Sync_User"]));
    assert_eq!(repository.reported(&["--since", "HEAD"]), CAUSED);
}
