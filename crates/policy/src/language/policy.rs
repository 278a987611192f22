use preauth_metadata::{Attribute, Fact, Value};
use preauth_source::{Applicability, ArcStr, Location, Severity};

use crate::{
    compile::raw,
    evaluate::culprits::Culprit,
    language::{
        param::Param,
        path::{AttributePath, Select},
        predicate::Operand,
        test::{FactSource, Test},
    },
    yaml::Placed,
};

/// What a policy means: everything looked up, ready to judge.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name.
    pub id: ArcStr,
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
    pub set: raw::RuleSet,
    /// What it judges.
    pub select: Select,
    /// What `rules` in the configuration may change: each parameter and its value here.
    pub params: Vec<Param>,
    /// When it applies: all of these hold.
    pub applies: Vec<Test>,
    /// When it does not apply all the same.
    pub except: Vec<Test>,
    /// What must hold.
    pub require: Vec<Test>,
    /// What a finding says.
    pub message: Option<MessageTemplate>,
    /// What a correction writes, where the requirement itself does not say.
    pub repair: Vec<RepairSetting>,
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
pub struct MessageTemplate(pub(crate) Vec<MessagePart>);

/// A part of a message.
#[derive(Clone, Debug)]
pub(crate) enum MessagePart {
    /// Text as it is.
    Text(String),
    /// The value of a path.
    Value(AttributePath),
    /// The members of a list that make the test fail.
    Culprit,
    /// A value that shows what is wrong.
    Counterexample,
    /// How many members the list has.
    Count,
}

impl MessagePart {
    /// What the braces of a message may hold beside a path.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "culprit" => Some(Self::Culprit),
            "counterexample" => Some(Self::Counterexample),
            "count" => Some(Self::Count),
            _ => None,
        }
    }
}

/// An attribute and what a correction gives it; `None` takes it away.
#[derive(Clone, Debug)]
pub struct RepairSetting {
    /// The attribute.
    pub attribute: &'static Attribute,
    /// Its value.
    pub value: Option<Operand>,
}

impl MessageTemplate {
    /// The text with the values of a subject, and what a test that fails has found in it: `decisive` is the fact that
    /// decided.
    pub(crate) fn of(
        &self,
        look: &dyn FactSource,
        label: &str,
        decisive: Option<&Fact>,
        culprits: &[Culprit],
    ) -> String {
        let part = |part: &MessagePart| match part {
            MessagePart::Text(text) => text.clone(),
            MessagePart::Value(path) => match look.fact(path).value() {
                None => missing(path, label),
                Some(Value::List(items)) => {
                    let items = items.iter().filter_map(Fact::value).map(|item| path.show(item));
                    items.collect::<Vec<_>>().join(", ")
                }
                Some(value) => path.in_setup(value).map_or_else(|| path.show(value), str::to_owned),
            },
            MessagePart::Culprit => named(culprits),
            MessagePart::Counterexample => {
                culprits.iter().find_map(|culprit| culprit.counterexample.clone()).unwrap_or_default()
            }
            MessagePart::Count => {
                let items = decisive.and_then(Fact::value).and_then(Value::as_list);
                items.map_or_else(String::new, |items| items.len().to_string())
            }
        };
        self.0.iter().map(part).collect()
    }
}

/// The names of culprits, as far as a message has room for them.
fn named(culprits: &[Culprit]) -> String {
    const ROOM: usize = 3;
    let names: Vec<String> =
        culprits.iter().take(ROOM).map(|culprit| format!("`{}`", culprit.name)).collect();
    match culprits.len().saturating_sub(ROOM) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

impl Policy {
    /// Every path that it looks at.
    pub(crate) fn paths(&self) -> Vec<&AttributePath> {
        let mut paths = Vec::new();
        [&self.applies, &self.except, &self.require]
            .into_iter()
            .flatten()
            .for_each(|test| test.paths(&mut paths));
        paths
    }
}

/// What stands for a value that is not known: of a label, the name that there is.
fn missing(path: &AttributePath, label: &str) -> String {
    let is_label = matches!(path.text.as_str(), "label" | "app.label");
    if is_label { label.to_owned() } else { format!("(unknown {path})") }
}
