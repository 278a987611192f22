//! Properties of all documents.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod changes;
mod documents;
mod skimming;

use preauth_source::SourceFile;
use proptest::{collection::vec, prelude::*, sample::select};

fn file(text: &str) -> SourceFile<'_> {
    SourceFile::new("Portal.xml".into(), text)
}

/// Returns a text with special characters.
fn text() -> impl Strategy<Value = String> {
    vec(select(vec!["a", " ", "\n", "&", "<", ">", "é", "\u{1F600}", "\"", "'", "]]", "=", "-", "\t"]), 0..6)
        .prop_map(|parts| parts.concat())
}
