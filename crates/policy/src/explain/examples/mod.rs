//! A policy's own examples: source trees that show what it finds and what it does not.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use preauth_metadata::{AppKind, Assignment, FileFacts, Kind, Project, Workspace, write};
use preauth_source::{Applicability, FilePath, Location, SourceFile, apply};

use crate::{
    BaseState, PolicySet,
    compile::{literal, raw::RawExample},
    config::Config,
    evaluate::subject::CheckInput,
    fix::fix,
    judge::tree::{Judgement, check},
    language::policy::Policy,
    yaml::Placed,
};

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleReport {
    /// The policy's id.
    pub policy: String,
    /// Which example: `fail 1`, `pass 2 (externalClientApp)`.
    pub example: String,
    /// Where it stands, or should.
    pub location: Location,
    /// Whether there is one: a policy without an example that it should have is reported too.
    pub is_there: bool,
    /// What is wrong with it; `None`: it behaves.
    pub mistake: Option<String>,
}

/// The day that examples are judged at, unless they say otherwise.
const AS_OF: Date = date(2026, 1, 1);

/// What an example is to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Fail,
    Pass,
    Undecided,
}

/// Runs the examples of a policy, also of one that is switched off: a failing one must give a finding, which must be
/// gone when it is corrected; a passing one must give none; an undecided one must leave the policy undecided.
pub fn run_examples(policies: &PolicySet, policy: &Policy) -> Vec<ExampleReport> {
    let policies = &policies.with(&policy.id);
    let mut reports = Vec::new();
    let examples = match policies.examples(policy) {
        Ok(examples) => examples,
        Err(mistake) => {
            return vec![ExampleReport {
                policy: policy.id.to_string(),
                example: "all".into(),
                location: mistake.primary.location,
                is_there: true,
                mistake: Some(mistake.message),
            }];
        }
    };
    let groups = [
        ("fail", Shows::Fail, &examples.fail),
        ("pass", Shows::Pass, &examples.pass),
        ("undecided", Shows::Undecided, &examples.undecided),
    ];
    for (word, shows, group) in groups {
        for (index, example) in group.iter().enumerate() {
            let location = Location::new(policy.location.file.clone(), example.range);
            let mut report = |name: String, mistake: Option<String>| {
                let policy = policy.id.to_string();
                let location = location.clone();
                reports.push(ExampleReport { policy, example: name, location, is_there: true, mistake });
            };
            match variants(example, &policy.location.file) {
                Ok(variants) => {
                    for (kind, files, config) in variants {
                        let kind = kind.map(|kind| format!(" ({})", kind.as_str())).unwrap_or_default();
                        let mistake =
                            judge(policies, policy, shows, example, &files, config.as_deref()).err();
                        report(format!("{word} {}{kind}", index + 1), mistake);
                    }
                }
                Err(mistake) => report(format!("{word} {}", index + 1), Some(mistake)),
            }
        }
    }
    for (word, group) in [("fail", &examples.fail), ("pass", &examples.pass)] {
        if group.is_empty() {
            let mistake = Some(format!("the policy has no example under `{word}`"));
            let (policy_id, location) = (policy.id.to_string(), policy.location.clone());
            let example = word.into();
            reports.push(ExampleReport { policy: policy_id, example, location, is_there: false, mistake });
        }
    }
    reports
}

/// Texts by path.
pub(crate) type Files = BTreeMap<String, String>;

fn judge(
    policies: &PolicySet,
    policy: &Policy,
    shows: Shows,
    example: &RawExample,
    files: &Files,
    config: Option<&str>,
) -> Result<(), String> {
    let given = given(policies, example, config)?;
    let mut workspace = workspace(policies, files);
    let finds = |judgement: &Judgement| {
        judgement
            .diagnostics
            .iter()
            .flat_map(preauth_source::Diagnostic::with_subsumed)
            .filter(|found| found.code == policy.id)
            .count()
    };
    let judgement = check(&workspace, policies, &given);
    let (found, others) = (finds(&judgement), &judgement.diagnostics);
    let undecided = judgement.undecided.iter().any(|undecided| undecided.policy == policy.id);
    let seen = || {
        let codes: Vec<&str> = others.iter().map(|found| &*found.code).collect();
        if codes.is_empty() { "nothing was found".to_owned() } else { format!("found: {}", codes.join(", ")) }
    };
    match shows {
        Shows::Fail if found == 0 => return Err(format!("no finding, {}", seen())),
        Shows::Pass if found > 0 => return Err("there is a finding".into()),
        Shows::Pass if undecided => {
            return Err("the policy is undecided here: list it under `undecided`".into());
        }
        Shows::Undecided if found > 0 || !undecided => return Err(format!("not undecided, {}", seen())),
        Shows::Pass | Shows::Undecided => return Ok(()),
        Shows::Fail => {}
    }
    let mine = |found: &preauth_source::Diagnostic, _: &preauth_source::Fix| found.code == policy.id;
    let fixed = fix(&mut workspace, policies, &given, Applicability::Unsafe, &mine);
    if !fixed.corrected.is_empty() && finds(&fixed.left) >= found {
        return Err("the finding is still there after its correction".into());
    }
    Ok(())
}

/// What an example is judged with, beside its files.
fn given(policies: &PolicySet, example: &RawExample, config: Option<&str>) -> Result<CheckInput, String> {
    let config = config.map(|text| Config::read(&SourceFile::new("preauth.yaml".into(), text)));
    let (config, mistakes) = config.unwrap_or_default();
    if let Some(mistake) = mistakes.first() {
        return Err(format!("its configuration is wrong: {}", mistake.message));
    }
    let as_of = match &example.as_of {
        None => AS_OF,
        Some(day) => day.parse().map_err(|_| format!("`{}` is no date", day.value))?,
    };
    let mut given = CheckInput::new(&config, as_of);
    given.base = example.base.as_ref().map(|base| {
        let files: Files = base.iter().map(|(path, text)| (path.value.clone(), text.clone())).collect();
        BaseState::of(workspace(policies, &files).org())
    });
    Ok(given)
}

/// A failing example as a tree to try corrections on.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// The kind of app; `None` of an example that is written out in files.
    pub(crate) kind: Option<AppKind>,
    pub(crate) files: Files,
    pub(crate) given: CheckInput,
}

impl Trial {
    pub(crate) fn workspace(&self, policies: &PolicySet) -> Workspace {
        workspace(policies, &self.files)
    }
}

/// The failing examples of a policy; those that are wrong are left out.
pub(crate) fn trials(policies: &PolicySet, policy: &Policy) -> Vec<Trial> {
    let examples = policies.examples(policy).unwrap_or_default();
    let of = |example: &Placed<RawExample>| -> Vec<Trial> {
        let variants = variants(example, &policy.location.file).unwrap_or_default();
        let trial = |(kind, files, config): Variant| {
            Some(Trial { kind, files, given: given(policies, example, config.as_deref()).ok()? })
        };
        variants.into_iter().filter_map(trial).collect()
    };
    examples.fail.iter().flat_map(of).collect()
}

/// The files of an app that is in order.
pub(crate) fn in_order(kind: AppKind) -> Files {
    app_with(kind, &[]).expect("invariant: nothing is written")
}

/// A workspace of these files.
pub(crate) fn workspace(policies: &PolicySet, files: &Files) -> Workspace {
    let project_file = FilePath::from("sfdx-project.json");
    let project = files
        .get("sfdx-project.json")
        .map(|text| Project::parse(&SourceFile::new(project_file.clone(), text)).0);
    let home = Location::start_of(project_file);
    let mut workspace = Workspace::new(project.unwrap_or_default(), policies.demand(), home);
    for (path, text) in files {
        let path = FilePath::from(path.as_str());
        if let Some((kind, stem)) = Kind::of(&path) {
            let facts = FileFacts::read(&SourceFile::new(path, text), kind, &stem, true, workspace.demand());
            workspace.set(facts);
        }
    }
    workspace
}

type Variant = (Option<AppKind>, Files, Option<String>);

/// The trees that an example stands for: itself, or one for each kind of app.
fn variants(example: &Placed<RawExample>, file: &FilePath) -> Result<Vec<Variant>, String> {
    let Some(app) = &example.app else {
        let files = example.files.iter().map(|(path, text)| (path.value.clone(), text.clone())).collect();
        return Ok(vec![(None, files, example.config.clone())]);
    };
    let (assigned, mistakes) =
        literal::assignments(app.entries().iter().map(|(key, value)| (key, value)), file);
    if let Some(mistake) = mistakes.first() {
        return Err(mistake.message.clone());
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
        let other = example.kind.as_ref().is_some_and(|only| only.value != kind.as_str());
        let fits = assignments.iter().all(|(row, _)| row.column(kind).is_some());
        if !other && fits {
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

/// An app that is in order, with these attributes changed.
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
