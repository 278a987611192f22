//! Runs the examples of a policy: source trees with and without findings.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use preauth_metadata::{AppKind, Assignment, FileFacts, Kind, Project, Workspace, write};
use preauth_source::{Applicability, FilePath, Location, Severity, SourceFile, apply};

use crate::{
    BaseState, PolicySet,
    compile::{literal, raw::RawExample},
    config::Config,
    evaluate::context::CheckInput,
    fix::apply::fix,
    judge::{judgement::Judgement, tree::check},
    language::policy::Policy,
    yaml::Placed,
};

/// The outcome of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleReport {
    /// The policy's id.
    pub policy: String,
    /// The name of the example: `fail 1`, `pass 2 (externalClientApp)`.
    pub example: String,
    /// Its place, or the place where it should be.
    pub location: Location,
    /// False for a missing example: a policy must have at least one that fails and one that passes.
    pub exists: bool,
    /// The error; `None` if the outcome is as expected.
    pub error: Option<String>,
}

/// The day of the check, for examples without `as_of`.
const AS_OF: Date = date(2026, 1, 1);

/// The expected outcome of an example.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ExpectedOutcome {
    Fail,
    Pass,
    Undecided,
}

/// Runs the examples of a policy, even if it is switched off. A failing one must give a finding, and its fix must remove
/// the finding. A passing one must give none. An undecided one must leave the policy undecided.
pub fn run_examples(policies: &PolicySet, policy: &Policy) -> Vec<ExampleReport> {
    let policies = &policies.with(&policy.id);
    let mut reports = Vec::new();
    let examples = match policies.examples(policy) {
        Ok(examples) => examples,
        Err(error) => {
            return vec![ExampleReport {
                policy: policy.id.to_string(),
                example: "all".into(),
                location: error.primary.location,
                exists: true,
                error: Some(error.message),
            }];
        }
    };
    let groups = [
        ("fail", ExpectedOutcome::Fail, &examples.fail),
        ("pass", ExpectedOutcome::Pass, &examples.pass),
        ("undecided", ExpectedOutcome::Undecided, &examples.undecided),
    ];
    for (word, expected, group) in groups {
        for (index, example) in group.iter().enumerate() {
            let location = Location::new(policy.location.file.clone(), example.range);
            let mut report = |name: String, error: Option<String>| {
                let policy = policy.id.to_string();
                let location = location.clone();
                reports.push(ExampleReport { policy, example: name, location, exists: true, error });
            };
            match variants(example, &policy.location.file) {
                Ok(variants) => {
                    for (kind, files, config) in variants {
                        let kind = kind.map(|kind| format!(" ({})", kind.as_str())).unwrap_or_default();
                        let error = run(policies, policy, expected, example, &files, config.as_deref()).err();
                        report(format!("{word} {}{kind}", index + 1), error);
                    }
                }
                Err(error) => report(format!("{word} {}", index + 1), Some(error)),
            }
        }
    }
    for (word, group) in [("fail", &examples.fail), ("pass", &examples.pass)] {
        if group.is_empty() {
            let error = Some(format!("the policy has no example under `{word}`"));
            let (policy_id, location) = (policy.id.to_string(), policy.location.clone());
            let example = word.into();
            reports.push(ExampleReport { policy: policy_id, example, location, exists: false, error });
        }
    }
    reports
}

/// Texts by path.
pub(crate) type Files = BTreeMap<String, String>;

/// Runs one example.
///
/// # Errors
/// The difference between the expected and the actual outcome.
fn run(
    policies: &PolicySet,
    policy: &Policy,
    expected: ExpectedOutcome,
    example: &RawExample,
    files: &Files,
    config: Option<&str>,
) -> Result<(), String> {
    let given = given(policies, example, config)?;
    let mut workspace = workspace(policies, files);
    let finds =
        |judgement: &Judgement| judgement.diagnostics.iter().filter(|found| found.code == policy.id).count();
    let judgement = check(&workspace, policies, &given);
    let (found, others) = (finds(&judgement), &judgement.diagnostics);
    let undecided = judgement.undecided.iter().any(|undecided| undecided.policy == policy.id);
    let found_codes = || {
        let codes: Vec<&str> = others.iter().map(|found| &*found.code).collect();
        if codes.is_empty() { "nothing was found".to_owned() } else { format!("found: {}", codes.join(", ")) }
    };
    let wrong_severity = example.severity.as_ref().and_then(|expected| {
        let expected = Severity::from(expected.value);
        let found = judgement.diagnostics.iter().filter(|found| found.code == policy.id);
        found.map(|found| found.severity).find(|severity| *severity != expected)
    });
    if let Some(severity) = wrong_severity {
        return Err(format!("the severity of the finding is {severity}"));
    }
    match expected {
        ExpectedOutcome::Fail if found == 0 => return Err(format!("no finding, {}", found_codes())),
        ExpectedOutcome::Pass if found > 0 => return Err("there is a finding".into()),
        ExpectedOutcome::Pass if undecided => {
            return Err("the policy is undecided here: move the example to `undecided`".into());
        }
        ExpectedOutcome::Undecided if found > 0 || !undecided => {
            return Err(format!("not undecided, {}", found_codes()));
        }
        ExpectedOutcome::Pass | ExpectedOutcome::Undecided => return Ok(()),
        ExpectedOutcome::Fail => {}
    }
    let is_own = |found: &preauth_source::Diagnostic, _: &preauth_source::Fix| found.code == policy.id;
    let fixed = fix(&mut workspace, policies, &given, Applicability::Unsafe, &is_own);
    if !fixed.findings.is_empty() && finds(&fixed.remaining) >= found {
        return Err("the finding is still reported after its fix".into());
    }
    Ok(())
}

/// Returns the other input of the check of an example.
fn given(policies: &PolicySet, example: &RawExample, config: Option<&str>) -> Result<CheckInput, String> {
    let config = config.map(read_config).transpose()?.unwrap_or_default();
    let as_of = match &example.as_of {
        None => AS_OF,
        Some(day) => day.parse().map_err(|_| format!("`{}` is not a date", day.value))?,
    };
    let mut given = CheckInput::new(&config, as_of);
    if let Some(base) = &example.base {
        let text = |(path, text): (&Placed<String>, &String)| (path.value.clone(), text.clone());
        let mut files: Files = base.iter().map(text).collect();
        let register = match files.remove("preauth.yaml") {
            None => given.register.clone(),
            Some(text) => read_config(&text)?.register,
        };
        let org = workspace(policies, &files).org().clone();
        given.base = Some(BaseState { org, register: Some(register) });
    }
    Ok(given)
}

fn read_config(text: &str) -> Result<Config, String> {
    let (config, errors) = Config::read(&SourceFile::new("preauth.yaml".into(), text));
    match errors.first() {
        Some(error) => Err(format!("error in its configuration: {}", error.message)),
        None => Ok(config),
    }
}

/// A failing example as a tree to try fixes on.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// The kind of app; `None` for an example that lists its files.
    pub(crate) kind: Option<AppKind>,
    pub(crate) files: Files,
    pub(crate) given: CheckInput,
}

impl Trial {
    pub(crate) fn workspace(&self, policies: &PolicySet) -> Workspace {
        workspace(policies, &self.files)
    }
}

/// Returns the failing examples of a policy, except those with errors.
pub(crate) fn trials(policies: &PolicySet, policy: &Policy) -> Vec<Trial> {
    let examples = policies.examples(policy).unwrap_or_default();
    let trials_of = |example: &Placed<RawExample>| -> Vec<Trial> {
        let variants = variants(example, &policy.location.file).unwrap_or_default();
        let trial = |(kind, files, config): Variant| {
            Some(Trial { kind, files, given: given(policies, example, config.as_deref()).ok()? })
        };
        variants.into_iter().filter_map(trial).collect()
    };
    examples.fail.iter().flat_map(trials_of).collect()
}

/// Returns the files of an app without findings.
pub(crate) fn files_without_findings(kind: AppKind) -> Files {
    app_with(kind, &[]).expect("invariant: nothing is written")
}

/// Makes a workspace of these files.
pub(crate) fn workspace(policies: &PolicySet, files: &Files) -> Workspace {
    let project_file = FilePath::from("sfdx-project.json");
    let project = files
        .get("sfdx-project.json")
        .map(|text| Project::parse(&SourceFile::new(project_file.clone(), text)).0);
    let home = Location::start_of(project_file);
    let mut workspace = Workspace::new(project.unwrap_or_default(), policies.demand(), home);
    for (path, text) in files {
        let path = FilePath::from(path.as_str());
        if let Some((kind, stem)) = Kind::of_path(&path) {
            let facts = FileFacts::read(&SourceFile::new(path, text), kind, &stem, true, workspace.demand());
            workspace.set(facts);
        }
    }
    workspace
}

type Variant = (Option<AppKind>, Files, Option<String>);

/// Returns the trees of an example: one if it lists its files, one for each kind of app in the short form.
fn variants(example: &Placed<RawExample>, file: &FilePath) -> Result<Vec<Variant>, String> {
    let Some(app) = &example.app else {
        let files = example.files.iter().map(|(path, text)| (path.value.clone(), text.clone())).collect();
        return Ok(vec![(None, files, example.config.clone())]);
    };
    let (assigned, errors) =
        literal::assignments(app.entries().iter().map(|(key, value)| (key, value)), file);
    if let Some(error) = errors.first() {
        return Err(error.message.clone());
    }
    let config = example.declared.as_ref().map(|declared| {
        let mut entry = declared.to_json();
        if let Some(entry) = entry.as_object_mut() {
            entry.insert("match".into(), "Order_Sync".into());
        }
        serde_json::json!({ "apps": [entry] }).to_string()
    });
    let assignments: Vec<Assignment> = assigned.into_iter().map(|one| (one.attribute, one.value)).collect();
    let mut variants = Vec::new();
    for kind in [AppKind::ConnectedApp, AppKind::ExternalClientApp] {
        let is_other_kind = example.kind.as_ref().is_some_and(|only| only.value != kind.as_str());
        let fits = assignments.iter().all(|(row, _)| row.column(kind).is_some());
        if !is_other_kind && fits {
            let files = app_with(kind, &assignments)?;
            let files = files
                .into_iter()
                .chain(example.files.iter().map(|(path, text)| (path.value.clone(), text.clone())));
            variants.push((Some(kind), files.collect(), config.clone()));
        }
    }
    if variants.is_empty() {
        return Err("no kind of app has all these attributes".into());
    }
    Ok(variants)
}

/// Returns the files of an app without findings, after changing these attributes.
pub(crate) fn app_with(kind: AppKind, assignments: &[Assignment]) -> Result<Files, String> {
    let template: &[(&str, &str)] = match kind {
        AppKind::ConnectedApp => CONNECTED_APP,
        AppKind::ExternalClientApp => EXTERNAL_CLIENT_APP,
    };
    let mut files: Files = template
        .iter()
        .chain(COMPONENTS)
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let org = workspace(&PolicySet::default(), &files).org().clone();
    let app = org.apps.first().ok_or("invariant: the template makes an app")?;
    let edits = write(app, assignments).map_err(|refusal| refusal.to_string())?;
    for (path, text) in &mut files {
        *text = apply(text, edits.iter().filter(|edit| edit.location.file.as_str() == path))
            .map_err(|_| "invariant: the edits are made for this text")?;
    }
    Ok(files)
}

const CONNECTED_APP: &[(&str, &str)] =
    &[("connectedApps/Order_Sync.connectedApp-meta.xml", include_str!("connected_app.xml"))];

const EXTERNAL_CLIENT_APP: &[(&str, &str)] = &[
    ("externalClientApps/Order_Sync.eca-meta.xml", include_str!("header.xml")),
    ("extlClntAppOauthSettings/Order_Sync_oauth.ecaOauth-meta.xml", include_str!("oauth_settings.xml")),
    (
        "extlClntAppGlobalOauthSets/Order_Sync_glbloauth.ecaGlblOauth-meta.xml",
        include_str!("global_settings.xml"),
    ),
    (
        "extlClntAppOauthPolicies/Order_Sync_oauthPlcy.ecaOauthPlcy-meta.xml",
        include_str!("oauth_policies.xml"),
    ),
    ("extlClntAppPolicies/Order_Sync_plcy.ecaPlcy-meta.xml", include_str!("policies.xml")),
];

const COMPONENTS: &[(&str, &str)] = &[
    ("permissionsets/Order_Sync_User.permissionset-meta.xml", include_str!("permission_set.xml")),
    ("profiles/Order Desk.profile-meta.xml", include_str!("profile.xml")),
];
