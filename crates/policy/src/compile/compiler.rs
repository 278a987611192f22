//! From what a policy file says to what it means; every mistake is a diagnostic at its place.

use preauth_metadata::{Type, Value, attribute};
use preauth_source::{Applicability, Diagnostic, Label, Location, Severity, SourceFile, TextRange};

use crate::{
    compile::{literal, raw},
    config::Rule,
    language::{
        param::Parameter,
        path::{AttributePath, NoSuchPath, Select},
        pattern::Pattern,
        policy::{MessagePart, MessageTemplate, Policy, RepairSetting},
        predicate::{Operand, said},
        test::{PredicateTest, Test},
    },
    yaml::{Placed, YamlData, YamlNode},
};

/// The code of every mistake in a policy file.
pub(crate) const CODE: &str = crate::form::codes::POLICY_INVALID;

/// Where a policy comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// With the program: what takes time to check, its tests have checked.
    Builtin,
    /// From a file of the user.
    User,
}

/// Compiles one policy. `rule` is what the configuration says of it.
pub(crate) fn compile(
    source: &SourceFile<'_>,
    origin: Origin,
    raw: &raw::RawPolicy,
    rule: Option<&Rule>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Policy> {
    let select = Select::named(&raw.select);
    let mut compiler = Compiler { source, origin, params: Vec::new(), diagnostics, failed: false };
    let Some(select) = select else {
        let near = preauth_source::nearest(&raw.select, Select::names());
        let names: Vec<_> = Select::NAMED.iter().map(|(name, _)| format!("`{name}`")).collect();
        let help = near.map_or_else(
            || format!("write one of {}, or the name of a metadata type", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        compiler.mistake(raw.select.range, format!("nothing is called `{}`", raw.select.value), Some(help));
        return None;
    };
    compiler.params = compiler.parameters(raw, rule);
    let applies = compiler.tests(select, &raw.applies);
    let except = compiler.tests(select, &raw.except);
    let require = compiler.tests(select, &raw.require);
    if require.is_empty() && !compiler.failed {
        compiler.mistake(raw.id.range, "a policy requires something: `require` is empty".into(), None);
    }
    let message = raw.message.as_ref().and_then(|message| compiler.message(select, message));
    let repair = compiler.repair(select, raw);
    compiler.unused();
    let failed = compiler.failed;
    let params = compiler.params.iter().map(Parameter::shown).collect();
    (!failed).then(|| Policy {
        id: raw.id.value.as_str().into(),
        title: raw.title.value.clone(),
        severity: rule.and_then(|rule| rule.severity).unwrap_or(raw.severity.value.into()),
        why: raw.why.clone(),
        help: raw.help.clone(),
        controls: raw.controls.clone(),
        set: raw.set,
        select,
        params,
        applies,
        except,
        require,
        message,
        repair,
        fix: raw.fix.as_ref().map_or(Applicability::Safe, |fix| fix.value.into()),
        subsume: raw.subsume.clone(),
        waivable: raw.waivable,
        location: Location::new(source.path.clone(), raw.id.range),
        off: rule.is_some_and(|rule| rule.off),
    })
}

pub(crate) struct Compiler<'c, 't> {
    pub(crate) source: &'c SourceFile<'t>,
    pub(crate) origin: Origin,
    pub(crate) params: Vec<Parameter>,
    diagnostics: &'c mut Vec<Diagnostic>,
    pub(crate) failed: bool,
}

/// What the paths of a test start from.
#[derive(Clone, Copy)]
pub(crate) enum PathRoot {
    Subject(Select),
    /// A member of a list, inside a subject.
    Member(Select, Type),
}

impl PathRoot {
    pub(crate) fn subject(self) -> Select {
        match self {
            Self::Subject(select) | Self::Member(select, _) => select,
        }
    }
}

impl Compiler<'_, '_> {
    pub(crate) fn mistake(&mut self, range: TextRange, message: String, help: Option<String>) {
        let mut diagnostic =
            Diagnostic::new(CODE, Severity::Error, message, Label::new(self.source.at(range), "here"));
        diagnostic.help.extend(help);
        self.diagnostics.push(diagnostic);
        self.failed = true;
    }

    fn no_such_path(&mut self, range: TextRange, error: NoSuchPath) {
        self.mistake(range, error.message, error.near.map(|near| format!("did you mean `{near}`?")));
    }

    /// A mistake in the configuration: the policy stays as it is.
    pub(crate) fn misconfigured(&mut self, place: Location, message: String, help: Option<String>) {
        let label = Label::new(place, "here");
        let mut diagnostic = Diagnostic::new(crate::config::CODE, Severity::Error, message, label);
        diagnostic.help.extend(help);
        self.diagnostics.push(diagnostic);
    }

    fn tests(&mut self, select: Select, raw: &[raw::RawTest]) -> Vec<Test> {
        raw.iter()
            .filter_map(|test| self.test(PathRoot::Subject(select), test, TextRange::default()))
            .collect()
    }

    /// Compiles a test; `around` is its place where it has none of its own.
    pub(crate) fn test(&mut self, base: PathRoot, raw: &raw::RawTest, around: TextRange) -> Option<Test> {
        let words = said(raw);
        let around = words.first().map_or(around, |(_, range)| *range);
        let around = raw
            .path
            .as_ref()
            .map_or(around, |path| if path.value == "*" { around } else { path.range.cover(around) });
        let [(word, range)] = words.as_slice() else {
            let at = words.get(1).map(|(_, range)| *range).or(raw.path.as_ref().map(|path| path.range));
            let message = if words.is_empty() {
                "a test needs a word that says what must be true, such as `equals` or `present`".to_owned()
            } else {
                let names: Vec<_> = words.iter().map(|(name, _)| format!("`{name}`")).collect();
                format!("a test says one thing, this one says {}: put them into `all`", names.join(" and "))
            };
            self.mistake(at.unwrap_or(around), message, None);
            return None;
        };
        let (word, range) = (*word, *range);
        if let Some(tests) = raw.all.as_ref().or(raw.any.as_ref()) {
            if let Some(path) = &raw.path {
                self.mistake(path.range, format!("`{word}` has no path of its own: its tests have"), None);
                return None;
            }
            if tests.is_empty() {
                self.mistake(range, format!("`{word}` needs at least one test"), None);
                return None;
            }
            let compiled: Vec<Test> =
                tests.iter().filter_map(|test| self.test(base, test, tests.range)).collect();
            let whole = compiled.len() == tests.len();
            return whole.then(|| if raw.all.is_some() { Test::All(compiled) } else { Test::Any(compiled) });
        }
        if let Some(test) = &raw.not {
            return Some(Test::Not(Box::new(self.test(base, test, test.range)?)));
        }
        if raw.path.as_ref().is_some_and(|path| path.value == "*") {
            let expected = raw.equals.as_ref().and_then(|node| node.as_text()) == Some("$declared.expect.*");
            if expected && matches!(base, PathRoot::Subject(Select::App)) {
                return Some(Test::AsExpected(range));
            }
            self.mistake(
                range,
                "the path `*` goes with `equals: $declared.expect.*` alone, of an `App`".into(),
                None,
            );
            return None;
        }
        let path = self.path(base, raw.path.as_ref(), around)?;
        let word = self.predicate(base, &path, raw, range)?;
        if !word.suits(path.ty) {
            let message = format!("`{}` cannot be asked that: it is {}", path.text, path.ty.describe());
            self.mistake(range, message, None);
            return None;
        }
        let if_unknown = raw.if_unknown.as_ref().map(|word| word.value == raw::RawIfUnknown::Pass);
        Some(Test::Predicate(Box::new(PredicateTest { path, predicate: word, range: around, if_unknown })))
    }

    fn path(
        &mut self,
        base: PathRoot,
        raw: Option<&Placed<String>>,
        around: TextRange,
    ) -> Option<AttributePath> {
        let found = match (base, raw) {
            (PathRoot::Subject(select), Some(path)) => AttributePath::of(select, path),
            (PathRoot::Member(_, ty), path) => AttributePath::within(ty, path.map_or("", |path| path)),
            (PathRoot::Subject(_), None) => {
                self.mistake(around, "a test needs a `path`".into(), None);
                return None;
            }
        };
        match found {
            Ok(path) => Some(path),
            Err(error) => {
                self.no_such_path(raw.map_or(around, |path| path.range), error);
                None
            }
        }
    }

    pub(crate) fn operands(&mut self, base: PathRoot, ty: Type, nodes: &[YamlNode]) -> Option<Vec<Operand>> {
        let mut operands = Vec::new();
        for node in nodes {
            let param =
                node.as_text().and_then(|text| text.strip_prefix('$')).and_then(|name| self.param(name));
            match param.filter(|index| self.params[*index].is_list()) {
                Some(index) => operands.extend(self.listed(index, ty)?),
                None => operands.push(self.operand(base, ty, node)?),
            }
        }
        Some(operands)
    }

    pub(crate) fn operand(&mut self, base: PathRoot, ty: Type, node: &YamlNode) -> Option<Operand> {
        if let Some(name) = node.as_text().and_then(|text| text.strip_prefix('$')) {
            if let Some(ahead) = name.strip_prefix("as_of") {
                return self.day(base, ahead.trim(), node);
            }
            if let Some(index) = self.param(name) {
                return self.argument(index, ty);
            }
            return match AttributePath::of(base.subject(), name) {
                Ok(path) if path.is_secret() => {
                    let message = format!("`${name}` is a secret: it can be tested, and stands for no value");
                    self.mistake(node.range, message, None);
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
            };
        }
        self.literal(ty, node)
    }

    /// Reads what stands behind `$as_of`: nothing, or `+` and how far ahead.
    fn day(&mut self, base: PathRoot, ahead: &str, node: &YamlNode) -> Option<Operand> {
        if ahead.is_empty() {
            return Some(Operand::AsOf(None));
        }
        let Some(ahead) = ahead.strip_prefix('+') else {
            let message = format!("`$as_of {ahead}` is no day: write `$as_of`, or `$as_of + 60 DAYS`");
            self.mistake(node.range, message, None);
            return None;
        };
        let ahead = Placed::new(YamlData::Text(ahead.trim().to_owned()), node.range);
        match self.operand(base, Type::Duration, &ahead)? {
            Operand::Literal(Value::Duration(ahead)) => Some(Operand::AsOf(Some(ahead))),
            _ => {
                self.mistake(node.range, "a day lies a duration or a parameter ahead".into(), None);
                None
            }
        }
    }

    pub(crate) fn literal(&mut self, ty: Type, node: &YamlNode) -> Option<Operand> {
        match literal::read(node, ty, &self.source.path) {
            Ok(value) => Some(Operand::Literal(value)),
            Err(error) => {
                self.mistake(
                    error.range,
                    error.message,
                    error.near.map(|near| format!("did you mean `{near}`?")),
                );
                None
            }
        }
    }

    pub(crate) fn pattern(&mut self, pattern: &Placed<String>) -> Option<Pattern> {
        if let Some(index) = pattern.strip_prefix('$').and_then(|name| self.param(name)) {
            return self.pattern_of(index);
        }
        if self.origin == Origin::Builtin {
            return Some(Pattern::known(pattern));
        }
        match Pattern::parse(pattern) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.mistake(pattern.range, no_regex(&reason), None);
                None
            }
        }
    }

    /// Reads a message: text with `{attribute}` and `{$parameter}` in it.
    fn message(&mut self, select: Select, raw: &Placed<String>) -> Option<MessageTemplate> {
        let mut parts = Vec::new();
        let mut rest = raw.value.as_str();
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|close| open + close) else { break };
            parts.push(MessagePart::Text(rest[..open].to_owned()));
            let name = &rest[open + 1..close];
            let param = name.strip_prefix('$').and_then(|name| self.param(name));
            let part = param
                .map(|index| MessagePart::Text(self.params[index].shown().value))
                .or(MessagePart::named(name));
            match part.map_or_else(|| AttributePath::of(select, name).map(MessagePart::Value), Ok) {
                Ok(part) => parts.push(part),
                Err(error) => {
                    self.no_such_path(raw.range, error);
                    return None;
                }
            }
            rest = &rest[close + 1..];
        }
        parts.push(MessagePart::Text(rest.to_owned()));
        Some(MessageTemplate(parts))
    }

    fn repair(&mut self, select: Select, raw: &raw::RawPolicy) -> Vec<RepairSetting> {
        let mut settings = Vec::new();
        for (name, node) in raw.repair.iter().flat_map(|repair| repair.set.iter()) {
            let Some(row) = attribute(name).filter(|_| select == Select::App) else {
                let near = preauth_source::nearest(
                    name,
                    preauth_metadata::ATTRIBUTES.iter().map(|row| row.def.name),
                );
                let message = if select == Select::App {
                    format!("an app has no attribute `{}` that could be set", name.value)
                } else {
                    "only attributes of an `App` can be set".to_owned()
                };
                self.mistake(name.range, message, near.map(|near| format!("did you mean `{near}`?")));
                continue;
            };
            if matches!(node.value, YamlData::Null) {
                settings.push(RepairSetting { attribute: row, value: None });
            } else if let Some(operand) = self.operand(PathRoot::Subject(select), row.def.ty, node) {
                settings.push(RepairSetting { attribute: row, value: Some(operand) });
            }
        }
        settings
    }
}

/// That a text is no regular expression, and why.
pub(crate) fn no_regex(reason: &str) -> String {
    format!("this is no regular expression: {reason}")
}
