use std::{collections::BTreeMap, io, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use preauth_metadata::{Demand, FileFacts, Workspace};
use preauth_policy::{Config, PolicySet};
use preauth_source::{ArcStr, Diagnostic, FilePath};

/// The program around the server. It finds and reads files, and knows the date.
pub trait Host {
    /// Finds and reads the projects that contain a path or lie below it.
    ///
    /// # Errors
    /// Files cannot be listed. The text says why.
    fn load(&self, path: &Utf8Path, input: &LoadInput<'_>) -> Result<LoadedFolder, String>;

    /// Reads the configuration and the policies of the project at `root`. Open texts replace the files on disk.
    ///
    /// # Errors
    /// The configuration cannot be read. The text says why.
    fn policies(&self, root: &Utf8Path, open: &OpenTexts) -> Result<ProjectPolicies, String>;

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>>;

    /// Returns the date that policies are evaluated for.
    fn today(&self) -> Date;
}

/// The texts that are open in the editor, by path.
pub type OpenTexts = BTreeMap<Utf8PathBuf, ArcStr>;

/// Returns the known facts of a file, by the root of its project, its path there and the demand.
pub type KnownFacts<'a> = dyn Fn(&Utf8Path, &FilePath, &Demand) -> Option<Arc<FileFacts>> + Sync + 'a;

/// Texts and facts that the server already has, so that the host does not read them.
pub struct LoadInput<'a> {
    /// Texts that replace the files on disk.
    pub open: &'a OpenTexts,
    /// Facts that are current and were read for the same demand.
    pub facts: &'a KnownFacts<'a>,
}

/// The projects found for one path.
#[derive(Debug)]
pub struct LoadedFolder {
    /// The folder at the path, or the folder of the file there. Absolute, without symbolic links.
    pub folder: Utf8PathBuf,
    /// The outermost projects.
    pub projects: Vec<LoadedProject>,
}

/// A project as the host read it.
#[derive(Debug)]
pub struct LoadedProject {
    /// Its folder. Absolute, without symbolic links.
    pub root: Utf8PathBuf,
    /// The facts of its files.
    pub workspace: Workspace,
    /// Its configuration and policies.
    pub policies: ProjectPolicies,
    /// Errors in the files that define the layout of the project.
    pub diagnostics: Vec<Diagnostic>,
}

/// The configuration of a project and its policies.
#[derive(Debug, Default)]
pub struct ProjectPolicies {
    /// The configuration file, if there is one.
    pub file: Option<FilePath>,
    /// The configuration.
    pub config: Config,
    /// The policies.
    pub policies: PolicySet,
    /// The texts of the configuration and policy files. Paths are relative to the root of the project.
    pub texts: BTreeMap<FilePath, ArcStr>,
    /// All errors in these files. If there are any, these policies are not evaluated.
    pub errors: Vec<Diagnostic>,
}
