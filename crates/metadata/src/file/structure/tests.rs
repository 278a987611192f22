//! The form of single files.

use preauth_source::{SourceFile, apply};

use preauth_source::Applicability;

use super::*;
use crate::codes::ELEMENT_MISPLACED;

fn all(kind: Kind, text: &str) -> Vec<Diagnostic> {
    let file = SourceFile::new("x.xml".into(), text);
    let (tree, malformed) = preauth_xml::parse(&file, &|_| true);
    assert_eq!(malformed, []);
    check_elements(&tree, kind)
}

/// Returns the diagnostics of elements.
fn check(kind: Kind, text: &str) -> Vec<Diagnostic> {
    let mut found = all(kind, text);
    found.retain(|diagnostic| &*diagnostic.code != "required-missing");
    found
}

/// The messages on what is missing.
fn missing(kind: Kind, body: &str) -> Vec<String> {
    let found = all(kind, &file(kind, body)).into_iter();
    found.filter(|found| &*found.code == "required-missing").map(|found| found.message).collect()
}

/// A file of this kind with these lines below the root.
fn file(kind: Kind, body: &str) -> String {
    let root = kind.root().unwrap_or("PermissionSet");
    format!("<{root} xmlns=\"{NAMESPACE}\">\n{body}</{root}>\n")
}

fn one(kind: Kind, body: &str) -> Diagnostic {
    let found = check(kind, &file(kind, body));
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

fn fixed(kind: Kind, body: &str) -> String {
    apply(&file(kind, body), &one(kind, body).fix.unwrap().edits).unwrap()
}

#[test]
fn nothing_is_said_of_what_is_known() {
    for (kind, body) in [
        (
            Kind::ConnectedApp,
            "<oauthConfig><idTokenConfig><idTokenValidity>2</idTokenValidity></idTokenConfig></oauthConfig>",
        ),
        (
            Kind::ConnectedApp,
            "<developerName>ns__App</developerName><label>App</label><version>1.0</version>",
        ),
        (Kind::ConnectedApp, "<pluginExecutionUser>robot@example.com</pluginExecutionUser>"),
        (Kind::ExtlClntAppOauthConfigurablePolicies, "<isNamedUserJwtEnabled>true</isNamedUserJwtEnabled>"),
        (Kind::Profile, "<fieldLevelSecurities><hidden>true</hidden></fieldLevelSecurities>"),
        (Kind::PermissionSet, "<userLicense>Salesforce</userLicense>"),
        (Kind::PermissionSetUserPermission, "<userPermissions><name>ApiEnabled</name></userPermissions>"),
    ] {
        assert_eq!(check(kind, &file(kind, body)), [], "{body}");
    }
    let single = format!("<UserPermission xmlns=\"{NAMESPACE}\"><name>ApiEnabled</name></UserPermission>");
    assert_eq!(check(Kind::PermissionSetUserPermission, &single), []);
}

#[test]
fn a_root_of_another_kind_is_all_that_is_said() {
    let found = check(Kind::ConnectedApp, &file(Kind::Profile, "<nonsense/>"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "this file's name says ConnectedApp, its root element says Profile");
    assert_eq!(found[0].severity, Severity::Error);
}

#[test]
fn a_root_outside_the_namespace_is_a_warning() {
    for text in ["<Profile/>", "<Profile xmlns=\"http://example.com/\"/>"] {
        assert_eq!(check(Kind::Profile, text)[0].severity, Severity::Warning);
    }
    assert_eq!(check(Kind::Profile, &format!("<m:Profile xmlns:m=\"{NAMESPACE}\"/>")), []);
}

#[test]
fn an_element_that_is_not_listed_is_a_warning_at_its_name() {
    let text = file(Kind::ConnectedApp, "<oauthConfig><isAdminAproved>true</isAdminAproved></oauthConfig>\n");
    let found = check(Kind::ConnectedApp, &text);
    assert_eq!((&*found[0].code, found[0].severity), (ELEMENT_UNKNOWN, Severity::Warning));
    assert_eq!(&text[found[0].primary.location.range], "isAdminAproved");
    assert_eq!(found[0].help, ["did you mean `oauthConfig/isAdminApproved`?"]);
    assert_eq!(found[0].fix, None);
}

#[test]
fn what_is_inside_an_unknown_element_is_not_judged() {
    one(Kind::ConnectedApp, "<novelty><label>a</label><other/></novelty>");
}

#[test]
fn an_invented_element_is_an_error_that_says_what_to_write() {
    let found = one(Kind::ConnectedApp, "<isClientCredentialApproved>true</isClientCredentialApproved>");
    assert_eq!((&*found.code, found.severity), (ELEMENT_UNKNOWN, Severity::Error));
    assert!(found.help[0].contains("`oauthConfig/isClientCredentialEnabled`"));
}

#[test]
fn an_element_of_the_other_kind_of_app_is_an_error_that_names_its_counterpart() {
    let found = one(Kind::ConnectedApp, "<permittedUsersPolicyType>x</permittedUsersPolicyType>");
    assert_eq!((&*found.code, found.severity), (ELEMENT_UNKNOWN, Severity::Error));
    assert!(found.help[0].contains("`oauthConfig/isAdminApproved`"));
    let found = one(Kind::ExtlClntAppOauthConfigurablePolicies, "<isAdminApproved>true</isAdminApproved>");
    assert!(found.help[0].contains("`permittedUsersPolicyType`"));
}

#[test]
fn an_element_of_another_file_of_the_app_is_misplaced() {
    let found = one(Kind::ExtlClntAppOauthSettings, "<isPkceRequired>true</isPkceRequired>");
    assert_eq!((&*found.code, found.severity), (ELEMENT_MISPLACED, Severity::Error));
    assert!(found.message.contains("`.ecaGlblOauth`"));
}

#[test]
fn an_element_of_another_type_is_named() {
    let found = one(Kind::PermissionSet, "<loginIpRanges/>");
    assert_eq!(found.help, ["`loginIpRanges` is an element of the type Profile"]);
}

#[test]
fn a_misplaced_element_says_where_it_belongs() {
    let found = one(
        Kind::ConnectedApp,
        "<oauthConfig/>\n<oauthPolicy><isAdminApproved>true</isAdminApproved></oauthPolicy>\n",
    );
    assert_eq!((&*found.code, found.severity), (ELEMENT_MISPLACED, Severity::Error));
    assert_eq!(
        found.message,
        "`isAdminApproved` has no effect in `oauthPolicy`: it belongs in `oauthConfig`"
    );
}

#[test]
fn moving_is_trusted_as_far_as_what_it_puts_into_effect() {
    let trust = |body: &str| one(Kind::ConnectedApp, body).fix.map(|fix| fix.applicability);
    let below_root = |element: &str| trust(&format!("<oauthConfig>\n</oauthConfig>\n{element}\n"));
    let in_config = |element: &str| trust(&format!("<oauthConfig>\n{element}\n</oauthConfig>\n"));
    assert_eq!(below_root("<isAdminApproved>true</isAdminApproved>"), Some(Applicability::DisplayOnly));
    assert_eq!(in_config("<profileName>Clerks</profileName>"), Some(Applicability::DisplayOnly));
    assert_eq!(below_root("<isPkceRequired>true</isPkceRequired>"), Some(Applicability::Unsafe));
    assert_eq!(in_config("<startUrl>https://example.com/</startUrl>"), Some(Applicability::Safe));
}

#[test]
fn a_move_takes_the_element_to_its_alphabetical_place() {
    let moved = fixed(
        Kind::ConnectedApp,
        "    <isPkceRequired>true</isPkceRequired>\n    <oauthConfig>\n        <callbackUrl>a</callbackUrl>\n        <scopes>Api</scopes>\n    </oauthConfig>\n",
    );
    let expected = file(
        Kind::ConnectedApp,
        "    <oauthConfig>\n        <callbackUrl>a</callbackUrl>\n        <isPkceRequired>true</isPkceRequired>\n        <scopes>Api</scopes>\n    </oauthConfig>\n",
    );
    assert_eq!(moved, expected);
}

#[test]
fn an_element_that_may_be_repeated_moves_beside_its_like() {
    let moved = fixed(
        Kind::ConnectedApp,
        "<oauthConfig>\n<scopes>Api</scopes>\n</oauthConfig>\n<scopes>Web</scopes>\n",
    );
    assert!(moved.contains("<scopes>Api</scopes>\n<scopes>Web</scopes>\n</oauthConfig>"), "{moved}");
}

#[test]
fn nothing_moves_to_where_one_counts_already() {
    let found = one(
        Kind::ConnectedApp,
        "<isPkceRequired>true</isPkceRequired>\n<oauthConfig><isPkceRequired>false</isPkceRequired></oauthConfig>\n",
    );
    assert_eq!(found.fix, None);
    assert_eq!(found.related[0].message, "this one counts");
}

#[test]
fn nothing_moves_into_a_parent_that_is_missing_or_one_of_several() {
    assert_eq!(one(Kind::ConnectedApp, "<refreshTokenPolicy>zero</refreshTokenPolicy>").fix, None);
    assert_eq!(one(Kind::ConnectedApp, "<start>192.0.2.1</start>\n<ipRanges/>\n<ipRanges/>\n").fix, None);
}

#[test]
fn nothing_moves_when_it_has_more_than_one_place() {
    let found = one(Kind::ConnectedApp, "<certificate>x</certificate>\n<oauthConfig/>\n<samlConfig/>\n");
    assert!(found.message.ends_with("it belongs in `oauthConfig` or in `samlConfig`"));
    assert_eq!(found.fix, None);
}

#[test]
fn what_stands_twice_and_says_the_same_loses_the_second() {
    let body = "    <oauthConfig>\n        <callbackUrl>a</callbackUrl>\n        <callbackUrl>a </callbackUrl>\n        <scopes>Api</scopes>\n        <scopes>Api</scopes>\n    </oauthConfig>\n";
    let found = one(Kind::ConnectedApp, body);
    assert_eq!((&*found.code, found.severity), ("element-duplicated", Severity::Warning));
    assert_eq!(found.fix.as_ref().map(|fix| fix.applicability), Some(Applicability::Safe));
    let once = "    <oauthConfig>\n        <callbackUrl>a</callbackUrl>\n        <scopes>Api</scopes>\n        <scopes>Api</scopes>\n    </oauthConfig>\n";
    assert_eq!(fixed(Kind::ConnectedApp, body), file(Kind::ConnectedApp, once));
}

#[test]
fn what_stands_twice_and_contradicts_itself_is_an_error_without_a_correction() {
    let text = file(Kind::ConnectedApp, "<label>a</label>\n<label>b</label>\n<label>a</label>\n");
    let found = check(Kind::ConnectedApp, &text);
    assert_eq!((found.len(), found[0].severity, &found[0].fix), (1, Severity::Error, &None));
    let places: Vec<_> = found[0].related.iter().map(|label| &*label.message).collect();
    assert_eq!(places, ["the first one", "and once more"]);
}

#[test]
fn blocks_are_the_same_when_all_in_them_is() {
    let twice = |a: &str, b: &str| {
        let block =
            |value: &str| format!("<oauthPolicy>\n  <ipRelaxation>{value}</ipRelaxation></oauthPolicy>");
        one(Kind::ConnectedApp, &format!("{}\n{}\n", block(a), block(b))).severity
    };
    assert_eq!(twice("ENFORCE", "ENFORCE"), Severity::Warning);
    assert_eq!(twice("ENFORCE", "BYPASS"), Severity::Error);
}

#[test]
fn only_whole_trees_are_corrected() {
    let twice = "<label>a</label>\n<label>a</label>\n";
    assert!(one(Kind::ExternalClientApplication, twice).fix.is_some());
    assert_eq!(one(Kind::PermissionSet, twice).fix, None);
}

#[test]
fn what_the_type_requires_is_missed_where_it_belongs() {
    assert_eq!(
        missing(Kind::ConnectedApp, "<label>a</label><oauthConfig/><oauthPolicy/>"),
        [
            "`contactEmail` is missing in `ConnectedApp`, and the Metadata API requires it",
            "`callbackUrl` is missing in `oauthConfig`, and the Metadata API requires it",
            "`ipRelaxation` is missing in `oauthPolicy`, and the Metadata API requires it",
            "`refreshTokenPolicy` is missing in `oauthPolicy`, and the Metadata API requires it",
        ]
    );
    assert_eq!(missing(Kind::PermissionSet, "<label>a</label><userPermissions/>").len(), 2);
    assert_eq!(missing(Kind::ConnectedApp, "<ipRanges><start>192.0.2.1</start></ipRanges>").len(), 1);
}

#[test]
fn setup_says_where_to_find_what_is_missing() {
    let text =
        file(Kind::ConnectedApp, "<oauthPolicy><refreshTokenPolicy>zero</refreshTokenPolicy></oauthPolicy>");
    let found = all(Kind::ConnectedApp, &text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].help[1], "in Setup: Manage Connected Apps > (app) > Edit Policies > IP Relaxation");
}

#[test]
fn nothing_is_missed_in_stubs_nor_where_there_is_said_to_be_nothing() {
    for (kind, body) in [
        (
            Kind::ConnectedApp,
            "<developerName>ns__App</developerName><label>App</label><version>1.0</version>",
        ),
        (Kind::ConnectedApp, "<description>an app that a package owns</description>"),
        (
            Kind::ConnectedApp,
            "<contactEmail xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>\
             <label>a</label><oauthConfig><callbackUrl>a</callbackUrl></oauthConfig>",
        ),
        (
            Kind::ConnectedApp,
            "<oauthPolicy xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>",
        ),
        (Kind::ExternalClientApplication, "<label>App</label>"),
        (Kind::PermissionSetUserPermission, "<name>ApiEnabled</name>"),
    ] {
        assert_eq!(missing(kind, body), [""; 0], "{body}");
    }
}

#[test]
fn what_people_call_a_permission_is_not_its_name() {
    for (written, help) in [
        (
            "ApproveUninstalledConnectedApps",
            "did you mean `CanApproveUninstalledApps`? Setup calls it `Approve Uninstalled Connected Apps`",
        ),
        ("ManageConnectedApps", "did you mean `ManageRemoteAccess`? Setup calls it `Manage Connected Apps`"),
        ("apiEnabled", "did you mean `ApiEnabled`? Setup calls it `API Enabled`"),
        ("PermissionsModifyAllData", "did you mean `ModifyAllData`? Setup calls it `Modify All Data`"),
        ("View All Data", "did you mean `ViewAllData`? Setup calls it `View All Data`"),
        ("EXTERNALCLIENTAPPADMIN", "did you mean `ExternalClientAppAdmin`?"),
    ] {
        for kind in
            [Kind::Profile, Kind::PermissionSet, Kind::MutingPermissionSet, Kind::PermissionSetUserPermission]
        {
            let body =
                format!("<userPermissions><enabled>true</enabled><name>{written}</name></userPermissions>\n");
            let found = one(kind, &body);
            assert_eq!((&*found.code, found.severity), ("permission-unknown", Severity::Warning));
            assert_eq!(&file(kind, &body)[found.primary.location.range], written);
            assert_eq!(found.help, [help]);
        }
    }
}

#[test]
fn a_permission_that_is_only_not_listed_is_none_of_our_business() {
    for name in ["UseAnyApiAuth", "SomethingNewer", "ApiEnable", "ViewAllUsers", ""] {
        let body = format!("<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>");
        assert_eq!(check(Kind::Profile, &file(Kind::Profile, &body)), [], "{name}");
    }
    assert_eq!(
        check(
            Kind::Profile,
            &file(Kind::Profile, "<customPermissions><name>apiEnabled</name></customPermissions>")
        ),
        []
    );
    let single = format!("<UserPermission xmlns=\"{NAMESPACE}\"><name>apiEnabled</name></UserPermission>");
    assert_eq!(check(Kind::PermissionSetUserPermission, &single).len(), 1);
}
