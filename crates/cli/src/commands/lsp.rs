//! `preauth lsp`: the language server on standard input and output. This module gives it files, the configuration and
//! the date.

use std::{collections::BTreeMap, fs::File, io, path::Path, time::Instant};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use jiff::civil::Date;
use preauth_lsp::{Ending, Host, LoadInput, LoadedFolder, LoadedProject, Log, OpenTexts, ProjectPolicies};
use preauth_metadata::Kind;
use preauth_source::FilePath;

use crate::{
    Failure, Outcome,
    args::{ConfigArgs, DayArgs},
    output::{Output, stdout, write_file::open_to_append},
    tree::{
        discover::{FileStatus, FoundFile, ProjectTree, discover, relative},
        file_system::{self, Disk, FileSystem, FolderEntry},
        load::{self, ConfigChoice},
    },
};

#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    day: DayArgs,
    /// Append a log of the server to this file.
    #[arg(long, value_name = "FILE")]
    log: Option<Utf8PathBuf>,
    /// Accepted because clients pass it; the server always uses standard input and output.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs the command.
pub(crate) fn run(args: &LspArgs, output: &Output) -> Result<Outcome, Failure> {
    let log = match &args.log {
        Some(path) => {
            let file = open_to_append(path)
                .map_err(|error| Failure::Message(format!("cannot write the log `{path}`: {error}")))?;
            #[allow(clippy::disallowed_methods, reason = "the log shows the time that passes")]
            let begun = Instant::now();
            Log::to(TimedLog { file, begun })
        }
        None => Log::default(),
    };
    let editor = Editor { choice: args.config.choice(), day: args.day };
    match preauth_lsp::serve(&editor, file_system::stdin(), stdout(), log) {
        Ending::Orderly => Ok(Outcome::Clean),
        Ending::Abrupt => {
            output.message("preauth: the editor disconnected without shutting down the server");
            Ok(Outcome::Findings)
        }
    }
}

/// A log file in which each line begins with the milliseconds since the start.
struct TimedLog {
    file: File,
    begun: Instant,
}

impl io::Write for TimedLog {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line != b"\n" {
            write!(self.file, "{:>8} ", self.begun.elapsed().as_millis())?;
        }
        self.file.write_all(line).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The host of the language server: access to files, and the options of the command line.
struct Editor<'c> {
    choice: ConfigChoice<'c>,
    day: DayArgs,
}

impl Host for Editor<'_> {
    fn load(&self, path: &Utf8Path, input: &LoadInput<'_>) -> Result<LoadedFolder, String> {
        let named = |error: io::Error| format!("{path}: {error}");
        let start = path.ancestors().find(|above| file_system::exists(above)).unwrap_or(path);
        let whole = file_system::canonical(start).map_err(named)?;
        let folder = if file_system::is_folder(&whole) { whole } else { folder_of(start).map_err(named)? };
        let trees = discover(&[start.to_owned()], false).map_err(|error| error.to_string())?;
        let roots: Vec<_> = trees.iter().map(|tree| tree.root.clone()).collect();
        let projects = trees.into_iter().map(|tree| self.read_tree(tree, &roots, input));
        let projects = projects.collect::<Result<_, _>>()?;
        Ok(LoadedFolder { folder, projects })
    }

    fn policies(&self, root: &Utf8Path, open: &OpenTexts) -> Result<ProjectPolicies, String> {
        let loaded = load::policies_from(&DiskWithOpenTexts(open), root, self.choice)
            .map_err(|error| error.to_string())?;
        let load::LoadedPolicies { file, config, policies, texts, errors, .. } = loaded;
        Ok(ProjectPolicies { file, config, policies, texts, errors })
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        file_system::read(path)
    }

    fn today(&self) -> Date {
        self.day.day()
    }
}

impl Editor<'_> {
    fn read_tree(
        &self,
        mut tree: ProjectTree,
        roots: &[Utf8PathBuf],
        input: &LoadInput<'_>,
    ) -> Result<LoadedProject, String> {
        let holds = |file: &FilePath| {
            let path = tree.root.join(file.as_str());
            let is_deeper = |root: &&Utf8PathBuf| root.starts_with(&tree.root) && **root != tree.root;
            tree.project.holds(file) && !roots.iter().filter(is_deeper).any(|root| path.starts_with(root))
        };
        tree.overlay = open_texts(&mut tree.files, &tree.root, input.open, holds);
        let policies = self.policies(&tree.root, input.open)?;
        let demand = policies.policies.demand();
        let known = |found: &FoundFile| {
            let judged = found.status == FileStatus::Judged;
            (input.facts)(&tree.root, &found.path, &demand).filter(|facts| facts.judged == judged)
        };
        let workspace = load::workspace_reusing(&tree, demand.clone(), false, known);
        Ok(LoadedProject { root: tree.root, workspace, policies, diagnostics: tree.diagnostics })
    }
}

/// The files on disk; the texts of open files replace their content on disk.
struct DiskWithOpenTexts<'o>(&'o OpenTexts);

impl FileSystem for DiskWithOpenTexts<'_> {
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<FolderEntry>>> {
        Disk.entries(folder)
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        let open = Utf8Path::from_path(file).and_then(|file| self.0.get(file));
        open.map_or_else(|| Disk.read(file), |text| Ok(text.as_bytes().to_vec()))
    }

    fn is_file(&self, path: &Path) -> bool {
        Disk.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        Disk.is_folder(path)
    }

    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        Disk.canonical(path)
    }
}

/// Returns the folder of a file: absolute, without symbolic links. The file itself may be a link.
fn folder_of(file: &Utf8Path) -> io::Result<Utf8PathBuf> {
    let absolute = file_system::absolute(file)?;
    file_system::canonical(absolute.parent().unwrap_or(&absolute))
}

/// Returns the texts of the open files of a tree. An open file that was never saved is added to `files`.
fn open_texts(
    files: &mut Vec<FoundFile>,
    root: &Utf8Path,
    open: &OpenTexts,
    holds: impl Fn(&FilePath) -> bool,
) -> BTreeMap<FilePath, Vec<u8>> {
    let mut given = BTreeMap::new();
    for (path, text) in open.iter().filter(|(path, _)| path.starts_with(root)) {
        let file = FilePath::new(relative(root, path));
        match files.binary_search_by(|found| found.path.cmp(&file)) {
            Ok(_) => {}
            Err(at) if !file_system::exists(path) && holds(&file) => {
                let Some((kind, _)) = Kind::of_name(file.name()) else { continue };
                files.insert(at, FoundFile { path: file.clone(), kind, status: FileStatus::Judged });
            }
            Err(_) => continue,
        }
        given.insert(file, text.as_bytes().to_vec());
    }
    given
}
