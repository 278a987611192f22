//! Apps: how files are combined into one app.

mod tree;

use std::sync::Arc;

use preauth_metadata::{App, AppKind, FactState, Org, Project, Value};
use tree::{
    Files, GLOBAL, HEADER, LINK, POLICIES, SETTINGS, connected_app, external_client_app, files, is_unknown,
    only_app, org, present, state, texts, workspace,
};

fn app<'a>(org: &'a Org, path: &str) -> &'a App {
    let found = org.apps.iter().find(|app| app.main_file().as_str() == path);
    found.unwrap_or_else(|| panic!("no app with the main file {path}"))
}

#[test]
fn files_belong_to_the_header_that_they_name() {
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
fn file_belongs_to_the_nearest_of_two_equal_headers() {
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
fn files_without_a_header_make_an_app() {
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
fn file_may_name_its_header_with_a_namespace() {
    let link = "<externalClientApplication>acme__Order_Sync</externalClientApplication>";
    let org = org(&files(&[
        ("a/Order_Sync.eca-meta.xml", HEADER, "<label>Order Sync</label>"),
        ("a/P.ecaOauthPlcy-meta.xml", POLICIES, link),
    ]));
    assert_eq!(only_app(&org).files.len(), 2);
}

/// Returns the number of files of each app of a tree with these headers, and with OAuth policies that name these parents.
fn files_of_apps(headers: &[&str], parents: &[&str]) -> Vec<(String, usize)> {
    let mut texts = Files::new();
    for name in headers {
        texts.extend(files(&[(&format!("a/{name}.eca-meta.xml"), HEADER, "<label>One</label>")]));
    }
    for parent in parents {
        let link = format!("<externalClientApplication>{parent}</externalClientApplication>");
        texts.extend(files(&[(&format!("a/{parent}.ecaOauthPlcy-meta.xml"), POLICIES, &link)]));
    }
    org(&texts).apps.iter().map(|app| (app.name.to_string(), app.files.len())).collect()
}

fn counts(apps: &[(&str, usize)]) -> Vec<(String, usize)> {
    apps.iter().map(|(name, files)| ((*name).to_owned(), *files)).collect()
}

#[test]
fn file_belongs_to_the_only_header_whose_name_it_misspells() {
    assert_eq!(files_of_apps(&["Billing_US"], &["Biling_US"]), counts(&[("Billing_US", 2)]));
    assert_eq!(files_of_apps(&["Tide_Table", "Tide_Chart"], &["Tide Table"]).len(), 2);
}

#[test]
fn file_of_another_app_is_left_on_its_own() {
    let left = |headers: &[&str], parents: &[&str]| {
        assert!(files_of_apps(headers, parents).iter().all(|(_, files)| *files == 1), "{parents:?}");
    };
    left(&["Billing_US"], &["Billing_EU"]);
    left(&["Billing_US"], &["Billing_UK"]);
    left(&["Billing_AU", "Billing_US"], &["Billing_EU"]);
    left(&["Order_Sync"], &["Order_Sync_B"]);
    left(&["Order_Sync_1"], &["Order_Sync_2"]);
    left(&["Billing_Sync", "Billing_Sink"], &["Billing_Synk"]);
    left(&["Billing_Sync"], &["Billing_Synk", "Billing_Sinc"]);
    left(&["Billing_Sync", "Other"], &["Billing_Transfer"]);
}

/// Comparing each file with all headers and all other files would take hours.
#[test]
fn many_files_without_headers_are_not_compared_with_all_headers() {
    let name = |index: usize, word: &str| {
        let letter =
            |digit: usize| char::from_u32(u32::from('a') + u32::try_from(digit % 26).unwrap()).unwrap();
        format!("{}{}{}_{word}_App", letter(index), letter(index / 26), letter(index / 676))
    };
    let headers: Vec<String> = (0..3000).map(|index| name(index, "Billing")).collect();
    let parents: Vec<String> = (0..3000).map(|index| name(index, "Journey")).collect();
    let apps = files_of_apps(
        &headers.iter().map(String::as_str).collect::<Vec<_>>(),
        &parents.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    assert_eq!(apps.len(), 6000);
}

#[test]
fn equal_names_in_two_folders_are_two_apps() {
    let org = org(&files(&[
        ("one/Order_Sync.connectedApp-meta.xml", "ConnectedApp", "<label>One</label><oauthConfig/>"),
        ("two/Order_Sync.connectedApp-meta.xml", "ConnectedApp", "<label>Two</label><oauthConfig/>"),
    ]));
    let labels: Vec<&str> = org.apps.iter().map(|app| app.label()).collect();
    assert_eq!(labels, ["One", "Two"]);
}

#[test]
fn connected_app_replaced_by_an_external_client_app_is_inactive() {
    let active = |header: &str| -> Vec<_> {
        let mut tree = external_client_app("", "");
        tree.extend(files(&[("eca/Order_Sync.eca-meta.xml", HEADER, header)]));
        tree.extend(connected_app("<label>Order Sync</label><oauthConfig/>"));
        let org = org(&tree);
        org.apps.iter().map(|app| (app.kind, state(app, "active").clone())).collect()
    };
    let both = |connected_app| {
        let bool = |value| FactState::Present(Value::Bool(value));
        [(AppKind::ConnectedApp, bool(connected_app)), (AppKind::ExternalClientApp, bool(true))]
    };
    let mark = "<orgScopedExternalApp>00D5g00000AbCdE:Order_Sync</orgScopedExternalApp>";
    assert_eq!(active(mark), both(false));
    assert_eq!(active("<label>Order Sync</label>"), both(true));
}

#[test]
fn malformed_file_makes_no_app_and_is_reported() {
    let mut tree = connected_app("<label>x</label>");
    tree.values_mut().for_each(|text| *text = text.replace("</label>", ""));
    let workspace = workspace(&tree, Project::default());
    assert!(workspace.org().apps.is_empty());
    let codes: Vec<&str> = workspace.form().map(|diagnostic| &*diagnostic.code).collect();
    assert_eq!(codes, ["xml-malformed"]);
}

#[test]
fn file_with_a_wrong_root_makes_no_app_and_is_reported() {
    let tree = files(&[("a/Order_Sync.connectedApp-meta.xml", "Profile", "<custom>true</custom>")]);
    let workspace = workspace(&tree, Project::default());
    assert!(workspace.org().apps.is_empty());
    assert_eq!(workspace.form().count(), 1);
}

#[test]
fn duplicates_are_reported_once_and_only_if_they_differ() {
    let copy = |folder: &str, label: &str| {
        let inside = format!("<label>{label}</label><oauthConfig/>");
        files(&[(&format!("{folder}/Portal.connectedApp-meta.xml"), "ConnectedApp", &inside)])
    };
    let duplicates = |copies: &[(&str, &str)]| -> Vec<Vec<String>> {
        let mut tree = Files::new();
        copies.iter().for_each(|(folder, label)| tree.extend(copy(folder, label)));
        let org = org(&tree);
        let of =
            |app: &Arc<App>| texts(app.fact("duplicates").unwrap()).into_iter().map(str::to_owned).collect();
        org.apps.iter().map(of).collect()
    };
    let path = |folder: &str| format!("{folder}/Portal.connectedApp-meta.xml");
    assert_eq!(duplicates(&[("a", "x"), ("b", "x")]), [vec![], Vec::<String>::new()]);
    assert_eq!(duplicates(&[("a", "x"), ("b", "y")]), [vec![path("a"), path("b")], vec![]]);
    assert_eq!(
        duplicates(&[("a", "x"), ("b", "x"), ("c", "y")]),
        [vec![path("a"), path("c")], vec![], vec![]]
    );
}
