//! Compiles a policy, its message and its repair.

use preauth_metadata::{ATTRIBUTES, attribute};
use preauth_source::{Applicability, Diagnostic, Location, SourceFile};

use crate::{
    compile::{
        compiler::{Compiler, Origin, PathRoot},
        errors::did_you_mean,
        parameters::Parameter,
        raw::{RawPolicy, RawSeverity},
    },
    config::Rule,
    evaluate::subject::Select,
    language::{
        policy::{MessagePart, MessageTemplate, Policy, RepairSetting, SeverityCase},
        test::Test,
    },
    yaml::{Placed, YamlData},
};

/// Compiles a policy. `rule` is its configuration.
pub(crate) fn compile(
    source: &SourceFile<'_>,
    origin: Origin,
    raw: &RawPolicy,
    rule: Option<&Rule>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Policy> {
    let mut compiler = Compiler { source, origin, params: Vec::new(), diagnostics, failed: false };
    let select = compiler.select(&raw.select)?;
    compiler.params = compiler.parameters(raw, rule);
    let applies = compiler.tests(select, &raw.applies);
    let except = compiler.tests(select, &raw.except);
    let require = compiler.tests(select, &raw.require);
    if require.is_empty() && !compiler.failed {
        compiler.error(raw.id.range, "the policy requires nothing: `require` is empty".into(), None);
    }
    let severity =
        |raw: &Placed<RawSeverity>| rule.and_then(|rule| rule.severity).unwrap_or(raw.value.into());
    let severities = raw.severities.iter().map(|case| SeverityCase {
        when: compiler.tests(select, &case.when),
        severity: severity(&case.severity),
        set: case.set,
        message: case.message.as_ref().and_then(|message| compiler.message(select, message)),
        help: case.help.clone(),
    });
    let severities = severities.collect();
    let message = raw.message.as_ref().and_then(|message| compiler.message(select, message));
    let place = raw.place.as_ref().and_then(|place| compiler.place(&require, place));
    let repair = compiler.repair(select, raw);
    compiler.report_unused_parameters();
    let failed = compiler.failed;
    let params = compiler.params.iter().map(Parameter::describe).collect();
    (!failed).then(|| Policy {
        id: raw.id.value.as_str().into(),
        title: raw.title.value.clone(),
        severity: severity(&raw.severity),
        severities,
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
        place,
        repair,
        fix: raw.fix.as_ref().map_or(Applicability::Safe, |fix| fix.value.into()),
        subsume: raw.subsume.clone(),
        waivable: raw.waivable,
        ignored_files: raw.ignored_files,
        location: Location::new(source.path.clone(), raw.id.range),
        off: rule.is_some_and(|rule| rule.off),
        only_cases_of: None,
    })
}

impl Compiler<'_, '_> {
    fn select(&mut self, raw: &Placed<String>) -> Option<Select> {
        let select = Select::named(raw);
        if select.is_none() {
            let names = || Select::all().map(|select| format!("`{select}`")).collect::<Vec<_>>().join(", ");
            let help = did_you_mean(preauth_source::nearest(raw, Select::names()))
                .unwrap_or_else(|| format!("write one of {}, or the name of a metadata type", names()));
            self.error(raw.range, format!("unknown kind of subject `{}`", raw.value), Some(help));
        }
        select
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
            let param = param.map(|index| MessagePart::Text(self.params[index].describe().value));
            let part = param.or_else(|| MessagePart::named(name));
            match part.map_or_else(|| select.path(name).map(MessagePart::Value), Ok) {
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

    /// Reads the path of a requirement.
    fn place(&mut self, require: &[Test], raw: &Placed<String>) -> Option<String> {
        let mut paths = Vec::new();
        require.iter().for_each(|test| test.paths(&mut paths));
        let names = || paths.iter().map(|path| path.text.as_str());
        if names().any(|name| name == raw.value) {
            return Some(raw.value.clone());
        }
        let near = preauth_source::nearest(raw, names());
        let message = format!("`require` has no test of `{}`, so a finding cannot be shown there", raw.value);
        self.error(raw.range, message, did_you_mean(near));
        None
    }

    fn repair(&mut self, select: Select, raw: &RawPolicy) -> Vec<RepairSetting> {
        let mut settings = Vec::new();
        for (name, node) in raw.repair.iter().flat_map(|repair| repair.set.iter()) {
            let Some(row) = attribute(name).filter(|_| select == Select::APP) else {
                let near = preauth_source::nearest(name, ATTRIBUTES.iter().map(|row| row.def.name));
                let message = if select == Select::APP {
                    format!("an app has no attribute `{}` that can be set", name.value)
                } else {
                    "only attributes of an `App` can be set".to_owned()
                };
                self.error(name.range, message, did_you_mean(near));
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
