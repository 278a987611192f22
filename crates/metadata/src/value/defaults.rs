//! The platform's default values: one copy of each, which facts refer to.

use std::{
    collections::HashMap,
    mem::{Discriminant, discriminant},
    sync::LazyLock,
};

use rustc_hash::FxBuildHasher;

use crate::{
    Absence, Column, GROUP, MUTING, PERMISSION_SET, PROFILE, SETTINGS, Type, Value,
    schema::attributes::ATTRIBUTES,
};

type DefaultValues = HashMap<(Discriminant<Type>, &'static str), Value, FxBuildHasher>;

static DEFAULTS: LazyLock<DefaultValues> = LazyLock::new(|| {
    let default = |(ty, column): (Type, &'static Column)| match column.absence {
        Absence::Default(text) => {
            let value = Value::read(ty, text).expect("invariant: a default is a value of its type");
            Some(((discriminant(&ty), text), value))
        }
        Absence::None | Absence::Unknown => None,
    };
    columns().filter_map(default).collect()
});

static EMPTY_LIST: LazyLock<Value> = LazyLock::new(|| Value::List([].into()));

/// Returns the columns of all tables, each with the type of its attribute.
fn columns() -> impl Iterator<Item = (Type, &'static Column)> {
    let of_apps = ATTRIBUTES.iter().flat_map(|row| {
        let columns = [&row.connected_app, &row.external_client_app].into_iter().flatten();
        columns.map(|column| (row.def.ty, column))
    });
    let of_components = [PROFILE, PERMISSION_SET, GROUP, MUTING].into_iter().flatten();
    let of_components = of_components.map(|row| (row.def.ty, &row.column));
    let of_settings = SETTINGS.iter().map(|row| (row.def.ty, &row.column));
    of_apps.chain(of_components).chain(of_settings)
}

/// Returns the platform's default that a column of this type writes as `text`.
pub(crate) fn default_value(ty: Type, text: &'static str) -> &'static Value {
    &DEFAULTS[&(discriminant(&ty), text)]
}

/// Returns the default of a missing list: the empty list.
pub(crate) fn empty_list() -> &'static Value {
    &EMPTY_LIST
}
