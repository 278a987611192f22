//! What a change says it deletes.

use crate::repository::{APP, App, Repository, SETS, app, none, set};

const CAUSED: [&str; 1] = ["Order_Sync: grant-unresolved"];

/// A manifest that deletes permission sets.
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
fn what_a_change_says_it_deletes_is_deleted() {
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
