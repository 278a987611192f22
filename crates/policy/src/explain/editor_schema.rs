//! Makes the published schemas: the schemas that files are checked with, and the values that an editor can complete. The
//! names and values of attributes, and the ids and parameters of policies, come from the tables and the policies.
//!
//! Any other text is allowed too: it may be the id of a user's policy, an XML path or a parameter. Files are checked with
//! the plain schemas, which give better error messages.

use std::collections::BTreeMap;

use preauth_metadata::{ATTRIBUTES, AttributeDef, RefreshToken, Type};
use serde_json::{Map, Value, json};

use crate::{
    PolicySet,
    config::{self, Config},
    evaluate::subject::Select,
    explain::catalogue::{Catalogued, catalogue},
    language::path::fields_of,
    rules::set,
};

/// Returns the JSON Schema of a policy file.
pub fn policy_schema() -> Value {
    let mut schema = set::shape();
    let names = Select::names().map(|name| json!({ "const": name }));
    let kinds = Select::all().map(|select| format!("`{select}`")).collect::<Vec<_>>().join(", ");
    let about = format!(
        "The kind of subject that the policy is about: {kinds}, or a metadata type by name, whose paths are then XML paths."
    );
    put(&mut schema, "/properties/select", "description", about.into());
    put(&mut schema, "/properties/select", "anyOf", names.collect());
    let ids = known_ids();
    put(&mut schema, "/properties/subsume/items", "anyOf", open(ids));
    put(&mut schema, "/$defs/Test/properties/path", "anyOf", open(attributes()));
    put(&mut schema, "/$defs/Test/properties/names", "enum", json!(["Profile", "PermissionSet"]));
    put(&mut schema, "/$defs/Test", "allOf", words_of_attributes());
    let settable = ATTRIBUTES.iter().map(|row| (row.def.name.to_owned(), assigned(&row.def, true)));
    put_closed(&mut schema, "/$defs/Repair/properties/set", settable.collect());
    let example = "/$defs/Example/properties";
    put_closed(&mut schema, &format!("{example}/app"), assignments());
    put(&mut schema, &format!("{example}/kind"), "enum", json!(["connectedApp", "externalClientApp", null]));
    schema
}

/// Returns the JSON Schema of `preauth.yaml`.
pub fn config_schema() -> Value {
    let mut schema = config::shape();
    let (policies, _) = PolicySet::load(&[], &Config::default());
    let rules: Map<String, Value> =
        catalogue(&policies).iter().map(|row| (row.id.to_owned(), rule(row))).collect();
    let own = json!({ "$ref": "#/$defs/Rule" });
    put(
        &mut schema,
        "/$defs",
        "Rules",
        json!({ "type": "object", "properties": rules, "additionalProperties": own }),
    );
    for pointer in ["/properties", "/$defs/RawOverride/properties"] {
        put(&mut schema, pointer, "rules", json!({ "$ref": "#/$defs/Rules" }));
    }
    let sets =
        [("recommended", "Policies for every org."), ("strict", "Further policies for careful teams.")];
    let sets = sets.map(|(name, about)| (name.to_owned(), about.to_owned())).to_vec();
    put(&mut schema, "/properties/extends/items", "anyOf", open(sets));
    put(&mut schema, "/$defs/RawWaiver/properties/rule", "anyOf", open(known_ids()));
    put_closed(&mut schema, "/$defs/RawEntry/properties/expect", assignments());
    schema
}

/// Returns the schema of a rule for one policy: `off`, a severity, or a mapping with the parameters of the policy.
fn rule(row: &Catalogued<'_>) -> Value {
    let severity =
        json!({ "description": "How much a finding matters.", "enum": ["info", "warning", "error"] });
    let mut properties = Map::from_iter([("severity".to_owned(), severity)]);
    properties.extend(row.params.iter().map(|param| {
        let about = param.about.as_deref().unwrap_or("A parameter of the policy.");
        let schema = json!({ "description": format!("{about} Without it, {}.", param.default) });
        (param.name.clone(), schema)
    }));
    json!({
        "description": format!("{}.", row.title),
        "anyOf": [
            { "enum": ["off", "info", "warning", "error"] },
            { "type": "object", "properties": properties, "additionalProperties": false },
        ],
    })
}

/// Sets a keyword of a part of a schema.
fn put(schema: &mut Value, pointer: &str, keyword: &str, value: Value) {
    let part = schema.pointer_mut(pointer).and_then(Value::as_object_mut);
    let part = part.unwrap_or_else(|| panic!("invariant: the schema has `{pointer}`"));
    part.insert(keyword.to_owned(), value);
}

/// Makes a part of a schema a mapping with these keys and no others.
fn put_closed(schema: &mut Value, pointer: &str, properties: Map<String, Value>) {
    put(schema, pointer, "properties", Value::Object(properties));
    put(schema, pointer, "additionalProperties", json!(false));
}

/// Returns the schema for known texts, each with its description, and any other text.
fn open(known: Vec<(String, String)>) -> Value {
    let known = known.into_iter().map(|(name, about)| json!({ "const": name, "description": about }));
    known.chain([json!({ "type": "string" })]).collect()
}

fn known_ids() -> Vec<(String, String)> {
    let (policies, _) = PolicySet::load(&[], &Config::default());
    catalogue(&policies).iter().map(|row| (row.id.to_owned(), format!("{}.", row.title))).collect()
}

/// Returns the names that a path can have: attributes, and fields of their values.
fn named() -> BTreeMap<String, Vec<&'static AttributeDef>> {
    let mut named: BTreeMap<String, Vec<&'static AttributeDef>> = BTreeMap::new();
    fn fields(ty: Type, prefix: &str, named: &mut BTreeMap<String, Vec<&'static AttributeDef>>) {
        let (inside, prefix) = match ty {
            // The members of a list are tested one by one: their fields are named alone.
            Type::List(item) => (*item, String::new()),
            other => (other, format!("{prefix}.")),
        };
        for field in fields_of(inside) {
            named.entry(format!("{prefix}{}", field.name)).or_default().push(field);
        }
    }
    for select in Select::all() {
        for (prefix, row) in select.attributes() {
            let name = format!("{prefix}{}", row.name);
            fields(row.ty, &name, &mut named);
            named.entry(name).or_default().push(row);
        }
    }
    named
}

fn attributes() -> Vec<(String, String)> {
    named().into_iter().map(|(name, rows)| (name, rows[0].doc.to_owned())).collect()
}

/// Returns the values that predicates may compare attributes with, for types with a closed set of values.
fn words_of_attributes() -> Value {
    let mut by_value: BTreeMap<String, (Value, Type, Vec<String>)> = BTreeMap::new();
    for (name, rows) in named() {
        let mut types: Vec<Type> = rows.iter().map(|row| row.ty).collect();
        types.dedup();
        let [ty] = types.as_slice() else { continue };
        let closed = match ty {
            Type::List(item) => **item,
            other => *other,
        };
        if matches!(closed, Type::Bool | Type::Enum(_) | Type::RefreshToken) {
            let entry = by_value.entry(ty.describe()).or_insert_with(|| (value(closed), *ty, Vec::new()));
            entry.2.push(name);
        }
    }
    let conditional = |(item, ty, names): (Value, Type, Vec<String>)| {
        let mut then = Map::new();
        if matches!(ty, Type::List(_)) {
            let list = or_reference(&json!({ "type": "array", "items": item }));
            then.extend(["equals", "contains", "subset_of"].map(|word| (word.to_owned(), list.clone())));
        } else {
            let one = or_reference(&item);
            let several = json!({ "type": ["array", "null"], "items": one });
            then.insert("equals".into(), one);
            then.extend(["one_of", "none_of"].map(|word| (word.to_owned(), several.clone())));
        }
        json!({
            "if": { "properties": { "path": { "enum": names } }, "required": ["path"] },
            "then": { "properties": then },
        })
    };
    by_value.into_values().map(conditional).collect()
}

/// Returns the schema of a value, or of a reference to an attribute or a parameter.
fn or_reference(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "string", "pattern": "^\\$" }] })
}

/// Returns the schema of a value of a type, as people write it.
fn value(ty: Type) -> Value {
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Number => json!({ "type": "integer" }),
        Type::Text | Type::Any => json!({ "type": ["string", "number", "boolean"] }),
        Type::Enum(words) => {
            let word = |word: &preauth_metadata::EnumLiteral| match word.setup {
                "" => json!({ "const": word.name }),
                setup => json!({ "const": word.name, "description": setup }),
            };
            json!({ "anyOf": words.iter().map(word).collect::<Value>() })
        }
        Type::Duration => json!({ "type": "string", "examples": ["90 DAYS"] }),
        Type::Date => json!({ "type": "string", "examples": ["2027-01-31"] }),
        Type::RefreshToken => {
            let (with_period, without): (Vec<_>, Vec<_>) =
                RefreshToken::examples().partition(|token| token.policy().has_period());
            let mut forms: Vec<Value> = without
                .into_iter()
                .map(|token| json!({ "const": token.policy().name(), "description": token.policy().setup() }))
                .collect();
            let examples: Vec<String> = with_period.iter().map(ToString::to_string).collect();
            forms.push(json!({
                "type": "string",
                "pattern": "^after(Inactivity|Lifetime)?\\s+[0-9]+\\s+[A-Za-z]+( without use)?$",
                "examples": examples,
            }));
            json!({ "anyOf": forms })
        }
        Type::List(item) => json!({ "type": "array", "items": value(*item) }),
        Type::Record(fields) => {
            let fields = fields.iter().map(|field| (field.name.to_owned(), value(field.ty)));
            json!({ "type": "object", "properties": Value::Object(fields.collect()) })
        }
    }
}

/// Returns the schema of a value of an attribute, or `null` for none; `references` allows a reference instead.
fn assigned(row: &AttributeDef, references: bool) -> Value {
    let value = if references { or_reference(&value(row.ty)) } else { value(row.ty) };
    json!({ "description": row.doc, "anyOf": [value, { "type": "null" }] })
}

/// Returns the schemas of all attributes, by their full names and grouped by the first part of their names.
fn assignments() -> Map<String, Value> {
    let mut all = Map::new();
    for row in ATTRIBUTES {
        let name = row.def.name;
        all.insert(name.to_owned(), assigned(&row.def, false));
        if let Some((group, rest)) = name.split_once('.') {
            let group =
                all.entry(group.to_owned()).or_insert_with(|| json!({ "type": "object", "properties": {} }));
            group["properties"][rest] = assigned(&row.def, false);
        }
    }
    all
}
