//! What the files of a tree say together after some were read again is what they say when all are read.

mod tree;

use std::sync::Arc;

use preauth_metadata::{FileFacts, Kind, Org, Project, Workspace};
use preauth_source::{FilePath, Location, SourceFile};
use proptest::prelude::*;
use tree::{GLOBAL, HEADER, POLICIES, document};

/// The files of the tree, and what may be in each.
const FILES: &[(&str, &str, &[&str])] = &[
    ("apps/Sync.connectedApp-meta.xml", "ConnectedApp", APP),
    ("other/Sync.connectedApp-meta.xml", "ConnectedApp", APP),
    ("apps/Desk.connectedApp-meta.xml", "ConnectedApp", APP),
    ("eca/Sync.eca-meta.xml", HEADER, &["<label>Sync</label>", "<label>Other</label>"]),
    ("eca/Sync.ecaGlblOauth-meta.xml", GLOBAL, PART),
    ("eca/A.ecaOauthPlcy-meta.xml", POLICIES, PART),
    ("profiles/Clerk.profile-meta.xml", "Profile", PROFILE),
    ("profiles/Guest.profile-meta.xml", "Profile", PROFILE),
    ("sets/One.permissionset-meta.xml", "PermissionSet", SET),
    ("sets/Two.permissionset-meta.xml", "PermissionSet", SET),
    ("more/Two.permissionset-meta.xml", "PermissionSet", SET),
    ("sets/Muting.mutingpermissionset-meta.xml", "MutingPermissionSet", SET),
    ("sets/All.permissionsetgroup-meta.xml", "PermissionSetGroup", GROUP),
    ("settings/OauthOidc.settings-meta.xml", "OauthOidcSettings", SETTINGS),
    ("more/OauthOidc.settings-meta.xml", "OauthOidcSettings", SETTINGS),
];

const APP: &[&str] = &[
    "<label>Sync</label><oauthConfig><callbackUrl>https://a.example</callbackUrl></oauthConfig>",
    "<label>Sync</label><oauthConfig><scopes>Api</scopes></oauthConfig><profileName>Clerk</profileName>",
    "<oauthConfig/><permissionSetName>One</permissionSetName><permissionSetName>Set</permissionSetName>",
    "<oauthConfig/><profileName>Clark</profileName><permissionSetName>All</permissionSetName>",
    "<broken>",
];
const PART: &[&str] = &[
    "<externalClientApplication>Sync</externalClientApplication>",
    "<externalClientApplication>Desk</externalClientApplication><label>Part</label>",
    "<externalClientApplication>Sync</externalClientApplication><commaSeparatedPermissionSet>One,All\
     </commaSeparatedPermissionSet><commaSeparatedProfile>Guest</commaSeparatedProfile>",
    "<label>Part</label>",
    "<broken>",
];
const RANGES: &str = "<loginIpRanges><endAddress>1.1.1.1</endAddress><startAddress>1.1.1.1</startAddress>\
                      </loginIpRanges>";
const PERMISSION: &str = "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>";
const PROFILE: &[&str] = &["", "<custom>true</custom>", PERMISSION, RANGES, "<broken>"];
const SET: &[&str] = &["<label>One</label>", "<label>Set</label>", "", PERMISSION, "<broken>"];
const GROUP: &[&str] = &[
    "<label>All</label><permissionSets>One</permissionSets>",
    "<label>All</label><mutingPermissionSets>Muting</mutingPermissionSets><permissionSets>Two</permissionSets>",
    "<label>Set</label>",
    "<broken>",
];
const SETTINGS: &[&str] = &[
    "",
    "<blockOAuthUnPwFlow>true</blockOAuthUnPwFlow>",
    "<!-- moved --><blockOAuthUnPwFlow>true</blockOAuthUnPwFlow>",
    "<broken>",
];

/// One file as it is written, or taken away.
#[derive(Clone, Debug)]
struct Edit {
    file: usize,
    inside: Option<usize>,
    judged: bool,
}

fn edit() -> impl Strategy<Value = Edit> {
    let inside = prop_oneof![9 => (0..5_usize).prop_map(Some), 1 => Just(None)];
    (0..FILES.len(), inside, prop::bool::weighted(0.9)).prop_map(|(file, inside, judged)| Edit {
        file,
        inside,
        judged,
    })
}

fn make(edit: &Edit, workspace: &mut Workspace) {
    let (path, root, variants) = FILES[edit.file];
    let path = FilePath::from(path);
    let Some(inside) = edit.inside else { return workspace.remove(&path) };
    let text = document(root, variants[inside % variants.len()]);
    let (kind, stem) = Kind::of_path(&path).expect("a file of a kind that is read");
    let source = SourceFile::new(path, &text);
    workspace.set(FileFacts::read(&source, kind, &stem, edit.judged, workspace.demand()));
}

fn empty() -> Workspace {
    let home = Location::start_of(Project::FILE.into());
    Workspace::new(Project::default(), preauth_metadata::Demand::default(), home)
}

fn shown(org: &Org) -> String {
    format!("{:#?}", (&org.apps, org.components.all(), &org.settings, &org.others))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_folded_again_is_what_is_folded_anew(
        first in prop::collection::vec(edit(), 0..40),
        rounds in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..8),
    ) {
        let mut workspace = empty();
        first.iter().for_each(|edit| make(edit, &mut workspace));
        workspace.org();
        for edits in rounds {
            edits.iter().for_each(|edit| make(edit, &mut workspace));
            let mut anew = empty();
            workspace.files().for_each(|file| anew.set(file.clone()));
            prop_assert_eq!(shown(workspace.org()), shown(anew.org()));
        }
    }
}

#[test]
fn what_an_edit_has_no_part_in_stays() {
    let mut workspace = empty();
    let set = |file, inside| Edit { file, inside: Some(inside), judged: true };
    for (file, inside) in [(0, 0), (2, 1), (6, 0), (7, 0), (8, 0)] {
        make(&set(file, inside), &mut workspace);
    }
    let kept = |before: &Org, after: &Org| -> Vec<bool> {
        before.apps.iter().zip(&after.apps).map(|(a, b)| Arc::ptr_eq(a, b)).collect()
    };
    let before = workspace.org().clone();
    make(&set(0, 1), &mut workspace);
    let app = workspace.org().clone();
    assert_eq!(kept(&before, &app), [true, false], "only `Sync` was edited");
    assert!(Arc::ptr_eq(&before.components, &app.components));
    make(&set(7, 2), &mut workspace);
    let profile = workspace.org().clone();
    assert_eq!(kept(&app, &profile), [true, true], "nobody has the profile `Guest`");
    make(&set(6, 2), &mut workspace);
    assert_eq!(kept(&profile, workspace.org()), [false, false], "both have the profile `Clerk`");
}
