//! Texts that the facts of many apps and components have: there is one copy of each.

use std::{collections::HashMap, sync::LazyLock};

use preauth_source::ArcStr;
use rustc_hash::FxBuildHasher;

use crate::{COMPONENT, COMPUTED, Kind, attributes::ATTRIBUTES, grant::GRANT};

type Shared<K> = LazyLock<HashMap<K, ArcStr, FxBuildHasher>>;

static WORDS: Shared<&str> = LazyLock::new(|| {
    let rows = ATTRIBUTES.iter().map(|row| &row.described).chain(COMPUTED).chain(COMPONENT).chain(GRANT);
    rows.flat_map(|described| described.ty.words()).map(|word| (word.name, kept(word.name))).collect()
});

static NO_FILE: Shared<Kind> = LazyLock::new(|| {
    let why = |kind: Kind| kept(&format!("its {} file is not in the source", kind.name()));
    Kind::all().map(|kind| (kind, why(kind))).collect()
});

static NOT_SHOWN: Shared<u32> = LazyLock::new(|| {
    let columns = ATTRIBUTES.iter().flat_map(|row| [&row.connected_app, &row.external_client_app]).flatten();
    columns.map(|column| (column.since, kept(&why_not_shown(column.since)))).collect()
});

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
