//! Parameters: what `rules` in the configuration may change of a policy. A parameter has the type of what it is
//! compared with.

use std::cmp::Ordering;

use preauth_metadata::{Type, Value};
use preauth_source::{FilePath, Location};

use crate::{
    compile::{
        compiler::{Compiler, no_regex},
        literal::{self, LiteralError},
        raw,
    },
    config::Rule,
    language::{pattern::Pattern, predicate::Operand},
    yaml::{Placed, YamlData, YamlNode},
};

/// A parameter of a policy, as `preauth.yaml` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its value here.
    pub value: String,
    /// Its value where the configuration gives none.
    pub default: String,
    /// The least that the configuration may give.
    pub at_least: Option<String>,
    /// The most that the configuration may give.
    pub at_most: Option<String>,
    /// What it means.
    pub about: Option<String>,
}

/// A parameter while its policy is compiled.
pub(crate) struct Parameter {
    pub(crate) name: Placed<String>,
    default: YamlNode,
    at_least: Option<YamlNode>,
    at_most: Option<YamlNode>,
    about: Option<String>,
    /// What the configuration gives it, and the file that says so.
    given: Option<(YamlNode, FilePath)>,
    used: bool,
}

impl Parameter {
    fn new(name: &Placed<String>, raw: &raw::RawParam) -> Self {
        let part = |key: &str| raw.0.get(key).cloned();
        Self {
            name: name.clone(),
            default: part("default").unwrap_or_else(|| raw.0.clone()),
            at_least: part("at_least"),
            at_most: part("at_most"),
            about: part("about").and_then(|about| about.as_text().map(str::to_owned)),
            given: None,
            used: false,
        }
    }

    fn value(&self) -> &YamlNode {
        self.given.as_ref().map_or(&self.default, |(node, _)| node)
    }

    /// Whether it stands for several values.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.default.value, YamlData::List(_))
    }

    pub(crate) fn shown(&self) -> Param {
        let shown = |node: &YamlNode| literal::shown(node).unwrap_or_default();
        Param {
            name: self.name.value.clone(),
            value: shown(self.value()),
            default: shown(&self.default),
            at_least: self.at_least.as_ref().map(shown),
            at_most: self.at_most.as_ref().map(shown),
            about: self.about.clone(),
        }
    }
}

impl Compiler<'_, '_> {
    /// The parameters, with what the configuration gives them instead.
    pub(crate) fn parameters(&mut self, raw: &raw::RawPolicy, rule: Option<&Rule>) -> Vec<Parameter> {
        let mut params: Vec<Parameter> =
            raw.params.iter().map(|(name, param)| Parameter::new(name, param)).collect();
        for given in rule.iter().flat_map(|rule| &rule.params) {
            if let Some(param) = params.iter_mut().find(|param| param.name.value == given.name.value) {
                param.given = Some((given.value.clone(), given.file.clone()));
                continue;
            }
            let names = params.iter().map(|param| param.name.as_str());
            let help = preauth_source::nearest(&given.name, names).map_or_else(
                || {
                    let names: Vec<_> =
                        params.iter().map(|param| format!("`{}`", param.name.value)).collect();
                    (!names.is_empty()).then(|| format!("it has {}", names.join(", ")))
                },
                |near| Some(format!("did you mean `{near}`?")),
            );
            let message = format!("`{}` has no parameter `{}`", raw.id.value, given.name.value);
            self.misconfigured(Location::new(given.file.clone(), given.name.range), message, help);
        }
        params
    }

    /// The parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|param| param.name.value == name)
    }

    /// The value of a parameter where a value of a type is wanted.
    pub(crate) fn argument(&mut self, index: usize, ty: Type) -> Option<Operand> {
        let limits = self.limits(index, ty)?;
        self.value_of(index, |node, file| {
            let value = literal::read(node, ty, file)?;
            match beyond(&value, &limits) {
                None => Ok(Operand::Literal(value)),
                Some(message) => Err(LiteralError { range: node.range, message, near: None }),
            }
        })
    }

    /// The members of a parameter that is a list, each where a value of a type is wanted.
    pub(crate) fn listed(&mut self, index: usize, ty: Type) -> Option<Vec<Operand>> {
        self.value_of(index, |node, file| match &node.value {
            YamlData::List(items) => {
                items.iter().map(|item| Ok(Operand::Literal(literal::read(item, ty, file)?))).collect()
            }
            other => {
                let message = format!("{} is not a list", other.describe());
                Err(LiteralError { range: node.range, message, near: None })
            }
        })
    }

    /// A parameter as a regular expression.
    pub(crate) fn pattern_of(&mut self, index: usize) -> Option<Pattern> {
        self.value_of(index, |node, file| {
            let pattern = literal::read(node, Type::Text, file)?.to_string();
            let mistake =
                |reason: String| LiteralError { range: node.range, message: no_regex(&reason), near: None };
            Pattern::parse(&pattern).map_err(mistake)
        })
    }

    /// What the configuration gives a parameter, or else its default. A mistake in either is said at its place; one
    /// in the configuration leaves the default.
    fn value_of<T>(
        &mut self,
        index: usize,
        read: impl Fn(&YamlNode, &FilePath) -> Result<T, LiteralError>,
    ) -> Option<T> {
        let param = &mut self.params[index];
        param.used = true;
        let (name, given) = (param.name.value.clone(), param.given.clone());
        let help = |near: Option<String>| near.map(|near| format!("did you mean `{near}`?"));
        let default = match read(&param.default, &self.source.path) {
            Ok(value) => value,
            Err(error) => {
                self.mistake(error.range, format!("`{name}`: {}", error.message), help(error.near));
                return None;
            }
        };
        match given.map(|(node, file)| (read(&node, &file), file)) {
            None => Some(default),
            Some((Ok(value), _)) => Some(value),
            Some((Err(error), file)) => {
                let place = Location::new(file, error.range);
                self.misconfigured(place, format!("`{name}`: {}", error.message), help(error.near));
                Some(default)
            }
        }
    }

    /// The limits of a parameter, as values of its type.
    fn limits(&mut self, index: usize, ty: Type) -> Option<[Option<Value>; 2]> {
        let mut limits = [None, None];
        let nodes = [self.params[index].at_least.clone(), self.params[index].at_most.clone()];
        for (limit, node) in limits.iter_mut().zip(nodes) {
            let Some(node) = node else { continue };
            if !matches!(ty, Type::Number | Type::Duration | Type::Date) {
                self.mistake(node.range, "only numbers, durations and dates have limits".into(), None);
                return None;
            }
            match self.literal(ty, &node)? {
                Operand::Literal(value) => *limit = Some(value),
                _ => return None,
            }
        }
        Some(limits)
    }

    /// Says which parameters no test uses, if what the tests say is known.
    pub(crate) fn unused(&mut self) {
        if self.failed {
            return;
        }
        let unused = self.params.iter().filter(|param| !param.used);
        let names: Vec<Placed<String>> = unused.map(|param| param.name.clone()).collect();
        for name in names {
            let message = format!("no test uses the parameter `{0}`: write `${0}` in one", name.value);
            self.mistake(name.range, message, None);
        }
    }
}

/// That a value lies beyond limits.
fn beyond(value: &Value, [least, most]: &[Option<Value>; 2]) -> Option<String> {
    let is =
        |limit: &Option<Value>, ordering| limit.clone().filter(|limit| value.order(limit) == Some(ordering));
    let little = is(least, Ordering::Less).map(|least| format!("{value} is too little: {least} or more"));
    little.or_else(|| is(most, Ordering::Greater).map(|most| format!("{value} is too much: {most} or less")))
}
