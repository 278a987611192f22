pub(crate) mod forceignore;

use preauth_source::{Diagnostic, FilePath, Location, SourceFile};

mod json;
mod read;
mod replacement;

pub use replacement::Replacement;

/// The content of `sfdx-project.json`.
///
/// The default is a folder without that file: it has no source folders, so all files are source.
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
    /// The presets that split large components into many files (`sourceBehaviorOptions`; `registryPresets` in
    /// older projects).
    pub source_behavior_options: Vec<String>,
    /// Replacements of texts that `sf` makes when it deploys.
    pub replacements: Vec<Replacement>,
    /// True if the project has a definition of scratch orgs, such as `config/project-scratch-def.json`.
    pub has_scratch_definition: bool,
    /// True of a folder without `sfdx-project.json` that has projects below it: they share its configuration.
    pub has_projects_below: bool,
}

/// A folder that the project names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFolder {
    /// The folder, relative to the project, `/` between the parts; empty for the project itself.
    pub path: String,
    /// The place in the project file that names it.
    pub location: Location,
    /// The package that is made of it, and of nothing else.
    pub package: Option<String>,
}

impl Project {
    /// The name of the file.
    pub const FILE: &str = "sfdx-project.json";

    /// True for the name of a file that defines scratch orgs.
    pub fn is_scratch_definition(name: &str) -> bool {
        name.ends_with("scratch-def.json")
    }

    /// Returns the package that a file is a part of.
    pub fn package_of(&self, path: &FilePath) -> Option<&str> {
        let folders = self.source_folders.iter().filter(|folder| path.is_within(&folder.path));
        folders.max_by_key(|folder| folder.path.len())?.package.as_deref()
    }

    /// Returns what shows that the project is meant for several orgs.
    pub fn signs_of_several_orgs(&self) -> Vec<String> {
        let scratch = self.has_scratch_definition.then(|| "a definition of scratch orgs".to_owned());
        let packages = self.source_folders.iter().filter_map(|folder| folder.package.as_ref());
        let replacements = (!self.replacements.is_empty()).then(|| "`replacements`".to_owned());
        scratch
            .into_iter()
            .chain(packages.map(|package| format!("the package `{package}`")))
            .chain(replacements)
            .collect()
    }

    /// Reads `sfdx-project.json`. A problem is a diagnostic `project-invalid`; the rest of the file counts.
    pub fn parse(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        read::project(source)
    }

    /// True if the file is in one of the source folders, or there are none.
    pub fn holds(&self, path: &FilePath) -> bool {
        self.source_folders.is_empty()
            || self.source_folders.iter().any(|folder| path.is_within(&folder.path))
    }

    /// True if a permission set has a file for each kind of permission, or for each permission.
    pub fn decomposes_permission_sets(&self) -> bool {
        let decomposes = |option: &String| {
            ["decomposePermissionSetBeta", "decomposePermissionSetBeta2"].contains(&option.as_str())
        };
        self.source_behavior_options.iter().any(decomposes)
    }

    /// True if a replacement may change `text`. It must be as in the file: with its entities, and with the tags around it
    /// to recognise a replacement that includes tags.
    pub fn replaced(&self, path: &FilePath, text: &str) -> bool {
        self.replacements.iter().any(|replacement| replacement.covers(path, text))
    }
}

/// Reads the major part of the API version from a manifest (`package.xml`).
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
