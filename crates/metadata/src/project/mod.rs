pub(crate) mod forceignore;

use preauth_source::{Diagnostic, FilePath, Location, SourceFile};

mod json;
mod read;
mod replacement;

pub use replacement::Replacement;

/// What `sfdx-project.json` says about the source beside it.
///
/// The default is a folder without that file: it names no source folder, so everything in it is source.
/// Source: the JSON Schema of `sfdx-project.json`, and Salesforce's sfdx-core and source-deploy-retrieve
/// libraries.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The folders whose files are source: the package directories, and what `unpackagedMetadata` and
    /// `seedMetadata` add to them. In the order of the file.
    pub source_folders: Vec<SourceFolder>,
    /// The namespace; `None` also when it is empty, as `sf` writes it.
    pub namespace: Option<String>,
    /// The major part of `sourceApiVersion`: 66 for `"66.0"`.
    pub source_api_version: Option<u32>,
    /// The presets by which large components are kept in many files (`sourceBehaviorOptions`; `registryPresets` in
    /// older projects).
    pub source_behavior_options: Vec<String>,
    /// Texts that `sf` puts others in the place of when it deploys.
    pub replacements: Vec<Replacement>,
}

/// A folder that the project names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFolder {
    /// The folder, relative to the project, `/` between the parts; empty for the project itself.
    pub path: String,
    /// Where the project names it.
    pub location: Location,
}

impl Project {
    /// The name of the file.
    pub const FILE: &str = "sfdx-project.json";

    /// Reads `sfdx-project.json`. What is wrong in it is a diagnostic `project-invalid`, and the rest of the file
    /// counts.
    pub fn parse(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        read::project(source)
    }

    /// Whether the file is part of the source: below one of the source folders, or anywhere when there are none.
    pub fn holds(&self, path: &FilePath) -> bool {
        self.source_folders.is_empty()
            || self.source_folders.iter().any(|folder| path.is_within(&folder.path))
    }

    /// Whether permission sets are kept in a file for each kind of permission, or for each permission.
    pub fn decomposes_permission_sets(&self) -> bool {
        let decomposes = |option: &String| {
            ["decomposePermissionSetBeta", "decomposePermissionSetBeta2"].contains(&option.as_str())
        };
        self.source_behavior_options.iter().any(decomposes)
    }

    /// Whether a replacement may put another text into `text`, which stands in the file like this (with its
    /// entities, and with the tags around it if a replacement that names tags is to be recognised).
    pub fn replaced(&self, path: &FilePath, text: &str) -> bool {
        self.replacements.iter().any(|replacement| replacement.covers(path, text))
    }
}

/// The major part of the API version that a manifest (`package.xml`) states.
pub fn api_version_of_manifest(manifest: &SourceFile<'_>) -> Option<u32> {
    let (_, after) = manifest.text.split_once("<version>")?;
    let (version, _) = after.split_once('<')?;
    major(version.trim())
}

/// 66 for `66.0` and for `66`.
fn major(version: &str) -> Option<u32> {
    version.strip_suffix(".0").unwrap_or(version).parse().ok()
}

#[cfg(test)]
mod tests;
