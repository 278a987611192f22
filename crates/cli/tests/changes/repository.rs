//! Repositories made with git, and a project in them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::support::{self, preauth, stderr, stdout};

/// A repository in a temporary folder.
pub(crate) struct Repository {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
}

pub(crate) const APPS: &str = "force-app/main/default/connectedApps";
pub(crate) const APP: &str = "force-app/main/default/connectedApps/Order_Sync.connectedApp-meta.xml";
pub(crate) const SETS: &str = "force-app/main/default/permissionsets";
pub(crate) const PROFILES: &str = "force-app/main/default/profiles";

impl Repository {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("work");
        fs::create_dir(&root).unwrap();
        let repository = Self { folder, root };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// Makes a repository with a project without findings.
    pub(crate) fn with_project() -> Self {
        let repository = Self::new();
        repository.write("sfdx-project.json", PROJECT);
        repository.write(&format!("{APPS}/Order_Sync.connectedApp-meta.xml"), &app(&App::default()));
        repository.write(&format!("{SETS}/Order_Sync_User.permissionset-meta.xml"), &set("Order Sync User"));
        repository.write(&format!("{PROFILES}/Integration.profile-meta.xml"), &profile(Some("203.0.113.10")));
        repository.write("preauth.yaml", REGISTER);
        repository.commit("one");
        repository
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = git(&self.root, args);
        assert!(output.status.success(), "git {args:?}: {}", stderr(&output));
        stdout(&output).trim().to_owned()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.root.join(path)).unwrap();
    }

    pub(crate) fn write_app(&self, changed: &App) {
        self.write(&format!("{APPS}/Order_Sync.connectedApp-meta.xml"), &app(changed));
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    pub(crate) fn check(&self, args: &[&str]) -> Output {
        check(&self.root, args)
    }

    /// Returns the reported findings as `file: code`, in order.
    pub(crate) fn reported(&self, args: &[&str]) -> Vec<String> {
        reported(&self.check(args))
    }

    /// Returns all files, including those of git, to show that nothing was changed.
    pub(crate) fn state(&self) -> BTreeMap<String, Vec<u8>> {
        support::files(&self.root)
    }
}

/// Returns a `git` command without variables of this environment.
pub(crate) fn git(folder: &Path, args: &[&str]) -> Output {
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

/// The policies that are checked.
pub(crate) const POLICIES: &str = "refresh-token-never-expires,grant-unresolved,self-authorize,self-authorize-server-flow,\
                        grant-misspelt,scope-full,ip-relaxation-unjustified,differs-from-register";

pub(crate) fn check(folder: &Path, args: &[&str]) -> Output {
    let mut all = vec!["check", "--as-of=2026-01-01", "--format=concise", "--select", POLICIES];
    all.extend(args);
    preauth().current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").args(all).output().unwrap()
}

pub(crate) fn reported(output: &Output) -> Vec<String> {
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(output));
    let line = |line: &str| {
        let (place, rest) = line.split_once(": ").unwrap();
        let file = place.split(':').next().unwrap().rsplit('/').next().unwrap();
        let code = rest.split_once('[').unwrap().1.split_once(']').unwrap().0;
        format!("{}: {code}", file.split('.').next().unwrap())
    };
    stdout(output).lines().map(line).collect()
}

pub(crate) const PROJECT: &str = "{\n  \"packageDirectories\": [{ \"path\": \"force-app\", \"default\": true }],\n  \"sourceApiVersion\": \"66.0\"\n}\n";

pub(crate) const REGISTER: &str = "\
rules: {}
apps:
  - match: Order_Sync
    flow: web-server
    owner: integrations@example.com
    purpose: Orders
    environment: production
";

pub(crate) const NARROW: &str = "\
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

/// The parts of the app that tests change.
pub(crate) struct App {
    pub(crate) admin_approved: bool,
    pub(crate) refresh_token: &'static str,
    pub(crate) ip_relaxation: &'static str,
    pub(crate) scopes: &'static [&'static str],
    pub(crate) set: Option<&'static str>,
    pub(crate) before: &'static str,
}

impl Default for App {
    fn default() -> Self {
        Self {
            admin_approved: true,
            refresh_token: "specific_inactivity:30:DAYS",
            ip_relaxation: "ENFORCE",
            scopes: &["Api", "RefreshToken"],
            set: Some("Order Sync User"),
            before: "",
        }
    }
}

pub(crate) fn app(app: &App) -> String {
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

pub(crate) fn set(label: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <hasActivationRequired>false</hasActivationRequired>
    <label>{label}</label>
</PermissionSet>
"
    )
}

pub(crate) fn profile(from: Option<&str>) -> String {
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

pub(crate) fn none() -> Vec<String> {
    Vec::new()
}
