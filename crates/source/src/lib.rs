//! Text, places in it, edits to it, and what we have to say about it.
//!
//! This crate is the vocabulary that all others share. It knows neither XML nor Salesforce, does no I/O and
//! serialises nothing: each output format owns its own shape.
//!
//! **Invariant**: places are byte ranges. Lines and columns are made from them in the last moment, by the hosts.

mod diagnostic;
mod edit;
mod file;
mod fingerprint;
mod near;

pub use arcstr::{ArcStr, literal};
pub use diagnostic::{Diagnostic, Label, Observed, Severity, SubjectId, Suppression};
pub use edit::{Applicability, Edit, EditError, Fix, apply};
pub use file::{FilePath, Location, SourceFile};
pub use fingerprint::{Fingerprint, fingerprints};
pub use near::{nearest, typing_errors};
pub use text_size::{TextRange, TextSize};
