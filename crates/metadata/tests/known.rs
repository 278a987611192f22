//! What is known of an app, and what its source does not tell.

mod tree;

use preauth_metadata::{ATTRIBUTES, App, FactState, Project, Shape, Value};
use preauth_source::SourceFile;
use tree::{connected_app, external_client_app, is_unknown, only_app, org, present, state, texts, workspace};

/// The attributes of the table that are something else than unknown, beside those that the kind does not have.
fn known(app: &App) -> Vec<&'static str> {
    let rows = ATTRIBUTES.iter().filter(|row| row.column(app.kind).is_some());
    rows.map(|row| row.def.name).filter(|name| !is_unknown(state(app, name))).collect()
}

fn default(app: &App, name: &str) -> Option<&'static Value> {
    match state(app, name) {
        FactState::Default(value) => Some(value),
        _ => None,
    }
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
        assert!(matches!(state(app, attribute), FactState::NotApplicable(_)), "{attribute}");
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
    assert_eq!(default(only_app(&org(&new)), "permittedUsers"), Some(&Value::text("selfAuthorize")));
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
    assert_eq!(default(only_app(&org(&new)), "grants"), Some(&Value::List([].into())));
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
    assert_eq!(state(app, "ipRelaxation"), &FactState::Unreadable("ENFORCED".into()));
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
    let bool = |value| FactState::Present(Value::Bool(value));
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
    let text = workspace(&tree, replacing("abc")).org().clone();
    assert!(is_unknown(state(only_app(&text), "consumerKey")));
    assert_eq!(state(only_app(&text), "contactEmail"), &present("it@example.com"));
    let element = workspace(&tree, replacing("<consumerKey>abc</consumerKey>")).org().clone();
    assert!(is_unknown(state(only_app(&element), "consumerKey")));
}
