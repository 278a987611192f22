//! Reads the values of parameters, and compiles them where tests use them. A parameter has the type of the attribute that it
//! is compared with.

use preauth_metadata::{Type, Value};
use preauth_source::{FilePath, Location};

use crate::{
    compile::{
        compiler::Compiler,
        errors::{did_you_mean, invalid_regex},
        literal::{self, LiteralError},
        parameters::{Parameter, out_of_limits},
        raw::RawPolicy,
    },
    config::Rule,
    language::{pattern::Pattern, predicate::Operand},
    yaml::{Placed, YamlData, YamlNode},
};

impl Compiler<'_, '_> {
    /// Reads the parameters, and their values in the configuration.
    pub(crate) fn parameters(&mut self, raw: &RawPolicy, rule: Option<&Rule>) -> Vec<Parameter> {
        let mut params: Vec<Parameter> =
            raw.params.iter().map(|(name, param)| Parameter::new(name, param)).collect();
        for argument in rule.iter().flat_map(|rule| &rule.params) {
            if let Some(param) = params.iter_mut().find(|param| param.name.value == argument.name.value) {
                param.configured = Some((argument.value.clone(), argument.file.clone()));
                continue;
            }
            let names = params.iter().map(|param| param.name.as_str());
            let help = preauth_source::nearest(&argument.name, names).map_or_else(
                || {
                    let names: Vec<_> =
                        params.iter().map(|param| format!("`{}`", param.name.value)).collect();
                    (!names.is_empty()).then(|| format!("its parameters are {}", names.join(", ")))
                },
                |near| Some(format!("did you mean `{near}`?")),
            );
            let message = format!("`{}` has no parameter `{}`", raw.id.value, argument.name.value);
            self.config_error(Location::new(argument.file.clone(), argument.name.range), message, help);
        }
        params
    }

    /// Returns the index of the parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|param| param.name.value == name)
    }

    /// Returns the value of a parameter, as a value of a type.
    pub(crate) fn argument(&mut self, index: usize, ty: Type) -> Option<Operand> {
        let limits = self.limits(index, ty)?;
        self.value_of(index, |node, file| {
            let value = literal::read(node, ty, file)?;
            match out_of_limits(&value, &limits) {
                None => Ok(Operand::Literal(value)),
                Some(message) => Err(LiteralError { range: node.range, message, near: None }),
            }
        })
    }

    /// Returns the members of a parameter that is a list, as values of a type.
    pub(crate) fn list_argument(&mut self, index: usize, ty: Type) -> Option<Vec<Operand>> {
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

    /// Returns the value of a parameter, as a regular expression.
    pub(crate) fn pattern_argument(&mut self, index: usize) -> Option<Pattern> {
        self.value_of(index, |node, file| {
            let pattern = literal::read(node, Type::Text, file)?.to_string();
            let error = |reason: String| LiteralError {
                range: node.range,
                message: invalid_regex(&reason),
                near: None,
            };
            Pattern::parse(&pattern).map_err(error)
        })
    }

    /// Reads the value of a parameter in the configuration, or else its default. After an error in the configuration the
    /// default is used.
    fn value_of<T>(
        &mut self,
        index: usize,
        read: impl Fn(&YamlNode, &FilePath) -> Result<T, LiteralError>,
    ) -> Option<T> {
        let param = &mut self.params[index];
        param.is_used = true;
        let (name, configured) = (param.name.value.clone(), param.configured.clone());
        let help = |near: Option<String>| did_you_mean(near.as_deref());
        let default = match read(&param.default, &self.source.path) {
            Ok(value) => value,
            Err(error) => {
                self.error(error.range, format!("`{name}`: {}", error.message), help(error.near));
                return None;
            }
        };
        match configured.map(|(node, file)| (read(&node, &file), file)) {
            None => Some(default),
            Some((Ok(value), _)) => Some(value),
            Some((Err(error), file)) => {
                let place = Location::new(file, error.range);
                self.config_error(place, format!("`{name}`: {}", error.message), help(error.near));
                Some(default)
            }
        }
    }

    /// Reads the limits of a parameter, as values of its type.
    fn limits(&mut self, index: usize, ty: Type) -> Option<[Option<Value>; 2]> {
        let mut limits = [None, None];
        let nodes = [self.params[index].at_least.clone(), self.params[index].at_most.clone()];
        for (limit, node) in limits.iter_mut().zip(nodes) {
            let Some(node) = node else { continue };
            if !matches!(ty, Type::Number | Type::Duration | Type::Date) {
                self.error(node.range, "only numbers, durations and dates can have limits".into(), None);
                return None;
            }
            match self.literal(ty, &node)? {
                Operand::Literal(value) => *limit = Some(value),
                _ => return None,
            }
        }
        Some(limits)
    }

    /// Reports the parameters that no test uses, if all tests could be compiled.
    pub(crate) fn report_unused_parameters(&mut self) {
        if self.failed {
            return;
        }
        let unused = self.params.iter().filter(|param| !param.is_used);
        let names: Vec<Placed<String>> = unused.map(|param| param.name.clone()).collect();
        for name in names {
            let message = format!("no test uses the parameter `{0}`: write `${0}` in one", name.value);
            self.error(name.range, message, None);
        }
    }
}
