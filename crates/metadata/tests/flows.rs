//! The OAuth flows that an app allows.

mod tree;

use preauth_metadata::{FLOWS, FactState};
use tree::{Files, LINK, SETTINGS, connected_app, external_client_app, files, only_app, org, state};

/// Returns the states of flows in the order of the names.
fn flows(files: &Files, names: &[&str]) -> Vec<String> {
    let org = org(files);
    let app = only_app(&org);
    let word = |name: &&str| match state(app, &format!("flows.{name}")) {
        FactState::Present(value) => value.to_string(),
        FactState::Unknown(_) => "unknown".to_owned(),
        other => panic!("{name}: {other:?}"),
    };
    names.iter().map(word).collect()
}

/// Returns settings of the org that block a flow.
fn blocking(setting: &str, value: bool) -> Files {
    let inside = format!("<{setting}>{value}</{setting}>");
    files(&[("settings/OauthOidc.settings-meta.xml", "OauthOidcSettings", &inside)])
}

#[test]
fn certificate_allows_assertion_flows() {
    let with = connected_app("<label>x</label><oauthConfig><certificate>Sync</certificate></oauthConfig>");
    assert_eq!(flows(&with, &["jwt-bearer", "saml-bearer"]), ["yes", "yes"]);
    let without = connected_app("<label>x</label><oauthConfig><scopes>Api</scopes></oauthConfig>");
    assert_eq!(flows(&without, &["jwt-bearer", "saml-bearer"]), ["no", "unknown"]);
}

#[test]
fn callback_url_allows_browser_flows() {
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
fn password_flow_depends_on_the_org_setting() {
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
fn switches_decide_flows() {
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
fn files_of_an_external_client_app_decide_flows() {
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
fn sections_of_a_connected_app_decide_flows() {
    let names = ["saml", "canvas", "asset-token"];
    let full = "<label>x</label><canvasConfig/><oauthConfig><assetTokenConfig/></oauthConfig><samlConfig/>";
    assert_eq!(flows(&connected_app(full), &names), ["yes"; 3]);
    assert_eq!(flows(&connected_app("<label>x</label><oauthConfig/>"), &names), ["no"; 3]);
}

#[test]
fn flows_of_a_packaged_stub_are_unknown() {
    let mut stub =
        connected_app("<developerName>Order_Sync</developerName><label>x</label><version>1.0</version>");
    stub.extend(blocking("blockOAuthUnPwFlow", false));
    let names = FLOWS.iter().map(|flow| flow.name).collect::<Vec<_>>();
    assert_eq!(flows(&stub, &names), vec!["unknown"; names.len()]);
}

#[test]
fn saml_only_app_has_no_oauth_flow() {
    let mut tree = connected_app("<label>x</label><samlConfig/>");
    tree.extend(blocking("blockOAuthUnPwFlow", false));
    let names: Vec<&str> = FLOWS.iter().map(|flow| flow.name).collect();
    let states = flows(&tree, &names);
    let possible: Vec<_> = names.into_iter().zip(&states).filter(|(_, state)| *state == "yes").collect();
    assert_eq!(possible.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["saml"]);
}
