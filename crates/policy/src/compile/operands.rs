//! Compiles operands: literals, parameters, attributes and days.

use crate::{
    compile::{
        compiler::{Compiler, Origin, PathRoot},
        errors::{did_you_mean, invalid_regex},
        literal,
    },
    language::{
        path::NoSuchPath,
        pattern::Pattern,
        predicate::{Operand, RelativeDay},
    },
    yaml::{Placed, YamlData, YamlNode},
};
use preauth_metadata::{Fact, IpRange, NETWORK_FORMS, Type, Value};

impl Compiler<'_, '_> {
    /// Compiles several operands. A parameter that is a list gives one for each member.
    pub(crate) fn operands(&mut self, root: PathRoot, ty: Type, nodes: &[YamlNode]) -> Option<Vec<Operand>> {
        let mut operands = Vec::new();
        for node in nodes {
            let param =
                node.as_text().and_then(|text| text.strip_prefix('$')).and_then(|name| self.param(name));
            match param.filter(|index| self.params[*index].is_list()) {
                Some(index) => operands.extend(self.list_argument(index, ty)?),
                None => operands.push(self.operand(root, ty, node)?),
            }
        }
        Some(operands)
    }

    /// Compiles an operand of a type.
    pub(crate) fn operand(&mut self, root: PathRoot, ty: Type, node: &YamlNode) -> Option<Operand> {
        let Some(name) = node.as_text().and_then(|text| text.strip_prefix('$')) else {
            return self.literal(ty, node);
        };
        if let Some(offset) = name.strip_prefix("as_of") {
            return self.day(root, offset.trim(), node);
        }
        if let Some(index) = self.param(name) {
            return self.argument(index, ty);
        }
        match root.select().path(name) {
            Ok(path) if path.is_secret() => {
                let message = format!("`${name}` is secret: it can be tested, but not used as a value");
                self.error(node.range, message, None);
                None
            }
            Ok(path) => Some(Operand::Path(path)),
            Err(error) => {
                let params = self.params.iter().map(|param| param.name.as_str());
                let near = preauth_source::nearest(name, params).map(str::to_owned);
                let message = format!("`${name}` is neither a parameter nor an attribute");
                self.no_such_path(node.range, NoSuchPath { message, near: near.or(error.near) });
                None
            }
        }
    }

    /// Reads what follows `$as_of`: nothing, or `+` or `-` and a duration.
    fn day(&mut self, root: PathRoot, offset: &str, node: &YamlNode) -> Option<Operand> {
        if offset.is_empty() {
            return Some(Operand::AsOf(RelativeDay::Same));
        }
        let (is_later, time) = match offset.split_at_checked(1) {
            Some(("+", time)) => (true, time),
            Some(("-", time)) => (false, time),
            _ => {
                let message = format!(
                    "`$as_of {offset}` is not a day: write `$as_of`, `$as_of + 60 DAYS` or `$as_of - 60 DAYS`"
                );
                self.error(node.range, message, None);
                return None;
            }
        };
        let time = Placed::new(YamlData::Text(time.trim().to_owned()), node.range);
        match self.operand(root, Type::Duration, &time)? {
            Operand::Literal(Value::Duration(time)) if is_later => {
                Some(Operand::AsOf(RelativeDay::After(time)))
            }
            Operand::Literal(Value::Duration(time)) => Some(Operand::AsOf(RelativeDay::Before(time))),
            _ => {
                let message =
                    "only a duration or a parameter can be added to `$as_of`, or subtracted from it";
                self.error(node.range, message.into(), None);
                None
            }
        }
    }

    /// Compiles a literal of a type.
    pub(crate) fn literal(&mut self, ty: Type, node: &YamlNode) -> Option<Operand> {
        match literal::read(node, ty, &self.source.path) {
            Ok(value) => Some(Operand::Literal(value)),
            Err(error) => {
                self.error(error.range, error.message, did_you_mean(error.near.as_deref()));
                None
            }
        }
    }

    /// Compiles networks. Literals must have the form of a network.
    pub(crate) fn networks(&mut self, root: PathRoot, node: &YamlNode) -> Option<Operand> {
        let operand = self.operand(root, Type::List(&Type::Text), node)?;
        let literals = match &operand {
            Operand::Literal(value) => value.as_list().unwrap_or_default(),
            Operand::Path(_) | Operand::AsOf(_) => &[],
        };
        for value in literals.iter().filter_map(Fact::value) {
            if IpRange::parse(&value.to_string()).is_err() {
                let message = format!("`{value}` is not a network: {NETWORK_FORMS}");
                self.error(node.range, message, None);
                return None;
            }
        }
        Some(operand)
    }

    /// Compiles a regular expression. Those of built-in policies are known to be valid.
    pub(crate) fn pattern(&mut self, pattern: &Placed<String>) -> Option<Pattern> {
        if let Some(index) = pattern.strip_prefix('$').and_then(|name| self.param(name)) {
            return self.pattern_argument(index);
        }
        if self.origin == Origin::Builtin {
            return Some(Pattern::known(pattern));
        }
        match Pattern::parse(pattern) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.error(pattern.range, invalid_regex(&reason), None);
                None
            }
        }
    }
}
