//! Checks a YAML file against its JSON Schema, and reports every error at its place.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use preauth_source::{Diagnostic, Label, Severity, SourceFile, TextRange};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use crate::yaml::{YamlData, YamlNode};

/// Returns the schema of a type, in the form in which it is published.
pub fn of<T: JsonSchema>(title: &str, id: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.insert("$id".into(), id.into());
    schema.into()
}

/// Returns the errors of a file against a schema.
pub(crate) fn check(
    source: &SourceFile<'_>,
    node: &YamlNode,
    schema: &Value,
    code: &'static str,
) -> Vec<Diagnostic> {
    let validator = jsonschema::validator_for(schema).expect("invariant: generated schemas are schemas");
    let json = node.to_json();
    let mut shape = Shape { source, node, schema, code, diagnostics: Vec::new() };
    validator.iter_errors(&json).for_each(|error| shape.report(&error));
    shape.diagnostics
}

/// A file that is checked against a schema.
struct Shape<'s, 't> {
    source: &'s SourceFile<'t>,
    node: &'s YamlNode,
    schema: &'s Value,
    code: &'static str,
    diagnostics: Vec<Diagnostic>,
}

impl Shape<'_, '_> {
    fn report(&mut self, error: &ValidationError<'_>) {
        if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
            error.kind()
            && let Some(meant) = meant(context, error)
        {
            meant.iter().for_each(|error| self.report(error));
            return;
        }
        let Self { source, node, schema, code, .. } = *self;
        let diagnostics = &mut self.diagnostics;
        let pointer = error.instance_path().as_str().to_owned();
        let mut report = |range: TextRange, message: String, help: Option<String>| {
            let mut diagnostic =
                Diagnostic::new(code, Severity::Error, message, Label::new(source.at(range), "here"));
            diagnostic.help.extend(help);
            diagnostics.push(diagnostic);
        };
        let (at, value) = find(node, &pointer);
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = properties(schema, error.schema_path().as_str());
                for key in unexpected {
                    let range = value
                        .and_then(|value| value.entries().iter().find(|(known, _)| known.value == *key))
                        .map_or(at, |(key, _)| key.range);
                    let near = preauth_source::nearest(key, known.iter().map(String::as_str));
                    let help = near.map_or_else(
                        || format!("known keys: {}", quoted(&known)),
                        |near| format!("did you mean `{near}`?"),
                    );
                    report(range, format!("unknown key `{key}`"), Some(help));
                }
            }
            ValidationErrorKind::Required { property } => {
                report(at, format!("`{}` is missing", property.as_str().unwrap_or_default()), None);
            }
            ValidationErrorKind::Type { kind } => {
                let expected = match kind {
                    jsonschema::error::TypeKind::Single(one) => one.to_string(),
                    jsonschema::error::TypeKind::Multiple(_) => "another type".to_owned(),
                };
                let got = value.map_or_else(String::new, crate::yaml::YamlData::describe);
                report(at, format!("expected {}, found {got}", plain_type(&expected)), None);
            }
            ValidationErrorKind::Enum { .. }
            | ValidationErrorKind::OneOfNotValid { .. }
            | ValidationErrorKind::AnyOf { .. }
            | ValidationErrorKind::Constant { .. } => {
                let words = allowed(schema, error.schema_path().as_str());
                let got = value.map_or_else(String::new, crate::yaml::YamlData::describe);
                let near = value
                    .and_then(|value| value.as_text())
                    .and_then(|text| preauth_source::nearest(text, words.iter().map(String::as_str)));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let expected = if words.is_empty() {
                    "; see the page on writing policies".to_owned()
                } else {
                    format!("; expected one of {}", quoted(&words))
                };
                report(at, format!("{got} is not allowed here{expected}"), help);
            }
            ValidationErrorKind::Pattern { pattern } => {
                let got = value.map_or_else(String::new, YamlData::describe);
                report(at, format!("{got} does not match `{pattern}`"), None);
            }
            _ => report(at, error.to_string(), None),
        }
    }
}

/// Returns the only alternative whose type fits, if none fits as a whole.
fn meant<'c>(
    context: &'c [Vec<ValidationError<'static>>],
    error: &ValidationError<'_>,
) -> Option<&'c [ValidationError<'static>]> {
    let fits = |branch: &&Vec<ValidationError<'static>>| {
        let here = |inner: &ValidationError<'_>| {
            let other = matches!(
                inner.kind(),
                ValidationErrorKind::Type { .. }
                    | ValidationErrorKind::Enum { .. }
                    | ValidationErrorKind::Constant { .. }
            );
            other && inner.instance_path().as_str() == error.instance_path().as_str()
        };
        !branch.iter().any(here)
    };
    let mut fitting = context.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

fn plain_type(name: &str) -> &str {
    match name {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "text",
        "boolean" => "`true` or `false`",
        "integer" | "number" => "a number",
        other => other,
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Returns the place and value of a JSON pointer. A mapping or list has the place of its key.
fn find<'n>(root: &'n YamlNode, pointer: &str) -> (TextRange, Option<&'n YamlData>) {
    let mut at = root.range;
    let mut node = root;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match &node.value {
            YamlData::Map(entries) => {
                entries.iter().find(|(key, _)| key.value == step).map(|(key, value)| (key.range, value))
            }
            YamlData::List(items) => {
                step.parse().ok().and_then(|index: usize| items.get(index)).map(|item| (item.range, item))
            }
            _ => None,
        };
        let Some((key, value)) = next else { return (at, None) };
        at = if matches!(value.value, YamlData::Map(_) | YamlData::List(_)) || value.range.is_empty() {
            key
        } else {
            value.range
        };
        node = value;
    }
    (at, Some(&node.value))
}

/// Returns the part of the schema that a keyword is in. References are followed.
fn parent<'s>(schema: &'s Value, path: &str) -> Option<&'s Value> {
    let mut steps: Vec<&str> = path.split('/').skip(1).collect();
    steps.pop();
    steps
        .into_iter()
        .try_fold(schema, |at, step| {
            resolved(schema, at).get(step).or_else(|| {
                let index: usize = step.parse().ok()?;
                at.get(index)
            })
        })
        .map(|at| resolved(schema, at))
}

fn resolved<'s>(schema: &'s Value, at: &'s Value) -> &'s Value {
    let target = at.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    target.and_then(|pointer| schema.pointer(pointer)).unwrap_or(at)
}

fn properties(schema: &Value, path: &str) -> Vec<String> {
    let known = parent(schema, path).and_then(|at| at.get("properties")).and_then(Value::as_object);
    known.map(|known| known.keys().cloned().collect()).unwrap_or_default()
}

/// Returns the texts that a schema with alternatives allows.
fn allowed(schema: &Value, path: &str) -> Vec<String> {
    let Some(at) = parent(schema, path) else { return Vec::new() };
    let mut words = Vec::new();
    collect_words(schema, at, &mut words);
    words
}

fn collect_words(schema: &Value, at: &Value, words: &mut Vec<String>) {
    let at = resolved(schema, at);
    words.extend(at.get("const").and_then(Value::as_str).map(str::to_owned));
    words.extend(
        at.get("enum")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    for keyword in ["oneOf", "anyOf"] {
        for part in at.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            collect_words(schema, part, words);
        }
    }
}
