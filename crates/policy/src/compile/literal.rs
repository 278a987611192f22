//! Reads values in YAML as values of an attribute's type.

use preauth_metadata::{
    ATTRIBUTES, Attribute, Fact, Facts, RefreshTokenPolicy, Type, Value, attribute, masked,
};
use preauth_source::{ArcStr, FilePath, Location, TextRange};

use crate::language::path::listed;
use crate::yaml::{Placed, YamlData, YamlNode};

/// A value that is not of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiteralError {
    pub(crate) range: TextRange,
    pub(crate) message: String,
    pub(crate) near: Option<String>,
}

/// Reads a value of a type. Its members have their places in `file`.
pub(crate) fn read(node: &YamlNode, ty: Type, file: &FilePath) -> Result<Value, LiteralError> {
    let error = |near: Option<&str>| LiteralError {
        range: node.range,
        message: format!("{} is not {}", node.describe(), ty.describe()),
        near: near.map(str::to_owned),
    };
    match (ty, &node.value) {
        (Type::List(item), YamlData::List(nodes)) => {
            let items: Result<Vec<Fact>, LiteralError> = nodes
                .iter()
                .map(|node| {
                    Ok(Fact::present(read(node, *item, file)?, Location::new(file.clone(), node.range)))
                })
                .collect();
            Ok(Value::List(items?.into()))
        }
        (Type::Record(fields), YamlData::Map(entries)) => {
            let mut facts = Facts::default();
            for (key, node) in entries {
                let Some(field) = fields.iter().find(|field| field.name == key.value) else {
                    let near = preauth_source::nearest(key, fields.iter().map(|field| field.name));
                    return Err(LiteralError {
                        range: key.range,
                        message: format!("there is no `{}` in {}", key.value, ty.describe()),
                        near: near.map(str::to_owned),
                    });
                };
                let place = Location::new(file.clone(), node.range);
                facts.insert(field.name, Fact::present(read(node, field.ty, file)?, place));
            }
            Ok(Value::Record(facts))
        }
        (_, YamlData::Null | YamlData::List(_) | YamlData::Map(_)) => Err(error(None)),
        (_, scalar) => Value::read(ty, &scalar_text(scalar)).ok_or_else(|| {
            let without_period = RefreshTokenPolicy::ALL.into_iter().filter(|policy| !policy.has_period());
            let words = ty
                .literals()
                .iter()
                .map(|word| word.name)
                .chain(without_period.map(RefreshTokenPolicy::name));
            let near = scalar.as_text().and_then(|text| preauth_source::nearest(text, words));
            error(near.filter(|near| {
                ty.literals().is_empty() || ty.literals().iter().any(|word| word.name == *near)
            }))
        }),
    }
}

/// Returns a scalar as text.
fn scalar_text(data: &YamlData) -> ArcStr {
    match data {
        YamlData::Bool(value) => value.to_string().into(),
        YamlData::Integer(value) => value.to_string().into(),
        YamlData::Float(value) => value.to_string().into(),
        YamlData::Text(value) => value.as_str().into(),
        YamlData::Null | YamlData::List(_) | YamlData::Map(_) => "".into(),
    }
}

/// Returns a value, or a list of values, in the form in which findings show it: never a secret.
pub(crate) fn shown(node: &YamlNode) -> Option<String> {
    match &node.value {
        YamlData::Null | YamlData::Map(_) => None,
        YamlData::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(shown).collect();
            items.map(|items| listed(items.into_iter()))
        }
        scalar => Some(masked(&scalar_text(scalar))),
    }
}

/// An attribute of an app, its value in YAML (`None`: `null`), and the place.
pub(crate) struct Assigned {
    pub(crate) attribute: &'static Attribute,
    pub(crate) value: Option<Value>,
    pub(crate) range: TextRange,
}

/// Reads attributes of an app with their values; `grants: { profiles: … }` is the same as `grants.profiles`.
pub(crate) fn assignments<'n>(
    entries: impl IntoIterator<Item = (&'n Placed<String>, &'n YamlNode)>,
    file: &FilePath,
) -> (Vec<Assigned>, Vec<LiteralError>) {
    let (mut assigned, mut errors) = (Vec::new(), Vec::new());
    for (key, node) in entries {
        assign(&key.value, key.range, node, file, &mut assigned, &mut errors);
    }
    (assigned, errors)
}

fn assign(
    name: &str,
    range: TextRange,
    node: &YamlNode,
    file: &FilePath,
    assigned: &mut Vec<Assigned>,
    errors: &mut Vec<LiteralError>,
) {
    let Some(attribute) = attribute(name) else {
        let prefix = format!("{name}.");
        if ATTRIBUTES.iter().any(|row| row.def.name.starts_with(&prefix)) && !node.entries().is_empty() {
            for (key, node) in node.entries() {
                assign(&format!("{prefix}{}", key.value), key.range, node, file, assigned, errors);
            }
            return;
        }
        let near = preauth_source::nearest(name, ATTRIBUTES.iter().map(|row| row.def.name));
        let message = format!("an app has no attribute `{name}` that can be set");
        errors.push(LiteralError { range, message, near: near.map(str::to_owned) });
        return;
    };
    let place = if node.range.is_empty() { range } else { node.range };
    if matches!(node.value, YamlData::Null) {
        assigned.push(Assigned { attribute, value: None, range: place });
        return;
    }
    match read(node, attribute.def.ty, file) {
        Ok(value) => assigned.push(Assigned { attribute, value: Some(value), range: place }),
        Err(error) => errors.push(error),
    }
}
