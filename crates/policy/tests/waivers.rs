//! Waivers and overrides, and findings about those without an effect.

use jiff::civil::{Date, date};
use preauth_metadata::{FileFacts, Kind, Project, Workspace};
use preauth_policy::{CheckInput, Config, Judgement, PolicySet, check, fold_all};
use preauth_source::{Diagnostic, FilePath, Location, SourceFile};

const TODAY: Date = date(2026, 1, 1);

/// Returns the text of a connected app.
fn app(label: &str, scopes: &[&str], refresh_token: &str) -> String {
    let scopes: String = scopes.iter().map(|scope| format!("<scopes>{scope}</scopes>")).collect();
    format!(
        "<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\"><contactEmail>a@example.com</contactEmail>\
         <label>{label}</label><oauthConfig><callbackUrl>https://a.example.com</callbackUrl>\
         <isAdminApproved>true</isAdminApproved>{scopes}</oauthConfig><oauthPolicy>\
         <ipRelaxation>ENFORCE</ipRelaxation><refreshTokenPolicy>{refresh_token}</refreshTokenPolicy></oauthPolicy>\
         <permissionSetName>Nowhere</permissionSetName></ConnectedApp>"
    )
}

/// The input of a check: apps by name, a configuration that extends nothing, and policies of the user.
struct Tree<'t> {
    apps: &'t [(&'t str, String)],
    config: &'t str,
    policies: &'t [&'t str],
    as_of: Date,
}

impl Tree<'_> {
    fn judge(&self) -> Judgement {
        let config = format!("extends: []\n{}", self.config);
        let (config, errors) = Config::read(&SourceFile::new("preauth.yaml".into(), &config));
        assert_eq!(errors, []);
        self.judge_by(&config)
    }

    fn judge_by(&self, config: &Config) -> Judgement {
        let sources: Vec<SourceFile<'_>> = self
            .policies
            .iter()
            .enumerate()
            .map(|(index, text)| SourceFile::new(FilePath::new(format!("{index}.yaml")), text))
            .collect();
        let (policies, _) = PolicySet::load(&sources, config);
        let home = Location::start_of("sfdx-project.json".into());
        let mut workspace = Workspace::new(Project::default(), policies.demand(), home);
        for (name, text) in self.apps {
            let path = FilePath::new(format!("connectedApps/{name}.connectedApp-meta.xml"));
            let (kind, stem) = Kind::of_path(&path).expect("invariant: the path is that of a connected app");
            let demand = workspace.demand();
            let facts = FileFacts::read(&SourceFile::new(path, text), kind, &stem, true, demand);
            workspace.set(facts);
        }
        let mut judgement = check(&workspace, &policies, &CheckInput::new(config, self.as_of));
        judgement.diagnostics = fold_all(&policies, workspace.org(), &judgement.diagnostics);
        judgement
    }
}

/// Checks `apps` with these rules and waivers today.
fn found(apps: &[(&str, String)], config: &str) -> Vec<String> {
    shown(&Tree { apps, config, policies: &[], as_of: TODAY }.judge().diagnostics)
}

/// Returns the code and subject of each diagnostic, in brackets if it is waived.
fn shown(diagnostics: &[Diagnostic]) -> Vec<String> {
    let shown = |diagnostic: &Diagnostic| {
        let subject = diagnostic.subject.as_ref().map_or("", |subject| &*subject.name);
        let text = format!("{} {subject}", diagnostic.code);
        if diagnostic.suppressed.is_some() { format!("({text})") } else { text }
    };
    diagnostics.iter().map(shown).collect()
}

fn etl() -> (&'static str, String) {
    ("ETL", app("Nightly ETL", &["Full", "RefreshToken"], "infinite"))
}

#[test]
fn waiver_expires_after_its_last_day() {
    let config = "rules: { scope-full: error }\n\
                  waivers: [{ rule: scope-full, app: ETL, value: Full, reason: r, expires: 2026-01-01 }]";
    let on = |as_of| shown(&Tree { apps: &[etl()], config, policies: &[], as_of }.judge().diagnostics);
    assert_eq!(on(date(2026, 1, 1)), ["(scope-full ETL)"]);
    assert_eq!(on(date(2026, 1, 2)), ["scope-full ETL", "waiver-expired scope-full of ETL (`Full`)"]);
}

#[test]
fn waiver_covers_only_its_value() {
    let waived = |value: &str| {
        let config = format!(
            "rules: {{ t: warning }}\n\
             waivers: [{{ rule: t, app: Nightly ETL, {value} reason: r, expires: 2026-12-31 }}]"
        );
        let policy = "id: t\ntitle: t\nseverity: error\nwhy: t\nselect: App\nrequire: [{ path: scopes, equals: [Api] }]";
        let tree = Tree { apps: &[etl()], config: &config, policies: &[policy], as_of: TODAY };
        shown(&tree.judge().diagnostics)
    };
    assert_eq!(waived("value: [RefreshToken, Full],"), ["(t ETL)"]);
    assert_eq!(waived("value: \"*\","), ["(t ETL)"]);
    assert_eq!(waived("value: Full,"), ["t ETL", "waiver-widened t of Nightly ETL (`Full`)"]);
    assert_eq!(waived(""), ["t ETL", "waiver-widened t of Nightly ETL (no value)"]);
}

#[test]
fn findings_of_unwaivable_policies_cannot_be_waived() {
    let policy = "id: t\ntitle: t\nseverity: error\nwhy: t\nselect: App\nwaivable: false\n\
                  require: [{ path: scopes, equals: [Api] }]";
    let config = "waivers: [{ rule: t, app: ETL, value: \"*\", reason: r, expires: 2026-12-31 }]";
    let tree = Tree { apps: &[etl()], config, policies: &[policy], as_of: TODAY };
    assert!(shown(&tree.judge().diagnostics).contains(&"t ETL".to_owned()));
    let (config, _) = Config::read(&SourceFile::new("preauth.yaml".into(), config));
    let (_, errors) = PolicySet::load(&[SourceFile::new("t.yaml".into(), policy)], &config);
    let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages, ["`t` cannot be waived"]);
}

#[test]
fn waiver_applies_to_either_the_including_or_the_included_finding() {
    let whole = "id: whole\ntitle: t\nseverity: error\nwhy: t\nselect: App\nsubsume: [scope-full, refresh-token-never-expires]\n\
                 require: [{ path: scopes, equals: [Api] }]";
    let waived = |rule: &str| {
        let config = format!(
            "rules: {{ scope-full: error, refresh-token-never-expires: error }}\n\
             waivers: [{{ rule: {rule}, app: ETL, value: \"*\", reason: r, expires: 2026-12-31 }}]"
        );
        let tree = Tree { apps: &[etl()], config: &config, policies: &[whole], as_of: TODAY };
        tree.judge().diagnostics
    };
    let by_part = waived("scope-full");
    assert_eq!(shown(&by_part), ["whole ETL"]);
    assert_eq!(shown(&by_part[0].subsumed), ["(scope-full ETL)", "refresh-token-never-expires ETL"]);
    assert_eq!(shown(&waived("whole")), ["scope-full ETL", "(whole ETL)", "refresh-token-never-expires ETL"]);
}

#[test]
fn waiver_is_not_unmatched_if_the_result_is_unknown() {
    let config = "rules: { scope-full: error, xml-malformed: off, refresh-token-never-expires: error }\n\
                  waivers: [{ rule: scope-full, app: Broken, value: Full, reason: r, expires: 2026-12-31 }]";
    assert_eq!(found(&[("Broken", "<ConnectedApp>".into())], config), Vec::<String>::new());
    let unmatched = "waiver-unmatched scope-full of Broken (`Full`)";
    assert_eq!(found(&[("Other", app("Other", &["Api"], "zero"))], config), [unmatched]);
    // A placeholder is replaced during deployment.
    let old = app("Old", &["Api"], "zero").replace(">true<", ">{{ADMIN_APPROVED}}<");
    let config = "rules: { self-authorize: error, required-missing: off }\n\
                  waivers: [{ rule: self-authorize, app: Old, value: selfAuthorize, reason: r, expires: 2026-12-31 }]";
    assert_eq!(found(&[("Old", old)], config), Vec::<String>::new());
    let new = app("Old", &["Api"], "zero");
    assert_eq!(found(&[("Old", new)], config), ["waiver-unmatched self-authorize of Old (`selfAuthorize`)"]);
}

#[test]
fn shared_configuration_may_name_apps_of_other_projects() {
    let shared = "overrides: [{ apps: [Elsewhere], rules: { scope-full: off } }]\n\
                  waivers: [{ rule: scope-full, app: Elsewhere, value: Full, reason: r, expires: 2026-12-31 }]";
    let of_project = format!("rules: {{ scope-full: error }}\n{shared}");
    let here = [("Other", app("Other", &["Api"], "zero"))];
    let own = ["override-unmatched Elsewhere", "waiver-unmatched scope-full of Elsewhere (`Full`)"];
    assert_eq!(found(&here, &of_project), own);
    let mut named =
        |_: &FilePath, _: &str| Ok(("shared.yaml".into(), format!("extends: []\n{shared}").into()));
    let text = "extends: [shared.yaml]\nrules: { scope-full: error }";
    let (config, errors) = Config::load(&SourceFile::new("preauth.yaml".into(), text), &mut named);
    assert_eq!(errors, []);
    let tree = Tree { apps: &here, config: "", policies: &[], as_of: TODAY };
    assert_eq!(tree.judge_by(&config).diagnostics, []);
}

#[test]
fn waiver_of_a_disabled_policy_is_unmatched() {
    let config = "waivers: [{ rule: scope-full, app: ETL, value: Full, reason: r, expires: 2026-12-31 }]";
    let tree = Tree { apps: &[etl()], config, policies: &[], as_of: TODAY };
    let diagnostics = tree.judge().diagnostics;
    assert_eq!(diagnostics[0].primary.message, "this policy is switched off");
}

#[test]
fn waiver_matches_files_by_path() {
    let odd = app("Odd", &["Api"], "zero").replace("<label>", "<flavour>salt</flavour><label>");
    let waived = |file: &str| {
        let config =
            format!("waivers: [{{ rule: element-unknown, file: {file}, reason: r, expires: 2026-12-31 }}]");
        found(&[("Odd", odd.clone())], &config)
    };
    assert_eq!(waived("connectedApps/Odd.connectedApp-meta.xml"), ["(element-unknown Odd)"]);
    assert_eq!(waived("\"**/Odd.*\""), ["(element-unknown Odd)"]);
    assert_eq!(
        waived("\"*/Even.*\""),
        ["element-unknown Odd", "waiver-unmatched element-unknown of */Even.* (no value)"]
    );
}

#[test]
fn override_applies_to_apps_and_their_files_and_grants() {
    let of_file = "id: f\ntitle: t\nseverity: error\nwhy: t\nselect: ConnectedApp\nrequire: [{ path: startUrl, present: true }]";
    let of_grant = "id: g\ntitle: t\nseverity: error\nwhy: t\nselect: Grant\nrequire: [{ path: name, equals: Anywhere }]";
    let config = "rules: { scope-full: error }\n\
                  overrides: [\n\
                    { apps: [\"Nightly *\"], rules: { f: off, g: off, scope-full: off, element-unknown: off } },\n\
                    { apps: [ETL], rules: { scope-full: info } },\n\
                  ]";
    let odd = |name: &str| app(name, &["Full"], "zero").replace("<label>", "<flavour>salt</flavour><label>");
    let apps = [("Day", odd("Daily ETL")), ("ETL", odd("Nightly ETL"))];
    let tree = Tree { apps: &apps, config, policies: &[of_file, of_grant], as_of: TODAY };
    let diagnostics = tree.judge().diagnostics;
    let about_etl: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.primary.location.file.name().starts_with("ETL."))
        .collect();
    let [only] = about_etl.as_slice() else { panic!("{about_etl:?}") };
    assert_eq!((&*only.code, only.severity), ("scope-full", preauth_source::Severity::Info));
    let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.code).collect();
    assert_eq!(codes, ["f", "element-unknown", "scope-full", "g", "scope-full"]);
}
