use std::{collections::BTreeMap, io, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use preauth_metadata::{Demand, FileFacts, Workspace};
use preauth_policy::{Config, PolicySet};
use preauth_source::{ArcStr, Diagnostic, FilePath};

/// The program around the server: what finds and reads files, and knows the day.
pub trait Host {
    /// The projects that a path lies in or holds, read.
    ///
    /// # Errors
    /// Why it cannot be told what there is to read, in words.
    fn load(&self, path: &Utf8Path, at_hand: &AtHand<'_>) -> Result<Loaded, String>;

    /// The configuration and the policies of the project at `root`, with open texts in the place of what is on disk.
    ///
    /// # Errors
    /// Why the configuration cannot be read, in words.
    fn rules(&self, root: &Utf8Path, open: &Open) -> Result<Rules, String>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>>;

    /// The day to judge at.
    fn today(&self) -> Date;
}

/// The texts that are open in the editor, by path.
pub type Open = BTreeMap<Utf8PathBuf, ArcStr>;

/// Gives the facts of a file, by the root of its project, its path there and what is asked of it.
pub type KnownFacts<'a> = dyn Fn(&Utf8Path, &FilePath, &Demand) -> Option<Arc<FileFacts>> + Sync + 'a;

/// What need not be read again.
pub struct AtHand<'a> {
    /// Texts that count instead of what is on disk.
    pub open: &'a Open,
    /// The facts of a file of the project at this root, if they still hold and answer this demand.
    pub facts: &'a KnownFacts<'a>,
}

/// Projects that were found.
#[derive(Debug)]
pub struct Loaded {
    /// The folder that was asked for, or that the file is in: absolute, without symbolic links.
    pub folder: Utf8PathBuf,
    /// What was found; the outermost projects only.
    pub projects: Vec<Source>,
}

/// A project as it was read.
#[derive(Debug)]
pub struct Source {
    /// Its folder: absolute, without symbolic links.
    pub root: Utf8PathBuf,
    /// The facts of its files.
    pub workspace: Workspace,
    /// Its configuration and policies.
    pub rules: Rules,
    /// What is wrong with what says which files it has.
    pub diagnostics: Vec<Diagnostic>,
}

/// A configuration and its policies.
#[derive(Debug, Default)]
pub struct Rules {
    /// The configuration file, if there is one.
    pub file: Option<FilePath>,
    /// The configuration.
    pub config: Config,
    /// The policies.
    pub policies: PolicySet,
    /// The texts of the files that they come from, told from the root of the project.
    pub texts: BTreeMap<FilePath, ArcStr>,
    /// Every mistake in them. With any, nothing is judged by them.
    pub mistakes: Vec<Diagnostic>,
}
