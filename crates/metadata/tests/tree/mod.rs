//! Small source trees in memory.

#![allow(dead_code, reason = "each test crate uses its part")]

use std::{collections::BTreeMap, sync::Arc};

use preauth_metadata::{
    App, AppKind, Demand, Fact, FactState, FileFacts, Kind, Org, Project, Value, Workspace,
};
use preauth_source::{Edit, FilePath, Location, SourceFile, apply};

/// The root elements of the files of an external client app.
pub(crate) const HEADER: &str = "ExternalClientApplication";
pub(crate) const SETTINGS: &str = "ExtlClntAppOauthSettings";
pub(crate) const GLOBAL: &str = "ExtlClntAppGlobalOauthSettings";
pub(crate) const POLICIES: &str = "ExtlClntAppOauthConfigurablePolicies";

/// The element that names the header.
pub(crate) const LINK: &str = "<externalClientApplication>Order_Sync</externalClientApplication>";

/// The texts of a tree by path.
pub(crate) type Files = BTreeMap<String, String>;

/// Returns files of the metadata namespace, from path, root element and content.
pub(crate) fn files(files: &[(&str, &str, &str)]) -> Files {
    files.iter().map(|(path, root, inside)| ((*path).to_owned(), document(root, inside))).collect()
}

pub(crate) fn document(root: &str, inside: &str) -> String {
    let open = format!("<{root} xmlns=\"http://soap.sforce.com/2006/04/metadata\">");
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{open}\n{inside}\n</{root}>\n")
}

/// Reads a tree of which all files are checked.
pub(crate) fn workspace(files: &Files, project: Project) -> Workspace {
    workspace_checking(files, project, |_| true)
}

/// Reads a tree of which only some files are checked.
pub(crate) fn workspace_checking(
    files: &Files,
    project: Project,
    judged: impl Fn(&str) -> bool,
) -> Workspace {
    let home = Location::start_of(Project::FILE.into());
    let mut workspace = Workspace::new(project, Demand::default(), home);
    for (path, text) in files {
        let source = SourceFile::new(FilePath::from(path.as_str()), text);
        let (kind, stem) = Kind::of_path(&source.path).expect("a file of a kind that is read");
        workspace.set(FileFacts::read(&source, kind, &stem, judged(path), workspace.demand()));
    }
    workspace
}

pub(crate) fn org(files: &Files) -> Arc<Org> {
    workspace(files, Project::default()).org().clone()
}

/// Returns a tree of one connected app.
pub(crate) fn connected_app(inside: &str) -> Files {
    files(&[("connectedApps/Order_Sync.connectedApp-meta.xml", "ConnectedApp", inside)])
}

/// Returns a tree of one external client app, from the content of its global OAuth settings and its OAuth policies.
pub(crate) fn external_client_app(global: &str, policies: &str) -> Files {
    files(&[
        ("eca/Order_Sync.eca-meta.xml", HEADER, "<label>Order Sync</label>"),
        ("eca/Order_Sync.ecaGlblOauth-meta.xml", GLOBAL, &format!("{LINK}{global}")),
        ("eca/Order_Sync.ecaOauthPlcy-meta.xml", POLICIES, &format!("{LINK}{policies}")),
    ])
}

pub(crate) fn is_unknown(state: &FactState) -> bool {
    matches!(state, FactState::Unknown(_))
}

/// Returns the only app of a tree.
pub(crate) fn only_app(org: &Org) -> &App {
    assert_eq!(org.apps.len(), 1, "{:?}", org.apps);
    &org.apps[0]
}

pub(crate) fn state<'a>(app: &'a App, attribute: &str) -> &'a FactState {
    &app.fact(attribute).unwrap_or_else(|| panic!("no attribute `{attribute}`")).state
}

/// Returns the texts of a list in the order of the source.
pub(crate) fn texts(fact: &Fact) -> Vec<&str> {
    let items = fact.value().and_then(Value::as_list).unwrap_or_default();
    items.iter().filter_map(|item| item.value()?.as_text()).collect()
}

pub(crate) fn present(text: &str) -> FactState {
    FactState::Present(Value::text(text))
}

/// Returns the files after the edits.
pub(crate) fn edited(files: &Files, edits: &[Edit]) -> Files {
    let edited = files.iter().map(|(path, text)| {
        let here = edits.iter().filter(|edit| edit.location.file.as_str() == path);
        (path.clone(), apply(text, here).expect("the edits fit the text and each other"))
    });
    edited.collect()
}

/// Returns an app with every file and every parent element that an attribute can be written into, and little more. Each
/// file has two elements of the newest API version, so that missing elements are known to be absent.
pub(crate) fn bare(kind: AppKind) -> Files {
    match kind {
        AppKind::ConnectedApp => files(&[(
            "force-app/connectedApps/Order_Sync.connectedApp-meta.xml",
            "ConnectedApp",
            "    <label>Order Sync</label>
    <oauthConfig>
        <assetTokenConfig/>
        <callbackUrl>https://client.example.com/callback</callbackUrl>
        <consumerKey>example-consumer-key</consumerKey>
        <consumerSecret>example-consumer-secret</consumerSecret>
        <idTokenConfig>
        </idTokenConfig>
        <isDPopEnabled>false</isDPopEnabled>
        <isEnforceRefreshTokenTTL>false</isEnforceRefreshTokenTTL>
    </oauthConfig>
    <oauthPolicy></oauthPolicy>
    <samlConfig/>
    <sessionPolicy/>",
        )]),
        AppKind::ExternalClientApp => files(&[
            (
                "force-app/externalClientApps/Order_Sync.eca-meta.xml",
                "ExternalClientApplication",
                "    <label>Order Sync</label>",
            ),
            (
                "force-app/extlClntAppOauthSettings/Order_Sync_oauth.ecaOauth-meta.xml",
                "ExtlClntAppOauthSettings",
                "    <externalClientApplication>Order_Sync</externalClientApplication>",
            ),
            (
                "force-app/extlClntAppGlobalOauthSets/Order_Sync_glbloauth.ecaGlblOauth-meta.xml",
                "ExtlClntAppGlobalOauthSettings",
                "    <externalClientApplication>Order_Sync</externalClientApplication>
    <idTokenConfig/>
    <isDPopEnabled>false</isDPopEnabled>
    <isEnforceRefreshTokenTTL>false</isEnforceRefreshTokenTTL>",
            ),
            (
                "force-app/extlClntAppOauthPolicies/Order_Sync_oauthPlcy.ecaOauthPlcy-meta.xml",
                "ExtlClntAppOauthConfigurablePolicies",
                "    <externalClientApplication>Order_Sync</externalClientApplication>
    <guestJwtSessionTimeoutType>Custom</guestJwtSessionTimeoutType>
    <namedUserJwtSessionTimeoutType>Custom</namedUserJwtSessionTimeoutType>",
            ),
            (
                "force-app/extlClntAppPolicies/Order_Sync_plcy.ecaPlcy-meta.xml",
                "ExtlClntAppConfigurablePolicies",
                "    <externalClientApplication>Order_Sync</externalClientApplication>
    <isEnabled>true</isEnabled>
    <isOauthPluginEnabled>true</isOauthPluginEnabled>",
            ),
            (
                "force-app/extlClntAppOauthSecuritySettings/Order_Sync_oauthSecurity.ecaOauthSecurity-meta.xml",
                "ExtlClntAppOauthSecuritySettings",
                "    <externalClientApplication>Order_Sync</externalClientApplication>
    <tlsClientAuthCertParamType>tls_client_auth_san_dns</tlsClientAuthCertParamType>
    <tlsClientAuthCertParamValue>client.example.com</tlsClientAuthCertParamValue>",
            ),
            (
                "force-app/extlClntAppSamlPolicies/Order_Sync_samlPlcy.ecaSamlPlcy-meta.xml",
                "ExtlClntAppSamlConfigurablePolicies",
                "    <externalClientApplication>Order_Sync</externalClientApplication>",
            ),
        ]),
    }
}
