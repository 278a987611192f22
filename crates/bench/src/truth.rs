use std::collections::{BTreeMap, BTreeSet};

use preauth_metadata::Kind;
use serde::{Deserialize, Serialize};

use crate::tree::Flaw;

/// The content of a tree, and its planted flaws.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Files in all.
    pub files: usize,
    /// Bytes in all.
    pub bytes: u64,
    /// Files that must be read.
    pub relevant_files: usize,
    /// Bytes that must be read.
    pub relevant_bytes: u64,
    /// The apps with something wrong, by the policy that says so.
    pub planted: BTreeMap<String, BTreeSet<String>>,
    /// The files that are not well-formed.
    pub malformed: Vec<Malformed>,
}

/// A file that is not well-formed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Malformed {
    /// The file, from the root of the tree.
    pub file: String,
    /// The line of the mistake, from 1; the last one in a file that is cut off.
    pub line: usize,
    /// The kind of damage.
    pub kind: String,
}

impl Truth {
    /// Returns the number of apps that have one of these flaws.
    pub fn flaws(&self, of: &[Flaw]) -> usize {
        of.iter().filter_map(|flaw| self.planted.get(flaw.policy())).map(BTreeSet::len).sum()
    }

    pub(crate) fn count(&mut self, path: &str, bytes: usize) {
        self.files += 1;
        self.bytes += bytes as u64;
        let name = path.rsplit('/').next().unwrap_or(path);
        if Kind::of_name(name).is_some() {
            self.relevant_files += 1;
            self.relevant_bytes += bytes as u64;
        }
    }

    pub(crate) fn plant(&mut self, policy: &str, app: &str) {
        self.planted.entry(policy.to_owned()).or_default().insert(app.to_owned());
    }
}
