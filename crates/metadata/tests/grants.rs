//! Whom apps are assigned to: the names that they write, and what these stand for in the tree.

mod tree;

use preauth_metadata::{Fact, Kind, Org, Project, Resolution, Value};
use tree::{Files, connected_app, files, is_unknown, judging, only_app, org, texts};

/// A tree of one connected app that is assigned to `name`, and of components.
fn granted(element: &str, name: &str, components: &[(&str, &str, &str)]) -> Files {
    let mut tree = connected_app(&format!("<label>x</label><oauthConfig/><{element}>{name}</{element}>"));
    tree.extend(files(components));
    tree
}

/// What the only grant of the only app names.
fn resolution(org: &Org) -> &Resolution {
    let app = only_app(org);
    assert_eq!(app.grants.len(), 1);
    &app.grants[0].resolution
}

/// The name of the only component that the only grant names.
fn resolved(files: &Files) -> String {
    match resolution(&org(files)) {
        Resolution::One(component) => component.name.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_malformed_permission_set_is_found_by_its_file_name() {
    let mut tree = granted(
        "permissionSetName",
        "Order_Sync_User",
        &[("p/Order_Sync_User.permissionset-meta.xml", "PermissionSet", "<label>Order Sync User</label>")],
    );
    tree.values_mut().for_each(|text| *text = text.replace("<label>Order", "<label>& Order"));
    assert_eq!(resolved(&tree), "Order_Sync_User");
}

#[test]
fn a_label_that_nothing_readable_carries_may_be_that_of_a_malformed_permission_set() {
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
fn a_permission_set_is_named_by_its_label_before_its_api_name() {
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
fn a_permission_set_is_named_by_its_api_name_where_no_label_fits() {
    let tree = granted(
        "permissionSetName",
        "Sync_User",
        &[("p/Sync_User.permissionset-meta.xml", "PermissionSet", "<label>Sync</label>")],
    );
    assert_eq!(resolved(&tree), "Sync_User");
}

#[test]
fn a_label_that_several_carry_names_several() {
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
fn standard_profiles_are_named_as_setup_names_them() {
    let admin = [("p/Admin.profile-meta.xml", "Profile", "<custom>false</custom>")];
    assert_eq!(resolved(&granted("profileName", "System Administrator", &admin)), "Admin");
    assert_eq!(resolved(&granted("profileName", "Admin", &admin)), "Admin");
}

#[test]
fn a_profile_of_that_very_name_is_meant_before_the_standard_one() {
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
fn an_id_names_what_nobody_can_tell() {
    let set = [("p/A.permissionset-meta.xml", "PermissionSet", "<label>A</label>")];
    let org = org(&granted("permissionSetName", "0PS000000000001", &set));
    assert!(matches!(resolution(&org), Resolution::Unknown(_)));
    assert!(is_unknown(&only_app(&org).grants[0].facts.get("resolution").unwrap().state));
}

#[test]
fn a_name_is_known_to_name_nothing_only_where_there_are_components_of_its_kind() {
    let set = [("p/A.permissionset-meta.xml", "PermissionSet", "<label>A</label>")];
    let of_kind = org(&granted("permissionSetName", "B", &set));
    assert!(matches!(resolution(&of_kind), Resolution::Nothing));
    let of_none = org(&granted("profileName", "B", &set));
    assert!(matches!(resolution(&of_none), Resolution::Unknown(_)));
}

/// The permissions and the label of the only permission set.
fn permission_set(files: &Files) -> (Vec<String>, Option<String>) {
    let org = org(files);
    let all: Vec<_> = org.components_of(Kind::PermissionSet).collect();
    assert_eq!(all.len(), 1);
    let permissions = texts(all[0].facts.get("permissions").expect("every attribute is read"));
    (permissions.into_iter().map(str::to_owned).collect(), all[0].label().map(ToString::to_string))
}

#[test]
fn a_permission_set_may_have_a_file_for_each_permission() {
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
fn a_permission_set_may_have_a_file_for_all_permissions() {
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
fn a_decomposed_permission_set_is_one_without_its_main_file() {
    let tree = files(&[(
        "p/Sync/userPermissions/ApiEnabled.userPermission-meta.xml",
        "PermissionSet",
        "<enabled>true</enabled><name>ApiEnabled</name>",
    )]);
    assert_eq!(permission_set(&tree), (vec!["ApiEnabled".into()], None));
}

#[test]
fn what_is_not_judged_is_read_for_its_name_but_makes_no_app() {
    let mut tree =
        granted("profileName", "Sales", &[("p/Sales.profile-meta.xml", "Profile", "<custom>1</custom>")]);
    tree.extend(files(&[(
        "ignored/Other.connectedApp-meta.xml",
        "ConnectedApp",
        "<label>x</label><invented/>",
    )]));
    let workspace = judging(&tree, Project::default(), |path| path.starts_with("connectedApps/"));
    let org = workspace.org();
    assert!(matches!(resolution(org), Resolution::One(_)));
    assert!(workspace.form().all(|found| found.primary.location.file.as_str().starts_with("connectedApps/")));
}

/// A user permission that is enabled.
fn enabled(name: &str) -> String {
    format!("<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>")
}

/// The files of a group of two permission sets, with a muting set.
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

/// What the only group gives: a permission, or nothing where it is not known.
fn group_permissions(files: &Files) -> Vec<Option<String>> {
    let org = org(files);
    let group = org.components_of(Kind::PermissionSetGroup).next().expect("the group");
    let permissions =
        group.facts.get("permissions").and_then(Fact::value).and_then(Value::as_list).expect("a list");
    permissions.iter().map(|permission| permission.value().map(ToString::to_string)).collect()
}

#[test]
fn a_group_gives_what_its_sets_give_without_what_is_muted() {
    assert_eq!(group_permissions(&group()), [Some("ApiEnabled".into()), Some("RunReports".into())]);
}

#[test]
fn what_a_set_of_a_group_gives_is_unknown_without_its_file() {
    let mut tree = group();
    tree.remove("p/B.permissionset-meta.xml");
    assert_eq!(group_permissions(&tree), [Some("ApiEnabled".into()), None]);
}

#[test]
fn what_a_group_gives_is_unknown_without_its_muting_set() {
    let mut tree = group();
    tree.remove("p/Quiet.mutingpermissionset-meta.xml");
    assert_eq!(group_permissions(&tree), [None, None, None]);
}

#[test]
fn a_group_is_named_where_no_permission_set_is() {
    let mut tree = granted("permissionSetName", "Order Desk", &[]);
    tree.extend(group());
    assert_eq!(resolved(&tree), "Desk");
}

#[test]
fn a_name_that_almost_fits_is_told_apart_from_one_that_does_not() {
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
fn what_a_group_gives_is_unknown_when_the_group_cannot_be_read() {
    let mut tree = group();
    let file = tree.get_mut("p/Desk.permissionsetgroup-meta.xml").expect("the group");
    *file = file.replace("</PermissionSetGroup>", "");
    assert_eq!(group_permissions(&tree), [None]);
}

#[test]
fn a_permission_set_whose_label_is_not_known_is_named_nobody_knows_how() {
    let mut tree = granted("permissionSetName", "Big", &[]);
    tree.extend(files(&[("p/Big.permissionset-meta.xml", "PermissionSet", "<license>x</license>")]));
    let org = org(&tree);
    let named_by = &only_app(&org).grants[0].facts.get("namedBy").expect("every grant says how").state;
    assert!(is_unknown(named_by), "{named_by:?}");
}

#[test]
fn copies_of_a_permission_set_say_it_once_and_others_contradict() {
    let permissions = |second: &str| {
        let org = org(&files(&[
            ("a/Sync.permissionset-meta.xml", "PermissionSet", &enabled("ApiEnabled")),
            ("b/Sync.permissionset-meta.xml", "PermissionSet", &enabled(second)),
        ]));
        let set = org.components_of(Kind::PermissionSet).next().expect("the permission set").clone();
        set.facts.get("permissions").and_then(Fact::value).map(ToString::to_string)
    };
    assert_eq!(permissions("ApiEnabled").as_deref(), Some("[ApiEnabled]"));
    assert_eq!(permissions("ModifyAllData"), None);
}
