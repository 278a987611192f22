//! Known and unknown attributes of an app.

mod tree;

use preauth_metadata::{ATTRIBUTES, App, AppShape, FactState, Project, Value};
use preauth_source::SourceFile;
use tree::{connected_app, external_client_app, is_unknown, only_app, org, present, state, texts, workspace};

/// Returns the attributes that are not unknown, without those that the kind of app does not have.
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
fn settings_of_a_packaged_stub_are_unknown() {
    let org = org(&connected_app(
        "<contactEmail>it@example.com</contactEmail><developerName>Order_Sync</developerName>\
         <label>Order Sync</label><version>1.0</version>",
    ));
    assert_eq!(only_app(&org).shape, AppShape::Stub);
    assert_eq!(known(only_app(&org)), ["contactEmail"]);
}

#[test]
fn settings_of_a_managed_app_are_unknown() {
    let org = org(&connected_app("<contactEmail>it@example.com</contactEmail><label>Order Sync</label>"));
    assert_eq!(only_app(&org).shape, AppShape::Shell);
    assert_eq!(known(only_app(&org)), ["contactEmail"]);
}

#[test]
fn oauth_attributes_do_not_apply_to_a_saml_only_app() {
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
fn missing_element_means_the_default_in_a_new_file() {
    let new = connected_app(
        "<label>x</label><oauthConfig/><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation></oauthPolicy>",
    );
    assert_eq!(default(only_app(&org(&new)), "permittedUsers"), Some(&Value::text("selfAuthorize")));
}

#[test]
fn missing_element_is_unknown_in_a_file_that_may_be_older() {
    let old = connected_app("<label>x</label><oauthConfig><scopes>Api</scopes></oauthConfig>");
    assert!(is_unknown(state(only_app(&org(&old)), "permittedUsers")));
}

#[test]
fn missing_list_is_empty_in_a_new_file() {
    let new =
        connected_app("<label>x</label><oauthConfig><isAdminApproved>true</isAdminApproved></oauthConfig>");
    assert_eq!(default(only_app(&org(&new)), "grants"), Some(&Value::List([].into())));
}

#[test]
fn missing_element_is_located_at_its_deepest_ancestor() {
    let tree =
        connected_app("<label>x</label><oauthConfig>\n<isPkceRequired>true</isPkceRequired></oauthConfig>");
    let org = org(&tree);
    let place = only_app(&org).fact("permittedUsers").unwrap().place().unwrap().clone();
    assert_eq!(&tree[place.file.as_str()][place.range], "<oauthConfig>");
}

#[test]
fn flow_with_two_switches_needs_both() {
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
fn disabled_switch_is_the_first_location() {
    let switch = |value| format!("<isClientCredentialsFlowEnabled>{value}</isClientCredentialsFlowEnabled>");
    let org = org(&external_client_app(&switch(true), &switch(false)));
    let places = &only_app(&org).fact("clientCredentials").unwrap().places;
    let files: Vec<&str> = places.iter().map(|place| place.file.name()).collect();
    assert_eq!(files, ["Order_Sync.ecaOauthPlcy-meta.xml", "Order_Sync.ecaGlblOauth-meta.xml"]);
}

#[test]
fn unknown_value_is_reported_with_a_suggestion() {
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
fn unknown_list_member_does_not_hide_the_others() {
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
fn duplicate_values_are_known_only_if_they_agree() {
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
fn placeholder_is_unknown() {
    let org = org(&connected_app(
        "<label>x</label><oauthConfig><consumerKey>{{KEY}}</consumerKey>\
         <isPkceRequired>${PKCE}</isPkceRequired></oauthConfig>",
    ));
    assert!(is_unknown(state(only_app(&org), "consumerKey")));
    assert!(is_unknown(state(only_app(&org), "pkceRequired")));
    assert!(only_app(&org).unknown_values().is_empty());
}

/// Returns a project that replaces a text in every connected app.
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
fn replaced_text_is_unknown() {
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
