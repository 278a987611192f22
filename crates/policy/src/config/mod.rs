//! `preauth.yaml`: which policies count and how much, the register of what each app is for, and what is waived.

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

/// The code of every mistake in a configuration file.
pub(crate) const CODE: &str = crate::form::codes::CONFIG_INVALID;

/// The configuration file of a project.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawConfig {
    /// What this configuration begins with: `recommended`, `strict`, and paths of other configuration files, relative
    /// to this one. What comes later counts more, and this file most. Left out, it is `recommended`.
    extends: Option<Vec<Placed<String>>>,
    /// Policies by id: `off`, a severity, or a mapping with `severity` and the policy's own parameters.
    rules: YamlMap<RawRule>,
    /// Other rules for some apps. Of those that are about an app and a policy, the last counts.
    overrides: Vec<RawOverride>,
    /// Files and folders with policies of your own, relative to this file.
    policies: Vec<Placed<String>>,
    /// The register: what each app is for, who owns it, and what it should be.
    apps: Vec<RawRegisterEntry>,
    /// Findings that stay for now: which, why, and until when.
    waivers: Vec<RawWaiver>,
    /// How far away the expiry of a waiver may lie at most, such as `180 DAYS`.
    #[schemars(with = "Option<String>")]
    waivers_expire_within: Option<YamlNode>,
}

/// The configuration, ready for use.
#[derive(Clone, Debug)]
pub struct Config {
    /// The built-in policies that are on.
    pub set: Option<RuleSet>,
    /// What is said of single policies; each is named once.
    pub rules: Vec<Rule>,
    /// What is said of single policies for some apps.
    pub overrides: Vec<Override>,
    /// Files and folders with policies, relative to the configuration file that names them, with their places.
    pub policies: Vec<(String, Location)>,
    /// The register.
    pub register: Register,
    /// What is waived.
    pub waivers: Waivers,
}

impl Default for Config {
    /// What counts without a configuration file: the recommended policies.
    fn default() -> Self {
        Self { set: Some(RuleSet::Recommended), ..Self::nothing() }
    }
}

impl Config {
    /// Reads a configuration file that extends no other. What could be read is used, and every mistake is a
    /// diagnostic of code `config-invalid` at its place.
    pub fn read(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        Self::load(source, &mut |_, _| Err("there are no other files here".into()))
    }

    /// What is said of a policy or a check of form for an app; the last override counts most.
    pub fn rule(&self, id: &str, app: &App) -> Option<&Rule> {
        let named = |rules: &'_ [Rule]| rules.iter().position(|rule| rule.id == id);
        let about = self.overrides.iter().rev().filter(|one| one.is_about(app));
        let overridden = about.filter_map(|one| named(&one.rules).map(|index| &one.rules[index])).next();
        overridden.or_else(|| named(&self.rules).map(|index| &self.rules[index]))
    }

    /// A configuration that says nothing, not even which policies are on.
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

    /// This configuration with what a later one says, which counts more.
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

/// What one file says, and the files and sets that it extends.
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
    let mistakes = shape::check(source, &node, &shape, CODE);
    if !mistakes.is_empty() {
        diagnostics.extend(mistakes);
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
    /// Whether the file is the project's own.
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

    fn mistake(&mut self, range: TextRange, message: String, near: Option<&str>) {
        let label = Label::new(self.source.at(range), "here");
        let mut diagnostic = Diagnostic::new(CODE, Severity::Error, message, label);
        diagnostic.help.extend(near.map(|near| format!("did you mean `{near}`?")));
        self.diagnostics.push(diagnostic);
    }

    /// The mistake that the same is said in two places.
    fn twice(&mut self, message: String, first: &Location, second: &Location) {
        let second = Label::new(second.clone(), "the second time");
        let diagnostic = Diagnostic::new(CODE, Severity::Error, message, second);
        self.diagnostics.push(diagnostic.with_related(Label::new(first.clone(), "the first time")));
    }

    fn apps(&mut self, text: &Placed<String>) -> Option<NamePattern> {
        NamePattern::of_apps(text).map_err(|message| self.mistake(text.range, message, None)).ok()
    }

    fn date(&mut self, text: &Placed<String>) -> Option<Date> {
        let date = text.parse().ok();
        if date.is_none() {
            let message = format!("`{}` is no date: write one such as `2027-03-31`", text.value);
            self.mistake(text.range, message, None);
        }
        date
    }
}

/// The schema that configuration files are held to.
pub(crate) fn shape() -> serde_json::Value {
    shape::of::<RawConfig>("preauth.yaml", "config.schema.json")
}
