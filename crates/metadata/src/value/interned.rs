//! Texts and values that the facts of many apps and components have: there is one copy of each.

use std::{
    collections::HashMap,
    mem::{Discriminant, discriminant},
    sync::LazyLock,
};

use preauth_source::ArcStr;
use rustc_hash::FxBuildHasher;

use crate::{
    Absence, COMPONENT, COMPUTED, Column, GROUP, Kind, MUTING, PERMISSION_SET, PROFILE, SETTINGS, Type,
    Value, org::grant::GRANT, schema::attributes::ATTRIBUTES,
};

type Shared<K, V = ArcStr> = LazyLock<HashMap<K, V, FxBuildHasher>>;

static WORDS: Shared<&str> = LazyLock::new(|| {
    let rows = ATTRIBUTES.iter().map(|row| &row.def).chain(COMPUTED).chain(COMPONENT).chain(GRANT);
    rows.flat_map(|def| def.ty.literals()).map(|word| (word.name, kept(word.name))).collect()
});

static NO_FILE: Shared<Kind> = LazyLock::new(|| {
    let why = |kind: Kind| kept(&format!("its {} file is not in the source", kind.name()));
    Kind::all().map(|kind| (kind, why(kind))).collect()
});

static NOT_SHOWN: Shared<u32> = LazyLock::new(|| {
    let why =
        |since| format!("the file does not have it, and nothing in it shows API version {since} or later");
    columns().map(|(_, column)| (column.since, kept(&why(column.since)))).collect()
});

static DEFAULTS: Shared<(Discriminant<Type>, &str), Value> = LazyLock::new(|| {
    let default = |(ty, column): (Type, &'static Column)| match column.absence {
        Absence::Default(text) => {
            let value = Value::read(ty, text).expect("invariant: a default is a value of its type");
            Some(((discriminant(&ty), text), value))
        }
        Absence::None | Absence::Unknown => None,
    };
    columns().filter_map(default).collect()
});

static NO_MEMBERS: LazyLock<Value> = LazyLock::new(|| Value::List([].into()));

/// The columns of all tables, each with the type of what it says.
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

/// A text that is never given back, so that threads need not count together how many have it.
fn kept(text: &str) -> ArcStr {
    let text = ArcStr::from(text);
    text.leak();
    text
}

/// A word of a closed set.
pub(crate) fn word(word: &str) -> ArcStr {
    WORDS.get(word).cloned().unwrap_or_else(|| word.into())
}

/// Why nothing is known of what stands in a file of a kind that is not there.
pub(crate) fn no_file(kind: Kind) -> ArcStr {
    NO_FILE[&kind].clone()
}

/// Why nothing is known of an element that a file does not have, and that there is since an API version.
pub(crate) fn not_shown(since: u32) -> ArcStr {
    NOT_SHOWN[&since].clone()
}

/// The platform's default, which a column of this type writes like this.
pub(crate) fn default(ty: Type, text: &'static str) -> &'static Value {
    &DEFAULTS[&(discriminant(&ty), text)]
}

/// The default of a list that is not there.
pub(crate) fn no_members() -> &'static Value {
    &NO_MEMBERS
}
