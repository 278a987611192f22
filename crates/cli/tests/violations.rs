//! Over generated trees and configurations, every violation that `explain --app` shows is reported by itself, or in a
//! finding that names it as included, at no lower severity.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write files, and fail by panicking"
)]

mod support;

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use preauth_metadata::{FileFacts, Kind, Project, Workspace};
use preauth_policy::{CheckInput, Conclusion, Config, PolicySet, trace};
use preauth_source::{Diagnostic, FilePath, Location, Severity, SourceFile};
use proptest::prelude::*;
use serde_json::Value;
use support::{run, stderr};

const DAY: jiff::civil::Date = jiff::civil::date(2026, 1, 1);

const PROJECT: &str =
    r#"{ "packageDirectories": [{ "path": "one" }, { "path": "two" }], "sourceApiVersion": "66.0" }"#;

/// Policies that include each other, and some that do not.
const RULES: [&str; 8] = [
    "toxic-combination",
    "broad-combination",
    "self-authorize",
    "self-authorize-server-flow",
    "scope-full",
    "refresh-token-never-expires",
    "ip-relaxation-unjustified",
    "grant-without-preauthorization",
];

/// A tree with its configuration.
#[derive(Clone, Debug)]
struct Tree {
    /// By path.
    apps: Vec<(String, String)>,
    config: String,
    /// A policy that is off for the apps of this name.
    off: Option<(&'static str, &'static str)>,
}

/// Options of a run.
#[derive(Clone, Debug)]
struct Options {
    ignore: Option<&'static str>,
    min_severity: Severity,
}

fn app() -> impl Strategy<Value = String> {
    let scopes = prop::sample::subsequence(vec!["Api", "Full", "RefreshToken"], 1..=3);
    let refresh = prop::sample::select(vec!["infinite", "zero", "specific_lifetime:30:DAYS"]);
    let relaxation = prop::sample::select(vec!["ENFORCE", "BYPASS"]);
    let granted = prop::sample::subsequence(vec!["Order Team", "Night Team"], 0..=2);
    (any::<bool>(), scopes, refresh, relaxation, granted).prop_map(
        |(approved, scopes, refresh, relaxation, granted)| {
            let scopes: String = scopes.iter().map(|scope| format!("<scopes>{scope}</scopes>")).collect();
            let granted: String =
                granted.iter().map(|set| format!("<permissionSetName>{set}</permissionSetName>")).collect();
            format!(
                "<ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\
                 <contactEmail>it@example.com</contactEmail><label>Desk</label><oauthConfig>\
                 <callbackUrl>https://orders.example.com/</callbackUrl><isAdminApproved>{approved}</isAdminApproved>\
                 {scopes}</oauthConfig><oauthPolicy><ipRelaxation>{relaxation}</ipRelaxation>\
                 <refreshTokenPolicy>{refresh}</refreshTokenPolicy></oauthPolicy>{granted}</ConnectedApp>"
            )
        },
    )
}

fn tree() -> impl Strategy<Value = Tree> {
    let apps = prop::collection::btree_map(
        (prop::sample::select(vec!["one", "two"]), prop::sample::select(vec!["Orders", "Night"])),
        app(),
        1..=3,
    );
    let level = prop::sample::select(vec!["info", "warning", "error", "off"]);
    let rules = prop::collection::btree_map(prop::sample::select(RULES.to_vec()), level, 0..=4);
    let waived = prop::option::of(prop::sample::select(RULES.to_vec()));
    let flow = prop::option::of(prop::sample::select(vec!["jwt-bearer", "web-server"]));
    let names = prop::sample::select(vec!["Orders", "Night"]);
    let off = prop::option::of((names, prop::sample::select(RULES.to_vec())));
    (apps, rules, waived, flow, off).prop_map(|(apps, rules, waived, flow, off)| {
        let path =
            |(folder, name): (&str, &str)| format!("{folder}/connectedApps/{name}.connectedApp-meta.xml");
        let mut config = String::from("rules:\n  app-duplicated: warning\n");
        rules.iter().for_each(|(rule, level)| writeln!(config, "  {rule}: {level}").unwrap());
        if let Some(flow) = flow {
            writeln!(config, "apps: [{{ match: Orders, flow: {flow} }}]").unwrap();
        }
        if let Some((name, rule)) = off {
            writeln!(config, "overrides: [{{ apps: [{name}], rules: {{ {rule}: off }} }}]").unwrap();
        }
        if let Some(rule) = waived {
            let target = "app: Orders, value: \"*\", reason: r, expires: 2026-12-31";
            writeln!(config, "waivers: [{{ rule: {rule}, {target} }}]").unwrap();
        }
        let off = off.filter(|(name, _)| apps.keys().any(|(_, app)| app == name));
        Tree { off, apps: apps.into_iter().map(|(at, text)| (path(at), text)).collect(), config }
    })
}

fn options() -> impl Strategy<Value = Options> {
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let ignore = prop::option::of(prop::sample::select(RULES.to_vec()));
    (ignore, severity).prop_map(|(ignore, min_severity)| Options { ignore, min_severity })
}

/// A violation: policy, file of the app, severity.
type Violation = (String, String, Severity);

impl Tree {
    fn write(&self, folder: &Path) {
        fs::write(folder.join("sfdx-project.json"), PROJECT).unwrap();
        fs::write(folder.join("preauth.yaml"), &self.config).unwrap();
        for directory in ["one", "two"] {
            fs::create_dir_all(folder.join(directory).join("connectedApps")).unwrap();
        }
        self.apps.iter().for_each(|(path, text)| fs::write(folder.join(path), text).unwrap());
    }

    /// Returns the violations of policies on apps and their grants, as `explain --app` finds them; `select` is switched on.
    fn violations(&self, select: &[&str]) -> BTreeSet<Violation> {
        let (config, errors) = Config::read(&SourceFile::new("preauth.yaml".into(), &self.config));
        assert_eq!(errors, []);
        let (mut policies, errors) = PolicySet::load(&[], &config);
        assert_eq!(errors, []);
        policies.switch_on(select);
        let project = Project::parse(&SourceFile::new("sfdx-project.json".into(), PROJECT)).0;
        let home = Location::start_of("sfdx-project.json".into());
        let mut workspace = Workspace::new(project, policies.demand(), home);
        for (path, text) in &self.apps {
            let path = FilePath::from(path.as_str());
            let (kind, stem) = Kind::of_path(&path).unwrap();
            let source = SourceFile::new(path, text);
            workspace.set(FileFacts::read(&source, kind, &stem, true, workspace.demand()));
        }
        let given = CheckInput::new(&config, DAY);
        let mut violations = BTreeSet::new();
        let of_app = |policy: &&preauth_policy::Policy| is_of_app(&policies, &policy.id);
        for policy in policies.on().filter(of_app) {
            for app in &workspace.org().apps {
                if self.off == Some((&app.name, &policy.id)) && !select.contains(&&*policy.id) {
                    continue;
                }
                for trace in trace(&workspace, &policies, &given, &policy.id, app).unwrap() {
                    let (Conclusion::Violated(findings) | Conclusion::Subsumed { findings, .. }) =
                        trace.conclusion
                    else {
                        continue;
                    };
                    violations.extend(findings.iter().map(violation));
                }
            }
        }
        violations
    }
}

fn is_of_app(policies: &PolicySet, id: &str) -> bool {
    policies.get(id).is_some_and(|policy| matches!(policy.select.as_str(), "App" | "Grant"))
}

fn violation(finding: &Diagnostic) -> Violation {
    let file = finding.primary.location.file.as_str().to_owned();
    (finding.code.to_string(), file, finding.severity)
}

fn severity(finding: &Value) -> Severity {
    finding["severity"].as_str().unwrap().parse().unwrap()
}

/// Returns the findings on apps and grants in a JSON report, and those that they include.
fn reported(report: &Value) -> BTreeSet<Violation> {
    let (policies, _) = PolicySet::load(&[], &Config::default());
    let mut all = BTreeSet::new();
    for finding in report["findings"].as_array().unwrap() {
        let file = finding["file"].as_str().unwrap().to_owned();
        let included = finding["included"].as_array().unwrap();
        for one in std::iter::once(finding).chain(included) {
            assert!(
                severity(one) <= severity(finding),
                "a finding includes one of a higher severity: {finding}"
            );
            let code = one["code"].as_str().unwrap();
            if is_of_app(&policies, code) {
                all.insert((code.to_owned(), file.clone(), severity(one)));
            }
        }
    }
    all
}

/// Runs a check with these arguments. Returns the reports in JSON, SARIF, JUnit and HTML.
fn check(folder: &Path, args: &[&str]) -> [String; 4] {
    let formats = ["json", "sarif", "junit", "html"];
    let out = tempfile::tempdir().unwrap();
    let file = |format: &str| out.path().join(format);
    let mut all = vec!["check".to_owned(), "--as-of=2026-01-01".to_owned()];
    all.extend(formats.iter().map(|format| format!("--format={format}={}", file(format).display())));
    all.extend(args.iter().map(|arg| (*arg).to_owned()));
    let output = run(folder, &all.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(&output));
    formats.map(|format| fs::read_to_string(file(format)).unwrap())
}

/// Checks that SARIF, JUnit and HTML have the findings of JSON, and what they include.
fn assert_same_findings([json, sarif, junit, html]: &[String; 4]) {
    let json: Value = serde_json::from_str(json).unwrap();
    let sarif: Value = serde_json::from_str(sarif).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(findings.len(), results.len());
    for (finding, result) in findings.iter().zip(results) {
        let code = finding["code"].as_str().unwrap();
        assert_eq!(result["ruleId"], finding["code"]);
        let is_live = finding["waived"].is_null();
        assert_eq!(result["suppressions"].as_array().unwrap().is_empty(), is_live);
        assert!(html.contains(&format!("<code>{code}</code>")), "{code}");
        let place =
            format!("{}:{}:{}", finding["file"].as_str().unwrap(), finding["line"], finding["column"]);
        let mut cases = junit.split("<testcase ").filter(|case| case.contains(&format!("({place})")));
        let of_code = format!("classname=\"preauth.{code}\"");
        let outcome = if is_live { "<failure" } else { "<skipped" };
        assert!(cases.any(|case| case.contains(&of_code) && case.contains(outcome)), "{code} {place}");
        for included in finding["included"].as_array().unwrap() {
            let named = |text: &str| {
                let (code, severity) =
                    (included["code"].as_str().unwrap(), included["severity"].as_str().unwrap());
                text.contains(&format!("{code} ({severity})"))
                    || text.contains(&format!("{code} (waived {severity})"))
            };
            assert!(named(junit) && named(html), "{included}");
            let ids = result["properties"]["included"].as_array().unwrap();
            assert!(ids.iter().any(|one| one["ruleId"] == included["code"]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_violation_is_reported_or_included(tree in tree(), options in options()) {
        let folder = tempfile::tempdir().unwrap();
        tree.write(folder.path());
        let mut args = vec!["--min-severity", options.min_severity.as_str()];
        args.extend(options.ignore.iter().flat_map(|id| ["--ignore", id]));
        let reports = check(folder.path(), &args);
        let mut expected = tree.violations(&[]);
        expected.retain(|(code, _, severity)| {
            *severity >= options.min_severity && options.ignore.is_none_or(|id| id != code)
        });
        prop_assert_eq!(reported(&serde_json::from_str(&reports[0]).unwrap()), expected);
        assert_same_findings(&reports);
    }

    #[test]
    fn selected_policy_reports_exactly_its_violations(tree in tree(), rule in prop::sample::select(RULES.to_vec())) {
        let folder = tempfile::tempdir().unwrap();
        tree.write(folder.path());
        let reports = check(folder.path(), &["--select", rule]);
        let mut expected = tree.violations(&[rule]);
        expected.retain(|(code, ..)| code == rule);
        let report: Value = serde_json::from_str(&reports[0]).unwrap();
        prop_assert_eq!(reported(&report), expected);
        prop_assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["code"] == rule));
        assert_same_findings(&reports);
    }
}
