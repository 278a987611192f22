//! What is said of a tree after edits is what is said of it when it is judged anew.

use std::sync::Arc;

use jiff::civil::date;
use preauth_metadata::{FileFacts, Kind, Project, Workspace};
use preauth_policy::{CheckInput, Config, Judged, PolicySet, check};
use preauth_source::{Diagnostic, FilePath, Location, SourceFile};
use proptest::prelude::*;

/// The files of the tree, their root elements, and what may be in each.
const FILES: &[(&str, &str, &[&str])] = &[
    ("apps/Sync.connectedApp-meta.xml", "ConnectedApp", APP),
    ("other/Sync.connectedApp-meta.xml", "ConnectedApp", APP),
    ("apps/Desk.connectedApp-meta.xml", "ConnectedApp", APP),
    ("apps/Till.connectedApp-meta.xml", "ConnectedApp", APP),
    ("eca/Sync.eca-meta.xml", "ExternalClientApplication", &["<label>Sync</label>", "<odd/>", "<broken>"]),
    ("eca/Sync.ecaGlblOauth-meta.xml", "ExtlClntAppGlobalOauthSettings", PART),
    ("eca/A.ecaOauthPlcy-meta.xml", "ExtlClntAppOauthConfigurablePolicies", PART),
    ("profiles/Admin.profile-meta.xml", "Profile", PROFILE),
    ("profiles/Clerk.profile-meta.xml", "Profile", PROFILE),
    ("profiles/Guest.profile-meta.xml", "Profile", PROFILE),
    ("sets/One.permissionset-meta.xml", "PermissionSet", SET),
    ("sets/Two.permissionset-meta.xml", "PermissionSet", SET),
    ("more/Two.permissionset-meta.xml", "PermissionSet", SET),
    ("sets/Muting.mutingpermissionset-meta.xml", "MutingPermissionSet", SET),
    ("sets/All.permissionsetgroup-meta.xml", "PermissionSetGroup", GROUP),
    ("settings/OauthOidc.settings-meta.xml", "OauthOidcSettings", SETTINGS),
    ("settings/Security.settings-meta.xml", "SecuritySettings", SETTINGS),
];

const APP: &[&str] = &[
    "<contactEmail>a@example.com</contactEmail><label>Sync</label><oauthConfig><callbackUrl>http://a.example.com\
     </callbackUrl><isAdminApproved>true</isAdminApproved><scopes>Full</scopes><scopes>RefreshToken</scopes>\
     </oauthConfig><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation><refreshTokenPolicy>infinite\
     </refreshTokenPolicy></oauthPolicy><profileName>Clerk</profileName>",
    "<label>Night Desk</label><oauthConfig><callbackUrl>https://a.example.com</callbackUrl><consumerKey>key\
     </consumerKey><scopes>Api</scopes></oauthConfig><oauthPolicy><ipRelaxation>BYPASS</ipRelaxation>\
     </oauthPolicy><permissionSetName>One</permissionSetName>",
    "<oauthConfig><isAdminApproved>false</isAdminApproved><isClientCredentialEnabled>true\
     </isClientCredentialEnabled><scopes>Web</scopes></oauthConfig><permissionSetName>All</permissionSetName>\
     <permissionSetName>Set</permissionSetName><profileName>Clark</profileName>",
    "<oauthConfig><isAdminApproved>perhaps</isAdminApproved></oauthConfig><profileName>System Administrator\
     </profileName><isAdminApproved>true</isAdminApproved>",
    "<broken>",
];
const PART: &[&str] = &[
    "<externalClientApplication>Sync</externalClientApplication><label>Part</label>",
    "<externalClientApplication>Desk</externalClientApplication><isAdminApproved>true</isAdminApproved>",
    "<externalClientApplication>Sync</externalClientApplication><commaSeparatedPermissionSet>One,All\
     </commaSeparatedPermissionSet><commaSeparatedProfile>Guest</commaSeparatedProfile>\
     <ipRelaxationPolicyType>Enforce</ipRelaxationPolicyType>",
    "<label>Part</label>",
    "<broken>",
];
const PROFILE: &[&str] = &[
    "",
    "<userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>",
    "<userPermissions><enabled>true</enabled><name>Approve Uninstalled Connected Apps</name></userPermissions>",
    "<loginIpRanges><endAddress>255.255.255.255</endAddress><startAddress>0.0.0.0</startAddress></loginIpRanges>\
     <userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
    "<broken>",
];
const SET: &[&str] = &[
    "<label>One</label><userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>",
    "<label>Set</label><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
    "<odd>1</odd><label>Set</label><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
    "<hasActivationRequired>true</hasActivationRequired>",
    "<broken>",
];
const GROUP: &[&str] = &[
    "<label>All</label><permissionSets>One</permissionSets>",
    "<label>All</label><mutingPermissionSets>Muting</mutingPermissionSets><permissionSets>Two</permissionSets>",
    "<label>Set</label>",
    "<broken>",
];
const SETTINGS: &[&str] = &[
    "",
    "<blockOAuthUnPwFlow>true</blockOAuthUnPwFlow>",
    "<networkAccess><ipRanges><end>255.255.255.255</end><start>0.0.0.0</start></ipRanges></networkAccess>",
    "<broken>",
];

const CONFIGS: &[&str] = &[
    "",
    "extends: [strict]\n\
     waivers_expire_within: 30 DAYS\n\
     apps:\n\
     - { match: Sync, flow: jwt-bearer, profile: Clerk, expect: { grants: { permissionSets: [One] } } }\n\
     - { match: 'Night*', flow: web-server, profile: Guest }\n\
     - { match: '*Desk', flow: client-credentials }\n\
     - { match: Gone, flow: web-server }\n\
     waivers:\n\
     - { app: Sync, rule: scope-full, value: '[Full]', reason: known, expires: 2026-02-01 }\n\
     - { app: 'D*', rule: ip-relaxation-unjustified, value: enforce, reason: known, expires: 2027-02-01 }\n\
     - { app: Sync, rule: callback-insecure, value: other, reason: known, expires: 2026-01-20 }\n\
     - { app: Till, rule: grant-unresolved, reason: known, expires: 2025-01-20 }\n\
     - { file: 'sets/*', rule: element-unknown, reason: known, expires: 2026-01-20 }\n\
     overrides:\n\
     - { apps: [Desk], rules: { scope-full: off, element-misplaced: warning } }\n\
     - { apps: [Nobody], rules: { scope-full: off } }\n",
];

/// One file as it is written, or taken away.
#[derive(Clone, Debug)]
struct Edit {
    file: usize,
    inside: Option<usize>,
    /// Moves all that is in it.
    comment: bool,
    judged: bool,
}

fn edit() -> impl Strategy<Value = Edit> {
    let inside = prop_oneof![9 => (0..5_usize).prop_map(Some), 1 => Just(None)];
    (0..FILES.len(), inside, any::<bool>(), prop::bool::weighted(0.95))
        .prop_map(|(file, inside, comment, judged)| Edit { file, inside, comment, judged })
}

fn make(edit: &Edit, workspace: &mut Workspace) {
    let (path, root, variants) = FILES[edit.file];
    let path = FilePath::from(path);
    let Some(inside) = edit.inside else { return workspace.remove(&path) };
    let comment = if edit.comment { "<!-- moved -->" } else { "" };
    let inside = variants[inside % variants.len()];
    let text = format!(
        "<{root} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n{comment}\n{inside}\n</{root}>\n"
    );
    let (kind, stem) = Kind::of(&path).expect("invariant: a file of a kind that is read");
    let source = SourceFile::new(path, &text);
    workspace.set(FileFacts::read(&source, kind, &stem, edit.judged, workspace.demand()));
}

fn empty(policies: &PolicySet) -> Workspace {
    Workspace::new(Project::default(), policies.demand(), Location::start_of(Project::FILE.into()))
}

fn rules(config: &str) -> (PolicySet, CheckInput) {
    let (config, mistakes) = Config::read(&SourceFile::new("preauth.yaml".into(), config));
    assert_eq!(mistakes, []);
    let (policies, mistakes) = PolicySet::load(&[], &config);
    assert_eq!(mistakes, []);
    (policies, CheckInput::new(&config, date(2026, 1, 1)))
}

fn owned(diagnostics: &[Arc<Diagnostic>]) -> Vec<Diagnostic> {
    diagnostics.iter().map(|one| Diagnostic::clone(one)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_judged_again_is_what_is_judged_anew(
        config in 0..CONFIGS.len(),
        first in prop::collection::vec(edit(), 0..40),
        rounds in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..12),
    ) {
        let (policies, given) = rules(CONFIGS[config]);
        let mut workspace = empty(&policies);
        first.iter().for_each(|edit| make(edit, &mut workspace));
        let mut judged = Judged::default();
        judged.again(&workspace, &policies, &given);
        for edits in rounds {
            edits.iter().for_each(|edit| make(edit, &mut workspace));
            let mut anew = empty(&policies);
            workspace.files().for_each(|file| anew.set(file.clone()));
            let again = owned(judged.again(&workspace, &policies, &given));
            prop_assert_eq!(again, check(&anew, &policies, &given).diagnostics);
        }
    }
}

/// The app itself does not name the profile that the register does.
#[test]
fn an_edit_of_what_was_asked_for_by_name_is_noticed() {
    let (policies, given) = rules(CONFIGS[1]);
    let mut workspace = empty(&policies);
    let set = |path: &str, inside| {
        let file = FILES.iter().position(|(known, ..)| *known == path).expect("a file of the tree");
        Edit { file, inside: Some(inside), comment: false, judged: true }
    };
    make(&set("apps/Sync.connectedApp-meta.xml", 1), &mut workspace);
    make(&set("profiles/Clerk.profile-meta.xml", 1), &mut workspace);
    let mut judged = Judged::default();
    let mut is_found = |workspace: &Workspace| {
        let again = owned(judged.again(workspace, &policies, &given));
        assert_eq!(again, check(workspace, &policies, &given).diagnostics);
        again.iter().any(|found| &*found.code == "ip-enforced-without-ranges")
    };
    assert!(is_found(&workspace), "the profile has no ranges");
    make(&set("profiles/Clerk.profile-meta.xml", 3), &mut workspace);
    assert!(!is_found(&workspace), "the profile has ranges");
}
