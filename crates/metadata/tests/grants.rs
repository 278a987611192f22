//! Grants: resolution of the names of profiles, permission sets and groups.

mod tree;

use preauth_metadata::{Fact, Kind, Org, Project, Resolution, Value};
use preauth_source::SourceFile;
use tree::{Files, connected_app, files, is_unknown, only_app, org, texts, workspace, workspace_checking};

/// Returns a tree of one connected app with a grant for `name`, and of components.
fn granted(element: &str, name: &str, components: &[(&str, &str, &str)]) -> Files {
    let mut tree = connected_app(&format!("<label>x</label><oauthConfig/><{element}>{name}</{element}>"));
    tree.extend(files(components));
    tree
}

/// Returns the resolution of the only grant.
fn resolution(org: &Org) -> &Resolution {
    let app = only_app(org);
    assert_eq!(app.grants.len(), 1);
    &app.grants[0].resolution
}

/// Returns the name of the only component that the only grant resolves to.
fn resolved(files: &Files) -> String {
    match resolution(&org(files)) {
        Resolution::One(component) => component.name.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn malformed_permission_set_resolves_by_its_file_name() {
    let mut tree = granted(
        "permissionSetName",
        "Order_Sync_User",
        &[("p/Order_Sync_User.permissionset-meta.xml", "PermissionSet", "<label>Order Sync User</label>")],
    );
    tree.values_mut().for_each(|text| *text = text.replace("<label>Order", "<label>& Order"));
    assert_eq!(resolved(&tree), "Order_Sync_User");
}

#[test]
fn unmatched_label_is_unknown_if_a_permission_set_is_malformed() {
    let mut tree = granted(
        "permissionSetName",
        "Order Sync User",
        &[("p/Other.permissionset-meta.xml", "PermissionSet", "<label>Other</label>")],
    );
    assert!(matches!(resolution(&org(&tree)), Resolution::Nothing));
    tree.values_mut().for_each(|text| *text = text.replace("<label>Other", "<label>& Other"));
    assert!(matches!(resolution(&org(&tree)), Resolution::Unknown(_)));
}

#[test]
fn permission_set_label_wins_over_api_name() {
    let tree = granted(
        "permissionSetName",
        "Sync",
        &[
            ("p/First.permissionset-meta.xml", "PermissionSet", "<label>Sync</label>"),
            ("p/Sync.permissionset-meta.xml", "PermissionSet", "<label>Second</label>"),
        ],
    );
    assert_eq!(resolved(&tree), "First");
}

#[test]
fn permission_set_api_name_resolves_if_no_label_matches() {
    let tree = granted(
        "permissionSetName",
        "Sync_User",
        &[("p/Sync_User.permissionset-meta.xml", "PermissionSet", "<label>Sync</label>")],
    );
    assert_eq!(resolved(&tree), "Sync_User");
}

#[test]
fn shared_label_resolves_to_several_permission_sets() {
    let tree = granted(
        "permissionSetName",
        "Sync",
        &[
            ("p/A.permissionset-meta.xml", "PermissionSet", "<label>Sync</label>"),
            ("p/B.permissionset-meta.xml", "PermissionSet", "<label>Sync</label>"),
        ],
    );
    let org = org(&tree);
    let Resolution::Several(found) = resolution(&org) else { panic!("{:?}", resolution(&org)) };
    assert_eq!(found.iter().map(|component| &*component.name).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn standard_profiles_resolve_by_their_names_in_setup() {
    let admin = [("p/Admin.profile-meta.xml", "Profile", "<custom>false</custom>")];
    assert_eq!(resolved(&granted("profileName", "System Administrator", &admin)), "Admin");
    assert_eq!(resolved(&granted("profileName", "Admin", &admin)), "Admin");
}

#[test]
fn custom_profile_wins_over_standard_profile_of_that_name() {
    let tree = granted(
        "profileName",
        "Read Only",
        &[
            ("p/Read Only.profile-meta.xml", "Profile", "<custom>true</custom>"),
            ("p/ReadOnly.profile-meta.xml", "Profile", "<custom>false</custom>"),
        ],
    );
    assert_eq!(resolved(&tree), "Read Only");
}

#[test]
fn file_names_are_percent_decoded() {
    let profile = [("p/Custom%3A Sales.profile-meta.xml", "Profile", "<custom>true</custom>")];
    assert_eq!(resolved(&granted("profileName", "Custom: Sales", &profile)), "Custom: Sales");
}

#[test]
fn record_ids_cannot_be_resolved() {
    let set = [("p/A.permissionset-meta.xml", "PermissionSet", "<label>A</label>")];
    let org = org(&granted("permissionSetName", "0PS000000000001", &set));
    assert!(matches!(resolution(&org), Resolution::Unknown(_)));
    assert!(is_unknown(&only_app(&org).grants[0].facts.get("resolution").unwrap().state));
}

#[test]
fn name_is_unresolved_only_if_components_of_its_kind_were_read() {
    let set = [("p/A.permissionset-meta.xml", "PermissionSet", "<label>A</label>")];
    let of_kind = org(&granted("permissionSetName", "B", &set));
    assert!(matches!(resolution(&of_kind), Resolution::Nothing));
    let of_none = org(&granted("profileName", "B", &set));
    assert!(matches!(resolution(&of_none), Resolution::Unknown(_)));
}

/// Returns the permissions and the label of the only permission set.
fn permission_set(files: &Files) -> (Vec<String>, Option<String>) {
    let org = org(files);
    let all: Vec<_> = org.components_of(Kind::PermissionSet).collect();
    assert_eq!(all.len(), 1);
    let permissions = texts(all[0].facts.get("permissions").expect("every attribute is read"));
    (permissions.into_iter().map(str::to_owned).collect(), all[0].label().map(ToString::to_string))
}

#[test]
fn permission_set_with_a_file_for_each_permission_is_read() {
    let permission = |name: &str, on: bool| format!("<enabled>{on}</enabled><name>{name}</name>");
    let tree = files(&[
        ("p/Sync/Sync.permissionset-meta.xml", "PermissionSet", "<label>Sync User</label>"),
        (
            "p/Sync/userPermissions/ApiEnabled.userPermission-meta.xml",
            "PermissionSet",
            &permission("ApiEnabled", true),
        ),
        (
            "p/Sync/userPermissions/RunReports.userPermission-meta.xml",
            "PermissionSet",
            &permission("RunReports", false),
        ),
    ]);
    assert_eq!(permission_set(&tree), (vec!["ApiEnabled".into()], Some("Sync User".into())));
}

#[test]
fn permission_set_with_one_file_for_all_permissions_is_read() {
    let permission = |name: &str, on: bool| {
        format!("<userPermissions><enabled>{on}</enabled><name>{name}</name></userPermissions>")
    };
    let tree = files(&[
        ("p/Sync/Sync.permissionset-meta.xml", "PermissionSet", "<label>Sync User</label>"),
        (
            "p/Sync/Sync.userPermission-meta.xml",
            "PermissionSet",
            &(permission("ApiEnabled", true)
                + &permission("RunReports", false)
                + &permission("ViewSetup", true)),
        ),
    ]);
    assert_eq!(
        permission_set(&tree),
        (vec!["ApiEnabled".into(), "ViewSetup".into()], Some("Sync User".into()))
    );
}

#[test]
fn decomposed_permission_set_needs_no_main_file() {
    let tree = files(&[(
        "p/Sync/userPermissions/ApiEnabled.userPermission-meta.xml",
        "PermissionSet",
        "<enabled>true</enabled><name>ApiEnabled</name>",
    )]);
    assert_eq!(permission_set(&tree), (vec!["ApiEnabled".into()], None));
}

#[test]
fn ignored_files_resolve_names_but_are_not_apps() {
    let mut tree =
        granted("profileName", "Sales", &[("p/Sales.profile-meta.xml", "Profile", "<custom>1</custom>")]);
    tree.extend(files(&[(
        "ignored/Other.connectedApp-meta.xml",
        "ConnectedApp",
        "<label>x</label><invented/>",
    )]));
    let workspace = workspace_checking(&tree, Project::default(), |path| path.starts_with("connectedApps/"));
    let org = workspace.org();
    assert!(matches!(resolution(org), Resolution::One(_)));
    assert!(workspace.form().all(|found| found.primary.location.file.as_str().starts_with("connectedApps/")));
}

/// Returns an enabled user permission.
fn enabled(name: &str) -> String {
    format!("<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>")
}

/// Returns the files of a group of two permission sets and a muting set.
fn group() -> Files {
    files(&[
        (
            "p/Desk.permissionsetgroup-meta.xml",
            "PermissionSetGroup",
            "<label>Order Desk</label><mutingPermissionSets>Quiet</mutingPermissionSets>\
             <permissionSets>A</permissionSets><permissionSets>B</permissionSets>",
        ),
        (
            "p/A.permissionset-meta.xml",
            "PermissionSet",
            &format!("<label>A</label>{}{}", enabled("ApiEnabled"), enabled("ModifyAllData")),
        ),
        (
            "p/B.permissionset-meta.xml",
            "PermissionSet",
            &format!("<label>B</label>{}", enabled("RunReports")),
        ),
        (
            "p/Quiet.mutingpermissionset-meta.xml",
            "MutingPermissionSet",
            &format!("<label>Quiet</label>{}", enabled("ModifyAllData")),
        ),
    ])
}

/// Returns the permissions of the only group, or `None` if they are unknown.
fn group_permissions(files: &Files) -> Vec<Option<String>> {
    let org = org(files);
    let group = org.components_of(Kind::PermissionSetGroup).next().expect("the group");
    let permissions =
        group.facts.get("permissions").and_then(Fact::value).and_then(Value::as_list).expect("a list");
    permissions.iter().map(|permission| permission.value().map(ToString::to_string)).collect()
}

#[test]
fn group_permissions_are_those_of_its_sets_minus_muted_ones() {
    assert_eq!(group_permissions(&group()), [Some("ApiEnabled".into()), Some("RunReports".into())]);
}

#[test]
fn group_permissions_are_unknown_if_a_set_is_missing() {
    let mut tree = group();
    tree.remove("p/B.permissionset-meta.xml");
    assert_eq!(group_permissions(&tree), [Some("ApiEnabled".into()), None]);
}

#[test]
fn group_permissions_are_unknown_if_the_muting_set_is_missing() {
    let mut tree = group();
    tree.remove("p/Quiet.mutingpermissionset-meta.xml");
    assert_eq!(group_permissions(&tree), [None, None, None]);
}

#[test]
fn name_resolves_to_a_group_if_no_permission_set_matches() {
    let mut tree = granted("permissionSetName", "Order Desk", &[]);
    tree.extend(group());
    assert_eq!(resolved(&tree), "Desk");
}

#[test]
fn near_match_is_suggested() {
    let near = |name: &str| {
        let set = [("p/Sync_User.permissionset-meta.xml", "PermissionSet", "<label>Order Sync User</label>")];
        let org = org(&granted("permissionSetName", name, &set));
        let fact = only_app(&org).grants[0].facts.get("near").cloned().expect("what is near");
        fact.value().map(ToString::to_string)
    };
    assert_eq!(near("order sync user").as_deref(), Some("Order Sync User"));
    assert_eq!(near("Order Sync Users").as_deref(), Some("Order Sync User"));
    assert_eq!(near("Order_Sync_User").as_deref(), Some("Order Sync User"));
    assert_eq!(near("Night Shift"), None);
    assert_eq!(near("Order Sync User"), None);
}

#[test]
fn group_permissions_are_unknown_if_the_group_is_malformed() {
    let mut tree = group();
    let file = tree.get_mut("p/Desk.permissionsetgroup-meta.xml").expect("the group");
    *file = file.replace("</PermissionSetGroup>", "");
    assert_eq!(group_permissions(&tree), [None]);
}

#[test]
fn permission_set_without_a_known_label_makes_names_unknown() {
    let mut tree = granted("permissionSetName", "Big", &[]);
    tree.extend(files(&[("p/Big.permissionset-meta.xml", "PermissionSet", "<license>x</license>")]));
    let org = org(&tree);
    let named_by = &only_app(&org).grants[0].facts.get("namedBy").expect("every grant says how").state;
    assert!(is_unknown(named_by), "{named_by:?}");
}

#[test]
fn permissions_of_equal_files_are_merged_and_those_of_different_files_add_up() {
    for (kind, suffix) in [("PermissionSet", "permissionset"), ("Profile", "profile")] {
        let permissions = |second: &str| {
            let org = org(&files(&[
                (&format!("a/Sync.{suffix}-meta.xml"), kind, &enabled("ApiEnabled")),
                (&format!("b/Sync.{suffix}-meta.xml"), kind, &enabled(second)),
            ]));
            let set = org.components.all().first().expect("the component").clone();
            set.facts.get("permissions").and_then(Fact::value).map(ToString::to_string)
        };
        assert_eq!(permissions("ApiEnabled").as_deref(), Some("[ApiEnabled]"));
        assert_eq!(permissions("ModifyAllData").as_deref(), Some("[ApiEnabled, ModifyAllData]"));
    }
}

#[test]
fn permissions_of_an_unreadable_file_are_unknown_and_those_of_the_others_are_known() {
    let mut tree = files(&[
        ("a/Sync.profile-meta.xml", "Profile", &enabled("ApiEnabled")),
        ("b/Sync.profile-meta.xml", "Profile", &enabled("ModifyAllData")),
        ("c/Sync.profile-meta.xml", "Profile", ""),
    ]);
    let file = tree.get_mut("c/Sync.profile-meta.xml").expect("the third file");
    *file = file.replace("</Profile>", "");
    let org = org(&tree);
    let permissions = org.components.all()[0].facts.get("permissions").and_then(Fact::value).cloned();
    let items = permissions.as_ref().and_then(Value::as_list).expect("a list");
    let states: Vec<_> = items.iter().map(|item| item.value().map(ToString::to_string)).collect();
    assert_eq!(states, [Some("ApiEnabled".into()), Some("ModifyAllData".into()), None]);
}

#[test]
fn permission_set_of_the_last_package_directory_counts() {
    let folders = ["core", "sales"].map(|path| format!("{{\"path\":\"{path}\"}}")).join(",");
    let json = format!("{{\"packageDirectories\":[{folders}]}}");
    let (project, _) = Project::parse(&SourceFile::new(Project::FILE.into(), &json));
    let tree = files(&[
        ("core/Sync.permissionset-meta.xml", "PermissionSet", &enabled("ModifyAllData")),
        ("sales/Sync.permissionset-meta.xml", "PermissionSet", &enabled("ApiEnabled")),
    ]);
    let org = workspace(&tree, project).org().clone();
    let last = org.components.all()[0].deployed_last.as_ref().map(|last| last.file.to_string());
    assert_eq!(last.as_deref(), Some("sales/Sync.permissionset-meta.xml"));
}
