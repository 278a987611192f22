use std::sync::Arc;

use preauth_metadata::Attribute;
use preauth_source::{Applicability, Location, Severity};

use crate::{
    path::{Path, Select},
    raw,
    test::{Look, Test},
    word::Operand,
    yaml::Placed,
};

/// What a policy means: everything looked up, ready to judge.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name.
    pub id: Arc<str>,
    /// What it demands, in one line.
    pub title: String,
    /// How much a violation matters.
    pub severity: Severity,
    /// Why it matters.
    pub why: String,
    /// What to do about a violation.
    pub help: Option<String>,
    /// Controls of security baselines that it checks.
    pub controls: Vec<String>,
    /// The smallest set that it belongs to.
    pub set: raw::Set,
    /// What it judges.
    pub select: Select,
    /// What `rules` in the configuration may change: each parameter and its value here.
    pub params: Vec<(String, String)>,
    /// When it applies: all of these hold.
    pub applies: Vec<Test>,
    /// When it does not apply all the same.
    pub except: Vec<Test>,
    /// What must hold.
    pub require: Vec<Test>,
    /// What a finding says.
    pub message: Option<Message>,
    /// What a correction writes, where the requirement itself does not say.
    pub repair: Vec<Setting>,
    /// How far a correction may be trusted at most.
    pub fix: Applicability,
    /// Policies whose findings this one speaks for.
    pub subsume: Vec<Placed<String>>,
    /// Whether a waiver can silence it.
    pub waivable: bool,
    /// Where it stands: its id in its file.
    pub location: Location,
    /// Whether the configuration switches it off.
    pub off: bool,
}

/// Text with values in it.
#[derive(Clone, Debug)]
pub struct Message(pub(crate) Vec<(String, Option<Path>)>);

/// An attribute and what a correction gives it; `None` takes it away.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The attribute.
    pub attribute: &'static Attribute,
    /// Its value.
    pub value: Option<Operand>,
}

impl Message {
    /// The text with the values of a subject.
    pub(crate) fn of(&self, look: &dyn Look, label: &str) -> String {
        let part = |(text, path): &(String, Option<Path>)| match path {
            None => text.clone(),
            Some(path) => look.fact(path).value().map_or_else(
                || missing(path, label),
                |value| path.in_setup(value).map_or_else(|| path.show(value), str::to_owned),
            ),
        };
        self.0.iter().map(part).collect()
    }
}

impl Policy {
    /// Every path that it looks at.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        [&self.applies, &self.except, &self.require]
            .into_iter()
            .flatten()
            .for_each(|test| test.paths(&mut paths));
        paths
    }
}

/// What stands for a value that is not known: of a label, the name that there is.
fn missing(path: &Path, label: &str) -> String {
    let is_label = matches!(path.text.as_str(), "label" | "app.label");
    if is_label { label.to_owned() } else { format!("(unknown {path})") }
}
