//! Reads one configuration file.

use preauth_source::{Diagnostic, SourceFile};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    configuration::Config,
    reader::ConfigReader,
    register::RawRegisterEntry,
    rule::{RawOverride, RawRule},
    waiver::RawWaiver,
};
use crate::{
    compile::shape,
    form::codes::CONFIG_INVALID,
    yaml::{self, Placed, YamlData, YamlMap, YamlNode},
};

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
    /// Findings that are accepted until a date, with a reason.
    waivers: Vec<RawWaiver>,
    /// The longest time until a waiver expires, such as `180 DAYS`.
    #[schemars(with = "Option<String>")]
    waivers_expire_within: Option<YamlNode>,
}

/// Reads one file, without the files and sets that it extends, which are returned too.
pub(super) fn read_file(
    source: &SourceFile<'_>,
    is_own: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Config, Option<Vec<Placed<String>>>) {
    let empty = || (Config::empty(), None);
    let node = match yaml::tree(source, CONFIG_INVALID) {
        Ok(node) => node,
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            return empty();
        }
    };
    if matches!(node.value, YamlData::Null) {
        return empty();
    }
    let shape = shape();
    let errors = shape::check(source, &node, &shape, CONFIG_INVALID);
    if !errors.is_empty() {
        diagnostics.extend(errors);
        return empty();
    }
    match yaml::read::<RawConfig>(source, node, CONFIG_INVALID) {
        Ok(raw) => {
            let extends = raw.extends.clone();
            (resolve(&mut ConfigReader { source, is_own, diagnostics }, raw), extends)
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            empty()
        }
    }
}

/// Resolves the parts of a file.
fn resolve(reader: &mut ConfigReader<'_, '_>, raw: RawConfig) -> Config {
    let policies = raw.policies.iter();
    let policies = policies.map(|path| (path.value.clone(), reader.source.at(path.range))).collect();
    let overrides = raw.overrides.into_iter().filter_map(|raw| reader.overriding(raw)).collect();
    let rules = reader.rules(raw.rules);
    let register = reader.register(&raw.apps);
    let waivers = reader.waivers(&raw.waivers, raw.waivers_expire_within.as_ref());
    Config { set: None, rules, overrides, policies, register, waivers }
}

/// Returns the schema of configuration files.
pub(crate) fn shape() -> serde_json::Value {
    shape::of::<RawConfig>("preauth.yaml", "config.schema.json")
}
