//! What a change causes, and nothing else, is reported: `--since`, `--staged`, baselines and standard input, in
//! repositories that the tests make with git itself.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

mod support;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use support::{preauth, stderr, stdout};

/// A repository in a folder that goes away with it.
struct Repository {
    folder: tempfile::TempDir,
    root: PathBuf,
}

const APPS: &str = "force-app/main/default/connectedApps";
const SETS: &str = "force-app/main/default/permissionsets";
const PROFILES: &str = "force-app/main/default/profiles";

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("work");
        fs::create_dir(&root).unwrap();
        let repository = Self { folder, root };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// With a project in it that has nothing wrong.
    fn with_project() -> Self {
        let repository = Self::new();
        repository.write("sfdx-project.json", PROJECT);
        repository.write(&format!("{APPS}/Order_Sync.connectedApp-meta.xml"), &app(&App::default()));
        repository.write(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"), &set("Order Sync User"));
        repository.write(&format!("{PROFILES}/Integration.profile-meta.xml"), &profile(Some("203.0.113.10")));
        repository.write("preauth.yaml", REGISTER);
        repository.commit("one");
        repository
    }

    fn git(&self, args: &[&str]) -> String {
        let output = git(&self.root, args);
        assert!(output.status.success(), "git {args:?}: {}", stderr(&output));
        stdout(&output).trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn write_app(&self, changed: &App) {
        self.write(&format!("{APPS}/Order_Sync.connectedApp-meta.xml"), &app(changed));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    fn check(&self, args: &[&str]) -> Output {
        check(&self.root, args)
    }

    /// What is reported: `file: code`, in order.
    fn reported(&self, args: &[&str]) -> Vec<String> {
        reported(&self.check(args))
    }

    /// Every file, and every byte of git's own, so that it can be seen that nothing was touched.
    fn state(&self) -> std::collections::BTreeMap<String, Vec<u8>> {
        support::files(&self.root)
    }
}

/// Git with nothing of this environment.
fn git(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.com")
        .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.com")
        .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .output()
        .unwrap()
}

/// The policies that these tests are about.
const POLICIES: &str = "refresh-token-never-expires,grant-unresolved,self-authorize,self-authorize-server-flow,\
                        grant-misspelt,scope-full,ip-relaxation-unjustified,differs-from-register";

fn check(folder: &Path, args: &[&str]) -> Output {
    let mut all = vec!["check", "--as-of=2026-01-01", "--format=concise", "--select", POLICIES];
    all.extend(args);
    preauth().current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").args(all).output().unwrap()
}

fn reported(output: &Output) -> Vec<String> {
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(output));
    let line = |line: &str| {
        let (place, rest) = line.split_once(": ").unwrap();
        let file = place.split(':').next().unwrap().rsplit('/').next().unwrap();
        let code = rest.split_once('[').unwrap().1.split_once(']').unwrap().0;
        format!("{}: {code}", file.split('.').next().unwrap())
    };
    stdout(output).lines().map(line).collect()
}

const PROJECT: &str = "{\n  \"packageDirectories\": [{ \"path\": \"force-app\", \"default\": true }],\n  \"sourceApiVersion\": \"66.0\"\n}\n";

const REGISTER: &str = "\
rules: {}
apps:
  - match: Order_Sync
    flow: web-server
    owner: integrations@example.com
    purpose: Orders
    environment: production
";

const NARROW: &str = "\
id: narrow-profiles
title: Users of profiles come from somewhere
severity: error
why: Those who come from everywhere are many.
select: Profile
require:
  - { path: loginIpRanges, present: true }
examples:
  fail: []
  pass: []
";

/// What the tests change of the app.
struct App {
    admin_approved: bool,
    refresh_token: &'static str,
    ip_relaxation: &'static str,
    scopes: &'static [&'static str],
    set: Option<&'static str>,
    before: &'static str,
}

impl Default for App {
    fn default() -> Self {
        Self {
            admin_approved: true,
            refresh_token: "specific_lifetime:30:DAYS",
            ip_relaxation: "ENFORCE",
            scopes: &["Api", "RefreshToken"],
            set: Some("Order Sync User"),
            before: "",
        }
    }
}

fn app(app: &App) -> String {
    let scopes: String =
        app.scopes.iter().map(|scope| format!("        <scopes>{scope}</scopes>\n")).collect();
    let set = app.set.map(|set| format!("    <permissionSetName>{set}</permissionSetName>\n"));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">
{}    <contactEmail>integrations@example.com</contactEmail>
    <label>Order Sync</label>
    <oauthConfig>
        <callbackUrl>https://orders.example.com/callback</callbackUrl>
        <isAdminApproved>{}</isAdminApproved>
        <isClientCredentialEnabled>false</isClientCredentialEnabled>
        <isConsumerSecretOptional>false</isConsumerSecretOptional>
        <isIntrospectAllTokens>false</isIntrospectAllTokens>
        <isPkceRequired>true</isPkceRequired>
        <isRefreshTokenRotationEnabled>true</isRefreshTokenRotationEnabled>
        <isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>
{scopes}    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>{}</ipRelaxation>
        <refreshTokenPolicy>{}</refreshTokenPolicy>
    </oauthPolicy>
{}</ConnectedApp>
",
        app.before,
        app.admin_approved,
        app.ip_relaxation,
        app.refresh_token,
        set.unwrap_or_default()
    )
}

fn set(label: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <hasActivationRequired>false</hasActivationRequired>
    <label>{label}</label>
</PermissionSet>
"
    )
}

fn profile(from: Option<&str>) -> String {
    let ranges = from.map(|from| {
        format!("    <loginIpRanges>\n        <endAddress>203.0.113.20</endAddress>\n        <startAddress>{from}</startAddress>\n    </loginIpRanges>\n")
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <custom>true</custom>
{}    <userLicense>Salesforce Integration</userLicense>
    <userPermissions>
        <enabled>true</enabled>
        <name>ApiEnabled</name>
    </userPermissions>
</Profile>
",
        ranges.unwrap_or_default()
    )
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn each_commit_is_told_what_it_causes_and_nothing_else() {
    let repository = Repository::with_project();
    assert_eq!(repository.reported(&[]), none(), "the tree begins clean");
    let last = |message: &str| {
        repository.commit(message);
        repository.reported(&["--since", "HEAD~1"])
    };

    // Tokens that live for ever.
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    assert_eq!(last("two"), ["Order_Sync: refresh-token-never-expires"]);

    // Something else in the same file: what the commit before caused is not told again.
    repository.write_app(&App {
        refresh_token: "infinite",
        before: "    <!-- orders -->\n\n",
        ..App::default()
    });
    assert_eq!(last("three"), none());

    // A correction.
    repository.write_app(&App::default());
    assert_eq!(last("four"), none());
    let four = stderr(&repository.check(&["--since", "HEAD~1"]));
    assert!(four.contains("0 findings were there before and not listed, 1 is gone."), "{four}");

    // A grant is removed in another file: the permission set gets another label, and the app is in no changed file.
    repository.write(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"), &set("Orders"));
    assert_eq!(last("five"), ["Order_Sync: grant-misspelt"]);

    // The grant follows.
    repository.write_app(&App { set: Some("Orders"), ..App::default() });
    assert_eq!(last("six"), none());

    // The last permission set is deleted.
    fs::remove_file(repository.root.join(format!("{SETS}/Order_Sync_User.permissionset-meta.xml"))).unwrap();
    assert_eq!(last("seven"), ["Order_Sync: grant-unresolved"]);

    // It comes back, and the app moves to another folder.
    repository.write(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"), &set("Orders"));
    repository.write("force-app/integration/.keep", "");
    repository.git(&[
        "mv",
        &format!("{APPS}/Order_Sync.connectedApp-meta.xml"),
        "force-app/integration/Order_Sync.connectedApp-meta.xml",
    ]);
    assert_eq!(last("eight"), none());

    // The moved app gets everything at once; what one finding speaks for is not told apart from it.
    repository.write(
        "force-app/integration/Order_Sync.connectedApp-meta.xml",
        &app(&App { admin_approved: false, scopes: &["Full"], set: None, ..App::default() }),
    );
    let nine = last("nine");
    assert!(nine.iter().all(|line| line.starts_with("Order_Sync: ")), "{nine:?}");
    assert!(nine.iter().any(|line| line.contains("self-authorize")), "{nine:?}");

    // A change of what is demanded is a change, too.
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}\n", "rules:\n  self-authorize-server-flow: off\n  self-authorize: off\n  scope-full: off\n  broad-combination: off\n  toxic-combination: off\n"));
    assert_eq!(last("ten"), none());
    repository.write("preauth.yaml", REGISTER);
    assert_eq!(last("eleven"), nine, "what is demanded again is told again");

    // The whole of it, from the clean beginning.
    assert_eq!(repository.reported(&["--since", "HEAD~10"]), nine);
}

#[test]
fn a_profile_that_lets_in_from_elsewhere_is_told_of() {
    let repository = Repository::with_project();
    repository.write("policies/narrow.yaml", NARROW);
    repository.write("preauth.yaml", &REGISTER.replace("rules: {}", "policies: [policies]"));
    repository.write(&format!("{PROFILES}/Robot.profile-meta.xml"), &profile(None));
    repository.commit("two");
    repository.write(&format!("{PROFILES}/Integration.profile-meta.xml"), &profile(None));
    repository.commit("three");
    let select = ["--select", "narrow-profiles"];
    assert_eq!(repository.reported(&select), ["Integration: narrow-profiles", "Robot: narrow-profiles"]);
    let since = [&select[..], &["--since", "HEAD~1"]].concat();
    assert_eq!(repository.reported(&since), ["Integration: narrow-profiles"]);
}

#[test]
fn a_branch_is_compared_with_where_it_began() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("two");
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("notes.md", "orders\n");
    repository.commit("three");
    repository.git(&["checkout", "-q", "main"]);
    repository.write_app(&App::default());
    repository.commit("four");
    repository.git(&["checkout", "-q", "topic"]);
    assert_eq!(
        repository.reported(&["--since", "main"]),
        none(),
        "what main has corrected since is not of the branch"
    );
}

#[test]
fn what_is_staged_is_judged_and_nothing_is_touched() {
    let repository = Repository::with_project();
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.git(&["add", "-A"]);
    // The work tree goes on: what is staged is worse, and what is not known to git does not count.
    repository.write_app(&App { ip_relaxation: "BYPASS", ..App::default() });
    repository.write(
        &format!("{APPS}/Other.connectedApp-meta.xml"),
        &app(&App { scopes: &["Full"], ..App::default() }),
    );
    let before = repository.state();
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&["--since", "HEAD", &path]), ["Order_Sync: ip-relaxation-unjustified"]);
    assert_eq!(before, repository.state(), "neither the work tree nor anything of git's own has changed");

    // What is only announced is not staged.
    repository.git(&["add", "-N", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);

    // A correction would be of the staged text, and is not written over another.
    let fix = repository.check(&["--staged", "--unsafe-fixes"]);
    let said = stderr(&fix);
    assert!(!said.contains("Corrected") || said.contains("changes that are not staged"), "{said}");
    assert_eq!(before.get(&path), repository.state().get(&path));
}

#[test]
fn a_correction_corrects_what_the_change_causes() {
    let repository = Repository::with_project();
    let text = app(&App { refresh_token: "infinite", ..App::default() });
    let declared = REGISTER.to_owned()
        + "    expect: { refreshToken: afterLifetime 30 DAYS }\n  - match: Old\n    flow: web-server\n    owner: a@example.com\n    purpose: b\n    environment: production\n    expect: { refreshToken: afterLifetime 30 DAYS }\n";
    repository.write("preauth.yaml", &declared);
    repository.write(&format!("{APPS}/Old.connectedApp-meta.xml"), &text.replace("Order Sync<", "Old<"));
    repository.commit("two");
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("three");
    repository.check(&["--since", "HEAD~1", "--fix"]);
    assert_eq!(repository.git(&["status", "--short"]), format!("M {APPS}/Order_Sync.connectedApp-meta.xml"));
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let repository = Repository::new();
    repository.write("sfdx-project.json", PROJECT);
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.git(&["add", "-A"]);
    let told = repository.reported(&["--staged"]);
    assert!(told.contains(&"Order_Sync: refresh-token-never-expires".into()), "{told:?}");
    let since = repository.check(&["--since", "HEAD"]);
    assert_eq!(since.status.code(), Some(2));
    assert!(stderr(&since).contains("the branch has no commit yet"), "{}", stderr(&since));
}

#[test]
fn what_cannot_be_compared_with_is_said_and_not_guessed() {
    let repository = Repository::with_project();
    let said = |folder: &Path, args: &[&str]| {
        let output = check(folder, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        stderr(&output)
    };
    assert!(said(&repository.root, &["--since", "origin/main"]).contains("there is no commit `origin/main`"));
    assert!(said(&repository.root, &["--since", "--fix"]).contains("--since"));
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit("other");
    assert!(said(&repository.root, &["--since", "main"]).contains("have no ancestor in common"));

    let apart = tempfile::tempdir().unwrap();
    fs::write(apart.path().join("A.connectedApp"), app(&App::default())).unwrap();
    assert!(said(apart.path(), &["--since", "HEAD"]).contains("is in no git repository"));
    assert!(said(apart.path(), &["--staged"]).contains("is in no git repository"));
}

#[test]
fn a_shallow_clone_says_how_to_fetch_more() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    repository.commit("two");
    let first = repository.git(&["rev-parse", "HEAD~1"]);
    let url = format!("file://{}", repository.root.display());
    let target = repository.folder.path().join("shallow");
    let clone =
        git(repository.folder.path(), &["clone", "-q", "--depth", "1", &url, target.to_str().unwrap()]);
    assert!(clone.status.success(), "{}", stderr(&clone));
    let since = check(&target, &["--since", &first]);
    assert_eq!(since.status.code(), Some(2));
    assert!(stderr(&since).contains("the clone is shallow"), "{}", stderr(&since));
    assert!(stderr(&since).contains("fetch-depth: 0"), "{}", stderr(&since));
    git(&target, &["fetch", "-q", "--unshallow"]);
    assert_eq!(reported(&check(&target, &["--since", &first])), ["Order_Sync: refresh-token-never-expires"]);
}

#[test]
fn a_worktree_and_a_submodule_are_repositories_like_others() {
    let repository = Repository::with_project();
    let tree = repository.folder.path().join("tree");
    repository.git(&["worktree", "add", "-q", "-b", "topic", tree.to_str().unwrap()]);
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    fs::write(tree.join(&path), app(&App { refresh_token: "infinite", ..App::default() })).unwrap();
    assert_eq!(reported(&check(&tree, &["--since", "main"])), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(repository.reported(&["--since", "HEAD"]), none());

    // The project is a submodule of another repository.
    let outer = Repository::new();
    let url = format!("file://{}", repository.root.display());
    outer.git(&["submodule", "--quiet", "add", &url, "crm"]);
    outer.commit("one");
    let inner = outer.root.join("crm");
    fs::write(inner.join(&path), app(&App { refresh_token: "infinite", ..App::default() })).unwrap();
    assert_eq!(reported(&check(&inner, &["--since", "HEAD"])), ["Order_Sync: refresh-token-never-expires"]);
    assert_eq!(
        reported(&check(&outer.root, &["--since", "HEAD"])),
        ["Order_Sync: refresh-token-never-expires"]
    );
}

#[test]
fn source_in_a_submodule_is_compared_with_the_commit_that_was_recorded() {
    let shared = Repository::new();
    shared.write("Order_Sync.connectedApp-meta.xml", &app(&App::default()));
    shared.write("Order_Sync_User.permissionset-meta.xml", &set("Order Sync User"));
    shared.commit("one");
    let project = Repository::new();
    project.write("sfdx-project.json", PROJECT);
    project.write("preauth.yaml", REGISTER);
    let url = format!("file://{}", shared.root.display());
    project.git(&["submodule", "--quiet", "add", &url, "force-app/shared"]);
    project.commit("one");
    assert_eq!(project.reported(&["--since", "HEAD"]), none());
    let inner = project.root.join("force-app/shared");
    let worse = app(&App { refresh_token: "infinite", ..App::default() });
    fs::write(inner.join("Order_Sync.connectedApp-meta.xml"), worse).unwrap();
    assert_eq!(project.reported(&["--since", "HEAD"]), ["Order_Sync: refresh-token-never-expires"]);
    assert!(git(&inner, &["commit", "-q", "-a", "-m", "two"]).status.success());
    project.git(&["add", "-A"]);
    assert_eq!(project.reported(&["--staged"]), ["Order_Sync: refresh-token-never-expires"]);
}

#[test]
fn what_a_change_says_it_deletes_is_deleted() {
    let repository = Repository::with_project();
    repository.write(
        "manifest/destructiveChangesPost.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <types>\n        <members>Order_Sync_User</members>\n        <name>PermissionSet</name>\n    </types>\n    <version>66.0</version>\n</Package>\n",
    );
    let caused = ["Order_Sync: grant-unresolved"];
    assert_eq!(repository.reported(&["--since", "HEAD"]), caused, "before it is known to git");
    repository.git(&["add", "-A"]);
    assert_eq!(repository.reported(&["--staged"]), caused);
    repository.commit("two");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), caused);
    repository.write("notes.md", "orders\n");
    repository.commit("three");
    assert_eq!(repository.reported(&["--since", "HEAD~1"]), none(), "it deletes once");
}

#[test]
fn a_baseline_forgets_what_is_corrected_and_sees_what_is_swapped() {
    let repository = Repository::with_project();
    repository.write_app(&App { refresh_token: "infinite", ..App::default() });
    let baseline = ["--baseline", "baseline.json"];
    let write = [&baseline[..], &["--write-baseline"]].concat();
    let written = preauth().current_dir(&repository.root).arg("check").args(&write).output().unwrap();
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert_eq!(repository.reported(&baseline), none());

    // Moved lines, another folder, another app beside it.
    let moved = app(&App { refresh_token: "infinite", before: "    <!-- orders -->\n\n", ..App::default() });
    fs::remove_file(repository.root.join(format!("{APPS}/Order_Sync.connectedApp-meta.xml"))).unwrap();
    repository.write("force-app/integration/Order_Sync.connectedApp-meta.xml", &moved);
    assert_eq!(repository.reported(&baseline), none());

    // As many findings as before, but another.
    let swapped = app(&App { ip_relaxation: "BYPASS", ..App::default() });
    repository.write("force-app/integration/Order_Sync.connectedApp-meta.xml", &swapped);
    assert_eq!(repository.reported(&baseline), ["Order_Sync: ip-relaxation-unjustified"]);
    let said = stderr(&repository.check(&baseline));
    assert!(
        said.contains("1 finding is of the baseline corrected") || said.contains("of the baseline corrected"),
        "{said}"
    );
    let pruned = preauth().current_dir(&repository.root).arg("check").args(&write).output().unwrap();
    assert!(stderr(&pruned).contains("1 new, 1 pruned"), "{}", stderr(&pruned));
}

#[test]
fn text_from_standard_input_stands_in_the_place_of_a_file() {
    let repository = Repository::with_project();
    let path = format!("{APPS}/Order_Sync.connectedApp-meta.xml");
    let with = |text: &str, args: &[&str]| {
        let mut all = vec!["check", "--as-of=2026-01-01", "--stdin-filename", &path];
        all.extend(args);
        let mut command = preauth();
        command.current_dir(&repository.root).args(all);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let worse = app(&App { refresh_token: "infinite", ..App::default() });
    let told = with(&worse, &["-", "--format=concise", "--select", POLICIES]);
    assert_eq!(reported(&told), ["Order_Sync: refresh-token-never-expires"]);
    // The rest of the tree is as it is: the grant resolves.
    assert_eq!(
        reported(&with(&app(&App::default()), &["-", "--format=concise", "--select", POLICIES])),
        none()
    );
    let fixed = with(&worse, &["-", "--unsafe-fixes"]);
    assert!(stdout(&fixed).starts_with("<?xml"), "{}", stdout(&fixed));
    assert_eq!(fs::read_to_string(repository.root.join(&path)).unwrap(), app(&App::default()));
    let nameless = preauth().current_dir(&repository.root).args(["check", "-"]).output().unwrap();
    assert_eq!(nameless.status.code(), Some(2));
    assert!(stderr(&nameless).contains("--stdin-filename"));
}
