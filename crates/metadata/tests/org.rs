//! What several files say together: apps of many files, grants and what they name, and what is known of it all.

mod tree;

use preauth_metadata::{App, AppKind, Kind, Org, Project, Resolution, Shape, State, Value};
use preauth_source::SourceFile;
use tree::{Files, files, judging, only_app, org, present, state, texts, workspace};

const HEADER: &str = "ExternalClientApplication";
const SETTINGS: &str = "ExtlClntAppOauthSettings";
const GLOBAL: &str = "ExtlClntAppGlobalOauthSettings";
const POLICIES: &str = "ExtlClntAppOauthConfigurablePolicies";
const LINK: &str = "<externalClientApplication>Order_Sync</externalClientApplication>";

/// A tree of one connected app.
fn connected_app(inside: &str) -> Files {
    files(&[("connectedApps/Order_Sync.connectedApp-meta.xml", "ConnectedApp", inside)])
}

/// A tree of one external client app: what its global OAuth settings and its OAuth policies hold.
fn external_client_app(global: &str, policies: &str) -> Files {
    files(&[
        ("eca/Order_Sync.eca-meta.xml", HEADER, "<label>Order Sync</label>"),
        ("eca/Order_Sync.ecaGlblOauth-meta.xml", GLOBAL, &format!("{LINK}{global}")),
        ("eca/Order_Sync.ecaOauthPlcy-meta.xml", POLICIES, &format!("{LINK}{policies}")),
    ])
}

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

fn app<'a>(org: &'a Org, path: &str) -> &'a App {
    let found = org.apps.iter().find(|app| app.main_file().as_str() == path);
    found.unwrap_or_else(|| panic!("no app with the main file {path}"))
}

fn is_unknown(state: &State) -> bool {
    matches!(state, State::Unknown(_))
}

fn default(value: Value) -> State {
    State::Default(value)
}

// Apps of many files.

#[test]
fn parts_belong_to_the_header_that_they_name_whatever_their_own_names() {
    let org = org(&files(&[
        ("a/Order_Sync.eca-meta.xml", HEADER, "<label>Order Sync</label>"),
        (
            "b/One.ecaOauth-meta.xml",
            SETTINGS,
            &format!("<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>{LINK}"),
        ),
        (
            "c/Two.ecaOauthPlcy-meta.xml",
            POLICIES,
            &format!("{LINK}<ipRelaxationPolicyType>Bypass</ipRelaxationPolicyType>"),
        ),
        (
            "a/Order_Sync.ecaGlblOauth-meta.xml",
            GLOBAL,
            "<externalClientApplication>Other</externalClientApplication>",
        ),
    ]));
    let app = app(&org, "a/Order_Sync.eca-meta.xml");
    assert_eq!(app.files.len(), 3);
    assert_eq!(texts(app.fact("scopes").unwrap()), ["Api"]);
    assert_eq!(state(app, "ipRelaxation"), &present("relax"));
}

#[test]
fn a_part_belongs_to_the_nearest_of_two_headers_of_one_name() {
    let relaxed = |word: &str| format!("{LINK}<ipRelaxationPolicyType>{word}</ipRelaxationPolicyType>");
    let org = org(&files(&[
        ("one/x/Order_Sync.eca-meta.xml", HEADER, "<label>One</label>"),
        ("one/y/P.ecaOauthPlcy-meta.xml", POLICIES, &relaxed("Bypass")),
        ("two/x/Order_Sync.eca-meta.xml", HEADER, "<label>Two</label>"),
        ("two/y/P.ecaOauthPlcy-meta.xml", POLICIES, &relaxed("Enforce")),
    ]));
    assert_eq!(org.apps.len(), 2);
    assert_eq!(state(app(&org, "one/x/Order_Sync.eca-meta.xml"), "ipRelaxation"), &present("relax"));
    assert_eq!(state(app(&org, "two/x/Order_Sync.eca-meta.xml"), "ipRelaxation"), &present("enforce"));
}

#[test]
fn parts_without_a_header_make_an_app() {
    let org = org(&files(&[
        ("a/One.ecaOauth-meta.xml", SETTINGS, LINK),
        ("a/Two.ecaOauthPlcy-meta.xml", POLICIES, LINK),
    ]));
    let app = only_app(&org);
    assert_eq!((&*app.name, app.kind, app.files.len()), ("Order_Sync", AppKind::ExternalClientApp, 2));
    assert_eq!(app.label(), "Order_Sync");
    assert!(is_unknown(state(app, "label")));
    assert!(is_unknown(state(app, "contactEmail")));
}

#[test]
fn a_part_may_name_its_header_with_a_namespace() {
    let link = "<externalClientApplication>acme__Order_Sync</externalClientApplication>";
    let org = org(&files(&[
        ("a/Order_Sync.eca-meta.xml", HEADER, "<label>Order Sync</label>"),
        ("a/P.ecaOauthPlcy-meta.xml", POLICIES, link),
    ]));
    assert_eq!(only_app(&org).files.len(), 2);
}

#[test]
fn an_app_of_one_name_in_two_folders_is_two_apps() {
    let org = org(&files(&[
        ("one/Order_Sync.connectedApp-meta.xml", "ConnectedApp", "<label>One</label><oauthConfig/>"),
        ("two/Order_Sync.connectedApp-meta.xml", "ConnectedApp", "<label>Two</label><oauthConfig/>"),
    ]));
    let labels: Vec<&str> = org.apps.iter().map(|app| app.label()).collect();
    assert_eq!(labels, ["One", "Two"]);
}

#[test]
fn a_connected_app_whose_name_an_external_client_app_has_is_not_active() {
    let mut tree = external_client_app("", "");
    tree.extend(connected_app("<label>Order Sync</label><oauthConfig/>"));
    let org = org(&tree);
    let active: Vec<_> = org.apps.iter().map(|app| (app.kind, state(app, "active").clone())).collect();
    let bool = |value| State::Present(Value::Bool(value));
    assert_eq!(active, [(AppKind::ConnectedApp, bool(false)), (AppKind::ExternalClientApp, bool(true))]);
}

#[test]
fn a_malformed_file_makes_no_app_and_is_said() {
    let mut tree = connected_app("<label>x</label>");
    tree.values_mut().for_each(|text| *text = text.replace("</label>", ""));
    let workspace = workspace(&tree, Project::default());
    assert!(workspace.org().apps.is_empty());
    let codes: Vec<&str> = workspace.form().map(|diagnostic| &*diagnostic.code).collect();
    assert_eq!(codes, ["xml-malformed"]);
}

#[test]
fn a_file_with_another_root_makes_no_app_and_is_said() {
    let tree = files(&[("a/Order_Sync.connectedApp-meta.xml", "Profile", "<custom>true</custom>")]);
    let workspace = workspace(&tree, Project::default());
    assert!(workspace.org().apps.is_empty());
    assert_eq!(workspace.form().count(), 1);
}

// Grants and what they name.

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
    (permissions.into_iter().map(str::to_owned).collect(), all[0].label().map(str::to_owned))
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
    assert!(matches!(resolution(&org), Resolution::One(_)));
    assert_eq!(workspace.form().count(), 0);
}

// What is known of an app.

/// The attributes of the table that are something else than unknown, beside those that the kind does not have.
fn known(app: &App) -> Vec<&'static str> {
    let rows = preauth_metadata::ATTRIBUTES.iter().filter(|row| row.column(app.kind).is_some());
    rows.map(|row| row.described.name).filter(|name| !is_unknown(state(app, name))).collect()
}

#[test]
fn nothing_is_known_of_the_settings_of_a_packaged_stub() {
    let org = org(&connected_app(
        "<contactEmail>it@example.com</contactEmail><developerName>Order_Sync</developerName>\
         <label>Order Sync</label><version>1.0</version>",
    ));
    assert_eq!(only_app(&org).shape, Shape::Stub);
    assert_eq!(known(only_app(&org)), ["contactEmail"]);
}

#[test]
fn nothing_is_known_of_the_settings_of_an_app_that_a_package_owns() {
    let org = org(&connected_app("<contactEmail>it@example.com</contactEmail><label>Order Sync</label>"));
    assert_eq!(only_app(&org).shape, Shape::Shell);
    assert_eq!(known(only_app(&org)), ["contactEmail"]);
}

#[test]
fn oauth_does_not_concern_an_app_that_only_has_saml() {
    let org = org(&connected_app("<label>x</label><permissionSetName>A</permissionSetName><samlConfig/>"));
    let app = only_app(&org);
    for attribute in ["permittedUsers", "scopes", "callbackUrls", "consumerKey"] {
        assert!(matches!(state(app, attribute), State::NotApplicable(_)), "{attribute}");
    }
    assert_eq!(texts(app.fact("grants.permissionSets").unwrap()), ["A"]);
    assert_eq!(state(app, "flows.saml"), &present("yes"));
    assert_eq!(state(app, "flows.web-server"), &present("no"));
}

#[test]
fn absence_is_the_default_in_a_file_that_is_new_enough() {
    let new = connected_app(
        "<label>x</label><oauthConfig/><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation></oauthPolicy>",
    );
    assert_eq!(state(only_app(&org(&new)), "permittedUsers"), &default(Value::text("selfAuthorize")));
}

#[test]
fn absence_says_nothing_in_a_file_that_may_be_older_than_the_element() {
    let old = connected_app("<label>x</label><oauthConfig><scopes>Api</scopes></oauthConfig>");
    assert!(is_unknown(state(only_app(&org(&old)), "permittedUsers")));
}

#[test]
fn a_list_that_is_absent_in_a_file_that_is_new_enough_is_empty() {
    let new =
        connected_app("<label>x</label><oauthConfig><isAdminApproved>true</isAdminApproved></oauthConfig>");
    assert_eq!(state(only_app(&org(&new)), "grants"), &default(Value::List(vec![])));
}

#[test]
fn what_is_missing_is_missing_from_the_deepest_element_that_is_there() {
    let tree =
        connected_app("<label>x</label><oauthConfig>\n<isPkceRequired>true</isPkceRequired></oauthConfig>");
    let org = org(&tree);
    let place = only_app(&org).fact("permittedUsers").unwrap().place().unwrap().clone();
    assert_eq!(&tree[place.file.as_str()][place.range], "<oauthConfig>");
}

#[test]
fn a_flow_with_two_switches_is_on_only_where_neither_is_off() {
    let switch = |value: Option<bool>| {
        let name = "isClientCredentialsFlowEnabled";
        value.map_or_else(String::new, |value| format!("<{name}>{value}</{name}>"))
    };
    for (developer, admin, together) in [
        (Some(true), Some(true), Some(true)),
        (Some(true), Some(false), Some(false)),
        (Some(false), Some(true), Some(false)),
        (Some(false), Some(false), Some(false)),
        (Some(true), None, Some(true)),
        (Some(false), None, Some(false)),
        (None, Some(false), Some(false)),
        (None, Some(true), None),
        (None, None, None),
    ] {
        let org = org(&external_client_app(&switch(developer), &switch(admin)));
        let fact = only_app(&org).fact("clientCredentials").unwrap();
        let stated = fact.stated().and_then(Value::as_bool);
        assert_eq!(stated, together, "{developer:?} {admin:?}");
        assert_eq!(is_unknown(&fact.state), together.is_none(), "{developer:?} {admin:?}");
    }
}

#[test]
fn the_switch_that_is_off_is_the_decisive_place() {
    let switch = |value| format!("<isClientCredentialsFlowEnabled>{value}</isClientCredentialsFlowEnabled>");
    let org = org(&external_client_app(&switch(true), &switch(false)));
    let places = &only_app(&org).fact("clientCredentials").unwrap().places;
    let files: Vec<&str> = places.iter().map(|place| place.file.name()).collect();
    assert_eq!(files, ["Order_Sync.ecaOauthPlcy-meta.xml", "Order_Sync.ecaGlblOauth-meta.xml"]);
}

#[test]
fn a_value_that_no_row_knows_is_unreadable_and_said_with_the_nearest_word() {
    let org = org(&connected_app(
        "<label>x</label><oauthConfig/><oauthPolicy><ipRelaxation>ENFORCED</ipRelaxation>\
         <refreshTokenPolicy>specific_lifetime:soon:DAYS</refreshTokenPolicy></oauthPolicy>",
    ));
    let app = only_app(&org);
    assert_eq!(state(app, "ipRelaxation"), &State::Unreadable("ENFORCED".into()));
    let diagnostics = app.unknown_values();
    let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.code).collect();
    assert_eq!(codes, ["value-unknown", "value-unknown"]);
    assert_eq!(diagnostics[0].help[0], "did you mean `ENFORCE`?");
}

#[test]
fn one_unreadable_member_leaves_the_list_readable() {
    let tree =
        connected_app("<label>x</label><oauthConfig><scopes>Api</scopes><scopes>Appi</scopes></oauthConfig>");
    let org = org(&tree);
    let app = only_app(&org);
    assert_eq!(texts(app.fact("scopes").unwrap()), ["Api"]);
    let diagnostics = app.unknown_values();
    assert_eq!(diagnostics.len(), 1);
    let place = &diagnostics[0].primary.location;
    assert_eq!(&tree[place.file.as_str()][place.range], "Appi");
}

#[test]
fn a_value_that_is_stated_twice_is_known_only_where_both_say_the_same() {
    let twice = |first, second| {
        connected_app(&format!(
            "<label>x</label><oauthConfig><isPkceRequired>{first}</isPkceRequired>\
             <isPkceRequired>{second}</isPkceRequired></oauthConfig>"
        ))
    };
    let bool = |value| State::Present(Value::Bool(value));
    assert_eq!(state(only_app(&org(&twice(true, true))), "pkceRequired"), &bool(true));
    assert!(is_unknown(state(only_app(&org(&twice(true, false))), "pkceRequired")));
}

#[test]
fn a_placeholder_is_unknown() {
    let org = org(&connected_app(
        "<label>x</label><oauthConfig><consumerKey>{{KEY}}</consumerKey>\
         <isPkceRequired>${PKCE}</isPkceRequired></oauthConfig>",
    ));
    assert!(is_unknown(state(only_app(&org), "consumerKey")));
    assert!(is_unknown(state(only_app(&org), "pkceRequired")));
    assert!(only_app(&org).unknown_values().is_empty());
}

/// A project that replaces a text in every connected app.
fn replacing(text: &str) -> Project {
    let json = format!(
        r#"{{"packageDirectories": [{{"path": "."}}], "replacements":
            [{{"glob": "**/*.connectedApp-meta.xml", "stringToReplace": "{text}", "replaceWithEnv": "X"}}]}}"#
    );
    let (project, diagnostics) = Project::parse(&SourceFile::new(Project::FILE.into(), &json));
    assert_eq!(diagnostics, []);
    project
}

#[test]
fn what_the_project_replaces_is_unknown() {
    let tree = connected_app(
        "<label>x</label><contactEmail>it@example.com</contactEmail>\
         <oauthConfig><consumerKey>abc</consumerKey></oauthConfig>",
    );
    let text = workspace(&tree, replacing("abc")).org();
    assert!(is_unknown(state(only_app(&text), "consumerKey")));
    assert_eq!(state(only_app(&text), "contactEmail"), &present("it@example.com"));
    let element = workspace(&tree, replacing("<consumerKey>abc</consumerKey>")).org();
    assert!(is_unknown(state(only_app(&element), "consumerKey")));
}

// Flows.

/// The states of flows, in the order of the names.
fn flows(files: &Files, names: &[&str]) -> Vec<String> {
    let org = org(files);
    let app = only_app(&org);
    let word = |name: &&str| match state(app, &format!("flows.{name}")) {
        State::Present(value) => value.to_string(),
        State::Unknown(_) => "unknown".to_owned(),
        other => panic!("{name}: {other:?}"),
    };
    names.iter().map(word).collect()
}

/// Settings of the org that switch a flow off.
fn blocking(setting: &str, value: bool) -> Files {
    let inside = format!("<{setting}>{value}</{setting}>");
    files(&[("settings/OauthOidc.settings-meta.xml", "OauthOidcSettings", &inside)])
}

#[test]
fn a_certificate_makes_assertions_possible() {
    let with = connected_app("<label>x</label><oauthConfig><certificate>Sync</certificate></oauthConfig>");
    assert_eq!(flows(&with, &["jwt-bearer", "saml-bearer"]), ["yes", "yes"]);
    let without = connected_app("<label>x</label><oauthConfig><scopes>Api</scopes></oauthConfig>");
    assert_eq!(flows(&without, &["jwt-bearer", "saml-bearer"]), ["no", "unknown"]);
}

#[test]
fn a_callback_makes_flows_with_a_browser_possible() {
    let callback = "<callbackUrl>https://client.example.com/callback</callbackUrl>";
    let with = connected_app(&format!("<label>x</label><oauthConfig>{callback}</oauthConfig>"));
    assert_eq!(flows(&with, &["web-server", "user-agent"]), ["yes", "yes"]);
    let without = connected_app("<label>x</label><oauthConfig/>");
    assert_eq!(flows(&without, &["web-server", "user-agent"]), ["no", "no"]);
    let mut blocked = with.clone();
    blocked.extend(blocking("blockOAuthUsrAgtFlow", true));
    assert_eq!(flows(&blocked, &["web-server", "user-agent"]), ["yes", "no"]);
}

#[test]
fn passwords_are_possible_unless_the_org_blocks_them() {
    let tree = connected_app("<label>x</label><oauthConfig/>");
    assert_eq!(flows(&tree, &["username-password"]), ["unknown"]);
    for (blocked, state) in [(true, "no"), (false, "yes")] {
        let mut tree = tree.clone();
        tree.extend(blocking("blockOAuthUnPwFlow", blocked));
        assert_eq!(flows(&tree, &["username-password"]), [state]);
    }
    assert_eq!(flows(&external_client_app("", ""), &["username-password"]), ["no"]);
}

#[test]
fn switches_decide_about_their_flows() {
    let names = ["client-credentials", "device", "token-exchange", "code-credentials"];
    let tree = |value: bool| {
        let elements = [
            "isClientCredentialEnabled",
            "isDeviceFlowEnabled",
            "isTokenExchangeEnabled",
            "isCodeCredentialEnabled",
        ];
        let inside: String = elements.iter().map(|name| format!("<{name}>{value}</{name}>")).collect();
        connected_app(&format!("<label>x</label><oauthConfig>{inside}</oauthConfig>"))
    };
    assert_eq!(flows(&tree(true), &names), ["yes"; 4]);
    assert_eq!(flows(&tree(false), &names), ["no"; 4]);
    assert_eq!(flows(&connected_app("<label>x</label><oauthConfig/>"), &names), ["unknown"; 4]);
}

#[test]
fn parts_of_an_external_client_app_decide_about_their_flows() {
    let names = ["saml", "canvas", "asset-token"];
    let mut tree = external_client_app("", "");
    assert_eq!(flows(&tree, &names), ["no", "no", "unknown"]);
    tree.extend(files(&[
        ("eca/S.ecaSamlPlcy-meta.xml", "ExtlClntAppSamlConfigurablePolicies", LINK),
        ("eca/C.ecaCanvas-meta.xml", "ExtlClntAppCanvasSettings", LINK),
        ("eca/O.ecaOauth-meta.xml", SETTINGS, &format!("<assetTokenValidity>5</assetTokenValidity>{LINK}")),
    ]));
    assert_eq!(flows(&tree, &names), ["yes", "yes", "yes"]);
}

#[test]
fn parts_of_a_connected_app_decide_about_their_flows() {
    let names = ["saml", "canvas", "asset-token"];
    let full = "<label>x</label><canvasConfig/><oauthConfig><assetTokenConfig/></oauthConfig><samlConfig/>";
    assert_eq!(flows(&connected_app(full), &names), ["yes"; 3]);
    assert_eq!(flows(&connected_app("<label>x</label><oauthConfig/>"), &names), ["no"; 3]);
}

#[test]
fn nothing_is_known_of_the_flows_of_a_packaged_stub() {
    let mut stub =
        connected_app("<developerName>Order_Sync</developerName><label>x</label><version>1.0</version>");
    stub.extend(blocking("blockOAuthUnPwFlow", false));
    let names = preauth_metadata::FLOWS.iter().map(|flow| flow.name).collect::<Vec<_>>();
    assert_eq!(flows(&stub, &names), vec!["unknown"; names.len()]);
}

#[test]
fn no_oauth_flow_is_possible_for_an_app_that_only_has_saml() {
    let mut tree = connected_app("<label>x</label><samlConfig/>");
    tree.extend(blocking("blockOAuthUnPwFlow", false));
    let names: Vec<&str> = preauth_metadata::FLOWS.iter().map(|flow| flow.name).collect();
    let states = flows(&tree, &names);
    let possible: Vec<_> = names.into_iter().zip(&states).filter(|(_, state)| *state == "yes").collect();
    assert_eq!(possible.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["saml"]);
}
