//! The policies of a run: built-in ones and those of the user, compiled and configured.

use std::collections::BTreeMap;

use preauth_metadata::{Demand, masked};
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use crate::{
    compile::{compiler::Origin, policy::compile, raw, shape},
    config::{self, Config},
    form::{
        checks::{FORM_CHECKS, FormCheck, form_check},
        codes::{CONFIG_INVALID, POLICY_INVALID},
    },
    language::{path::AttributePath, policy::Policy, rule_set::RuleSet},
    rules::{
        contradictions::contradictions,
        overrides::{AppliedOverride, merged},
    },
    yaml::{self, YamlNode},
};

/// A policy that is built in.
struct BuiltinPolicy {
    path: &'static str,
    text: &'static str,
    /// The parsed text, without its examples, as the build script stored it.
    parsed: &'static [u8],
}

static BUILTIN: &[BuiltinPolicy] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// Policies, compiled and configured.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    policies: Vec<Policy>,
    /// The texts of the user's policies.
    texts: BTreeMap<FilePath, ArcStr>,
    /// The rules of the configuration for checks of form.
    pub(crate) form: Vec<config::Rule>,
    /// The overrides, in the order of the configuration.
    pub(crate) overridden: Vec<AppliedOverride>,
}

impl PolicySet {
    /// Loads the built-in policies and those of the user. Every error in a policy, or in the rules of the configuration,
    /// is a diagnostic (`policy-invalid`, `config-invalid`) at its place. Policies without errors are kept.
    pub fn load(user: &[SourceFile<'_>], config: &Config) -> (Self, Vec<Diagnostic>) {
        let (mut set, mut diagnostics) = Self::builtin(config);
        // A policy with an error is reported there, and not wherever its id is used.
        let mut written = Vec::new();
        for source in user {
            set.texts.insert(source.path.clone(), source.text.into());
            match yaml::tree(source, POLICY_INVALID) {
                Ok(node) => {
                    written.extend(node.get("id").and_then(|id| id.as_text()).map(str::to_owned));
                    let errors = shape::check(source, &node, &shape(), POLICY_INVALID);
                    if errors.is_empty() {
                        set.add(source, Origin::User, node, config, &mut diagnostics);
                    }
                    diagnostics.extend(errors);
                }
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        set.check_names(config, &written, &mut diagnostics);
        diagnostics.extend(contradictions(set.on()));
        // An error in a rule is repeated for each override that builds on it.
        let mut distinct = Vec::new();
        for mut diagnostic in diagnostics {
            // It may quote a secret.
            diagnostic.message = masked(&diagnostic.message);
            if !distinct.contains(&diagnostic) {
                distinct.push(diagnostic);
            }
        }
        (set, distinct)
    }

    /// Loads the built-in policies.
    fn builtin(config: &Config) -> (Self, Vec<Diagnostic>) {
        let overridden = config.overrides.iter().map(|by| AppliedOverride::new(by, &config.rules));
        let mut set = Self { overridden: overridden.collect(), ..Self::default() };
        let mut diagnostics = Vec::new();
        for builtin in BUILTIN {
            let source = SourceFile::new(builtin.path.into(), builtin.text);
            let node = yaml::stored(builtin.parsed).expect("invariant: the build script has stored it");
            set.add(&source, Origin::Builtin, node, config, &mut diagnostics);
        }
        (set, diagnostics)
    }

    fn add(
        &mut self,
        source: &SourceFile<'_>,
        origin: Origin,
        node: YamlNode,
        config: &Config,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let raw = match yaml::read::<raw::RawPolicy>(source, node, POLICY_INVALID) {
            Ok(raw) => raw,
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                return;
            }
        };
        let id = raw.id.value.clone();
        let place = Location::new(source.path.clone(), raw.id.range);
        if form_check(&id).is_some() || self.get(&id).is_some() {
            let message = format!("there is already a policy `{id}`");
            let mut diagnostic = Diagnostic::new(POLICY_INVALID, Severity::Error, message, Label::new(place, "the second one"))
                .with_help("give yours another id; to change how much a built-in policy matters, use `rules` in `preauth.yaml`");
            diagnostic
                .related
                .extend(self.get(&id).map(|first| Label::new(first.location.clone(), "the first one")));
            diagnostics.push(diagnostic);
            return;
        }
        let rule = config.rules.iter().find(|rule| rule.id == id);
        let Some(mut policy) = compile(source, origin, &raw, rule, diagnostics) else { return };
        let on = match origin {
            Origin::Builtin => config.set,
            // The user's own policies are on, unless their set is not.
            Origin::User => config.set.max(Some(RuleSet::Recommended)),
        };
        if rule.is_none() && Some(policy.set) > on {
            policy.only_cases_of = on;
            policy.off |= !policy.severities.iter().any(|case| case.set.is_some() && case.set <= on);
        }
        self.policies.push(policy);
        for one in &mut self.overridden {
            if let Some(rule) = one.by.rules.iter().find(|rule| rule.id == id) {
                one.policies.extend(compile(
                    source,
                    origin,
                    &raw,
                    Some(&merged(&config.rules, rule)),
                    diagnostics,
                ));
            }
        }
    }

    /// Checks every use of a policy's id; `written` are the ids in the files of the user, with and without errors.
    fn check_names(&mut self, config: &Config, written: &[String], diagnostics: &mut Vec<Diagnostic>) {
        let known: Vec<&str> = self.ids().chain(written.iter().map(String::as_str)).collect();
        let unknown = |id: &str, place: Location, code: &'static str| {
            let message = format!("there is no policy `{id}`");
            let mut diagnostic = Diagnostic::new(code, Severity::Error, message, Label::new(place, "here"));
            let near = preauth_source::nearest(id, known.iter().copied());
            diagnostic.help.extend(near.map(|near| format!("did you mean `{near}`?")));
            diagnostic
        };
        let rules = || config.rules.iter().chain(config.overrides.iter().flat_map(|one| &one.rules));
        let named = rules().map(|rule| (rule.id.as_str(), &rule.location));
        let waived = config.waivers.waivers.iter().map(|waiver| (waiver.rule.0.as_str(), &waiver.rule.1));
        for (id, place) in named.chain(waived).filter(|(id, _)| !known.contains(id)) {
            diagnostics.push(unknown(id, place.clone(), CONFIG_INVALID));
        }
        for (rule, given) in rules().flat_map(|rule| rule.params.iter().map(move |given| (rule, given))) {
            if form_check(&rule.id).is_some() {
                let place = Location::new(given.file.clone(), given.name.range);
                let message = format!("`{}` has no parameter `{}`", rule.id, given.name.value);
                diagnostics.push(Diagnostic::new(
                    CONFIG_INVALID,
                    Severity::Error,
                    message,
                    Label::new(place, "here"),
                ));
            }
        }
        for rule in config.overrides.iter().flat_map(|one| &one.rules) {
            let has_no_app = |policy: &Policy| !policy.select.can_be_overridden();
            if self.get(&rule.id).is_some_and(has_no_app) {
                let message = format!(
                    "`{}` is not about single apps: it cannot be overridden, only changed in `rules`",
                    rule.id
                );
                let label = Label::new(rule.location.clone(), "here");
                diagnostics.push(Diagnostic::new(CONFIG_INVALID, Severity::Error, message, label));
            }
        }
        for waiver in &config.waivers.waivers {
            let (id, place) = &waiver.rule;
            if self.ids().any(|known| known == id) && !self.is_waivable(id) {
                let message = format!("`{id}` cannot be waived");
                let label = Label::new(place.clone(), "here");
                diagnostics.push(Diagnostic::new(CONFIG_INVALID, Severity::Error, message, label).with_help(
                    "fix what it finds; to switch off a policy that does not suit your org at all, use `rules`",
                ));
            }
        }
        for policy in &self.policies {
            for id in policy.subsume.iter().filter(|id| !known.contains(&id.value.as_str())) {
                diagnostics.push(unknown(
                    &id.value,
                    Location::new(policy.location.file.clone(), id.range),
                    POLICY_INVALID,
                ));
            }
        }
        self.form = config.rules.iter().filter(|rule| form_check(&rule.id).is_some()).cloned().collect();
    }

    /// Returns all policies, by path.
    pub fn all(&self) -> &[Policy] {
        &self.policies
    }

    /// Returns the policies that are switched on.
    pub fn on(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(|policy| !policy.off)
    }

    /// Returns the policy of this id.
    pub fn get(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| &*policy.id == id)
    }

    /// Returns the text of a policy file.
    pub fn text(&self, path: &FilePath) -> Option<&str> {
        let user = self.texts.get(path).map(|text| &**text);
        let builtin = || BUILTIN.iter().find(|builtin| builtin.path == path.as_str()).map(|found| found.text);
        user.or_else(builtin)
    }

    /// Reads the examples of a policy from its file.
    ///
    /// # Errors
    /// The first error in them.
    pub(crate) fn examples(&self, policy: &Policy) -> Result<raw::RawExamples, Box<Diagnostic>> {
        let path = &policy.location.file;
        let source = SourceFile::new(path.clone(), self.text(path).unwrap_or_default());
        match yaml::tree(&source, POLICY_INVALID)?.get("examples") {
            Some(examples) => yaml::read(&source, examples.clone(), POLICY_INVALID),
            None => Ok(raw::RawExamples::default()),
        }
    }

    /// Returns the ids of all policies and checks of form.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|policy| &*policy.id).chain(FORM_CHECKS.iter().map(|check| check.id))
    }

    /// True if a policy or check of form is built in.
    pub fn is_builtin(&self, id: &str) -> bool {
        let file = self.get(id).map(|policy| policy.location.file.as_str());
        form_check(id).is_some() || BUILTIN.iter().any(|builtin| Some(builtin.path) == file)
    }

    /// True if the findings of a policy or a check of form can be waived.
    pub fn is_waivable(&self, id: &str) -> bool {
        form_check(id)
            .map_or_else(|| self.get(id).is_some_and(|policy| policy.waivable), |check| check.waivable)
    }

    /// Switches on policies and checks of form, also for the apps of overrides. Returns the ids of those that were off.
    pub fn switch_on(&mut self, ids: &[impl AsRef<str>]) -> Vec<String> {
        let (mut own_policies, mut own_rules) = (Vec::new(), Vec::new());
        for one in &mut self.overridden {
            own_policies.extend(&mut one.policies);
            own_rules.extend(&mut one.form);
        }
        let policies = self.policies.iter_mut().chain(own_policies);
        let is_named = |id: &str| ids.iter().any(|named| named.as_ref() == id);
        let policies = policies.map(|policy| {
            if is_named(&policy.id) {
                policy.only_cases_of = None;
            }
            (&*policy.id, &mut policy.off)
        });
        let rules = self.form.iter_mut().chain(own_rules).map(|rule| (rule.id.as_str(), &mut rule.off));
        let mut switched = Vec::new();
        for (id, off) in policies.chain(rules) {
            if *off && is_named(id) {
                *off = false;
                switched.push(id.to_owned());
            }
        }
        switched
    }

    /// Returns the policies without overrides and with this one switched on.
    pub(crate) fn with(&self, id: &str) -> Self {
        let mut set = Self { overridden: Vec::new(), ..self.clone() };
        set.switch_on(&[id]);
        set
    }

    /// Returns the policies without overrides and with every check of form switched on.
    pub(crate) fn with_every_form_check(&self) -> Self {
        Self { form: Vec::new(), overridden: Vec::new(), ..self.clone() }
    }

    /// Returns the highest severity of a check of form.
    pub(crate) fn severity_of_form(&self, check: &FormCheck) -> Severity {
        self.configured(check.id).unwrap_or(check.severity)
    }

    /// Returns the severity that the configuration sets for a check of form.
    fn configured(&self, code: &str) -> Option<Severity> {
        self.form.iter().find(|rule| rule.id == code).and_then(|rule| rule.severity)
    }

    /// Returns the elements that the policies read, in addition to those of the attributes.
    pub fn demand(&self) -> Demand {
        let mut demand = Demand::default();
        for policy in &self.policies {
            let Some(kind) = policy.select.file_kind() else { continue };
            let attributes = policy.select.attributes();
            let is_attribute =
                |path: &&AttributePath| attributes.iter().any(|(_, row)| row.name == path.attribute);
            for path in policy.paths().into_iter().filter(|path| !is_attribute(path)) {
                if let Ok(path) = preauth_xml::XmlPath::parse(&path.attribute) {
                    demand.add(kind, &path);
                }
            }
        }
        demand
    }
}

/// Returns the schema of policy files.
pub(crate) fn shape() -> serde_json::Value {
    shape::of::<raw::RawPolicy>("preauth policy", "policy.schema.json")
}
