//! Reads one configuration file.

use preauth_source::{Diagnostic, Label, Severity, SourceFile};
use schemars::JsonSchema;
use semver::{Version, VersionReq};
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
    /// The versions of preauth that may read this file, such as `>=0.2`. Other versions report an error and check nothing.
    #[serde(rename = "required-version")]
    #[allow(dead_code, reason = "checked before the rest of the file is read")]
    required_version: Option<String>,
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
    if let Some(error) = wrong_version(source, &node) {
        diagnostics.push(error);
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
            (resolve(&mut ConfigReader { source, is_own, diagnostics, retired: Vec::new() }, raw), extends)
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            empty()
        }
    }
}

/// Returns the error that the file requires another version of the program. Such a file may have keys that this version
/// does not know, so it is not read further.
fn wrong_version(source: &SourceFile<'_>, node: &YamlNode) -> Option<Diagnostic> {
    let required = node.get("required-version")?;
    let text = required.as_text()?;
    let (message, help) = match VersionReq::parse(text) {
        Ok(required) if required.matches(&version()) => return None,
        Ok(_) => {
            let message =
                format!("this configuration requires preauth {text}, and this is preauth {}", version());
            (message, "install a version that it allows")
        }
        Err(error) => {
            let message = format!("`{text}` is not a requirement of a version: {error}");
            (message, "write it like `>=0.2`, or like `0.2.1` for this version and compatible ones")
        }
    };
    let label = Label::new(source.at(required.range), "required here");
    Some(Diagnostic::new(CONFIG_INVALID, Severity::Error, message, label).with_help(help))
}

/// Returns the version of the program.
fn version() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).expect("invariant: packages have a version")
}

/// Resolves the parts of a file.
fn resolve(reader: &mut ConfigReader<'_, '_>, raw: RawConfig) -> Config {
    let policies = raw.policies.iter();
    let policies = policies.map(|path| (path.value.clone(), reader.source.at(path.range))).collect();
    let overrides = raw.overrides.into_iter().filter_map(|raw| reader.overriding(raw)).collect();
    let rules = reader.rules(raw.rules);
    let register = reader.register(&raw.apps);
    let waivers = reader.waivers(&raw.waivers, raw.waivers_expire_within.as_ref());
    let retired = std::mem::take(&mut reader.retired);
    Config { set: None, rules, overrides, policies, register, waivers, retired }
}

/// Returns the schema of configuration files.
pub(crate) fn shape() -> serde_json::Value {
    shape::of::<RawConfig>("preauth.yaml", "config.schema.json")
}
