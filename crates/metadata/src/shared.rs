//! Texts and values that the facts of many apps and components have: there is one copy of each.

use std::{
    collections::HashMap,
    mem::{Discriminant, discriminant},
    sync::LazyLock,
};

use preauth_source::ArcStr;
use rustc_hash::FxBuildHasher;

use crate::{
    Absence, Attribute, COMPONENT, COMPUTED, Column, Kind, Type, Value, attributes::ATTRIBUTES, grant::GRANT,
};

type Shared<K, V = ArcStr> = LazyLock<HashMap<K, V, FxBuildHasher>>;

static WORDS: Shared<&str> = LazyLock::new(|| {
    let rows = ATTRIBUTES.iter().map(|row| &row.described).chain(COMPUTED).chain(COMPONENT).chain(GRANT);
    rows.flat_map(|described| described.ty.words()).map(|word| (word.name, kept(word.name))).collect()
});

static NO_FILE: Shared<Kind> = LazyLock::new(|| {
    let why = |kind: Kind| kept(&format!("its {} file is not in the source", kind.name()));
    Kind::all().map(|kind| (kind, why(kind))).collect()
});

static NOT_SHOWN: Shared<u32> = LazyLock::new(|| {
    ATTRIBUTES
        .iter()
        .flat_map(columns)
        .map(|column| (column.since, kept(&why_not_shown(column.since))))
        .collect()
});

static DEFAULTS: Shared<(Discriminant<Type>, &str), Value> = LazyLock::new(|| {
    let default = |row: &Attribute, column: &'static Column| match column.absence {
        Absence::Default(text) => {
            let value = Value::read(row.described.ty, text);
            Some((
                key(row.described.ty, text),
                value.expect("invariant: a default is a value of its row's type"),
            ))
        }
        Absence::None | Absence::Unknown => None,
    };
    ATTRIBUTES.iter().flat_map(|row| columns(row).filter_map(move |column| default(row, column))).collect()
});

static NO_MEMBERS: LazyLock<Value> = LazyLock::new(|| Value::List([].into()));

fn columns(row: &'static Attribute) -> impl Iterator<Item = &'static Column> {
    [&row.connected_app, &row.external_client_app].into_iter().flatten()
}

fn key(ty: Type, text: &'static str) -> (Discriminant<Type>, &'static str) {
    (discriminant(&ty), text)
}

/// A text that is never given back, so that threads need not count together how many have it.
fn kept(text: &str) -> ArcStr {
    let text = ArcStr::from(text);
    text.leak();
    text
}

fn why_not_shown(since: u32) -> String {
    format!("the file does not have it, and nothing in it shows API version {since} or later")
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
    NOT_SHOWN.get(&since).cloned().unwrap_or_else(|| why_not_shown(since).into())
}

/// The platform's default, which a column of the attribute table writes like this.
pub(crate) fn default(ty: Type, text: &'static str) -> &'static Value {
    &DEFAULTS[&key(ty, text)]
}

/// The default of a list that is not there.
pub(crate) fn no_members() -> &'static Value {
    &NO_MEMBERS
}
