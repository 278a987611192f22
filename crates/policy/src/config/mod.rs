//! The configuration, `preauth.yaml`: rules for policies, the register of apps, and waivers.

mod chain;
mod pattern;
mod register;
mod rule;
mod waiver;

use jiff::civil::Date;
use preauth_metadata::App;
use preauth_source::{Diagnostic, Label, Location, Severity, SourceFile, TextRange};
use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use self::register::{DECLARED, ENVIRONMENTS, justification_type, undeclared};
pub use self::{
    chain::NamedFile,
    pattern::NamePattern,
    register::{ExpectedAttribute, Register, RegisterEntry},
    rule::{Override, Rule},
    waiver::{WaivedValue, Waiver, WaiverTarget, Waivers},
};
use self::{
    register::RawRegisterEntry,
    rule::{RawOverride, RawRule},
    waiver::RawWaiver,
};
use crate::{
    compile::shape,
    language::rule_set::RuleSet,
    yaml::{self, Placed, YamlData, YamlMap, YamlNode},
};

/// The code of every error in a configuration file.
pub(crate) const CODE: &str = crate::form::codes::CONFIG_INVALID;

/// The configuration file of a project.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawConfig {
    /// The configurations that this one extends: `recommended`, `strict`, and paths of other configuration files, relative
    /// to this one. Later ones take precedence, and this file over all. Without it, it is `recommended`.
    extends: Option<Vec<Placed<String>>>,
    /// Policies by id: `off`, a severity, or a mapping with `severity` and the policy's own parameters.
    rules: YamlMap<RawRule>,
    /// Other rules for some apps. If several are about the same app and policy, the last one counts.
    overrides: Vec<RawOverride>,
    /// Files and folders with policies of your own, relative to this file.
    policies: Vec<Placed<String>>,
    /// The register: the purpose and owner of each app, and the expected values of its attributes.
    apps: Vec<RawRegisterEntry>,
    /// Findings that are accepted for now, with a reason and an end.
    waivers: Vec<RawWaiver>,
    /// The longest time until a waiver expires, such as `180 DAYS`.
    #[schemars(with = "Option<String>")]
    waivers_expire_within: Option<YamlNode>,
}

/// The configuration, with every name resolved.
#[derive(Clone, Debug)]
pub struct Config {
    /// The built-in policies that are on.
    pub set: Option<RuleSet>,
    /// The rules for single policies. Each policy has at most one.
    pub rules: Vec<Rule>,
    /// The rules for single policies, for some apps.
    pub overrides: Vec<Override>,
    /// Files and folders with policies, relative to the configuration file that names them, with their places.
    pub policies: Vec<(String, Location)>,
    /// The register.
    pub register: Register,
    /// The waivers.
    pub waivers: Waivers,
}

impl Default for Config {
    /// Returns the configuration without a file: the recommended policies.
    fn default() -> Self {
        Self { set: Some(RuleSet::Recommended), ..Self::nothing() }
    }
}

impl Config {
    /// Reads a configuration file that extends no other. Every error is a diagnostic of code `config-invalid` at its place;
    /// the rest of the file is used.
    pub fn read(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        Self::load(source, &mut |_, _| Err("other files are not available here".into()))
    }

    /// Returns the rule for a policy or a check of form on an app. The last override takes precedence.
    pub fn rule(&self, id: &str, app: &App) -> Option<&Rule> {
        let named = |rules: &'_ [Rule]| rules.iter().position(|rule| rule.id == id);
        let about = self.overrides.iter().rev().filter(|one| one.is_about(app));
        let overridden = about.filter_map(|one| named(&one.rules).map(|index| &one.rules[index])).next();
        overridden.or_else(|| named(&self.rules).map(|index| &self.rules[index]))
    }

    /// Returns an empty configuration, without any policies.
    fn nothing() -> Self {
        Self {
            set: None,
            rules: Vec::new(),
            overrides: Vec::new(),
            policies: Vec::new(),
            register: Register::default(),
            waivers: Waivers::default(),
        }
    }

    /// Merges a later configuration into this one. The later one takes precedence.
    fn under(mut self, later: Self) -> Self {
        for rule in later.rules {
            match self.rules.iter_mut().find(|known| known.id == rule.id) {
                Some(known) => *known = known.under(&rule),
                None => self.rules.push(rule),
            }
        }
        self.overrides.extend(later.overrides);
        self.policies.extend(later.policies);
        self.waivers.waivers.extend(later.waivers.waivers);
        Self {
            set: self.set.max(later.set),
            register: self.register.under(later.register),
            waivers: Waivers {
                expire_within: later.waivers.expire_within.or(self.waivers.expire_within),
                ..self.waivers
            },
            ..self
        }
    }
}

/// Reads one file, without the files and sets that it extends, which are returned too.
fn read(
    source: &SourceFile<'_>,
    own: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Config, Option<Vec<Placed<String>>>) {
    let nothing = || (Config::nothing(), None);
    let node = match yaml::tree(source, CODE) {
        Ok(node) => node,
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            return nothing();
        }
    };
    if matches!(node.value, YamlData::Null) {
        return nothing();
    }
    let shape = shape();
    let errors = shape::check(source, &node, &shape, CODE);
    if !errors.is_empty() {
        diagnostics.extend(errors);
        return nothing();
    }
    match yaml::read::<RawConfig>(source, node, CODE) {
        Ok(raw) => {
            let extends = raw.extends.clone();
            (ConfigReader { source, own, diagnostics }.config(raw), extends)
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            nothing()
        }
    }
}

/// Reads one configuration file.
struct ConfigReader<'r, 't> {
    source: &'r SourceFile<'t>,
    /// True if the file is the project's own.
    own: bool,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl ConfigReader<'_, '_> {
    fn config(&mut self, raw: RawConfig) -> Config {
        let policies = raw.policies.iter();
        let policies = policies.map(|path| (path.value.clone(), self.source.at(path.range))).collect();
        let overrides = raw.overrides.into_iter().filter_map(|raw| self.overriding(raw)).collect();
        let rules = self.rules(raw.rules);
        let register = self.register(&raw.apps);
        let waivers = self.waivers(&raw.waivers, raw.waivers_expire_within.as_ref());
        Config { set: None, rules, overrides, policies, register, waivers }
    }

    fn error(&mut self, range: TextRange, message: String, near: Option<&str>) {
        let label = Label::new(self.source.at(range), "here");
        let mut diagnostic = Diagnostic::new(CODE, Severity::Error, message, label);
        diagnostic.help.extend(near.map(|near| format!("did you mean `{near}`?")));
        self.diagnostics.push(diagnostic);
    }

    /// Reports a duplicate, with both places.
    fn duplicate(&mut self, message: String, first: &Location, second: &Location) {
        let second = Label::new(second.clone(), "the second one");
        let diagnostic = Diagnostic::new(CODE, Severity::Error, message, second);
        self.diagnostics.push(diagnostic.with_related(Label::new(first.clone(), "the first one")));
    }

    fn apps(&mut self, text: &Placed<String>) -> Option<NamePattern> {
        NamePattern::of_apps(text).map_err(|message| self.error(text.range, message, None)).ok()
    }

    fn date(&mut self, text: &Placed<String>) -> Option<Date> {
        let date = text.parse().ok();
        if date.is_none() {
            let message = format!("`{}` is not a date: write it like `2027-03-31`", text.value);
            self.error(text.range, message, None);
        }
        date
    }
}

/// Returns the schema of configuration files.
pub(crate) fn shape() -> serde_json::Value {
    shape::of::<RawConfig>("preauth.yaml", "config.schema.json")
}
